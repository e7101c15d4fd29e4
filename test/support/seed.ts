/** Deliveries written straight to the store, with what became of them: quick, and without a network. */
import assert from 'node:assert/strict'
import type { Attempt } from '../../src/domain/attempt.ts'
import type { EndpointId } from '../../src/domain/ids.ts'
import { makeId } from '../../src/domain/ids.ts'
import { defaultOrganizationId, type Posthorn } from '../../src/posthorn.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import type { AcceptInput } from '../../src/store/port/accept.ts'

const perCall = 500
const payload = Buffer.from('{"order":{"id":"o_91","total":42}}')

export interface Seed {
  readonly application: string
  readonly endpoint: string
  readonly count: number
  /** `waiting`: no attempt; the endpoint should be paused. */
  readonly outcome: 'succeeded' | 'failed' | 'unanswered' | 'waiting'
  readonly eventType?: string
  /** JSON of the n-th one. */
  readonly payloadOf?: (n: number) => string
  /** They are spread evenly over so much time before now. */
  readonly spanMs?: number
}

export async function seedDeliveries(posthorn: Posthorn, seed: Seed): Promise<void> {
  const { store } = posthorn
  const view = await posthorn.views.find(defaultOrganizationId, seed.application)
  assert.ok(view !== null)
  const { id: applicationId, configVersion } = view.application
  const until = Date.now() - 1_000
  for (let done = 0; done < seed.count; done += perCall) {
    const size = Math.min(perCall, seed.count - done)
    const inputs = Array.from({ length: size }, (_, n): AcceptInput => {
      const at =
        until - Math.round(((seed.count - done - n) / seed.count) * (seed.spanMs ?? 60_000))
      return {
        message: {
          id: makeId('message', { nowMs: at, random: systemRandom.bytes(16) }),
          applicationId,
          eventType: seed.eventType ?? 'order.created',
          eventId: null,
          channels: null,
          tags: null,
          payload: seed.payloadOf ? Buffer.from(seed.payloadOf(done + n)) : payload,
          contentType: 'application/json',
          createdAt: at,
          deliverAt: null,
          payloadExpiresAt: at + 90 * 86_400_000,
          attributes: {},
        },
        deliveries: [
          {
            id: makeId('delivery', { nowMs: at, random: systemRandom.bytes(16) }),
            endpointId: seed.endpoint as EndpointId, // as the API named it
            ordered: false,
          },
        ],
        configVersion,
        lease: seed.outcome === 'waiting' ? null : { token: 'seed', until: Date.now() + 60_000 },
        idempotency: null,
        now: at,
      }
    })
    const results = await store.acceptMessages(inputs)
    assert.ok(results.every(({ kind }) => kind === 'accepted'))
    if (seed.outcome !== 'waiting') {
      await Promise.all(inputs.map((input) => record(posthorn, input, seed.outcome)))
    }
  }
}

async function record(
  posthorn: Posthorn,
  input: AcceptInput,
  outcome: Seed['outcome'],
): Promise<void> {
  const succeeded = outcome === 'succeeded'
  const answered = outcome !== 'unanswered'
  const [planned] = input.deliveries
  assert.ok(planned !== undefined)
  const { applicationId, id: messageId, eventType, createdAt } = input.message
  const key = { applicationId, messageId, endpointId: planned.endpointId, deliveryId: planned.id }
  const attempt: Attempt = {
    ...key,
    id: makeId('attempt', { nowMs: createdAt, random: systemRandom.bytes(16) }),
    eventType,
    channels: null,
    tags: null,
    trigger: 'scheduled',
    number: 1,
    succeeded,
    url: 'http://127.0.0.1:9/',
    responseStatus: succeeded ? 200 : answered ? 500 : 0,
    responseBody: succeeded ? 'ok' : answered ? 'out of order' : 'refused',
    responseTruncated: false,
    responseBytes: null,
    errorClass: answered ? null : 'connect_refused',
    durationMs: 12,
    method: 'POST',
    rewriting: null,
    requestHeaders: {},
    responseHeaders: {},
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
    nextAttemptAt: null,
    createdAt,
  }
  await posthorn.store.recordAttempt({
    ...key,
    token: 'seed',
    attempt,
    verdict: { kind: succeeded ? 'succeeded' : 'failed' },
    effect: {},
    stream: null,
    now: createdAt,
  })
}
