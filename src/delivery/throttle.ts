/**
 * At most `rate` starts in any window of one second, also right after a pause: the moments of the
 * last `rate` starts are kept, and a start is allowed when the oldest of them is a second ago.
 */
const windowMs = 1000
/** Above this many starts a second a shorter window of as many starts does the same with less memory. */
const startsKeptMax = 1000

export class Throttle {
  readonly rate: number
  readonly #starts: Float64Array
  readonly #windowMs: number
  #at = 0

  /** `rate`: starts a second, at least 1. */
  constructor(rate: number) {
    this.rate = Math.max(1, Math.floor(rate))
    const kept = Math.min(this.rate, startsKeptMax)
    this.#starts = new Float64Array(kept).fill(Number.NEGATIVE_INFINITY)
    this.#windowMs = (windowMs * kept) / this.rate
  }

  /** Monotonic time of the next allowed start; not after `now` when one is allowed at once. */
  readyAt(): number {
    return (this.#starts[this.#at] ?? 0) + this.#windowMs
  }

  /** Counts a start. */
  started(now: number): void {
    this.#starts[this.#at] = now
    this.#at = (this.#at + 1) % this.#starts.length
  }
}

/**
 * The throttle for a rate, the present one when the rate is the same. A new one counts what is open
 * already: the settings of an endpoint are only known once its first delivery has been chosen.
 */
export function throttleFor(
  rate: number | null,
  present: Throttle | null,
  open: { readonly count: number; readonly startedAt: number },
): Throttle | null {
  if (rate === null) return null
  if (present !== null && present.rate === Math.max(1, Math.floor(rate))) return present
  const throttle = new Throttle(rate)
  for (let started = 0; started < Math.min(open.count, throttle.rate); started++) {
    throttle.started(open.startedAt)
  }
  return throttle
}
