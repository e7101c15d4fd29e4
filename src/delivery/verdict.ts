/**
 * What is concluded from an outcome. Pure: (outcome, delivery, policy, health, now, chance) decide,
 * nothing else does.
 *
 * - Success is a status of `policy.successStatuses`, whatever became of the body.
 * - 410 disables the endpoint where the policy says so. The head of a holding stream then waits for
 *   the endpoint to be enabled; any other delivery has failed.
 * - 429, 502, 503 and 504 throttle the whole endpoint, not only this delivery.
 * - An aborted attempt (our shutdown) is tried again at once and never uses up the schedule.
 * - A fault of our own (the egress proxy, no descriptor left) uses up no try and says nothing of the
 *   endpoint.
 * - What a person sent again is tried once, except on a stream, which goes on only by success or by
 *   its own rule.
 */
import type { Delivery } from '../domain/delivery.ts'
import { type Endpoint, type EndpointHealth, healthy } from '../domain/endpoint.ts'
import { circuitRules, hasFailedTooLong, nextHealth, type Sign } from '../domain/endpoint-health.ts'
import { type ErrorClass, isCanceledByCode, isOwnFault, type Outcome } from '../domain/outcome.ts'
import { type DeliveryPolicy, statusIn } from '../domain/policy.ts'
import { nextAttemptAt } from '../domain/retry-schedule.ts'
import type { EndpointEffect, Verdict } from '../domain/verdict.ts'
import type { Random } from '../runtime/random.ts'
import { parseRetryAfter } from './retry-after.ts'

export interface JudgeInput {
  readonly outcome: Outcome
  /** As claimed: `attemptCount` does not yet count the attempt that is judged. */
  readonly delivery: Pick<Delivery, 'attemptCount' | 'trigger' | 'sequence'>
  readonly endpoint: Pick<Endpoint, 'updatedAt'>
  readonly policy: DeliveryPolicy
  readonly health: EndpointHealth
  readonly now: number
  readonly random: Random
}

export interface Judgement {
  readonly verdict: Verdict
  readonly effect: EndpointEffect
  /** The health after this attempt, also when it did not change. */
  readonly health: EndpointHealth
}

export function judge(input: JudgeInput): Judgement {
  const { outcome, policy, now } = input
  if (isAborted(outcome)) {
    return { verdict: { kind: 'retry', at: now }, effect: {}, health: input.health }
  }
  if (isCanceledByCode(outcome)) {
    return { verdict: { kind: 'canceled' }, effect: {}, health: input.health }
  }
  const ourWaitMs = ourFaultWaitMs(outcome, input.random)
  if (ourWaitMs !== null) {
    const verdict: Verdict = { kind: 'returned', at: now + ourWaitMs }
    return { verdict, effect: {}, health: input.health }
  }
  if (isSuccess(outcome, policy)) {
    return withHealth(input, { kind: 'succeeded' }, { kind: 'success' })
  }
  if (outcome.kind === 'answered' && outcome.status === 410 && policy.disableOnGone) {
    const effect: EndpointEffect = { health: healthy, disable: { reason: 'gone', at: now } }
    return { verdict: verdictOnGone(input), effect, health: healthy }
  }
  const askedMs = policy.honorRetryAfter ? retryAfterMs(outcome, policy, now) : null
  const at = isRetried(input)
    ? nextAttemptAt({
        attemptNumber: input.delivery.attemptCount + 1,
        rules: policy,
        retryAfterMs: askedMs,
        now,
        fraction: input.random.fraction(),
      })
    : null
  const verdict: Verdict = at === null ? { kind: 'failed' } : { kind: 'retry', at }
  return withHealth(input, verdict, signOf(outcome, { waitMs: askedMs, retryAt: at, now }))
}

/** Whether the attempt counts as delivered. */
export function isSuccess(outcome: Outcome, policy: DeliveryPolicy): boolean {
  return outcome.kind === 'answered' && statusIn(policy.successStatuses, outcome.status)
}

function isAborted(outcome: Outcome): boolean {
  return outcome.kind === 'unanswered' && outcome.errorClass === 'aborted'
}

const proxyWaitMs = 30_000
/** Descriptors come free as requests end; those that wait for one do not come back together. */
const socketsWaitMs = { least: 1_000, spread: 2_000 }

/**
 * How long a delivery waits for our own way out to work again: the endpoint was not reached and is
 * not charged with it. Null: the fault is not ours.
 */
function ourFaultWaitMs(outcome: Outcome, random: Random): number | null {
  if (outcome.kind !== 'unanswered' || !isOwnFault(outcome.errorClass)) return null
  if (outcome.errorClass === 'proxy_failed') return proxyWaitMs
  return socketsWaitMs.least + Math.floor(random.fraction() * socketsWaitMs.spread)
}

/** Adds what the sign does to the endpoint, and disables it when it has failed for too long. */
function withHealth(input: JudgeInput, verdict: Verdict, sign: Sign): Judgement {
  const { policy, now } = input
  const rules = { ...circuitRules, opensAfter: policy.breakerAfter }
  const next = nextHealth({ health: input.health, sign, now, rules })
  // The head of a stream has the schedule as its breaker: nothing else is sent beside it.
  const health =
    input.delivery.sequence !== null && next.openUntil !== null
      ? { ...next, openUntil: null }
      : next
  const failedTooLong =
    sign.kind !== 'success' &&
    hasFailedTooLong({
      health,
      changedAt: input.endpoint.updatedAt,
      disableAfterMs: policy.disableAfterMs,
      now,
    })
  if (failedTooLong) {
    const effect: EndpointEffect = { health: healthy, disable: { reason: 'failing', at: now } }
    return { verdict, effect, health: healthy }
  }
  return { verdict, effect: health === input.health ? {} : { health }, health }
}

function verdictOnGone({ delivery, policy, now }: JudgeInput): Verdict {
  const holds = delivery.sequence !== null && policy.whenExhausted === 'hold'
  return holds ? { kind: 'retry', at: now } : { kind: 'failed' }
}

function isRetried({ outcome, delivery, policy }: JudgeInput): boolean {
  if (delivery.trigger === 'manual' && delivery.sequence === null) return false
  if (outcome.kind === 'answered') return statusIn(policy.retryStatuses, outcome.status)
  if (!policy.retryNetworkErrors) return false
  return policy.retryTimeouts || !timeouts.has(outcome.errorClass)
}

const timeouts: ReadonlySet<ErrorClass> = new Set([
  'dns_timeout',
  'connect_timeout',
  'write_timeout',
  'response_timeout',
])

const throttlingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504])

function signOf(
  outcome: Outcome,
  wait: { readonly waitMs: number | null; readonly retryAt: number | null; readonly now: number },
): Sign {
  if (outcome.kind !== 'answered' || !throttlingStatuses.has(outcome.status)) {
    return { kind: 'failure' }
  }
  const ownRetryMs = wait.retryAt === null ? null : wait.retryAt - wait.now
  return { kind: 'throttled', waitMs: wait.waitMs, ownRetryMs }
}

function retryAfterMs(outcome: Outcome, policy: DeliveryPolicy, now: number): number | null {
  if (outcome.kind !== 'answered') return null
  const asked = parseRetryAfter(outcome.headers['retry-after'], now)
  return asked === null ? null : Math.min(asked, policy.retryAfterMaxMs)
}
