/**
 * Writes outcomes down. Calls in flight together share a commit (the store groups them). An outcome
 * that the store refuses is kept and offered again until it is taken: a request that was made is
 * never forgotten while this process lives. What is kept is bounded by what may be in flight, since
 * nothing new starts while the gate is closed.
 */
import type { World } from '../posthorn.ts'
import type { RecordInput, RecordResult } from '../store/port/deliveries.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import type { StoreGate } from './store-gate.ts'

interface Kept {
  readonly input: RecordInput
  readonly resolve: (result: RecordResult) => void
}

export interface RecorderDeps {
  readonly world: World
  readonly store: Pick<Store, 'recordAttempt'>
  readonly gate: StoreGate
  /** The gate has closed: call `retryKept` in a while. May be called often. */
  readonly onTrouble: () => void
}

export class Recorder {
  readonly #deps: RecorderDeps
  #kept: Kept[] = []
  #pending = 0

  constructor(deps: RecorderDeps) {
    this.#deps = deps
  }

  /** Outcomes handed in and not yet durable. */
  get pending(): number {
    return this.#pending
  }
  /** Of these, the ones that the store has refused so far. */
  get kept(): number {
    return this.#kept.length
  }

  /** Resolves when it is durable, however long that takes. Never rejects. */
  async record(input: RecordInput): Promise<RecordResult> {
    this.#pending++
    const result = await this.#try(input)
    this.#pending--
    return result
  }

  /** Offers what is kept again; what is refused again stays kept. */
  retryKept(): void {
    const kept = this.#kept
    this.#kept = []
    for (const { input, resolve } of kept) void this.#try(input).then(resolve)
  }

  /**
   * Offers the oldest of what is kept; rejects when the store refuses it again. What is kept says
   * better than a ping whether outcomes can be stored: a full disk may take the one and not the other.
   */
  async offerOldest(): Promise<void> {
    const oldest = this.#kept.shift()
    if (oldest === undefined) return
    try {
      oldest.resolve(await this.#write(oldest.input))
    } catch (cause) {
      this.#kept.unshift(oldest)
      throw cause
    }
  }

  /** Rejects with `StoreUnavailable` alone. */
  async #write(input: RecordInput): Promise<RecordResult> {
    const { store, gate } = this.#deps
    try {
      const result = await store.recordAttempt(input)
      gate.worked()
      return result
    } catch (cause) {
      if (cause instanceof StoreUnavailable) throw cause
      return this.#recordBare(input, cause)
    }
  }

  async #try(input: RecordInput): Promise<RecordResult> {
    const { gate, onTrouble, world } = this.#deps
    try {
      return await this.#write(input)
    } catch (cause) {
      world.log.debug('attempt.kept', { deliveryId: input.deliveryId })
      return new Promise((resolve) => {
        this.#kept.push({ input, resolve })
        gate.refused(cause)
        onTrouble()
      })
    }
  }

  /** A row that the store cannot take is a bug; without its content it must not be sent for ever. */
  async #recordBare(input: RecordInput, cause: unknown): Promise<RecordResult> {
    const { store, world } = this.#deps
    const { deliveryId } = input
    world.log.error('attempt.record_failed', { deliveryId }, cause)
    try {
      return await store.recordAttempt({ ...input, attempt: bare(input.attempt) })
    } catch (second) {
      world.log.error('attempt.lost', { deliveryId }, second)
      return 'lease_lost'
    }
  }
}

function bare(attempt: RecordInput['attempt']): RecordInput['attempt'] {
  if (attempt === null) return null
  return { ...attempt, responseBody: '', requestHeaders: {}, responseHeaders: {} }
}
