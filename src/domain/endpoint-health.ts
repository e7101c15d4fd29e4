/**
 * An endpoint's health, and its circuit breaker.
 *
 *   closed ──failures in a row, or a throttling answer──▶ open ──time──▶ half open
 *     ▲                                                    ▲               │
 *     └────────────────────success─────────────────────────│───────────────┤
 *                                                          └────failure────┘
 *
 * While open, deliveries wait and no try is burned. Half open, one real delivery is the probe. Each
 * failed probe doubles the wait. Answers that come in while the circuit is open belong to requests
 * started before: they neither close it nor make it grow.
 */
import type { EndpointHealth } from './endpoint.ts'

export interface CircuitRules {
  /** Failures in a row that open the circuit; 0: none do. */
  readonly opensAfter: number
  /** First wait, doubled by each failed probe up to `openMaxMs`. */
  readonly openMinMs: number
  readonly openMaxMs: number
  /** First wait after a throttling answer that names no time, doubled up to `throttleMaxMs`. */
  readonly throttleMinMs: number
  readonly throttleMaxMs: number
}

export const circuitRules: CircuitRules = {
  opensAfter: 10,
  openMinMs: 10_000,
  openMaxMs: 300_000,
  throttleMinMs: 1_000,
  throttleMaxMs: 60_000,
}

/** What one attempt says about the endpoint. */
export type Sign =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure' }
  /**
   * 429, 502, 503, 504. `waitMs`: what `Retry-After` asked for; null when it did not. Then the wait
   * is ours, and no longer than until the failed delivery's own retry.
   */
  | {
      readonly kind: 'throttled'
      readonly waitMs: number | null
      readonly ownRetryMs: number | null
    }

export type Circuit = 'closed' | 'open' | 'half_open'

export function circuitOf(health: EndpointHealth, now: number): Circuit {
  if (health.openUntil === null) return 'closed'
  return now < health.openUntil ? 'open' : 'half_open'
}

/** The health after a sign; the same object when nothing changed, so that nothing is written. */
export function nextHealth(input: {
  readonly health: EndpointHealth
  readonly sign: Sign
  readonly now: number
  readonly rules?: CircuitRules
}): EndpointHealth {
  const { health, sign, now, rules = circuitRules } = input
  const open = circuitOf(health, now) === 'open'
  if (sign.kind === 'success') {
    const openUntil = open ? health.openUntil : null
    const same =
      health.failingSince === null &&
      health.consecutiveFailures === 0 &&
      health.openUntil === openUntil
    return same ? health : { failingSince: null, consecutiveFailures: 0, openUntil }
  }
  const failingSince = health.failingSince ?? now
  const failures = open ? health.consecutiveFailures : health.consecutiveFailures + 1
  const waitMs = sign.kind === 'throttled' ? throttleMs(sign, failures, rules) : 0
  const brokenMs = open ? 0 : openMs(failures, rules)
  const until = Math.max(open ? (health.openUntil ?? 0) : 0, now + Math.max(waitMs, brokenMs))
  return { failingSince, consecutiveFailures: failures, openUntil: until > now ? until : null }
}

function throttleMs(
  sign: Extract<Sign, { kind: 'throttled' }>,
  failures: number,
  rules: CircuitRules,
): number {
  if (sign.waitMs !== null) return sign.waitMs
  const oursMs = doubled(rules.throttleMinMs, failures - 1, rules.throttleMaxMs)
  return Math.min(oursMs, sign.ownRetryMs ?? oursMs)
}

function openMs(failures: number, rules: CircuitRules): number {
  if (rules.opensAfter === 0 || failures < rules.opensAfter) return 0
  return doubled(rules.openMinMs, failures - rules.opensAfter, rules.openMaxMs)
}

function doubled(firstMs: number, times: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(times, 0), 30))
}

/**
 * Whether an endpoint has failed for too long. `changedAt` is the endpoint's last edit: editing or
 * enabling it starts the count anew, so that a repaired endpoint is not disabled by its first failure.
 */
export function hasFailedTooLong(input: {
  readonly health: EndpointHealth
  readonly changedAt: number
  readonly disableAfterMs: number | null
  readonly now: number
}): boolean {
  const { health, disableAfterMs } = input
  if (disableAfterMs === null || health.failingSince === null) return false
  return input.now - Math.max(health.failingSince, input.changedAt) >= disableAfterMs
}
