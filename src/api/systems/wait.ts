/**
 * Send and wait: an ordinary message, durable and retried as any other, whose first answers the
 * caller waits for. A sign-in can be decided by them. Ordinary sends take no part in this.
 */
import * as contract from '../../contract/webhook.ts'
import type { Attempt } from '../../domain/attempt.ts'
import { attemptIn } from '../../domain/attempt-sentences.ts'
import { Problem, problems } from '../../domain/errors.ts'
import { watchAttempts } from '../attempt-watch.ts'
import { type Route, route } from '../call.ts'
import { acceptedAnswer, eventOf } from '../message-create.ts'

const timeoutMsDefault = 10_000

export const waitRoutes: readonly Route[] = [
  route(contract.sendAndWait, async (call, services) => {
    const watch = watchAttempts(services.direct)
    if (watch === null) throw new Problem(problems.unavailable)
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
      const rest = {
        complete: answers.length === endpoints,
        answers: answers.map((each) => answerOut(attemptIn(call.language, each))),
      }
      return { status: 200, body: `{"message":${message},${JSON.stringify(rest).slice(1)}` }
    } finally {
      watch.stop()
    }
  }),
]

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
