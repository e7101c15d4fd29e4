import type { DisabledReason, EndpointHealth } from './endpoint.ts'

/** What is concluded from an outcome; a pure function of (claim, outcome, policy, now) makes it. */
export type Verdict =
  | { readonly kind: 'succeeded' }
  /** Try again at `at`. */
  | { readonly kind: 'retry'; readonly at: number }
  /** The schedule is used up, or the answer is final. */
  | { readonly kind: 'failed' }
  /** Not attempted after all (endpoint disabled or deleted, payload expunged). */
  | { readonly kind: 'canceled' }
  /** Given back unattempted (shutdown, circuit open): claimable again at `at`, no try burned. */
  | { readonly kind: 'returned'; readonly at: number }

/** What the same commit does to the endpoint. Absent members change nothing. */
export interface EndpointEffect {
  readonly health?: EndpointHealth
  readonly disable?: { readonly reason: DisabledReason; readonly at: number }
}
