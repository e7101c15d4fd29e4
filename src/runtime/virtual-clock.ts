import type { Clock, Timer } from './clock.ts'

interface Pending {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/**
 * A clock that stands still until told: for tests and the simulation. Timers fire in order of
 * their time, then of their creation, while `advance` moves over them.
 */
export class VirtualClock implements Clock {
  #now: number
  #start: number
  #order = 0
  readonly #timers = new Set<Pending>()

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs
    this.#start = startMs
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now - this.#start
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const timer: Pending = { at: this.#now + Math.max(0, delayMs), order: this.#order++, run }
    this.#timers.add(timer)
    return { cancel: () => this.#timers.delete(timer) }
  }

  /** When the next timer is due; null without timers. */
  nextTimerAt(): number | null {
    return this.#next()?.at ?? null
  }

  /** Moves to the next timer and fires it. Returns false when there is none. */
  step(): boolean {
    const timer = this.#next()
    if (timer === null) return false
    this.#timers.delete(timer)
    this.#now = Math.max(this.#now, timer.at)
    timer.run()
    return true
  }

  /** Moves time by `ms`, firing what falls due; lets promises settle between timers. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (let next = this.#next(); next !== null && next.at <= until; next = this.#next()) {
      this.step()
      await settle()
    }
    this.#now = until
    await settle()
  }

  #next(): Pending | null {
    let first: Pending | null = null
    for (const timer of this.#timers) {
      if (
        first === null ||
        timer.at < first.at ||
        (timer.at === first.at && timer.order < first.order)
      ) {
        first = timer
      }
    }
    return first
  }
}

/** Runs everything that promises have queued before going on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
