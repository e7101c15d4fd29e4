/**
 * What happens, read from the store for everyone who follows it. The store is the truth: while
 * somebody waits it is asked once a second, and sooner after an attempt of this node. Readers that
 * stand at the same place share one read. When nobody waits, nothing runs.
 */
import type { Clock, Timer } from '../runtime/clock.ts'
import type { ChangePage, ChangeStore } from '../store/port/changes.ts'

const everyMs = 1_000
/** Hints come with each attempt; the store is asked at most this often because of them. */
const soonestMs = 100
/** Of each kind in one read. */
const pageChanges = 500
/** Pages kept for other readers until the next look. */
const sharedPagesMax = 4

type Read = Awaited<ReturnType<ChangeStore['readChanges']>>

export class ChangeFeed {
  readonly #store: ChangeStore
  readonly #clock: Clock
  readonly #pages = new Map<string, Promise<Read>>()
  #next: PromiseWithResolvers<void> | null = null
  #timer: Timer | null = null
  #lastLook = Number.NEGATIVE_INFINITY
  #hinted = false

  constructor(store: ChangeStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  now(): Promise<string> {
    return this.#store.lastChange()
  }

  read(after: string): Promise<Read> {
    const known = this.#pages.get(after)
    if (known !== undefined) return known
    const page = this.#store.readChanges({ after, limit: pageChanges })
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size < sharedPagesMax) break
      this.#pages.delete(oldest)
    }
    this.#pages.set(after, page)
    return page
  }

  /** Resolves when it is time to look again. */
  next(): Promise<void> {
    if (this.#next === null) {
      this.#next = Promise.withResolvers()
      this.#lookIn(this.#hinted ? this.#soon() : everyMs)
    }
    return this.#next.promise
  }

  /** Something was committed. */
  hint(): void {
    if (this.#hinted) return
    this.#hinted = true
    if (this.#next !== null) this.#lookIn(this.#soon())
  }

  /** Whoever waits looks again; there is no further look. */
  stop(): void {
    this.#timer?.cancel()
    this.#look()
  }

  #soon(): number {
    return Math.max(0, this.#lastLook + soonestMs - this.#clock.monotonic())
  }

  #lookIn(ms: number): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.setTimer(ms, () => this.#look())
  }

  #look(): void {
    this.#pages.clear()
    this.#hinted = false
    this.#lastLook = this.#clock.monotonic()
    const next = this.#next
    this.#next = null
    next?.resolve()
  }
}

export function isPage(read: Read): read is ChangePage {
  return read !== 'not_a_position'
}
