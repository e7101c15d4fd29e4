import type { Page } from 'playwright-core'
import { en } from '../../console/src/messages/en.ts'
import { es } from '../../console/src/messages/es.ts'

const formsOf = (text: string | { readonly one: string; readonly other: string }) =>
  typeof text === 'string' ? [text] : [text.one, text.other]

const spanish = new Set(Object.values(es).flatMap(formsOf))

/** English messages as patterns, `{name}` standing for anything; those that Spanish shares left out. */
const english = Object.values(en)
  .flatMap(formsOf)
  .filter((text) => text !== '' && !spanish.has(text) && /[a-z]{3}/i.test(text))
  .filter((text) => text.replaceAll(/\{\w+\}/g, '').trim().length > 3)
  .map((text) => text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '.+'))
const anyEnglish = new RegExp(`^(?:${english.join('|')})$`)

/** Texts of the page, labels included, that are an English message of the catalog (A4). */
export async function englishTexts(page: Page): Promise<readonly string[]> {
  const texts: readonly string[] = await page.evaluate(() => {
    const found: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode() !== null) {
      const { parentElement, textContent } = walker.currentNode
      if (parentElement?.closest('script, style, .mono, pre, code, [lang=en]') != null) continue
      found.push(textContent ?? '')
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      for (const element of document.querySelectorAll(`[${name}]:not([lang=en])`)) {
        found.push(element.getAttribute(name) ?? '')
      }
    }
    return found
  })
  return [...new Set(texts.map((text) => text.trim()))].filter((text) => anyEnglish.test(text))
}
