/**
 * One request outside of deliveries: a test event, or one that somebody sends by hand. It is prepared
 * and signed as a delivery is; what is sent is authenticated, guarded and judged so too. Nothing is
 * stored.
 */
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { makeId } from '../domain/ids.ts'
import type { Message } from '../domain/message.ts'
import { isCanceledByCode, type Outcome, type Timings } from '../domain/outcome.ts'
import type { DeliveryPolicy } from '../domain/policy.ts'
import type { World } from '../posthorn.ts'
import type { MakeRequest } from './attempt.ts'
import type { HeaderPair } from './prepare.ts'
import type { Transport } from './transport.ts'
import { isSuccess } from './verdict.ts'

export interface DirectResult {
  readonly outcome: Outcome
  readonly succeeded: boolean
  /** The URL as records show it. */
  readonly url: string
}

/** A request that is not sent. */
export interface MadeRequest {
  /** Every header but those of the endpoint's authentication, secrets in clear. */
  readonly headers: readonly HeaderPair[]
  /** The same as records show them. */
  readonly shownHeaders: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export type SendDirect = (input: {
  readonly application: Application
  readonly endpoint: Endpoint
  readonly message: Message
  /** The wall time that it is signed with; default now. */
  readonly signedAt?: number
}) => Promise<DirectResult>

interface DirectDeps {
  readonly world: Pick<World, 'clock' | 'random'>
  readonly makeRequest: MakeRequest
  readonly transport: Transport
  readonly policyOf: (application: Application, endpoint: Endpoint) => DeliveryPolicy
}

export function directSender(deps: DirectDeps): SendDirect {
  return async (input) => {
    const { application, endpoint } = input
    const policy = deps.policyOf(application, endpoint)
    const made = await makeDirect(deps, input)
    if (made === 'payload_gone')
      return refused('payload_gone', 'There is nothing to send.', endpoint)
    if (!('request' in made)) {
      const result = refused(made.errorClass, made.detail, endpoint)
      return { ...result, succeeded: isCanceledByCode(result.outcome) }
    }
    const outcome = await deps.transport.send(made.request)
    return { outcome, succeeded: isSuccess(outcome, policy), url: made.shownUrl }
  }
}

/**
 * The request of a message as it would be sent now, signed anew; null where there is none to be made.
 * Without the endpoint's authentication: nothing is asked of a token server for it.
 */
export function directMaker(deps: DirectDeps) {
  return async (input: Parameters<SendDirect>[0]): Promise<MadeRequest | null> => {
    const { authentication: _, ...attributes } = input.endpoint.attributes
    const endpoint = { ...input.endpoint, attributes }
    const made = await makeDirect(deps, { ...input, endpoint })
    if (made === 'payload_gone' || !('request' in made)) return null
    const { request, shownHeaders } = made
    return { headers: request.headers, shownHeaders, body: request.body }
  }
}

function makeDirect(
  deps: DirectDeps,
  { application, endpoint, message, signedAt }: Parameters<SendDirect>[0],
) {
  const now = signedAt ?? deps.world.clock.now()
  return deps.makeRequest({
    application,
    endpoint,
    policy: deps.policyOf(application, endpoint),
    claim: claimOf(message, endpoint, deps.world, now),
    attemptId: makeId('attempt', { nowMs: now, random: deps.world.random.bytes(15) }),
    now,
    mayStart: () => true,
    signal: null,
  })
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
