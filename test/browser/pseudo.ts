/**
 * A language that nobody speaks: every text of the catalogs between brackets, with accents, and 40 %
 * longer. What has no brackets on such a page is in no catalog, and what has no room for German has
 * none for it.
 */
import type { Page } from 'playwright-core'

/**
 * From the next page that is loaded on. Nothing is built for it: texts pass by one `replace`. What the
 * server says meanwhile is noted: names, types, and texts that are its own; it resolves to what was so far.
 */
export async function speakPseudo(page: Page): Promise<() => Promise<ReadonlySet<string>>> {
  const said = new Set<string>()
  const answers: Promise<void>[] = []
  page.on('response', (response) => {
    const json = /json/.test(response.headers()['content-type'] ?? '')
    if (!json) return
    const noted = response.json().then((body) => note(body, said))
    answers.push(noted.catch(() => {})) // gone with its page
  })
  await page.addInitScript(makePseudo)
  return async () => {
    await Promise.all(answers)
    return said
  }
}

function note(value: unknown, said: Set<string>): void {
  if (typeof value === 'string') said.add(value)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      said.add(name)
      note(one, said)
    }
  }
}

/** As it would be said. */
export function inPseudo(text: string): string {
  const accents: Readonly<Record<string, string>> = {
    ...{ a: 'á', e: 'ë', i: 'î', o: 'ö', u: 'ü', c: 'ç', n: 'ñ', y: 'ÿ' },
    ...{ A: 'Å', E: 'É', I: 'Î', O: 'Ö', U: 'Ü', C: 'Ç', N: 'Ñ' },
  }
  const parts = text.split(/(\{\w+\})/)
  const said = parts.map((part) =>
    part.startsWith('{') ? part : [...part].map((letter) => accents[letter] ?? letter).join(''),
  )
  const length = parts.filter((part) => !part.startsWith('{')).join('').length
  const more = 'ëxtrá löñg tö fît '.repeat(Math.ceil(length / 30)).slice(0, Math.ceil(length * 0.4))
  return `⟦${said.join('')}${more === '' ? '' : ` ${more.trim()}`}⟧`
}

const makePseudo = `(() => {
  const inPseudo = ${inPseudo.toString()}
  const replace = String.prototype.replace
  String.prototype.replace = function (pattern, by) {
    const template = pattern instanceof RegExp && pattern.source === '\\\\{(\\\\w+)\\\\}'
    return replace.call(template && this.trim() !== '' ? inPseudo(String(this)) : this, pattern, by)
  }
  // What the browser itself says in the language: "now", "in 4 min", "a and b", "Nov 22, 4:31 PM".
  for (const { prototype } of [Intl.RelativeTimeFormat, Intl.ListFormat]) {
    const { format } = prototype
    prototype.format = function (...given) { return '⟦' + format.apply(this, given) + '⟧' }
  }
  const dates = Intl.DateTimeFormat.prototype
  const { get } = Object.getOwnPropertyDescriptor(dates, 'format')
  Object.defineProperty(dates, 'format', {
    get() {
      const format = get.call(this)
      return (date) => '⟦' + format(date) + '⟧'
    },
  })
})()`

/** The same in every language. */
const names = new Set([
  ...['posthorn', 'Hex', 'JSON', 'JSON Schema', 'Zod', '/docs', 'all'],
  ...['JavaScript', 'TypeScript', 'Python', 'Go', 'Rust', 'Java', 'Kotlin', 'Ruby', 'PHP'],
])
const machines = [
  /^HTTP\/|^HMAC-SHA256/,
  /^\w+_[A-Za-z0-9]{20,}/, // an id
  /^[\d.,]+ (ms|s|sec|min|h|hr|B|KB|MB)\b/,
  /^[0-9a-f]{6}$/, // a colour
]

/** Words that a person reads on the page and that neither a catalog nor the server has, and where. */
export async function outsideCatalog(
  page: Page,
  said: ReadonlySet<string>,
): Promise<readonly string[]> {
  const outside = (await textsOf(page)).flatMap(([text, where]) =>
    withoutSaid(text)
      .split(' · ')
      .map((part) => part.replace(/^[\s:·,]+|[\s:·,]+$/g, ''))
      .filter((part) => /\p{L}{2,}/u.test(part) && !isKnown(part, said))
      .map((part) => `${part} (${where})`),
  )
  return [...new Set(outside)]
}

function isKnown(text: string, said: ReadonlySet<string>): boolean {
  if (said.has(text) || names.has(text) || machines.some((one) => one.test(text))) return true
  // Sentences of the server's may be shown in part.
  return text.length > 20 && [...said].some((one) => one.includes(text.slice(0, 30)))
}

function textsOf(page: Page): Promise<readonly (readonly [text: string, where: string])[]> {
  return page.evaluate(() => {
    const found: (readonly [text: string, where: string])[] = []
    const machine = 'script, style, .mono, pre, code, kbd, time, option, [lang]:not(html), textarea'
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode() !== null) {
      const { parentElement, textContent } = walker.currentNode
      if (parentElement === null || parentElement.closest(machine) !== null) continue
      if (parentElement.checkVisibility()) found.push([textContent ?? '', parentElement.tagName])
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        if (element.closest(machine) === null) found.push([element.getAttribute(name) ?? '', name])
      }
    }
    return found
  })
}

/** Texts may stand inside others. */
function withoutSaid(text: string): string {
  const less = text.replace(/⟦[^⟦⟧]*⟧/g, '')
  return less === text ? less : withoutSaid(less)
}
