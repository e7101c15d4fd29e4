/**
 * When the next attempt happens. Jitter only adds, and an answer's `Retry-After` only postpones: a
 * receiver is never asked earlier than the schedule or the receiver itself said.
 */
import type { DeliveryPolicy } from './policy.ts'

export type RetryRules = Pick<
  DeliveryPolicy,
  'retryScheduleMs' | 'retryJitter' | 'honorRetryAfter' | 'retryAfterMaxMs'
>

/**
 * The instant of the attempt after attempt `attemptNumber` (1 for the first), or null when the
 * schedule is used up. `fraction` is chance in [0, 1); `retryAfterMs` what the answer asked for.
 */
export function nextAttemptAt(input: {
  readonly attemptNumber: number
  readonly rules: RetryRules
  readonly retryAfterMs: number | null
  readonly now: number
  readonly fraction: number
}): number | null {
  const { rules, now, fraction } = input
  const scheduledMs = rules.retryScheduleMs[input.attemptNumber - 1]
  if (scheduledMs === undefined) return null
  const stretch = 1 + rules.retryJitter * fraction
  const askedMs = rules.honorRetryAfter ? (input.retryAfterMs ?? 0) : 0
  const postponedMs = Math.min(askedMs * stretch, rules.retryAfterMaxMs)
  return now + Math.ceil(Math.max(scheduledMs * stretch, postponedMs))
}
