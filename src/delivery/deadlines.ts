import type { Clock } from '../runtime/clock.ts'

/** Something that must end by a time; `deadlineAt` may be moved while it waits. */
export interface Expiring {
  /** Monotonic ms. */
  deadlineAt: number
  expire(): void
}

const tickMs = 25
/**
 * Of requests that were started together and hang, as many end in one go; the next ones after others
 * had their turn. All slots of an application at once kept everybody waiting for some ten milliseconds.
 */
const expiredAtOnce = 16
const nextGoMs = 1

/**
 * One timer for all requests in flight: a tick walks what is live. A timer for each request costs
 * more than the walk, since almost every request ends long before its deadline. A deadline is
 * noticed at most one tick late, and a millisecond for each 16 that are over with it; without anything
 * live nothing ticks.
 */
export class Deadlines {
  readonly #clock: Clock
  readonly #live = new Set<Expiring>()
  #ticking = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#live.size
  }

  add(item: Expiring): void {
    this.#live.add(item)
    if (!this.#ticking) this.#wait(tickMs)
  }

  delete(item: Expiring): void {
    this.#live.delete(item)
  }

  #wait(ms: number): void {
    this.#ticking = true
    this.#clock.setTimer(ms, () => this.#tick())
  }

  #tick(): void {
    const now = this.#clock.monotonic()
    let left = expiredAtOnce
    for (const item of this.#live) {
      if (item.deadlineAt > now) continue
      if (left === 0) {
        this.#wait(nextGoMs)
        return
      }
      left -= 1
      this.#live.delete(item)
      item.expire()
    }
    this.#ticking = false
    if (this.#live.size > 0) this.#wait(tickMs)
  }
}
