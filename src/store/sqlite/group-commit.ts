import type { Reply, Write } from './batch.ts'

interface Waiting {
  readonly write: Write
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: while a batch is being committed further writes gather, and the next batch takes
 * them all, up to `rowsMax`. Alone, a write waits for nothing but the end of the current turn.
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
      const batch = this.#waiting.splice(0, this.#rowsMax)
      await this.#run(batch)
    }
    this.#busy = false
    for (const resolve of this.#idle.splice(0)) resolve()
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
