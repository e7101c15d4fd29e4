/**
 * A delivery policy: everything that decides how a delivery is sent and judged, apart from the
 * bytes themselves. A profile gives the whole policy, an endpoint may replace any part of it.
 */

/** Inclusive range of HTTP statuses, `[200, 299]`. */
export type StatusRange = readonly [from: number, to: number]

/** Which header set carries a Standard Webhooks signature: `webhook-*`, `svix-*`, or both. */
export type SignatureHeaders = 'webhook' | 'svix' | 'both'

export interface DeliveryPolicy {
  /** Statuses that count as success; `'any'` counts every HTTP answer. */
  readonly successStatuses: readonly StatusRange[] | 'any'
  /** Statuses that are retried. A status that is neither success nor listed here fails at once. */
  readonly retryStatuses: readonly StatusRange[] | 'any'
  /** Whether an attempt without an HTTP answer (DNS, connect, TLS, timeout) is retried. */
  readonly retryNetworkErrors: boolean
  /** Whether an attempt that ran out of time is retried. Only read when `retryNetworkErrors`. */
  readonly retryTimeouts: boolean
  /** Delays before the second, third, ... attempt, in ms. Empty: one attempt only. */
  readonly retryScheduleMs: readonly number[]
  /** Jitter adds up to this share of the delay, never subtracts: 0.1 is up to 10 %. 0 to 1. */
  readonly retryJitter: number
  /** Whether `Retry-After` may postpone the next attempt (bounded by `retryAfterMaxMs`). */
  readonly honorRetryAfter: boolean
  readonly retryAfterMaxMs: number
  /** Total time of one attempt, from resolving the name to the end of the response, in ms. */
  readonly attemptTimeoutMs: number
  /** Redirects followed, each hop through the address guard. 0: a 3xx is the answer. */
  readonly redirectsMax: number
  /** Requests that may be open to the endpoint at once. Ordered endpoints have one. */
  readonly concurrencyMax: number
  /** `fifo`: event n+1 is first sent after n succeeded or was given up (I9). */
  readonly ordering: 'none' | 'fifo'
  /** What an ordered endpoint does when its head has used up its tries. */
  readonly whenExhausted: 'hold' | 'skip'
  /** Whether 410 Gone disables the endpoint. */
  readonly disableOnGone: boolean
  /** Disable after this long without a success while deliveries fail, in ms; null: never. */
  readonly disableAfterMs: number | null
  /** Failures in a row that open the circuit; 0: it stays closed. */
  readonly breakerAfter: number
  readonly signatureHeaders: SignatureHeaders
}

export const standardRetryScheduleMs: readonly number[] = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
]

/** The policy of the `standard` profile: Standard Webhooks. */
export const standardPolicy: DeliveryPolicy = {
  successStatuses: [[200, 299]],
  retryStatuses: 'any',
  retryNetworkErrors: true,
  retryTimeouts: true,
  retryScheduleMs: standardRetryScheduleMs,
  retryJitter: 0.1,
  honorRetryAfter: true,
  retryAfterMaxMs: 86_400_000,
  attemptTimeoutMs: 15_000,
  redirectsMax: 0,
  concurrencyMax: 10,
  ordering: 'none',
  whenExhausted: 'hold',
  disableOnGone: true,
  disableAfterMs: 432_000_000,
  breakerAfter: 10,
  signatureHeaders: 'webhook',
}

/** What an endpoint sets of its own; everything absent comes from the profile. */
export type PolicyOverrides = Partial<DeliveryPolicy>

export function resolvePolicy(profile: DeliveryPolicy, overrides: PolicyOverrides): DeliveryPolicy {
  return { ...profile, ...overrides }
}

export function statusIn(ranges: readonly StatusRange[] | 'any', status: number): boolean {
  return ranges === 'any' || ranges.some(([from, to]) => status >= from && status <= to)
}
