/**
 * Reads a JSON body without losing its bytes. A scan over the raw buffer finds where each
 * top-level member begins and ends, bounds depth, members, their different names, lists and objects and refuses
 * doubled ones; the engine's own parser then decides validity. What was sent as `payload` can so be stored byte for byte (I3).
 */
import { isUtf8 } from 'node:buffer'
import { limits } from '../domain/limits.ts'
import { hasMoreNames } from './different-names.ts'
import { colon, isSpace, quote, skipSpace, skipString } from './json-scan.ts'

export interface JsonBody {
  readonly value: Readonly<Record<string, unknown>>
  /** The bytes of a top-level member as they were sent; null when it is absent. */
  bytesOf(member: string): Uint8Array | null
}

export type JsonFault =
  | 'empty'
  | 'not_utf8'
  | 'not_json'
  | 'not_an_object'
  | 'too_deep'
  | 'too_many'
  | 'too_many_containers'
  | 'too_many_names'
  | 'doubled'

/** How much a text may still hold. */
interface Budget {
  readonly depthMax: number
  members: number
  /** Lists and objects. */
  containers: number
}

interface Span {
  readonly from: number
  readonly to: number
}

const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

export function readJsonObject(bytes: Buffer): JsonBody | JsonFault {
  if (bytes.length === 0) return 'empty'
  if (!isUtf8(bytes)) return 'not_utf8'
  const budget = newBudget()
  const spans = scanMembers(bytes, budget)
  if (typeof spans === 'string') return spans
  // Bodies that cannot have too many names, which are nearly all, are not looked through for them.
  const members = limits.jsonMembersMax - budget.members
  if (members > limits.jsonNamesMax && hasMoreNames(bytes, limits.jsonNamesMax)) {
    return 'too_many_names'
  }
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return 'not_json'
  }
  if (!isObject(value)) return 'not_an_object'
  return {
    value,
    bytesOf(member) {
      const span = spans.get(member)
      return span === undefined ? null : bytes.subarray(span.from, span.to)
    },
  }
}

/**
 * Where the engine's parser stops, counted from 1; null where it does not say. Its message is shown
 * only, in the numbers that it ends with: nothing is decided by them.
 */
export function jsonFaultAt(
  bytes: Buffer,
): { readonly line: number; readonly column: number } | null {
  try {
    JSON.parse(bytes.toString('utf8'))
    return null
  } catch (error) {
    const told = error instanceof Error ? error.message : ''
    const [, line, column] = /\(line (\d{1,9}) column (\d{1,9})\)$/.exec(told) ?? []
    return line === undefined ? null : { line: Number(line), column: Number(column) }
  }
}

/** For each object of a JSON list, the bytes of its members. The list was parsed before. */
export function batchItems(
  list: Uint8Array | null,
): readonly ((member: string) => Uint8Array | null)[] {
  const items: ((member: string) => Uint8Array | null)[] = []
  if (list === null) return items
  let at = skipSpace(list, 1)
  while (at < list.length && list[at] !== closeBracket) {
    const end = skipValue(list, at, newBudget())
    const item = list.subarray(at, end)
    const members = scanMembers(item, newBudget())
    items.push((member) => {
      const span = typeof members === 'string' ? undefined : members.get(member)
      return span === undefined ? null : item.subarray(span.from, span.to)
    })
    at = skipSpace(list, end)
    if (list[at] === comma) at = skipSpace(list, at + 1)
  }
  return items
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Top-level members by name. Linear, without recursion. It may accept text that is not JSON (the
 * parser refuses it afterwards), but for JSON its spans are exact.
 */
function scanMembers(bytes: Uint8Array, budget: Budget): ReadonlyMap<string, Span> | JsonFault {
  const members = new Map<string, Span>()
  let at = skipSpace(bytes, 0)
  if (bytes[at] !== openBrace) return looksLikeJson(bytes[at]) ? 'not_an_object' : 'not_json'
  at = skipSpace(bytes, at + 1)
  while (bytes[at] === quote) {
    const nameEnd = skipString(bytes, at)
    const name = nameOf(bytes, at, nameEnd)
    if (name === null) return 'not_json'
    at = skipSpace(bytes, nameEnd)
    if (bytes[at] !== colon) return 'not_json'
    const from = skipSpace(bytes, at + 1)
    budget.members -= 1
    const to = skipValue(bytes, from, budget)
    if (to === tooDeep) return 'too_deep'
    if (budget.members < 0) return 'too_many'
    if (budget.containers < 0) return 'too_many_containers'
    if (members.has(name)) return 'doubled'
    members.set(name, { from, to })
    if (members.size > limits.jsonNamesMax) return 'too_many_names'
    at = skipSpace(bytes, to)
    if (bytes[at] !== comma) break
    at = skipSpace(bytes, at + 1)
  }
  return bytes[at] === closeBrace ? members : 'not_json'
}

const tooDeep = -1

/** Names almost never hold escapes; when they do, the parser says what they mean. */
function nameOf(bytes: Uint8Array, from: number, to: number): string | null {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8')
  if (!raw.includes('\\')) return raw.slice(1, -1)
  try {
    return String(JSON.parse(raw))
  } catch {
    return null
  }
}

function newBudget(): Budget {
  return {
    depthMax: limits.jsonDepthMax,
    members: limits.jsonMembersMax,
    containers: limits.jsonContainersMax,
  }
}

/** Position after the value that begins at `at`, or `tooDeep`. The root object is level 1. */
function skipValue(bytes: Uint8Array, at: number, budget: Budget): number {
  const first = bytes[at]
  if (first === quote) return skipString(bytes, at)
  if (first !== openBrace && first !== openBracket) return skipScalar(bytes, at)
  let depth = 1
  let position = at
  while (position < bytes.length) {
    const byte = bytes[position]
    if (byte === quote) {
      position = skipString(bytes, position)
      continue
    }
    if (byte === openBrace || byte === openBracket) {
      depth += 1
      budget.containers -= 1
      if (depth > budget.depthMax) return tooDeep
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (depth === 1) return position + 1
    } else if (byte === colon) budget.members -= 1
    position += 1
  }
  return position
}

function skipScalar(bytes: Uint8Array, at: number): number {
  let position = at
  while (position < bytes.length) {
    const byte = bytes[position]
    if (byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte)) break
    position += 1
  }
  return position
}

function looksLikeJson(byte: number | undefined): boolean {
  return byte === openBracket || byte === quote || byte === 0x6e || byte === 0x74 || byte === 0x66
}
