/**
 * Send and wait: an ordinary message, durable and retried as any other, whose first answers the
 * caller waits for. A sign-in can be decided by them. Ordinary sends take no part in this.
 */
import * as contract from '../../contract/webhook.ts'
import type { Attempt } from '../../domain/attempt.ts'
import { Problem, problems } from '../../domain/errors.ts'
import type { EndpointId } from '../../domain/ids.ts'
import type { Clock } from '../../runtime/clock.ts'
import { type Direct, type Route, route } from '../call.ts'
import { acceptedAnswer, eventOf } from '../message-create.ts'

const timeoutMsDefault = 10_000
/** Callers that wait at once on one node. */
const waitersMax = 1_000
let waiting = 0

export const waitRoutes: readonly Route[] = [
  route(contract.sendAndWait, async (call, services) => {
    const { direct } = services
    if (direct == null || waiting >= waitersMax) throw new Problem(problems.unavailable)
    const watch = watchAttempts(direct)
    waiting += 1
    try {
      const acceptance = await services.acceptor.accept(eventOf(call, services))
      const message = acceptedAnswer(acceptance, true).body ?? 'null'
      const endpoints = acceptance.kind === 'accepted' ? acceptance.endpoints : 0
      const answers =
        acceptance.kind === 'accepted'
          ? await watch.firstOf(acceptance.message.id, {
              count: endpoints,
              timeoutMs: call.query.timeout_ms ?? timeoutMsDefault,
              clock: services.world.clock,
            })
          : []
      const rest = { complete: answers.length === endpoints, answers: answers.map(answerOut) }
      return { status: 200, body: `{"message":${message},${JSON.stringify(rest).slice(1)}` }
    } finally {
      waiting -= 1
      watch.stop()
    }
  }),
]

interface Watch {
  /** The first attempt of each endpoint, as many as there are before the deadline. */
  firstOf(
    messageId: string,
    until: { readonly count: number; readonly timeoutMs: number; readonly clock: Clock },
  ): Promise<readonly Attempt[]>
  stop(): void
}

/** Listens from before the message is accepted: an answer may be durable before we know its id. */
function watchAttempts(direct: Direct): Watch {
  const early: Attempt[] = []
  let take = (attempt: Attempt): void => {
    if (early.length < earlyMax) early.push(attempt)
  }
  const stop = direct.onAttempt((attempt) => take(attempt))
  return {
    stop,
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
        if (count === 0) resolve([])
      })
    },
  }
}
/** Attempts of other messages that may finish while ours commits. */
const earlyMax = 10_000

function answerOut(attempt: Attempt) {
  const answered = attempt.responseStatus !== 0
  return {
    endpointId: attempt.endpointId,
    succeeded: attempt.succeeded,
    responseStatusCode: answered ? attempt.responseStatus : null,
    response: answered ? attempt.responseBody : '',
    responseHeaders: attempt.responseHeaders,
    error: answered ? null : attempt.responseBody,
    durationMs: attempt.durationMs,
  }
}
