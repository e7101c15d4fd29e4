/**
 * A recovery sends deliveries again with care: one first, to see whether the endpoint is well, then
 * no faster than asked, and not on when too many fail. The rules are here and pure; the work is in
 * `upkeep/recovery-step.ts`. An endpoint is dealt with after the other, oldest delivery first.
 */
import { circuitRules } from './endpoint-health.ts'
import type { DeliveryId, EndpointId } from './ids.ts'

export interface RecoveryOptions {
  /** Leaves out what got through some other time, or is on its way. */
  readonly skipDelivered: boolean
  /** Deliveries a second; null: as fast as they are answered; `usual`: see `rateAt`. */
  readonly rate: number | null | 'usual'
  /** One delivery of each endpoint first; the others only when its first attempt succeeds. */
  readonly probe: boolean
  /** Stops an endpoint when more than this share of first attempts failed; null: goes on. */
  readonly stopAbove: number | null
}

/** What they come to at one endpoint. */
export type OptionsThere = RecoveryOptions & { readonly rate: number | null }

/** Of an endpoint without a limit of its own, deliveries a second. */
export const usualRate = 20

/** The options as they are at one endpoint: `usual` is half of its limit, or `usualRate`. */
export function optionsAt(
  options: RecoveryOptions,
  { throttleRate }: { readonly throttleRate: number | null },
): OptionsThere {
  const { rate } = options
  if (rate !== 'usual') return { ...options, rate }
  return { ...options, rate: throttleRate === null ? usualRate : throttleRate / 2 }
}

export type StopReason = 'probe_failed' | 'probe_unanswered' | 'too_many_failures'

/** A delivery that was added and whose first attempt has not been seen yet. */
export interface Watched {
  readonly id: DeliveryId
  readonly at: number
}

/** Where a recovery stands; kept with the task, so that it goes on after a restart. */
export interface Recovery {
  /** Deliveries that will be added, counted before the first one; null: too many to count. */
  readonly total: number | null
  readonly skipped: number
  /** Payload or endpoint is gone. */
  readonly unsendable: number
  /** First attempts so far, of all endpoints. */
  readonly succeeded: number
  readonly failing: number
  readonly stopped: readonly { readonly endpointId: EndpointId; readonly reason: StopReason }[]
  /** Of the endpoint that is being dealt with: */
  readonly tally: { readonly succeeded: number; readonly failing: number }
  readonly watching: readonly Watched[]
  readonly probe: Watched | 'passed' | null
  /** When its last delivery was added; null: there are more. */
  readonly endedAt: number | null
  /** What the rate has saved up, and until when it was counted. */
  readonly credit: number
  readonly creditAt: number
  /** The rate at the endpoint that is being dealt with; absent before the first one. */
  readonly rate?: number | null
}

/** A stop rule needs so many first attempts before it can judge. */
const judgedMin = 5
/** First attempts waited for at once: above it the endpoint is too slow for more. */
export const watchedMax = 500
/** A probe waits until an open circuit lets it through (five minutes at most), and a minute more. */
const probeMs = circuitRules.openMaxMs + 60_000
/** A first attempt that takes longer than this is no longer waited for. */
export const watchMs = 60_000
/** How long the end waits for the last first attempts. */
const settleMs = 30_000
/** What a pause saves up at most, in seconds of the rate. */
const burstSeconds = 2

export function beginRecovery(total: number | null, now: number): Recovery {
  return {
    total,
    skipped: 0,
    unsendable: 0,
    succeeded: 0,
    failing: 0,
    stopped: [],
    tally: { succeeded: 0, failing: 0 },
    watching: [],
    probe: null,
    endedAt: null,
    credit: 1,
    creditAt: now,
  }
}

/** The counters stay, the endpoint's own begin anew. */
export function nextEndpoint(recovery: Recovery): Recovery {
  return {
    ...recovery,
    tally: { succeeded: 0, failing: 0 },
    watching: [],
    probe: null,
    endedAt: null,
  }
}

/** What to do now. `wait` is until the first attempts in the air have been answered. */
export type Move =
  | { readonly kind: 'add'; readonly max: number }
  | { readonly kind: 'wait' }
  | { readonly kind: 'next' }
  | { readonly kind: 'stop'; readonly reason: StopReason }

export function nextMove(recovery: Recovery, options: OptionsThere, now: number): Move {
  const { probe, tally, watching, endedAt } = recovery
  const judged = tally.succeeded + tally.failing
  if (probe !== null && probe !== 'passed') {
    if (tally.failing > 0) return { kind: 'stop', reason: 'probe_failed' }
    if (now - probe.at >= probeMs) return { kind: 'stop', reason: 'probe_unanswered' }
    if (tally.succeeded === 0) return { kind: 'wait' }
  }
  if (
    options.stopAbove !== null &&
    judged >= judgedMin &&
    tally.failing / judged > options.stopAbove
  ) {
    return { kind: 'stop', reason: 'too_many_failures' }
  }
  if (endedAt !== null) {
    return watching.length === 0 || now - endedAt >= settleMs ? { kind: 'next' } : { kind: 'wait' }
  }
  if (options.probe && probe === null) return { kind: 'add', max: 1 }
  const room = watchedMax - watching.length
  const max = Math.min(room, Math.floor(creditAt(recovery, options.rate, now)))
  return max < 1 ? { kind: 'wait' } : { kind: 'add', max }
}

function creditAt(recovery: Recovery, rate: number | null, now: number): number {
  if (rate === null) return Number.POSITIVE_INFINITY
  const gained = (Math.max(0, now - recovery.creditAt) / 1_000) * rate
  return Math.min(Math.max(1, rate * burstSeconds), recovery.credit + gained)
}

/** After deliveries were added: they are watched, and the rate has been used. */
export function added(
  recovery: Recovery,
  ids: readonly DeliveryId[],
  input: { readonly options: OptionsThere; readonly now: number },
): Recovery {
  const { options, now } = input
  const fresh = ids.map((id) => ({ id, at: now }))
  const first = fresh[0]
  const credit = creditAt(recovery, options.rate, now)
  return {
    ...recovery,
    watching: [...recovery.watching, ...fresh],
    probe: options.probe && recovery.probe === null && first !== undefined ? first : recovery.probe,
    credit: options.rate === null ? 1 : credit - ids.length,
    creditAt: now,
  }
}

/** First attempts were seen; those that are not among `still` are no longer waited for. */
export function observed(
  recovery: Recovery,
  seen: {
    readonly succeeded: number
    readonly failing: number
    readonly still: readonly Watched[]
  },
): Recovery {
  const tally = {
    succeeded: recovery.tally.succeeded + seen.succeeded,
    failing: recovery.tally.failing + seen.failing,
  }
  const passed = recovery.probe !== null && tally.succeeded > 0 && tally.failing === 0
  return {
    ...recovery,
    succeeded: recovery.succeeded + seen.succeeded,
    failing: recovery.failing + seen.failing,
    tally,
    watching: seen.still,
    probe: passed ? 'passed' : recovery.probe,
  }
}
