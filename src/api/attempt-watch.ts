/** Waiting for the first attempts of a message, for callers who ask for it and settings that say so. */
import type { Attempt } from '../domain/attempt.ts'
import type { EndpointId } from '../domain/ids.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Direct } from './call.ts'

/** Callers that wait at once on one node. */
const waitersMax = 1_000
let waiting = 0

export interface Watch {
  /** The first attempt of each endpoint, as many as there are before the deadline. */
  firstOf(
    messageId: string,
    until: { readonly count: number; readonly timeoutMs: number; readonly clock: Clock },
  ): Promise<readonly Attempt[]>
  stop(): void
}

/**
 * Listens from before the message is accepted: an answer may be durable before we know its id.
 * Null: this node sends nothing, or too many wait already. Whoever gets one stops it.
 */
export function watchAttempts(direct: Direct | null | undefined): Watch | null {
  if (direct == null || waiting >= waitersMax) return null
  waiting += 1
  const early: Attempt[] = []
  let take = (attempt: Attempt): void => {
    if (early.length < earlyMax) early.push(attempt)
  }
  const stop = direct.onAttempt((attempt) => take(attempt))
  return {
    stop() {
      waiting -= 1
      stop()
    },
    firstOf(messageId, { count, timeoutMs, clock }) {
      const found = new Map<EndpointId, Attempt>()
      return new Promise((resolve) => {
        const timer = clock.setTimer(timeoutMs, () => resolve([...found.values()]))
        take = (attempt) => {
          if (attempt.messageId === messageId && !found.has(attempt.endpointId)) {
            found.set(attempt.endpointId, attempt)
          }
          if (found.size < count) return
          timer.cancel()
          resolve([...found.values()])
        }
        for (const attempt of early) take(attempt)
        if (count > 0) return
        timer.cancel()
        resolve([])
      })
    },
  }
}
/** Attempts of other messages that may finish while ours commits. */
const earlyMax = 10_000
