/**
 * One attempt: prepare → sign → send → judge → record. Read this file first.
 *
 * The attempt's id is minted before anything leaves, and whatever may have left is recorded: the
 * requests that receivers see are the attempts in the store (rule 13).
 */
import type { Application } from '../domain/application.ts'
import type { Attempt } from '../domain/attempt.ts'
import { attemptSentences } from '../domain/attempt-sentences.ts'
import type { EndpointHealth } from '../domain/endpoint.ts'
import type { AttemptId } from '../domain/ids.ts'
import { type ErrorClass, isCanceledByCode, type Outcome, type Timings } from '../domain/outcome.ts'
import type { DeliveryPolicy } from '../domain/policy.ts'
import type { World } from '../posthorn.ts'
import type { IdSource } from '../runtime/id-source.ts'
import type { RecordInput } from '../store/port/deliveries.ts'
import type { Prepared, PrepareInput } from './prepare.ts'
import type { Departure } from './throttle.ts'
import type { Transport } from './transport.ts'
import { isSuccess, type Judgement, judge } from './verdict.ts'
import type { Target, Work } from './work.ts'

/** What goes into a request; see `prepare`. */
export interface RequestInput extends PrepareInput {
  readonly application: Application
  readonly attemptId: AttemptId
}

/** It could not be made (URL refused, transformation failed, no token): an attempt that failed. */
export interface Refusal {
  readonly errorClass: ErrorClass
  readonly detail: string
}
export type Made = Prepared | Refusal | 'payload_gone'

/** Prepares and signs. Synchronous unless something must be asked for (an OAuth token). */
export type MakeRequest = (input: RequestInput) => Made | Promise<Made>

export interface AttemptTools extends World {
  readonly ids: IdSource
  readonly makeRequest: MakeRequest
  readonly transportOf: (target: Target) => Transport
  /** Asked at the last instant before bytes are written. */
  readonly mayStart: (work: Work) => boolean
  /** Aborts requests when a graceful stop has run out of time. */
  readonly signal: AbortSignal
}

/** What an attempt asks of its endpoint's line while it is made. */
export interface AttemptLine {
  readonly health: EndpointHealth
  leavesIn(monotonicNow: number): number
  left(departure: Departure): void
}

export interface Finished {
  readonly judgement: Judgement
  readonly attempt: Attempt
  readonly record: RecordInput
  /** Since when the endpoint had been failing before this attempt; null: it had not. */
  readonly failedSince: number | null
}

/**
 * Makes the attempt and judges it. `'not_sent'`: the lease ran out or the engine stops, no byte has
 * left, there is nothing to record. The line's health is asked after the answer, not before.
 */
export async function attemptDelivery(
  work: Work,
  target: Target,
  line: AttemptLine,
  tools: AttemptTools,
): Promise<Finished | 'not_sent' | 'payload_gone'> {
  const { clock, ids } = tools
  const attemptId = ids.next('attempt')
  const startedAt = clock.now()
  const deadline = clock.monotonic() + target.policy.attemptTimeoutMs
  const departure: Departure = { at: 0 }
  let mayHaveLeft = false
  const made = await prepareSafely(tools, {
    ...target,
    claim: { ...work, token: work.lease.token, leaseUntil: 0 },
    attemptId,
    now: startedAt,
    mayStart() {
      // After a pause of the whole process this runs before the timer that would have aborted.
      const may = clock.monotonic() < deadline && tools.mayStart(work)
      if (may) mayHaveLeft = true
      departure.at = clock.monotonic()
      return may
    },
    leavesIn() {
      departure.at = clock.monotonic()
      const waitMs = line.leavesIn(departure.at)
      if (waitMs === 0) line.left(departure)
      return waitMs
    },
    signal: tools.signal,
  })
  if (made === 'payload_gone') return made
  const outcome = await send(made, target, deadline, tools)
  const aborted = outcome.kind === 'unanswered' && outcome.errorClass === 'aborted'
  if (aborted && !mayHaveLeft) return 'not_sent'
  const { delivery } = work
  const { endpoint, policy } = target
  const { random } = tools
  const now = clock.now()
  const before = line.health
  const judgement = judge({ outcome, delivery, endpoint, policy, health: before, now, random })
  const attempt = attemptOf({ work, target, made, outcome, judgement, attemptId, startedAt })
  const record = recordOf(work, target, attempt, judgement, now)
  return { judgement, attempt, record, failedSince: before.failingSince }
}

