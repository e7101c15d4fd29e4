/**
 * The kernel owns time, order and chance: one seed, one execution. Everything that happens is an
 * event in the queue of a clock that jumps from one to the next; between two events all promises
 * settle. The trace of what happened is hashed, so that two runs can be compared by a number.
 */
import { type Random, seededRandom } from '../../src/runtime/random.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'

export class Violation extends Error {
  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`)
    this.name = 'Violation'
  }
}

export class Kernel {
  readonly clock = new VirtualClock()
  readonly random: Random
  readonly startedAt: number
  readonly lines: string[] | null
  #hash = 0x811c9dc5
  steps = 0

  constructor(input: { readonly seed: number; readonly keepTrace: boolean }) {
    this.random = seededRandom(input.seed)
    this.startedAt = this.clock.now()
    this.lines = input.keepTrace ? [] : null
  }

  /** Wall time in whole ms, as machines tell it; events lie between them too. */
  get now(): number {
    return Math.floor(this.clock.now())
  }

  /** True with probability `p`. Always draws, so that a changed probability shifts nothing else. */
  chance(p: number): boolean {
    return this.random.fraction() < p
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.random.fraction()
  }

  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.random.fraction())
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.random.fraction() * items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  after(ms: number, run: () => void): void {
    this.clock.setTimer(ms, run)
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** One line of what happened, with its time. */
  trace(line: string): void {
    const text = `${(this.clock.now() - this.startedAt).toFixed(2)} ${line}`
    this.lines?.push(text)
    let hash = this.#hash
    for (let at = 0; at < text.length; at++) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    }
    this.#hash = hash
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0')
  }

  /** Runs events until `done` says so; false when `untilMs` of virtual time have passed before. */
  async run(done: () => boolean, untilMs: number): Promise<boolean> {
    await settle()
    while (!done()) {
      const next = this.clock.nextTimerAt()
      if (next === null || next - this.startedAt > untilMs) return false
      this.clock.step()
      this.steps++
      await settle()
    }
    return true
  }
}

/** Lets everything that promises have queued run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
