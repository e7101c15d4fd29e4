import type { Reply, Write } from './batch.ts'

/** From this many rows a write is heavy. */
const heavyRowsMin = 100

/** A batch of messages counts for each of them. */
export function sizeOf(write: Write): number {
  return Array.isArray(write.input) ? write.input.length : 1
}

interface Waiting {
  readonly write: Write
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: while a batch is being committed further writes gather, and the next batch takes
 * them all, up to `rowsMax`. Alone, a write waits for nothing but the end of the current turn.
 *
 * Of the heavy writes (a request of many messages) each batch takes one, so that the single events
 * of others never wait for a row of them.
 */
export class GroupCommit {
  readonly #commit: (batch: readonly Write[]) => Promise<Reply[]>
  readonly #rowsMax: number
  readonly #soon: (run: () => void) => void
  #waiting: Waiting[] = []
  #busy = false
  #idle: (() => void)[] = []

  constructor(input: {
    readonly commit: (batch: readonly Write[]) => Promise<Reply[]>
    readonly rowsMax: number
    /** Ends the gathering of a first batch: the end of the turn, or of the microtask. */
    readonly soon: (run: () => void) => void
  }) {
    this.#commit = input.commit
    this.#rowsMax = input.rowsMax
    this.#soon = input.soon
  }

  add(write: Write): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject })
      if (this.#busy) return
      this.#busy = true
      this.#soon(() => void this.#drain())
    })
  }

  /** Resolves when nothing waits and nothing is in flight. */
  async settled(): Promise<void> {
    if (!this.#busy) return
    await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#run(this.#take())
    }
    this.#busy = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #take(): readonly Waiting[] {
    const batch: Waiting[] = []
    const left: Waiting[] = []
    let heavy = false
    for (const each of this.#waiting) {
      const passes = !heavy || sizeOf(each.write) < heavyRowsMin
      if (!passes || batch.length >= this.#rowsMax) {
        left.push(each)
      } else {
        heavy ||= sizeOf(each.write) >= heavyRowsMin
        batch.push(each)
      }
    }
    this.#waiting = left
    return batch
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    try {
      const replies = await this.#commit(batch.map((waiting) => waiting.write))
      for (const [at, waiting] of batch.entries()) {
        const reply = replies[at] ?? { error: new Error('a write got no reply') }
        if ('error' in reply) waiting.reject(reply.error)
        else waiting.resolve(reply.value)
      }
    } catch (error) {
      for (const waiting of batch) waiting.reject(error)
    }
  }
}
