/**
 * Ordered endpoints (I9). States of a stream on this node:
 *
 *   claimed ──read──▶ turn ──sent and recorded──▶ turn … ──nothing left──▶ lingers ──▶ released
 *                       │  ▲                                                  │
 *                       │  └────────────────── announced, read ◀──────────────┘
 *                       └── retry, hold, pause, lease lost ──▶ left alone or released
 *
 * The rules, each of which a fault experiment has shown to be needed:
 * - one random token per claim, checked by every write; a write that it no longer fits ends the
 *   stream's work here at once, and nothing more is touched;
 * - the deadline is monotonic and counts from before the claim was asked for, less a margin;
 * - an attempt starts only while the deadline covers all of its timeout, else the lease is renewed
 *   first; it is renewed when half of it has passed;
 * - the transport asks once more at the last instant before bytes are written;
 * - delivery n+1 goes out only after what happened to n is durable.
 *
 * Backlogs wait in the table: a few deliveries are read ahead, only the head is handed to the queue,
 * where it takes its turn among all other endpoints. The lease is kept as long as there is work, and
 * a while longer: events that trickle in would else claim and release the stream each time. Whoever
 * adds to a stream announces it, on this node or by a hint from another; a hint that is lost costs no
 * more than until the lingering ends.
 */
import type { DeliveryId, EndpointId } from '../domain/ids.ts'
import type { World } from '../posthorn.ts'
import type { Timer } from '../runtime/clock.ts'
import type { Claim } from '../store/port/deliveries.ts'
import type { StreamClaim, StreamKey } from '../store/port/streams.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { Fifo } from './fifo.ts'
import { type Leases, leaseMarginMs } from './leases.ts'
import type { HeldLease, Lease, TurnResult, Work } from './work.ts'

export interface StreamsDeps {
  readonly world: World
  readonly store: Pick<Store, 'claimStreams' | 'readStream' | 'renewStream' | 'releaseStream'>
  readonly leases: Leases
  readonly leaseMs: number
  /** Streams that this node works at once. */
  readonly streamsMax: number
  /** Puts the head into the queue. */
  readonly push: (work: Work) => void
  readonly onTrouble: (cause: unknown) => void
  /** A stream is not worked here any more, and there may be room or work to claim. */
  readonly onEnd: (claim: PollWants) => void
  /** A stream is not worked at any more, for now. */
  readonly onRest: () => void
  /** Announced on this node, and not to be had here: if another node holds it, it is to be told. */
  readonly onElsewhere: (streams: readonly StreamKey[]) => void
}

export interface PolledStreams {
  readonly claimed: number
  /** Of those not claimed; null where only announced ones were asked for. */
  readonly nextReadyAt: number | null
  /** More are announced: ask for them at once. */
  readonly more: boolean
}
const nothing: PolledStreams = { claimed: 0, nextReadyAt: null, more: false }

interface Announced {
  readonly key: StreamKey
  /** Other nodes are to be told of it if it cannot be claimed here. */
  readonly tell: boolean
}

/** Which streams to claim: any, or those announced; false: none. */
export type PollWants = 'any' | 'announced' | false

const readAheadMax = 64
const readAheadBytesMax = 4 * 1024 * 1024
/** What is read with less than this many bytes was not cut short by bytes. */
const surelyAllBytes = 256 * 1024
/** A stream without work keeps its lease for so long, in ms, but never for long of the lease itself. */
const lingerMs = 500
const lingerShareMax = 1 / 8
/** Announced streams that are remembered; beyond it all are searched. */
const announcedMax = 1_000

export class Streams {
  readonly #deps: StreamsDeps
  readonly #working = new Map<EndpointId, StreamWork>()
  readonly #announced = new Map<EndpointId, Announced>()
  #stopping = false
  /** There was no room for all: something may be left. */
  #crowded = false

  constructor(deps: StreamsDeps) {
    this.#deps = deps
  }

