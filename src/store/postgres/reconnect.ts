/**
 * How often a server that is away is asked for a connection. While nothing is wrong connections are
 * made as they are needed. Once one was lost or refused, one caller at a time tries; others wait for
 * it, and while it has failed just now they are refused at once: a thousand requests a second make
 * two or three attempts, and a server that comes back is not met by a storm.
 */
import type { Clock } from '../../runtime/clock.ts'
import { StoreUnavailable } from '../store.ts'

const waitMinMs = 250
const waitMaxMs = 1_000

export class Reconnects {
  readonly #clock: Clock
  /** From 1 to 1.5: nodes that lost the server together do not come back together. */
  readonly #spread: number
  #trouble: { waitMs: number; until: number } | null = null
  #trying: Promise<void> | null = null

  constructor(clock: Clock, node: string) {
    this.#clock = clock
    const sum = Buffer.from(node).reduce((total, byte) => (total * 31 + byte) % 1_000, 7)
    this.#spread = 1 + sum / 2_000
  }

  /** A connection ended by itself: the next one is made by one caller alone. */
  lost(): void {
    this.#trouble ??= { waitMs: waitMinMs, until: this.#clock.monotonic() }
  }

  /** `connect` makes a connection or takes one that is idle; `isIdle`: one is there. */
  async connect<Client>(connect: () => Promise<Client>, isIdle: () => boolean): Promise<Client> {
    if (this.#trouble !== null && !isIdle()) {
      if (this.#trying !== null) await this.#trying
      if (this.#trouble !== null) return this.#tryAlone(connect)
    }
    try {
      return await connect()
    } catch (cause) {
      this.lost()
      throw cause
    }
  }

  async #tryAlone<Client>(connect: () => Promise<Client>): Promise<Client> {
    const trouble = this.#trouble
    const now = this.#clock.monotonic()
    if (this.#trying !== null || (trouble !== null && now < trouble.until)) {
      throw new StoreUnavailable('disconnected', 'The database cannot be reached.')
    }
    let done = (): void => {}
    this.#trying = new Promise((resolve) => {
      done = resolve
    })
    try {
      const client = await connect()
      this.#trouble = null
      return client
    } catch (cause) {
      const waitMs = trouble?.waitMs ?? waitMinMs
      this.#trouble = {
        waitMs: Math.min(waitMs * 2, waitMaxMs),
        until: this.#clock.monotonic() + waitMs * this.#spread,
      }
      throw cause
    } finally {
      this.#trying = null
      done()
    }
  }
}
