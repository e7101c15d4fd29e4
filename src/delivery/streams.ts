/**
 * Ordered endpoints (I9). States of a stream on this node:
 *
 *   claimed ──read──▶ turn ──sent and recorded──▶ turn … ──nothing left──▶ released
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
 * where it takes its turn among all other endpoints. The lease is kept as long as there is work.
 */
import type { DeliveryId, EndpointId } from '../domain/ids.ts'
import type { World } from '../posthorn.ts'
import type { Claim } from '../store/port/deliveries.ts'
import type { StreamClaim } from '../store/port/streams.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { Fifo } from './fifo.ts'
import type { Leases } from './leases.ts'
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
  /** A stream is not worked here any more; `more`: work was announced that nobody has looked at. */
  readonly onEnd: (more: boolean) => void
}

const readAheadMax = 64
const readAheadBytesMax = 4 * 1024 * 1024

export class Streams {
  readonly #deps: StreamsDeps
  readonly #working = new Map<EndpointId, StreamWork>()
  #stopping = false

  constructor(deps: StreamsDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#working.size
  }

  /** Work was added to the stream. True: it is worked here already and will find it by itself. */
  announce(endpointId: EndpointId): boolean {
    const working = this.#working.get(endpointId)
    working?.announce()
    return working !== undefined
  }

  async poll(): Promise<{ readonly claimed: number; readonly nextReadyAt: number | null }> {
    const { store, leases, streamsMax, world } = this.#deps
    const room = Math.min(streamsMax - this.#working.size, readAheadMax)
    if (room <= 0 || this.#stopping) return { claimed: 0, nextReadyAt: null }
    // Before the claim is asked for: the deadline counts from here.
    const lease = leases.fresh()
    const { streams, nextReadyAt } = await store.claimStreams({
      now: world.clock.now(),
      leaseUntil: lease.until,
      tokens: Array.from({ length: room }, () => leases.token()),
      except: [...this.#working.keys()],
    })
    for (const claim of streams) this.#begin(claim, { ...lease, token: claim.token })
    return { claimed: streams.length, nextReadyAt }
  }

  /** Takes no new stream; those worked end after the turn that is under way. */
  stop(): void {
    this.#stopping = true
    for (const working of this.#working.values()) working.stop()
  }

  #begin(claim: StreamClaim, lease: Lease): void {
    const work = new StreamWork(claim, lease, this.#deps, (more) => {
      this.#working.delete(claim.endpointId)
      this.#deps.onEnd(more)
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

  constructor(claim: StreamClaim, lease: Lease, deps: StreamsDeps, onEnd: (more: boolean) => void) {
    this.#claim = claim
    this.#lease = lease
    this.#deps = deps
    this.#onEnd = onEnd
  }

  announce(): void {
    this.#more = true
  }

  stop(): void {
    this.#stopping = true
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
    while (!this.#stopping) {
      if (ahead.size === 0) {
        this.#more = false
        for (const claim of await this.#read()) ahead.push(claim)
      }
      const head = ahead.shift()
      if (head === undefined) {
        if (this.#more) continue
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

  #halfGone(): boolean {
    const left = this.#lease.deadline - this.#deps.world.clock.monotonic()
    return left < this.#deps.leaseMs / 2
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
