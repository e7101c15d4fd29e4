/**
 * Takes work from the table: retries, what memory had no room for, what other nodes lost, streams.
 *
 * For each of the two, deliveries and streams, it asks once per `pollMs`, and sooner when it was woken
 * for it, when one falls due, or when the last claim left work behind and there is room again. Being
 * woken for one does not put off the other. It claims only what memory has room for, passes over
 * endpoints that have enough waiting here, and walks the endpoints with a cursor, so that none is
 * forgotten behind a large backlog.
 */
import type { EndpointId } from '../domain/ids.ts'
import type { World } from '../posthorn.ts'
import type { Timer } from '../runtime/clock.ts'
import type { Claim } from '../store/port/deliveries.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import type { Leases } from './leases.ts'
import type { StoreGate } from './store-gate.ts'
import type { PolledStreams, PollWants } from './streams.ts'
import type { HeldLease } from './work.ts'

export interface SchedulerDeps {
  readonly world: World
  readonly store: Pick<Store, 'claimDue'>
  readonly gate: StoreGate
  readonly leases: Leases
  readonly pollMs: number
  /** What may be claimed now; `limit` 0 claims nothing until `fed`. */
  readonly appetite: () => {
    readonly limit: number
    readonly bytesMax: number
    readonly except: readonly EndpointId[]
  }
  readonly take: (claims: readonly Claim[], lease: HeldLease) => void
  /** Claims streams that are ready, any or those announced alone; says when the next one will be. */
  readonly pollStreams: (which: 'any' | 'announced') => Promise<PolledStreams>
  readonly onTrouble: (cause: unknown) => void
  /** Neither of the two has anything, and nothing happened meanwhile. */
  readonly onQuiet: () => void
}

/** At least this long between two polls that a due time asks for, in ms. */
const dueGapMs = 20
/** And at least so many times what the last poll took: a busy database is not asked all the time. */
const gapShare = 8
const perEndpointMax = 128

interface Found {
  readonly claimed: number
  /** Ask again at once. */
  readonly more: boolean
  readonly nextDueAt: number | null
}
const nothing: Found = { claimed: 0, more: false, nextDueAt: null }
/** A way through all endpoints with work, in as many steps as they need. */
interface Walk {
  /** It began at the first of them, and nothing woke it since: at its end all have been asked for. */
  whole: boolean
  /** Of all its steps. */
  nextDueAt: number | null
  /** What its steps took. */
  tookMs: number
}

const noStreams: PolledStreams = { claimed: 0, nextReadyAt: null, more: false }

/** What to ask for. `announced`: of streams only those, which cost a look at each and no search. */
interface Wants {
  readonly due: boolean
  readonly streams: PollWants
}
const everything: Wants = { due: true, streams: 'any' }
const nobody: Wants = { due: false, streams: false }

export class Scheduler {
  readonly #deps: SchedulerDeps
  #timer: Timer | null = null
  #polling: Promise<void> | null = null
  #wakes = 0
  /** What the next poll asks for. */
  #wants: Wants = everything
  /** When each of the two is asked for again, whoever wakes for the other meanwhile; monotonic ms. */
  #dueAt = 0
  #streamsAt = 0
  #gapMs = dueGapMs
  /** What the last look at each found, and whether anything happened since: rest is both. */
  #dueAtRest = false
  #streamsAtRest = false
  #running = false
  /** There was no room to claim into. */
  #hungry = false
  #cursor: EndpointId | null = null
  #walk: Walk = newWalk()

  constructor(deps: SchedulerDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#running = true
    this.wake()
  }

  /** Resolves when the poll under way is over; there is none after it. */
  async stop(): Promise<void> {
    this.#running = false
    this.#timer?.cancel()
    this.#timer = null
    await this.#polling
  }

  /** Something is due now: poll at once, or once more after the poll under way. */
  wake(what: Wants = everything): void {
    this.#wakes++
    this.#want(what)
    if (what.due) {
      this.#dueAtRest = false
      this.#walk.whole = false
    }
    if (what.streams !== false) this.#streamsAtRest = false
    if (this.#running && this.#polling === null) this.#begin()
  }

  /** Memory has room again. */
  fed(): void {
    if (this.#hungry) this.wake({ due: true, streams: false })
  }

  #begin(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#polling = this.#poll().then((waitMs) => {
      this.#polling = null
      if (!this.#running) return
      // Woken between the poll's last look and now: a timer would make that wait for its turn.
      const { due, streams } = this.#wants
      const woken = this.#deps.gate.isOpen && (due || streams !== false)
      if (waitMs === 0 || woken) this.#begin()
      else this.#timer = this.#deps.world.clock.setTimer(waitMs, () => this.#turn())
    })
  }

