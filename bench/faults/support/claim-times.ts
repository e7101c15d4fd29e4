/**
 * How long the nodes waited for their own claims, from the histograms of their metrics: nothing else
 * asks the database for work, and what is measured is what deliveries wait for.
 */
import type { Api } from '../../support/api.ts'

/** Answers within each number of seconds, cumulated over all nodes; the last is all of them. */
type Buckets = ReadonlyMap<number, number>
type Operation = 'claimDue' | 'claimStreams'
type Reading = Readonly<Record<Operation, Buckets>>

export type Claims = Readonly<Record<Operation, ClaimTimes>>

export interface ClaimTimes {
  readonly count: number
  /** Upper bounds: the ends of the buckets where they lie, in ms; NaN of none. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** The share of claims answered within so many ms, one of the histogram's own bounds; 1 of none. */
  within(ms: number): number
}

const sample =
  /^posthorn_store_commit_seconds_bucket\{le="([^"]+)",operation="(claimDue|claimStreams)"\} (\d+)$/gm

export async function readClaims(apis: readonly Api[]): Promise<Reading> {
  const reading = { claimDue: new Map<number, number>(), claimStreams: new Map<number, number>() }
  for (const api of apis) {
    const { text } = await api.call('GET', '/metrics')
    for (const [, bound = '', operation, count] of text.matchAll(sample)) {
      const buckets = reading[operation as Operation] // the pattern names both
      const seconds = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound)
      buckets.set(seconds, (buckets.get(seconds) ?? 0) + Number(count))
    }
  }
  if (reading.claimDue.size === 0) throw new Error('the nodes tell no claims')
  return reading
}

/** Of the claims between two readings. */
export function claimsBetween(before: Reading, after: Reading): Claims {
  return {
    claimDue: timesBetween(before.claimDue, after.claimDue),
    claimStreams: timesBetween(before.claimStreams, after.claimStreams),
  }
}

function timesBetween(before: Buckets, after: Buckets): ClaimTimes {
  const counts = [...after].map(([seconds, count]) => [seconds, count - (before.get(seconds) ?? 0)])
  const sorted = counts.toSorted(([a = 0], [b = 0]) => a - b)
  const count = sorted.at(-1)?.[1] ?? 0
  const quantile = (share: number): number =>
    count === 0
      ? Number.NaN
      : 1000 * (sorted.find(([, below = 0]) => below >= share * count)?.[0] ?? Number.NaN)
  return {
    count,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    within: (ms) =>
      count === 0 ? 1 : (sorted.find(([seconds]) => seconds === ms / 1000)?.[1] ?? 0) / count,
  }
}
