import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

type Text = string | { readonly one: string; readonly other: string }
const folder = join(import.meta.dirname, '../../console/src/messages')

/** All messages of the language, those that are loaded late too. */
async function catalogOf(language: 'en' | 'es'): Promise<readonly Text[]> {
  const files = globSync(`{${language},*-${language}}.ts`, { cwd: folder })
  const modules: readonly object[] = await Promise.all(
    files.map((file) => import(join(folder, file))),
  )
  const catalogs: readonly Readonly<Record<string, Text>>[] = modules.flatMap(Object.values)
  return catalogs.flatMap((catalog) => Object.values(catalog))
}
const [en, es] = [await catalogOf('en'), await catalogOf('es')]

const formsOf = (text: Text) => (typeof text === 'string' ? [text] : [text.one, text.other])

const spanish = new Set(es.flatMap(formsOf))

/** English messages as patterns, `{name}` standing for anything; those that Spanish shares left out. */
const english = en
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
