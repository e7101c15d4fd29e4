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

/** How late a start and its request may each be and still keep the second of its receiver, in ms. */
export const lateMaxMs = 25

/**
 * Starts at even distances, at most `rate` in any window of one second, also right after a pause.
 * A whole second's starts at once would keep to the rate here, but the network may bring them
 * together with the next second's. A start that comes late lets the next keep its own time.
 */
export class Throttle implements StartLimit {
  readonly rate: number
  readonly lateMaxMs = lateMaxMs
  readonly #spacingMs: number
  #next = Number.NEGATIVE_INFINITY

  /** `rate`: starts a second, at least 1. */
  constructor(rate: number) {
    this.rate = wholeRate(rate)
    this.#spacingMs = (1_000 + 2 * lateMaxMs) / this.rate
  }

  readyAt(): number {
    return this.#next
  }

  started(now: number): void {
    this.#next = Math.max(this.#next, now - lateMaxMs) + this.#spacingMs
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
