import type { Page } from 'playwright-core'
import { attemptEn } from '../../console/src/messages/attempt-en.ts'
import { attemptEs } from '../../console/src/messages/attempt-es.ts'
import { binEn } from '../../console/src/messages/bin-en.ts'
import { binEs } from '../../console/src/messages/bin-es.ts'
import { deliveryEn } from '../../console/src/messages/delivery-en.ts'
import { deliveryEs } from '../../console/src/messages/delivery-es.ts'
import { en as firstEn } from '../../console/src/messages/en.ts'
import { es as firstEs } from '../../console/src/messages/es.ts'
import { messageEn } from '../../console/src/messages/message-en.ts'
import { messageEs } from '../../console/src/messages/message-es.ts'
import { recoveryEn } from '../../console/src/messages/recovery-en.ts'
import { recoveryEs } from '../../console/src/messages/recovery-es.ts'
import { sendEn } from '../../console/src/messages/send-en.ts'
import { sendEs } from '../../console/src/messages/send-es.ts'

const en = {
  ...firstEn,
  ...attemptEn,
  ...binEn,
  ...deliveryEn,
  ...messageEn,
  ...recoveryEn,
  ...sendEn,
}
const es = {
  ...firstEs,
  ...attemptEs,
  ...binEs,
  ...deliveryEs,
  ...messageEs,
  ...recoveryEs,
  ...sendEs,
}

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
