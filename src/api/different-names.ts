/**
 * How many different names the members of a JSON text have. The engine keeps each name once, in a
 * table of its own: a name that it has not seen costs its parser ten times what a known one does.
 */
import { colon, quote, skipSpace, skipString } from './json-scan.ts'

/** Whether there are more than `max`. Spelled otherwise (`\u0061` for `a`) counts as another. */
export function hasMoreNames(bytes: Uint8Array, max: number): boolean {
  /** Where a name stands, by its hash. Two names of one hash count each time: nobody hides so. */
  const places = new Map<number, number>()
  let count = 0
  let at = bytes.indexOf(quote)
  while (at >= 0 && at < bytes.length) {
    const end = skipString(bytes, at)
    if (bytes[skipSpace(bytes, end)] === colon) {
      const hash = hashOf(bytes, at, end)
      const known = places.get(hash)
      if (known === undefined || !isSame(bytes, { known, at, end })) {
        places.set(hash, at)
        count += 1
        if (count > max) return true
      }
    }
    at = nextQuote(bytes, end)
  }
  return false
}

function nextQuote(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== quote) at += 1
  return at
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 16_777_619) ^ (bytes[at] ?? 0)) | 0
  return hash
}

/** Both end with their quote, so that none is the beginning of the other. */
function isSame(
  bytes: Uint8Array,
  { known, at, end }: { readonly known: number; readonly at: number; readonly end: number },
): boolean {
  for (let offset = 0; at + offset < end; offset++) {
    if (bytes[known + offset] !== bytes[at + offset]) return false
  }
  return true
}
