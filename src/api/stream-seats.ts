/**
 * Streams that stand open: each holds a connection for hours. They are counted for each caller and
 * for the server, so that no key takes the places of the others.
 */
import { Problem, problems } from '../domain/errors.ts'
import type { Principal } from './principal.ts'

export interface StreamLimits {
  readonly perCallerMax: number
  readonly perServerMax: number
}

export const streamLimits: StreamLimits = { perCallerMax: 100, perServerMax: 1_000 }
const retryAfterSeconds = 5

export interface StreamSeats {
  /** Throws 429 where `take` would: for those who store something first. */
  check(caller: string): void
  /** Takes a place until the returned function is called. Throws 429 where there is none. */
  take(caller: string): () => void
  readonly taken: number
}

/** Whose places a caller takes: those of the key, user or portal link that signed the request. */
export function callerOf({ actor, organizationId, applicationId }: Principal): string {
  return [organizationId, applicationId ?? '', actor.kind, actor.id ?? ''].join(' ')
}

export function streamSeats(limits: StreamLimits = streamLimits): StreamSeats {
  const seats = new Map<string, number>()
  let taken = 0
  const check = (caller: string): void => {
    const mine = seats.get(caller) ?? 0
    if (mine < limits.perCallerMax && taken < limits.perServerMax) return
    throw new Problem(problems.tooManyRequests, {
      detail: {
        en: 'Too many streams are open here. Close one, or read pages instead.',
        es: 'Hay demasiados flujos abiertos. Cierra uno, o lee por páginas.',
      },
      retryAfterSeconds,
    })
  }
  return {
    check,
    get taken() {
      return taken
    },
    take(caller) {
      check(caller)
      taken += 1
      seats.set(caller, (seats.get(caller) ?? 0) + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        taken -= 1
        const rest = (seats.get(caller) ?? 1) - 1
        if (rest === 0) seats.delete(caller)
        else seats.set(caller, rest)
      }
    },
  }
}
