/** Records what a receiver would have answered, without a network: for tests of the API alone. */
import type { Attempt } from '../../src/domain/attempt.ts'
import type { EndpointEffect } from '../../src/domain/verdict.ts'
import type { Claim } from '../../src/store/port/deliveries.ts'
import type { TestApi } from './api.ts'

/** One attempt of a claimed delivery, with a status; the delivery ends succeeded or failed, or waits. */
export async function recordAttempt(
  api: TestApi,
  claim: Claim,
  answer: {
    readonly status: number
    readonly body?: string
    readonly effect?: EndpointEffect
    /** It failed and is tried again then. */
    readonly retryAt?: number
    /** What its code made of the request. */
    readonly made?: Pick<Attempt, 'url' | 'requestHeaders' | 'rewriting'>
  },
): Promise<Attempt> {
  const now = api.world.clock.now()
  const succeeded = answer.status >= 200 && answer.status < 300
  const { delivery, message } = claim
  const attempt: Attempt = {
    id: api.ids.next('attempt'),
    applicationId: delivery.applicationId,
    endpointId: delivery.endpointId,
    messageId: message.id,
    deliveryId: delivery.id,
    eventType: message.eventType,
    channels: message.channels,
    tags: message.tags,
    trigger: delivery.trigger,
    number: delivery.attemptCount + 1,
    succeeded,
    method: 'POST',
    url: 'https://example.com/',
    responseStatus: answer.status,
    responseBody: answer.body ?? 'ok',
    responseTruncated: false,
    responseBytes: null,
    errorClass: answer.status === 0 ? 'connect_timeout' : null,
    durationMs: 12,
    requestHeaders: { 'content-type': 'application/json' },
    rewriting: null,
    responseHeaders: { server: 'test' },
    timings: {
      queueMs: 0,
      dnsMs: null,
      connectMs: null,
      tlsMs: null,
      firstByteMs: 10,
      totalMs: 12,
    },
    remoteAddress: '127.0.0.1',
    connection: { kept: true, tls: null },
    nextAttemptAt: answer.retryAt ?? null,
    createdAt: now,
    ...answer.made,
  }
  await api.store.recordAttempt({
    applicationId: delivery.applicationId,
    endpointId: delivery.endpointId,
    messageId: message.id,
    deliveryId: delivery.id,
    token: claim.token,
    attempt,
    verdict: verdictOf(succeeded, answer.retryAt),
    effect: answer.effect ?? {},
    stream: null,
    now,
  })
  return attempt
}

function verdictOf(succeeded: boolean, retryAt: number | undefined) {
  if (succeeded) return { kind: 'succeeded' } as const
  return retryAt === undefined
    ? ({ kind: 'failed' } as const)
    : ({ kind: 'retry', at: retryAt } as const)
}