/** A request that cannot be made because of a bug is an attempt that failed: it must not spin. */
function prepareSafely(tools: AttemptTools, input: RequestInput): Made | Promise<Made> {
  const refuse = (cause: unknown): Made => {
    tools.log.error('attempt.not_prepared', { attemptId: input.attemptId }, cause)
    return { errorClass: 'internal', detail: attemptSentences.unprepared.en }
  }
  try {
    const made = tools.makeRequest(input)
    return made instanceof Promise ? made.catch(refuse) : made
  } catch (cause) {
    return refuse(cause)
  }
}

function send(
  made: Prepared | Refusal,
  target: Target,
  deadline: number,
  tools: AttemptTools,
): Promise<Outcome> {
  if (!('request' in made)) return Promise.resolve(unanswered(made.errorClass, made.detail))
  // Fetching a token took of the attempt's time.
  const timeoutMs = Math.max(1, Math.floor(deadline - tools.clock.monotonic()))
  const request = timeoutMs < made.request.timeoutMs ? { ...made.request, timeoutMs } : made.request
  return tools
    .transportOf(target)
    .send(request)
    .catch((cause: unknown) => {
      tools.log.error('attempt.transport_threw', { endpointId: target.endpoint.id }, cause)
      return unanswered('internal', attemptSentences.unsent.en)
    })
}

function unanswered(errorClass: ErrorClass, detail: string): Outcome {
  return { kind: 'unanswered', errorClass, detail, timings: noTimings, remoteAddress: null }
}

const noTimings: Timings = {
  queueMs: null,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: null,
  totalMs: 0,
}

function attemptOf(input: {
  readonly work: Work
  readonly target: Target
  readonly made: Prepared | Refusal
  readonly outcome: Outcome
  readonly judgement: Judgement
  readonly attemptId: AttemptId
  readonly startedAt: number
}): Attempt {
  const { work, target, made, outcome, judgement } = input
  const { delivery, message } = work
  const answered = outcome.kind === 'answered'
  const { verdict } = judgement
  return {
    id: input.attemptId,
    applicationId: delivery.applicationId,
    endpointId: delivery.endpointId,
    messageId: message.id,
    deliveryId: delivery.id,
    eventType: message.eventType,
    channels: message.channels,
    tags: message.tags,
    trigger: delivery.trigger,
    number: delivery.attemptCount + 1,
    // What its code leaves out did not fail: nothing counts against the endpoint.
    succeeded: isSuccess(outcome, target.policy) || isCanceledByCode(outcome),
    method: 'request' in made ? (made.request.method ?? 'POST') : 'POST',
    url: 'request' in made ? made.shownUrl : target.endpoint.url,
    responseStatus: answered ? outcome.status : 0,
    responseBody: answered ? readable(outcome.body) : outcome.detail,
    responseTruncated: answered && outcome.bodyTruncated,
    responseBytes: answered ? (outcome.bodyBytes ?? null) : null,
    errorClass: answered ? null : outcome.errorClass,
    durationMs: Math.round(outcome.timings.totalMs),
    requestHeaders: 'request' in made ? made.shownHeaders : {},
    rewriting: 'request' in made ? made.rewriting : null,
    responseHeaders: answered ? outcome.headers : {},
    timings: outcome.timings,
    remoteAddress: outcome.remoteAddress,
    connection: outcome.connection ?? null,
    nextAttemptAt: 'at' in verdict ? verdict.at : null,
    createdAt: input.startedAt,
  }
}

/** As text for people. NUL, which PostgreSQL refuses in text, becomes the replacement character. */
function readable(body: Uint8Array): string {
  if (body.byteLength === 0) return ''
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}

function recordOf(
  work: Work,
  target: Target,
  attempt: Attempt,
  { verdict, effect }: Judgement,
  now: number,
): RecordInput {
  return { ...recordFields(work, target), attempt, verdict, effect, now }
}

/** The record of a delivery that was not attempted: given back, or canceled. */
export function recordUnsent(
  work: Work,
  verdict: Extract<RecordInput['verdict'], { kind: 'canceled' | 'returned' }>,
  now: number,
): RecordInput {
  // Nothing was exhausted, so the rule for that is not asked for.
  const fields = recordFields(work, { policy: { whenExhausted: 'hold' } })
  return { ...fields, attempt: null, verdict, effect: {}, now }
}

function recordFields(
  work: Work,
  { policy }: { readonly policy: Pick<DeliveryPolicy, 'whenExhausted'> },
) {
  const { delivery, lease } = work
  return {
    applicationId: delivery.applicationId,
    endpointId: delivery.endpointId,
    messageId: delivery.messageId,
    deliveryId: delivery.id,
    token: lease.token,
    stream:
      delivery.sequence === null
        ? null
        : { sequence: delivery.sequence, whenExhausted: policy.whenExhausted },
  }
}
