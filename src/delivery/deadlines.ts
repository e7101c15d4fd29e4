import type { Clock } from '../runtime/clock.ts'

/** Something that must end by a time; `deadlineAt` may be moved while it waits. */
export interface Expiring {
  /** Monotonic ms. */
  deadlineAt: number
  expire(): void
}

const tickMs = 25

/**
 * One timer for all requests in flight: a tick walks what is live. A timer for each request costs
 * more than the walk, since almost every request ends long before its deadline. A deadline is
 * noticed at most one tick late; without anything live nothing ticks.
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
    if (!this.#ticking) this.#wait()
  }

  delete(item: Expiring): void {
    this.#live.delete(item)
  }

  #wait(): void {
    this.#ticking = true
    this.#clock.setTimer(tickMs, () => this.#tick())
  }

  #tick(): void {
    const now = this.#clock.monotonic()
    for (const item of this.#live) {
      if (item.deadlineAt > now) continue
      this.#live.delete(item)
      item.expire()
    }
    this.#ticking = false
    if (this.#live.size > 0) this.#wait()
  }
}
