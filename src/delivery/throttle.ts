/** What holds starts back to a rate: of one endpoint, or of all endpoints of an application. */
import type { ThrottleScope } from '../store/port/cluster.ts'

export interface StartLimit {
  /** Starts a second. */
  readonly rate: number
  /** A request that leaves later than this after its start was counted has lost its place, in ms. */
  readonly lateMaxMs: number
  /** Monotonic time of the next allowed start; not after `now` when one is allowed at once. */
  readyAt(): number
  /** Counts a start. */
  started(now: number): void
}

/** Where limits come from: each node's own, or one that all nodes on a database share. */
export interface Throttles {
  /**
   * The limit for a rate, the present one when the rate is the same. The settings of an endpoint
   * are only known once its first delivery was chosen: `open` says what was started without it.
   */
  limit(input: {
    readonly scope: ThrottleScope
    readonly rate: number | null
    readonly present: StartLimit | null
    readonly open: { readonly count: number; readonly startedAt: number }
    /** How many starts are wanted now. */
    readonly waiting: () => number
    /** A start is allowed sooner than `readyAt` had said. */
    readonly wake: () => void
  }): StartLimit | null
  /** False: what was started before its limit was known must go back into the queue. */
  readonly countsOpen: boolean
}

const windowMs = 1000
/** Above this many starts a second a shorter window of as many starts does the same with less memory. */
const startsKeptMax = 1000

/**
 * At most `rate` starts in any window of one second, also right after a pause: the moments of the
 * last `rate` starts are kept, and a start is allowed when the oldest of them is a second ago.
 */
export class Throttle implements StartLimit {
  readonly rate: number
  readonly lateMaxMs = Number.POSITIVE_INFINITY
  readonly #starts: Float64Array
  readonly #windowMs: number
  #at = 0

  /** `rate`: starts a second, at least 1. */
  constructor(rate: number) {
    this.rate = wholeRate(rate)
    const kept = Math.min(this.rate, startsKeptMax)
    this.#starts = new Float64Array(kept).fill(Number.NEGATIVE_INFINITY)
    this.#windowMs = (windowMs * kept) / this.rate
  }

  readyAt(): number {
    return (this.#starts[this.#at] ?? 0) + this.#windowMs
  }

  started(now: number): void {
    this.#starts[this.#at] = now
    this.#at = (this.#at + 1) % this.#starts.length
  }
}

/** This process is the only one: it counts by itself. A new limit counts what is open already. */
export const localThrottles: Throttles = {
  countsOpen: true,
  limit({ rate, present, open }) {
    if (rate === null) return null
    if (present !== null && present.rate === wholeRate(rate)) return present
    const throttle = new Throttle(rate)
    for (let started = 0; started < Math.min(open.count, throttle.rate); started++) {
      throttle.started(open.startedAt)
    }
    return throttle
  },
}

export function wholeRate(rate: number): number {
  return Math.max(1, Math.floor(rate))
}
