/**
 * Systems whose body has fixed parts take from a producer either the parts or the bare data. Data
 * may have members of the same names (`data`, `type`, ...), and none of them may get lost.
 */
import type { JsonObject } from '../domain/json.ts'

export interface EnvelopeParts {
  /** Every member that the system's body has. */
  readonly all: ReadonlySet<string>
  /** Those without which nothing is an envelope: it must have one of them. */
  readonly carriers: readonly string[]
  /** Those that plain data hardly has: beside `data`, one of them settles it. */
  readonly telling: readonly string[]
}

/**
 * Whether the payload is the system's envelope: it has nothing but the envelope's parts, or `data`
 * beside a part that tells. Anything else is the data itself.
 */
export function isEnvelope(payload: JsonObject, parts: EnvelopeParts): boolean {
  const has = (name: string): boolean => Object.hasOwn(payload, name)
  if (!parts.carriers.some(has)) return false
  if (Object.keys(payload).every((name) => parts.all.has(name))) return true
  return has('data') && parts.telling.some(has)
}
