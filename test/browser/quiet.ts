/**
 * For tests that press whatever a page offers: when the page has done all that a press led to. Known
 * rather than guessed: nothing asked of the server is unanswered, the browser has nothing else to do,
 * and the page is as it was when it last had nothing to do.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const built = join(import.meta.dirname, '../../console/dist')

/** From the next page that is loaded on, `window.quiet()` there resolves once all is done. */
export async function makeQuietKnown(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let [unanswered, changes] = [0, 0]
    const ask = window.fetch
    window.fetch = async (...input) => {
      unanswered++
      try {
        return await ask(...input)
      } finally {
        unanswered--
      }
    }
    new MutationObserver(() => {
      changes++
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    const { scheduler } = window as unknown as {
      scheduler: { postTask(task: () => void, how: { priority: 'background' }): Promise<void> }
    } // browsers have it, the compiler's library does not
    /** After the timers that are due, and after all that waits to be done. */
    const idle = async () => {
      await new Promise((resolve) => setTimeout(resolve, 4))
      await scheduler.postTask(() => {}, { priority: 'background' })
    }
    Reflect.set(window, 'quiet', async () => {
      for (let before = -1; unanswered > 0 || changes !== before; ) {
        before = changes
        await idle()
      }
    })
  })
}

/** Loads all parts of the console's pages: none comes late from then on. */
export async function loadAll(page: Page): Promise<void> {
  const textOf = (file: string): string => readFileSync(join(built, file), 'utf8')
  // Whatever leads to the portal's first part would start the portal.
  const portal = /assets\/(portal[^"]*\.js)/.exec(textOf('portal.html'))?.[1] ?? ''
  const parts = globSync('assets/*.js', { cwd: built }).filter(
    (part) => !part.endsWith(portal) && !textOf(part).includes(portal),
  )
  await page.evaluate(async (all) => {
    await Promise.all(all.map((part) => import(`/${part}`)))
  }, parts)
}
