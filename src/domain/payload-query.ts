/**
 * What a person types to find messages by their payload: clauses joined by `and`.
 *
 *   query  = clause { "and" clause } | a filter as JSON
 *   clause = path operator value | path "exists" | "text anywhere" | word
 *   operator = "=" | "!=" | ">" | ">=" | "<" | "<=" | "~" (contains)
 *
 * A value is JSON, or a bare word. It is the language of payload filters (see `filter.ts`, whose
 * rules and bounds hold) in another spelling: each clause is one of its tests.
 */

import { type Filter, type FilterFault, parseFilter } from './filter.ts'
import { filterMiss } from './filter-match.ts'
import type { Sentence } from './sentence.ts'

export interface PayloadQuery {
  /** Null: no clause looks at a path. */
  readonly filter: Filter | null
  /** Each occurs in the payload as it was sent. */
  readonly texts: readonly string[]
}

export const payloadQueryLimits = {
  lengthMax: 2_048,
  /** Larger payloads are not looked at. */
  payloadBytesMax: 262_144,
} as const

export type ParsedPayloadQuery =
  | { readonly ok: true; readonly query: PayloadQuery }
  | { readonly ok: false; readonly fault: FilterFault }

const operators: Readonly<Record<string, string>> = {
  '=': '$eq',
  '!=': '$ne',
  '>': '$gt',
  '>=': '$gte',
  '<': '$lt',
  '<=': '$lte',
  '~': '$contains',
}

const clause = /^([^\s"=!<>~]+)\s*(>=|<=|!=|=|>|<|~)\s*(\S.*)$/s
const existsClause = /^([^\s"=!<>~]+)\s+exists$/i

export function parsePayloadQuery(text: string): ParsedPayloadQuery {
  const trimmed = text.trim()
  if (trimmed === '')
    return refused('', { en: 'expected something to look for', es: 'se esperaba algo que buscar' })
  if (trimmed.length > payloadQueryLimits.lengthMax)
    return refused('', { en: 'too long', es: 'demasiado largo' })
  if (trimmed.startsWith('{')) return fromJson(trimmed)
  const parts = clausesOf(trimmed)
  if (parts === null)
    return refused('', { en: 'a quote is not closed', es: 'una comilla no se cierra' })
  const tests: Record<string, unknown>[] = []
  const texts: string[] = []
  for (const part of parts) {
    const [, path, operator, given] = clause.exec(part) ?? []
    const found = existsClause.exec(part)
    if (path !== undefined && operator !== undefined && given !== undefined) {
      tests.push({ [path]: { [operators[operator] ?? operator]: jsonOrWord(given) } })
    } else if (found?.[1] !== undefined) {
      tests.push({ [found[1]]: { $exists: true } })
    } else {
      const words = jsonOrWord(part)
      const phrase = !part.startsWith('"') && /\s/.test(part)
      if (typeof words !== 'string' || words === '' || phrase) {
        return refused(part.slice(0, 80), {
          en: 'expected path = value, or a text in quotes',
          es: 'se esperaba ruta = valor, o un texto entre comillas',
        })
      }
      texts.push(words)
    }
  }
  if (tests.length === 0) return { ok: true, query: { filter: null, texts } }
  const parsed = parseFilter({ $and: tests })
  return parsed.ok ? { ok: true, query: { filter: parsed.filter, texts } } : parsed
}

function fromJson(text: string): ParsedPayloadQuery {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refused('', { en: 'begins like JSON and is none', es: 'empieza como JSON y no lo es' })
  }
  const parsed = parseFilter(value)
  return parsed.ok ? { ok: true, query: { filter: parsed.filter, texts: [] } } : parsed
}

function refused(path: string, reason: Sentence): ParsedPayloadQuery {
  return { ok: false, fault: { path, reason } }
}

/** The parts between `and`s that are not in quotes; null when a quote stays open. */
function clausesOf(text: string): readonly string[] | null {
  const parts: string[] = []
  let from = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '\\' && quoted) at += 1
    else if (char === '"') quoted = !quoted
    else if (!quoted && /^\sand\s/i.test(text.slice(at, at + 5))) {
      parts.push(text.slice(from, at).trim())
      from = at + 5
      at += 3
    }
  }
  parts.push(text.slice(from).trim())
  return quoted ? null : parts
}

function jsonOrWord(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const decoder = new TextDecoder()

/** Whether a payload fits. One that is not JSON fits texts only. */
export function fitsPayload(query: PayloadQuery, payload: Uint8Array): boolean {
  const text = decoder.decode(payload)
  if (!query.texts.every((each) => text.includes(each))) return false
  if (query.filter === null) return true
  try {
    return filterMiss(query.filter, JSON.parse(text)) === null
  } catch {
    return false
  }
}
