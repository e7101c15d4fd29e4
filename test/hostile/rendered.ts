/** What a real browser has of the console's pages, for whoever holds a key. */
import { chromium, type Page } from 'playwright-core'
import { settled } from '../browser/axe.ts'
import { chromiumPath } from '../support/console.ts'

/** The document with its attributes, what stands in fields, and what the page keeps for itself. */
const everything = `[
  document.documentElement.outerHTML,
  document.body.innerText,
  ...[...document.querySelectorAll('input, textarea, select')].map(({ value }) => value),
  JSON.stringify({ ...localStorage }),
  location.href,
].join('\\n')`

/** Each page once it is still, and again with its first row open. */
export async function renderedPages(
  url: string,
  key: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage()
    await page.addInitScript(`sessionStorage.setItem('posthorn.session', ${JSON.stringify(key)})`)
    const rendered = new Map<string, string>()
    for (const path of paths) {
      await page.goto(url + path)
      await settled(page)
      rendered.set(path, await textOf(page))
      const row = page.locator('[data-index="0"]')
      if ((await row.count()) === 0) continue
      await row.click()
      await settled(page)
      rendered.set(`${path} (first row)`, await textOf(page))
    }
    return rendered
  } finally {
    await browser.close()
  }
}

async function textOf(page: Page): Promise<string> {
  return String(await page.evaluate(everything))
}
