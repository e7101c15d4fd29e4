/**
 * Rates that hold for all nodes on one database together. The store keeps one row of places for each
 * limited endpoint or application; a node takes the next few of them for itself, and makes each start
 * at the time of its place.
 *
 * - A place is a moment of the store's time; here it is known to within the time that the answer took.
 *   Places are further apart than the rate asks for by that, and by what a start and its request may
 *   each be late, so that any second keeps to the rate. An answer that took longer than was allowed
 *   for, and a place that is older than `lateMaxMs`, are thrown away.
 * - Places are taken for what waits here, for at most `aheadMs`, and asked for together: a busy limit
 *   costs each node a few statements a second, all limits of a node together.
 * - While the store does not answer, nothing limited is started.
 */
import type { World } from '../posthorn.ts'
import type { ClusterStore, ThrottleScope } from '../store/port/cluster.ts'
import { Fifo } from './fifo.ts'
import {
  type Departure,
  Departures,
  lateMaxMs,
  type StartLimit,
  type Throttles,
  wholeRate,
} from './throttle.ts'

/** What an answer may take is measured: at least the first, at most the second. */
const answerMinMs = 20
const aheadMs = 300
const answerMaxMs = 1_000
/** Asked again at the latest after this. */
const askAgainMs = 500
const scopesMax = 500

export interface SharedThrottlesDeps {
  readonly world: World
  readonly store: Pick<ClusterStore, 'reserveStarts'>
  /** Limits were woken: start what may be started. */
  readonly onPlaces: () => void
}

export class SharedThrottles implements Throttles {
  readonly countsOpen = false
  readonly #deps: SharedThrottlesDeps
  readonly #wanting = new Set<SharedLimit>()
  #asking = false
  /** What the next answer may take; places are apart accordingly. */
  #answerMs = answerMinMs

  constructor(deps: SharedThrottlesDeps) {
    this.#deps = deps
  }

  limit(input: Parameters<Throttles['limit']>[0]): StartLimit | null {
    const { rate, present, scope, waiting, wake } = input
    if (rate === null) return null
    if (present !== null && present.rate === wholeRate(rate)) return present
    const { clock } = this.#deps.world
    const ask = (limit: SharedLimit): void => this.#ask(limit)
    return new SharedLimit({ rate: wholeRate(rate), scope, waiting, wake, ask, clock })
  }

  #ask(limit: SharedLimit): void {
    this.#wanting.add(limit)
    if (this.#asking) return
    this.#asking = true
    queueMicrotask(() => void this.#reserve())
  }

  async #reserve(): Promise<void> {
    const { world, store, onPlaces } = this.#deps
    while (this.#wanting.size > 0) {
      const limits = [...this.#wanting].slice(0, scopesMax)
      for (const limit of limits) this.#wanting.delete(limit)
      const wanted = limits.map((limit) => limit.wanted(this.#answerMs))
      const askedAt = world.clock.monotonic()
      try {
        const reserved = await store.reserveStarts({ wanted, now: world.clock.now() })
        const inTime = this.#measured(world.clock.monotonic() - askedAt)
        for (const [at, limit] of limits.entries())
          limit.answered(inTime ? reserved[at] : undefined)
      } catch (cause) {
        world.log.debug('throttle.not_reserved', { reason: String(cause) })
        for (const limit of limits) limit.answered(undefined)
      }
      onPlaces()
    }
    this.#asking = false
  }

  /** Whether the answer came within what was allowed for it; the next one gets what this one took. */
  #measured(tookMs: number): boolean {
    const inTime = tookMs <= this.#answerMs
    const next = inTime ? Math.max(tookMs * 1.5, this.#answerMs * 0.9) : tookMs * 2
    this.#answerMs = Math.min(answerMaxMs, Math.max(answerMinMs, next))
    return inTime
  }
}

interface SharedLimitDeps {
  readonly rate: number
  readonly scope: ThrottleScope
  readonly waiting: () => number
  readonly wake: () => void
  readonly ask: (limit: SharedLimit) => void
  readonly clock: World['clock']
}

class SharedLimit implements StartLimit {
  readonly rate: number
  readonly lateMaxMs = lateMaxMs
  readonly #deps: SharedLimitDeps
  /** Monotonic times of the places that are ours, in order. */
  readonly #places = new Fifo<number>()
  /** Of this node; what other nodes let leave late is within what places are apart. */
  readonly #departures: Departures
  #asked = false

  constructor(deps: SharedLimitDeps) {
    this.rate = deps.rate
    this.#deps = deps
    this.#departures = new Departures(deps.rate)
  }

  readyAt(): number {
    const now = this.#deps.clock.monotonic()
    let next = this.#places.peek()
    while (next !== undefined && next < now - lateMaxMs) {
      this.#places.shift()
      next = this.#places.peek()
    }
    const few = this.#places.size <= this.#ahead / 2
    if (!this.#asked && few && this.#deps.waiting() > this.#places.size) {
      this.#asked = true
      this.#deps.ask(this)
    }
    return next ?? now + askAgainMs
  }

  started(): void {
    this.#places.shift()
  }

  leavesIn(now: number): number {
    return this.#departures.leavesIn(now)
  }

  left(departure: Departure): void {
    this.#departures.left(departure)
  }

  wanted(answerMs: number): Parameters<ClusterStore['reserveStarts']>[0]['wanted'][number] {
    const missing = Math.max(1, this.#deps.waiting() - this.#places.size)
    const count = Math.min(missing, this.#ahead)
    const spacingMs = (1_000 + 2 * lateMaxMs + answerMs) / this.rate
    return { scope: this.#deps.scope, count, spacingMs }
  }

  answered(places: Awaited<ReturnType<ClusterStore['reserveStarts']>>[number] | undefined): void {
    this.#asked = false
    if (places === undefined) return
    const first = this.#deps.clock.monotonic() + places.delayMs
    for (let at = 0; at < places.count; at++) this.#places.push(first + at * places.spacingMs)
    this.#deps.wake()
  }

  get #ahead(): number {
    return Math.ceil((this.rate * aheadMs) / 1_000)
  }
}
