import {
  type IdKind,
  type IdOf,
  idBody,
  idOfBody,
  idRandomBytes,
  nextIdBody,
} from '../domain/ids.ts'
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
  let body = ''
  return {
    next(kind) {
      const tick = Math.floor(clock.now() / tickMs)
      if (tick > lastTick) {
        lastTick = tick
        const tail = random.bytes(idRandomBytes)
        tail[0] = (tail[0] ?? 0) & 0x7f // room to count up without overflow
        body = idBody({ nowMs: lastTick * tickMs, random: tail })
      } else {
        body = nextIdBody(body)
      }
      return idOfBody(kind, body)
    },
  }
}