  /** Nobody woke it: the time of one of the two has come. */
  #turn(): void {
    if (this.#running && this.#polling === null) this.#begin()
  }

  #want({ due, streams }: Wants): void {
    const any = streams === 'any' || this.#wants.streams === 'any'
    this.#wants = {
      due: due || this.#wants.due,
      streams: any ? 'any' : streams || this.#wants.streams,
    }
  }

  /** What was asked for, and what is to be asked for by now. */
  #takeWants(): Wants {
    const now = this.#deps.world.clock.monotonic()
    this.#want({ due: now >= this.#dueAt, streams: now >= this.#streamsAt && 'any' })
    const wants = this.#wants
    this.#wants = nobody
    return wants
  }

  /** One poll; returns how long to wait before the next, in ms. */
  async #poll(): Promise<number> {
    const { gate, world, pollMs, pollStreams, onQuiet, onTrouble } = this.#deps
    if (!gate.isOpen) return pollMs
    const wakes = this.#wakes
    const wants = this.#takeWants()
    const askedAt = world.clock.monotonic()
    try {
      const [due, streams] = await Promise.all([
        wants.due ? this.#claim() : nothing,
        wants.streams === false ? noStreams : pollStreams(wants.streams),
      ])
      const tookMs = world.clock.monotonic() - askedAt
      if (wants.due) this.#walk.tookMs += tookMs
      this.#gapMs = Math.max(dueGapMs, gapShare * (wants.due ? this.#walk.tookMs : tookMs))
      if (wants.due) {
        this.#dueAt = this.#timeOf(due.nextDueAt)
        this.#dueAtRest = due.claimed === 0 && !this.#hungry
      }
      if (wants.streams === 'any') {
        this.#streamsAt = this.#timeOf(streams.nextReadyAt)
        this.#streamsAtRest = streams.claimed === 0
      }
      this.#want({ due: due.more, streams: streams.more && 'announced' })
      if (this.#wakes !== wakes || due.more || streams.more) return 0
      if (this.#dueAtRest && this.#streamsAtRest) onQuiet()
      return Math.max(0, Math.min(this.#dueAt, this.#streamsAt) - world.clock.monotonic())
    } catch (cause) {
      if (cause instanceof StoreUnavailable) gate.refused(cause)
      else world.log.error('scheduler.poll_failed', {}, cause)
      onTrouble(cause)
      this.#dueAt = this.#streamsAt = world.clock.monotonic() + pollMs
      return pollMs
    }
  }

  async #claim(): Promise<Found> {
    const { world, store, leases, appetite, take } = this.#deps
    const { limit, bytesMax, except } = appetite()
    this.#hungry = false
    if (limit === 0 || bytesMax === 0) {
      this.#hungry = true
      return nothing
    }
    if (this.#cursor === null) this.#walk = newWalk()
    const walk = this.#walk
    const lease = leases.fresh()
    const { claims, cursor, nextDueAt } = await store.claimDue({
      now: world.clock.now(),
      leaseUntil: lease.until,
      token: lease.token,
      limit,
      perEndpoint: perEndpointMax,
      bytesMax,
      afterEndpointId: this.#cursor,
      except,
    })
    this.#cursor = cursor
    walk.nextDueAt = earlier(walk.nextDueAt, nextDueAt)
    if (claims.length > 0) take(claims, lease)
    const more = claims.length > 0 || cursor !== null || !walk.whole
    return { claimed: claims.length, more, nextDueAt: walk.nextDueAt }
  }

  /** Monotonic time of the next poll, for something that is due at a wall time. */
  #timeOf(dueAt: number | null): number {
    const { clock } = this.#deps.world
    const { pollMs } = this.#deps
    const waitMs = dueAt === null ? pollMs : dueAt - clock.now()
    return clock.monotonic() + Math.min(pollMs, Math.max(this.#gapMs, waitMs))
  }
}

function newWalk(): Walk {
  return { whole: true, nextDueAt: null, tookMs: 0 }
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other)
}
