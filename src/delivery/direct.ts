/**
 * One request outside of deliveries: a test event. It is prepared, signed, authenticated and guarded
 * as a delivery is, and judged by the same policy; nothing is stored.
 */
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { makeId } from '../domain/ids.ts'
import type { Message } from '../domain/message.ts'
import type { Outcome, Timings } from '../domain/outcome.ts'
import type { DeliveryPolicy } from '../domain/policy.ts'
import type { World } from '../posthorn.ts'
import type { MakeRequest } from './attempt.ts'
import type { Transport } from './transport.ts'
import { isSuccess } from './verdict.ts'

export interface DirectResult {
  readonly outcome: Outcome
  readonly succeeded: boolean
  /** The URL as records show it. */
  readonly url: string
}

export type SendDirect = (input: {
  readonly application: Application
  readonly endpoint: Endpoint
  readonly message: Message
  /** The wall time that it is signed with; default now. */
  readonly signedAt?: number
}) => Promise<DirectResult>

export function directSender(deps: {
  readonly world: Pick<World, 'clock' | 'random'>
  readonly makeRequest: MakeRequest
  readonly transport: Transport
  readonly policyOf: (application: Application, endpoint: Endpoint) => DeliveryPolicy
}): SendDirect {
  return async ({ application, endpoint, message, signedAt }) => {
    const policy = deps.policyOf(application, endpoint)
    const now = signedAt ?? deps.world.clock.now()
    const made = await deps.makeRequest({
      application,
      endpoint,
      policy,
      claim: claimOf(message, endpoint, deps.world, now),
      attemptId: makeId('attempt', { nowMs: now, random: deps.world.random.bytes(15) }),
      now,
      mayStart: () => true,
      signal: null,
    })
    if (made === 'payload_gone')
      return refused('payload_gone', 'There is nothing to send.', endpoint)
    if (!('request' in made)) return refused(made.errorClass, made.detail, endpoint)
    const outcome = await deps.transport.send(made.request)
    return { outcome, succeeded: isSuccess(outcome, policy), url: made.shownUrl }
  }
}

function claimOf(
  message: Message,
  endpoint: Endpoint,
  world: Pick<World, 'random'>,
  now: number,
): Parameters<MakeRequest>[0]['claim'] {
  return {
    message,
    token: '',
    leaseUntil: 0,
    delivery: {
      id: makeId('delivery', { nowMs: now, random: world.random.bytes(15) }),
      applicationId: message.applicationId,
      endpointId: endpoint.id,
      messageId: message.id,
      state: 'sending',
      trigger: 'manual',
      attemptCount: 0,
      dueAt: null,
      sequence: null,
      createdAt: now,
      updatedAt: now,
    },
  }
}

const noTimings: Timings = {
  queueMs: null,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: null,
  totalMs: 0,
}

function refused(
  errorClass: Extract<Outcome, { kind: 'unanswered' }>['errorClass'],
  detail: string,
  endpoint: Endpoint,
): DirectResult {
  const outcome: Outcome = {
    kind: 'unanswered',
    errorClass,
    detail,
    timings: noTimings,
    remoteAddress: null,
  }
  return { outcome, succeeded: false, url: endpoint.url }
}
