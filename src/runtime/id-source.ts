import { type IdKind, type IdOf, idRandomBytes, makeId } from '../domain/ids.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/**
 * Mints ids. Ids of one source ascend: within the id's 4 ms tick the random part counts up, so
 * a list by id is a list by creation. A clock that steps back does not make ids step back.
 */
export interface IdSource {
  next<Kind extends IdKind>(kind: Kind): IdOf<Kind>
}

const tickMs = 4

export function idSource(clock: Clock, random: Random): IdSource {
  let lastTick = 0
  let tail = random.bytes(idRandomBytes)
  return {
    next(kind) {
      const tick = Math.floor(clock.now() / tickMs)
      if (tick > lastTick) {
        lastTick = tick
        tail = random.bytes(idRandomBytes)
        tail[0] = (tail[0] ?? 0) & 0x7f // room to count up without overflow
      } else {
        increment(tail)
      }
      return makeId(kind, { nowMs: lastTick * tickMs, random: tail })
    },
  }
}

function increment(bytes: Uint8Array): void {
  for (let at = bytes.length - 1; at >= 0; at--) {
    const value = ((bytes[at] ?? 0) + 1) & 0xff
    bytes[at] = value
    if (value !== 0) return
  }
}
