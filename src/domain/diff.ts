/**
 * What an edit changed. Objects are walked, everything else (lists too) is compared whole. Paths
 * are JSON pointers: `/name/names`.
 */
import { isPlainObject, type JsonObject, numberOf } from './json.ts'

export interface Change {
  readonly previous: unknown
  readonly changedTo: unknown
}
export type Diff = Readonly<Record<string, Change>>

/** The changes from `previous` to `current`; a missing member counts as null. */
export function diffOf(previous: JsonObject, current: JsonObject): Diff {
  const changes: [string, Change][] = []
  collect(previous, current, '', changes)
  return Object.fromEntries(changes)
}

function collect(before: JsonObject, after: JsonObject, at: string, found: [string, Change][]) {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const from = own(before, key)
    const to = own(after, key)
    const path = `${at}/${pointerOf(key)}`
    if (isPlainObject(from) && isPlainObject(to)) collect(from, to, path, found)
    else if (!sameJson(from, to)) found.push([path, { previous: from, changedTo: to }])
  }
}

/** Those members of `whole` that the diff names, nested as they are in `whole`. */
export function pickChanged(whole: JsonObject, diff: Diff): JsonObject {
  let picked: JsonObject = {}
  for (const path of Object.keys(diff)) {
    const keys = path.split('/').slice(1).map(keyOf)
    picked = pick(whole, picked, keys)
  }
  return picked
}

function pick(from: JsonObject, into: JsonObject, keys: readonly string[]): JsonObject {
  const [key, ...rest] = keys
  if (key === undefined || !Object.hasOwn(from, key)) return into
  const value = from[key]
  if (rest.length === 0 || !isPlainObject(value)) return { ...into, [key]: value }
  const before = own(into, key)
  return { ...into, [key]: pick(value, isPlainObject(before) ? before : {}, rest) }
}

function sameJson(a: unknown, b: unknown): boolean {
  const number = numberOf(a)
  if (number !== null) return number === numberOf(b)
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : null
}

function pointerOf(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function keyOf(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}
