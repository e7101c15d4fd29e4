/**
 * Whether the store takes writes. While it does not, nothing is claimed and nothing is sent, for what
 * cannot be recorded would be sent twice (rule 11). It closes with the first refused write and opens
 * with the first one that succeeds; attempts to open it wait longer each time, with jitter.
 */
import type { World } from '../posthorn.ts'

const waitMinMs = 100
const waitMaxMs = 5_000

export class StoreGate {
  readonly #world: World
  #closedAt: number | null = null
  #rounds = 0

  constructor(world: World) {
    this.#world = world
  }

  get isOpen(): boolean {
    return this.#closedAt === null
  }

  /** A write or a claim was refused. */
  refused(cause: unknown): void {
    if (this.#closedAt !== null) return
    this.#closedAt = this.#world.clock.monotonic()
    this.#rounds = 0
    this.#world.log.error('store.refused', {}, cause)
  }

  /** How long to wait before the store is tried again, in whole ms; longer with each call. */
  nextWaitMs(): number {
    const waitMs = Math.min(waitMaxMs, waitMinMs * 2 ** Math.min(this.#rounds++, 10))
    return Math.round(waitMs * (0.5 + this.#world.random.fraction() / 2))
  }

  /** A write succeeded. */
  worked(): void {
    if (this.#closedAt === null) return
    const outageMs = Math.round(this.#world.clock.monotonic() - this.#closedAt)
    this.#closedAt = null
    this.#world.log.info('store.recovered', { outageMs, rounds: this.#rounds })
  }
}