  /** Streams that are being worked; those that linger rest. */
  get size(): number {
    let size = 0
    for (const working of this.#working.values()) if (!working.rests) size++
    return size
  }

  /**
   * Work was added to the stream; `here`: on this node. Returns what is to be claimed for it: nothing,
   * where it is worked here already and will find the work by itself.
   */
  announce(key: StreamKey, from: 'here' | 'elsewhere'): PollWants {
    const working = this.#working.get(key.endpointId)
    if (working !== undefined) {
      working.announce()
      return false
    }
    if (this.#announced.size >= announcedMax) return 'any'
    const tell = from === 'here' || (this.#announced.get(key.endpointId)?.tell ?? false)
    this.#announced.set(key.endpointId, { key, tell })
    return 'announced'
  }

  /** Work may have been added to any of them. */
  announceAll(): void {
    for (const working of this.#working.values()) working.announce()
  }

  /** Claims streams that have work, as many as there is room for. */
  async poll(which: Exclude<PollWants, false>): Promise<PolledStreams> {
    const { store, leases, world } = this.#deps
    const room = this.#stopping ? 0 : this.#makeRoom()
    this.#crowded = room === 0
    if (room === 0) return nothing
    const announced = this.#takeAnnounced(which === 'any' ? announcedMax : room)
    if (which === 'announced' && announced.length === 0) return nothing
    const keys = announced.map(({ key }) => key)
    const tokens = which === 'any' ? room : keys.length
    // Before the claim is asked for: the deadline counts from here.
    const lease = leases.fresh()
    const { streams, nextReadyAt } = await store.claimStreams({
      now: world.clock.now(),
      leaseUntil: lease.until,
      tokens: Array.from({ length: tokens }, () => leases.token()),
      except: [...this.#working.keys()],
      only: which === 'any' ? null : keys,
    })
    for (const claim of streams) this.#begin(claim, { ...lease, token: claim.token })
    this.#crowded = streams.length === room
    const missed = announced.filter(({ key, tell }) => tell && !this.#working.has(key.endpointId))
    if (missed.length > 0) this.#deps.onElsewhere(missed.map(({ key }) => key))
    return { claimed: streams.length, nextReadyAt, more: this.#announced.size > 0 }
  }

  /** Takes no new stream; those worked end after the turn that is under way. */
  stop(): void {
    this.#stopping = true
    for (const working of this.#working.values()) working.stop()
  }

  /** Those not worked here by now; the others are told of it. */
  #takeAnnounced(limit: number): readonly Announced[] {
    const taken: Announced[] = []
    for (const [id, announced] of this.#announced) {
      if (taken.length >= limit) break
      this.#announced.delete(id)
      const working = this.#working.get(id)
      if (working === undefined) taken.push(announced)
      else working.announce()
    }
    return taken
  }

  /** How many may be claimed now. What lingers makes way for what has work, once it is released. */
  #makeRoom(): number {
    const free = this.#deps.streamsMax - this.#working.size
    let short = readAheadMax - free
    for (const working of this.#working.values()) {
      if (short <= 0) break
      if (!working.rests) continue
      working.stop()
      short--
    }
    return Math.min(free, readAheadMax)
  }

  #begin(claim: StreamClaim, lease: Lease): void {
    const work = new StreamWork(claim, lease, this.#deps, (more) => {
      this.#working.delete(claim.endpointId)
      const { onEnd } = this.#deps
      if (this.#crowded) onEnd('any')
      else onEnd(more && this.announce(claim, 'elsewhere'))
    })
    this.#working.set(claim.endpointId, work)
    if (this.#stopping) work.stop()
    void work.run()
  }
}

/** One leased stream, worked head by head. */
class StreamWork {
  readonly #claim: StreamClaim
  readonly #deps: StreamsDeps
  readonly #onEnd: (more: boolean) => void
  #lease: Lease
  #more = false
  #stopping = false
  #lingering: { readonly timer: Timer; readonly end: () => void } | null = null

  constructor(claim: StreamClaim, lease: Lease, deps: StreamsDeps, onEnd: (more: boolean) => void) {
    this.#claim = claim
    this.#lease = lease
    this.#deps = deps
    this.#onEnd = onEnd
  }

  get rests(): boolean {
    return this.#lingering !== null
  }

  announce(): void {
    this.#more = true
    this.#lingering?.end()
  }

  stop(): void {
    this.#stopping = true
    this.#lingering?.end()
  }

  async run(): Promise<void> {
    try {
      if ((await this.#work()) === 'release') await this.#release()
    } catch (cause) {
      // The lease ends by itself; until then nobody sends, so nothing is overtaken.
      if (!(cause instanceof StoreUnavailable)) {
        const { endpointId } = this.#claim
        this.#deps.world.log.error('stream.failed', { endpointId }, cause)
      }
      this.#deps.onTrouble(cause)
    } finally {
      this.#onEnd(this.#more)
    }
  }

  /** Until there is nothing left (`release`), or the stream is not ours to touch (`leave`). */
  async #work(): Promise<'release' | 'leave'> {
    const ahead = new Fifo<Claim>()
    let last: DeliveryId | null = null
    let mayHaveMore = true
    while (!this.#stopping) {
      if (ahead.size === 0 && (mayHaveMore || this.#more)) {
        this.#more = false
        const claims = await this.#read()
        mayHaveMore = wasCutShort(claims)
        for (const claim of claims) ahead.push(claim)
      }
      const head = ahead.shift()
      if (head === undefined) {
        if (this.#more || (await this.#linger())) continue
        return 'release'
      }
      // The same head again means that its record did not move it: leave it to the lease's end.
      if (head.delivery.id === last) return 'leave'
      last = head.delivery.id
      if (this.#halfGone() && (await this.#renew(0)) === null) return 'leave'
      const how = await this.#turn(head)
      if (how === 'stop') return 'leave'
      if (how === 'closed') return 'release'
    }
    return 'release'
  }

  #turn(head: Claim): Promise<TurnResult> {
    return new Promise((resolve) => {
      this.#deps.push({
        delivery: head.delivery,
        message: head.message,
        lease: this.#lease,
        turn: { renew: (coverMs) => this.#renew(coverMs), finished: resolve },
        queuedAt: this.#deps.world.clock.monotonic(),
        judged: false,
        again: null,
      })
    })
  }

  #read(): Promise<readonly Claim[]> {
    const { store, world } = this.#deps
    return store.readStream({
      ...this.#key(),
      limit: readAheadMax,
      bytesMax: readAheadBytesMax,
      now: world.clock.now(),
    })
  }

  /** True: there may be work again. Called with nothing left, and without anything announced. */
  async #linger(): Promise<boolean> {
    const { world, leaseMs, onRest } = this.#deps
    const forMs = Math.min(lingerMs, leaseMs * lingerShareMax)
    await new Promise<void>((resolve) => {
      const end = (): void => {
        this.#lingering?.timer.cancel()
        this.#lingering = null
        resolve()
      }
      this.#lingering = { timer: world.clock.setTimer(forMs, end), end }
      onRest()
    })
    return this.#more
  }

  #halfGone(): boolean {
    const left = this.#lease.deadline - this.#deps.world.clock.monotonic()
    return left < (this.#deps.leaseMs - leaseMarginMs) / 2
  }

  async #renew(coverMs: number): Promise<HeldLease | null> {
    const { store, world, leases } = this.#deps
    const lease = leases.extended(this.#claim.token, coverMs)
    const result = await store.renewStream({
      ...this.#key(),
      now: world.clock.now(),
      leaseUntil: lease.until,
    })
    if (result === 'lease_lost') return null
    this.#lease = lease
    return lease
  }

  #release(): Promise<void> {
    return this.#deps.store.releaseStream({ ...this.#key(), now: this.#deps.world.clock.now() })
  }

  #key() {
    const { applicationId, endpointId, token } = this.#claim
    return { applicationId, endpointId, token }
  }
}

/** Whether there may be more behind it than was read. */
function wasCutShort(claims: readonly Claim[]): boolean {
  if (claims.length >= readAheadMax) return true
  const bytes = claims.reduce((sum, { message }) => sum + (message.payload?.length ?? 0), 0)
  return bytes >= surelyAllBytes
}
