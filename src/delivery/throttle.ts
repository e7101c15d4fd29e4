/** What holds starts back to a rate: of one endpoint, or of all endpoints of an application. */
import type { ThrottleScope } from '../store/port/cluster.ts'
import { Fifo } from './fifo.ts'

export interface StartLimit {
  /** Starts a second. */
  readonly rate: number
  /** A request that leaves later than this after its start was counted has lost its place, in ms. */
  readonly lateMaxMs: number
  /** Monotonic time of the next allowed start; not after `now` when one is allowed at once. */
  readyAt(): number
  /** Counts a start. */
  started(now: number): void
  /**
   * How long a request that has its connection must still wait, in ms, so that no second at the
   * receiver has more than the rate; 0: it may leave now.
   */
  leavesIn(now: number): number
  /** Counts a request that is about to leave. */
  left(departure: Departure): void
}

/** When a request left: monotonic ms. Moved to when its first byte is written, which may be later. */
export interface Departure {
  at: number
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

/** How much later than it left one request may arrive and another, of the next second, may not, in ms. */
const arrivalSlackMs = 40

/**
 * When the last requests of a limit left this node. Starts are apart, but a new connection or a busy
 * machine may let one leave late, beside the next: the last of a second then waits for the first.
 */
export class Departures {
  readonly #rate: number
  /** Those of the last second, in the order in which they were about to leave. */
  readonly #last = new Fifo<Departure>()

  constructor(rate: number) {
    this.#rate = rate
  }

  /** See `StartLimit`. */
  leavesIn(now: number): number {
    const windowMs = 1_000 + arrivalSlackMs
    let oldest = this.#last.peek()
    while (oldest !== undefined && oldest.at <= now - windowMs) {
      this.#last.shift()
      oldest = this.#last.peek()
    }
    return oldest === undefined || this.#last.size < this.#rate ? 0 : oldest.at + windowMs - now
  }

  left(departure: Departure): void {
    this.#last.push(departure)
  }
}

/**
 * Starts at even distances, at most `rate` in any window of one second, also right after a pause.
 * A whole second's starts at once would keep to the rate here, but the network may bring them
 * together with the next second's. A start that comes late lets the next keep its own time.
 */
export class Throttle implements StartLimit {
  readonly rate: number
  readonly lateMaxMs = lateMaxMs
  readonly #spacingMs: number
  readonly #departures: Departures
  #next = Number.NEGATIVE_INFINITY

  /** `rate`: starts a second, at least 1. */
  constructor(rate: number) {
    this.rate = wholeRate(rate)
    this.#spacingMs = (1_000 + 2 * lateMaxMs) / this.rate
    this.#departures = new Departures(this.rate)
  }

  readyAt(): number {
    return this.#next
  }

  started(now: number): void {
    this.#next = Math.max(this.#next, now - lateMaxMs) + this.#spacingMs
  }

  leavesIn(now: number): number {
    return this.#departures.leavesIn(now)
  }

  left(departure: Departure): void {
    this.#departures.left(departure)
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
