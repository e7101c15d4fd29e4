/**
 * Masking members of payloads for those who may not see them. What stays is kept byte for byte: the
 * text is walked, and only the values at masked paths are replaced.
 *
 *   path = step { "." step }      step = member name [ "[*]" ] | "*" (any member or item)
 *
 * Lists on the way are gone through, with or without `[*]`. A masked value may be a whole object.
 */
import type { Sentence } from './sentence.ts'

export interface MaskPath {
  /** As it was written. */
  readonly text: string
  readonly steps: readonly string[]
}

/** Which members are masked for a caller. Empty: none are. */
export type Mask = readonly MaskPath[]

/** What stands in the place of a masked value, as text. */
export const maskedText = '[masked]'

export const maskLimits = { pathsMax: 100, lengthMax: 256, stepsMax: 16, valuesMax: 100 } as const

export function parseMaskPath(
  text: string,
):
  | { readonly ok: true; readonly path: MaskPath }
  | { readonly ok: false; readonly reason: Sentence } {
  if (text.length > maskLimits.lengthMax)
    return { ok: false, reason: { en: 'too long', es: 'demasiado largo' } }
  const steps = text.split('.').map((step) => step.replace(/(\[\*\])+$/, ''))
  if (steps.length > maskLimits.stepsMax)
    return { ok: false, reason: { en: 'too deep', es: 'demasiado profundo' } }
  if (steps.some((step) => step === '' || /[[\]\s"']/.test(step))) {
    return {
      ok: false,
      reason: {
        en: 'expected names joined by dots, such as data.cards[*].number',
        es: 'se esperaban nombres unidos por puntos, como data.cards[*].number',
      },
    }
  }
  return { ok: true, path: { text, steps } }
}

export interface MaskedJson {
  readonly text: string
  /** Paths that met a value. */
  readonly paths: readonly string[]
  /** What was replaced: each text and number of it, so that echoes are known again. Null: more
   *  than are kept. */
  readonly values: readonly string[] | null
}

/** Null: the text is not JSON, or nested so deeply that nobody looks through it. */
export function maskJson(text: string, mask: Mask): MaskedJson | null {
  const walk = new Walk(text)
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  const steps = mask.map((path) => ({ path, at: 0 }))
  if (!walk.over(steps)) return null
  const values = walk.values.size > maskLimits.valuesMax ? null : [...walk.values]
  return { text: walk.text(), paths: [...walk.paths], values }
}

/** How far a path has come on the way to a value. */
interface Step {
  readonly path: MaskPath
  readonly at: number
}

/** Bodies of the API end far before it; a raw payload or an answer may not. */
const depthMax = 256

/** Over a text that is known to be JSON. */
class Walk {
  readonly paths = new Set<string>()
  readonly values = new Set<string>()
  readonly #source: string
  readonly #parts: string[] = []
  #copied = 0
  #depth = 0
  #tooDeep = false
  /** Inside of a value that is masked: what is met is remembered. */
  #hiding = false

  constructor(source: string) {
    this.#source = source
  }

  text(): string {
    return this.#parts.join('') + this.#source.slice(this.#copied)
  }

  /** False: it is nested too deeply, and was not gone through. */
  over(steps: readonly Step[]): boolean {
    this.#value(0, steps)
    return !this.#tooDeep
  }

  /** Goes over the value that begins at or after `from`; gives the place behind it. */
  #value(from: number, steps: readonly Step[]): number {
    const start = this.#skip(from)
    const met = steps.find(({ path, at }) => at === path.steps.length)
    if (met !== undefined) return this.#replace(start, met.path)
    const first = this.#source[start]
    if (first === '{' || first === '[') {
      this.#tooDeep ||= this.#depth >= depthMax
      if (this.#tooDeep) return this.#source.length
      this.#depth += 1
      const end = first === '{' ? this.#object(start, steps) : this.#list(start, steps)
      this.#depth -= 1
      return end
    }
    const end = this.#end(start)
    if (this.#hiding) this.#remember(this.#source.slice(start, end))
    return end
  }

  #replace(start: number, path: MaskPath): number {
    this.#hiding = true
    const end = this.#value(start, [])
    this.#hiding = false
    this.paths.add(path.text)
    this.#parts.push(this.#source.slice(this.#copied, start), JSON.stringify(maskedText))
    this.#copied = end
    return end
  }

  /** A text as it reads, and a number as it was written and as JavaScript reads it. */
  #remember(source: string): void {
    if (this.values.size > maskLimits.valuesMax) return
    const value: unknown = JSON.parse(source)
    if (typeof value === 'string') this.values.add(value)
    else if (typeof value === 'number') this.values.add(source).add(String(value))
  }

  #object(start: number, steps: readonly Step[]): number {
    let at = this.#skip(start + 1)
    while (this.#source[at] !== '}') {
      const end = this.#end(at)
      const name: unknown = steps.length === 0 ? '' : JSON.parse(this.#source.slice(at, end))
      const next = steps
        .filter(({ path, at: done }) => path.steps[done] === name || path.steps[done] === '*')
        .map(({ path, at: done }) => ({ path, at: done + 1 }))
      at = this.#skip(this.#value(this.#skip(end) + 1, next)) // behind the colon
      if (this.#tooDeep) return at
      if (this.#source[at] === ',') at = this.#skip(at + 1)
    }
    return at + 1
  }

  #list(start: number, steps: readonly Step[]): number {
    const inside = [...steps]
    for (const { path, at } of steps) {
      if (path.steps[at] !== '*') continue
      // Each place of a path once: lists in lists would else double them at every level.
      const next = { path, at: at + 1 }
      if (!inside.some((one) => one.path === path && one.at === next.at)) inside.push(next)
    }
    let at = this.#skip(start + 1)
    while (this.#source[at] !== ']') {
      at = this.#skip(this.#value(at, inside))
      if (this.#tooDeep) return at
      if (this.#source[at] === ',') at = this.#skip(at + 1)
    }
    return at + 1
  }

  /** Behind a text, number or word. */
  #end(start: number): number {
    let at = start
    if (this.#source[at] !== '"') {
      while (at < this.#source.length && !/[\s,:\]}]/.test(this.#source[at] ?? '')) at += 1
      return at
    }
    for (at += 1; this.#source[at] !== '"'; at++) if (this.#source[at] === '\\') at += 1
    return at + 1
  }

  #skip(from: number): number {
    let at = from
    while (/\s/.test(this.#source[at] ?? '')) at += 1
    return at
  }
}

/** Shorter ones are looked for as whole words: `7` is in too much. */
const shortLength = 4

/** A text from elsewhere, such as a receiver's answer, without the values that were masked. */
export function withoutEchoes(text: string, values: readonly string[]): string {
  let left = text
  for (const value of [...values].sort((a, b) => b.length - a.length)) {
    if (value.trim() === '') continue
    for (const spelling of spellingsOf(value)) {
      left =
        value.length >= shortLength
          ? left.replaceAll(spelling, maskedText)
          : left.replace(wholeWord(spelling), maskedText)
    }
  }
  return left
}

/** As receivers write what they were sent: JSON of several languages, URLs, forms and pages. */
function spellingsOf(value: string): ReadonlySet<string> {
  const json = JSON.stringify(value).slice(1, -1)
  const ascii = json.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const url = encodeURIComponent(value.toWellFormed())
  const page = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return new Set([
    value,
    json,
    ascii, // Python
    json.replaceAll('/', '\\/'),
    ascii.replaceAll('/', '\\/'), // PHP
    url,
    url.replaceAll('%20', '+'),
    page,
    page.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  ])
}

function wholeWord(text: string): RegExp {
  return new RegExp(
    `(?<![\\p{L}\\p{N}])${text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?![\\p{L}\\p{N}])`,
    'gu',
  )
}

/** Whether a path, as filters and searches write it, leads to something masked, or past it. */
export function leadsToMasked(path: string, mask: Mask): boolean {
  const steps = path.split('.')
  return mask.some(({ steps: masked }) =>
    steps.slice(0, masked.length).every((step, at) => masked[at] === step || masked[at] === '*'),
  )
}
