/**
 * The delivery engine: owns the queue, the scheduler, the streams and the recorder, and is what the
 * rest of a Posthorn sees of sending.
 *
 * A delivery comes in by two doors: accepted on this node, already leased to it, straight from the
 * commit; or claimed from the table. Both end in the queue, and `Dispatcher` does the rest.
 *
 * What happens to the deliveries of an endpoint that is disabled or paused: they stay `pending`, up
 * to retention, and go out in order of age once it is enabled or resumed. Deleting it cancels them.
 */
import type { Config } from '../config.ts'
import type { ApplicationId, EndpointId } from '../domain/ids.ts'
import type { Dispatch } from '../intake/accept.ts'
import type { World } from '../posthorn.ts'
import { after, type Timer } from '../runtime/clock.ts'
import type { IdSource } from '../runtime/id-source.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterStore, WorkHint } from '../store/port/cluster.ts'
import type { Claim } from '../store/port/deliveries.ts'
import type { Store } from '../store/store.ts'
import type { AttemptTools, MakeRequest } from './attempt.ts'
import { type AttemptEvent, Dispatcher } from './dispatcher.ts'
import type { EndpointLine } from './endpoint-line.ts'
import { Leases } from './leases.ts'
import { MemoryQueue } from './memory-queue.ts'
import { Recorder } from './recorder.ts'
import { Scheduler } from './scheduler.ts'
import { SharedThrottles } from './shared-throttles.ts'
import { StoreGate } from './store-gate.ts'
import { type PollWants, Streams } from './streams.ts'
import { Targets, type Views } from './targets.ts'
import { localThrottles } from './throttle.ts'
import type { Transport } from './transport.ts'
import type { HeldLease, Target, Work } from './work.ts'

export type EngineStore = Pick<
  Store,
  | 'claimDue'
  | 'recordAttempt'
  | 'renewLeases'
  | 'releaseLeasesOfDeadNodes'
  | 'claimStreams'
  | 'readStream'
  | 'renewStream'
  | 'releaseStream'
  | 'tellWork'
  | 'ping'
>

export interface EngineDeps {
  readonly world: World
  readonly store: EngineStore
  /** Set where other nodes deliver too: rates then hold for all of them together. */
  readonly sharedRates?: Pick<ClusterStore, 'reserveStarts'> | null
  readonly views: Views
  readonly ids: IdSource
  /** Prepares and signs a request. */
  readonly makeRequest: MakeRequest
  /** Sends it: HTTP, or the open stream of a `posthorn listen`. */
  readonly transportOf: (target: Target) => Transport
  readonly limits: Pick<
    Config,
    | 'inFlightMax'
    | 'inFlightPerApplicationMax'
    | 'memoryQueueMax'
    | 'memoryQueueBytesMax'
    | 'leaseMs'
    | 'pollMs'
    | 'stopTimeoutMs'
  >
}

export interface EngineStats {
  /** Deliveries and payload bytes that wait in memory. */
  readonly waiting: number
  readonly waitingBytes: number
  /** Requests open now, and how many of them are retries or go to slow or failing endpoints. */
  readonly inFlight: number
  readonly patientInFlight: number
  /** Ordered endpoints worked now. */
  readonly streams: number
  /** Outcomes not yet durable, and those of them that the store has refused so far. */
  readonly recording: number
  readonly kept: number
  readonly storeWorks: boolean
}

export interface Engine extends Service, Dispatch {
  /** Something in the table may be due: a resend, an endpoint enabled or resumed. */
  wake(): void
  /** Another node has told of work. */
  hinted(hint: WorkHint): void
  /** Resolves when memory is empty, nothing is in flight and nothing in the table is due. */
  idle(): Promise<void>
  stats(): EngineStats
  /** Calls `listener` for each attempt once it is durable. Returns how to stop that. */
  onAttempt(listener: (event: AttemptEvent) => void): () => void
}

/** Ordered endpoints worked at once by a node. */
const streamsMax = 256
/** At most this many deliveries in one claim. */
const claimMax = 500
/** An endpoint with this many waiting in memory is passed over by claims until half are gone. */
const busyWaiting = 64
const exceptMax = 2_000
/** After the deadline of a graceful stop requests are aborted; their records get this long, in ms. */
const abortGraceMs = 2_000

export function createEngine(deps: EngineDeps): Engine {
  return new DeliveryEngine(deps)
}

class DeliveryEngine implements Engine {
  readonly #deps: EngineDeps
  readonly #gate: StoreGate
  readonly #leases: Leases
  readonly #queue: MemoryQueue
  readonly #targets: Targets
  readonly #recorder: Recorder
  readonly #dispatcher: Dispatcher
  readonly #streams: Streams
  readonly #scheduler: Scheduler
  readonly #abort = new AbortController()
  readonly #listeners = new Set<(event: AttemptEvent) => void>()
  #passedOver = new Set<EndpointId>()
  #idlers: (() => void)[] = []
  /** Called at each step towards rest, while somebody waits for a stop. */
  #onSettled: (() => void) | null = null
  #queueTimer: { readonly timer: Timer; readonly at: number } | null = null
  #troubleTimer: Timer | null = null
  #running = false
  #stopped: Promise<void> | null = null

  constructor(deps: EngineDeps) {
    const { world, store, limits } = deps
    this.#deps = deps
    this.#gate = new StoreGate(world)
    this.#leases = new Leases(world, limits.leaseMs)
    const { sharedRates = null } = deps
    const throttles =
      sharedRates === null
        ? localThrottles
        : new SharedThrottles({ world, store: sharedRates, onPlaces: () => this.#pump() })
    const queueLimits = {
      inFlightMax: limits.inFlightMax,
      inFlightPerApplicationMax: limits.inFlightPerApplicationMax,
      waitingMax: limits.memoryQueueMax,
      waitingBytesMax: limits.memoryQueueBytesMax,
    }
    this.#queue = new MemoryQueue(world.clock, queueLimits, throttles)
    this.#targets = new Targets(deps.views)
    const onTrouble = (): void => this.#troubled()
    this.#recorder = new Recorder({ world, store, gate: this.#gate, onTrouble })
    this.#dispatcher = new Dispatcher({
      world,
      store,
      queue: this.#queue,
      targets: this.#targets,
      leases: this.#leases,
      gate: this.#gate,
      recorder: this.#recorder,
      tools: this.#attemptTools(),
      onTrouble,
      onAttempt: (event) => this.#emit(event),
      onWaiting: () => this.#pump(),
      onLetGo: () => this.#settled(),
      onProgress: (line) => this.#progressed(line),
    })
    this.#streams = new Streams({
      world,
      store,
      leases: this.#leases,
      leaseMs: limits.leaseMs,
      streamsMax,
      push: (work) => {
        this.#dispatcher.push(work)
        this.#pump()
      },
      onTrouble,
      onEnd: (claim) => {
        this.#claimStreams(claim)
        this.#settled()
      },
      onRest: () => this.#settled(),
      onElsewhere: (streams) => store.tellWork({ due: false, streams }),
    })
    this.#scheduler = new Scheduler({
      world,
      store,
      gate: this.#gate,
      leases: this.#leases,
      pollMs: limits.pollMs,
      appetite: () => this.#appetite(),
      take: (claims, lease) => this.#take(claims, lease),
      pollStreams: (which) => this.#streams.poll(which),
      onTrouble,
      onQuiet: () => this.#quiet(),
    })
  }

  async start(): Promise<void> {
    const now = this.#deps.world.clock.now()
    // Until this is done nothing is leased to this life: there is no room before.
    await this.#deps.store.releaseLeasesOfDeadNodes({ liveToken: this.#leases.token(), now })
    if (this.#stopped !== null) return
    this.#running = true
    this.#scheduler.start()
  }

  stop(): Promise<void> {
    this.#running = false
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  room(applicationId?: ApplicationId): number {
    return this.#running && this.#gate.isOpen ? this.#queue.room(applicationId) : 0
  }

  lease(): { readonly token: string; readonly until: number } {
    return this.#leases.shared()
  }

  accepted(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const lease = this.#leases.given(claim.token)
      // A commit that took as long as the lease: the table gives the delivery back.
      if (lease !== undefined) this.#push(claim, lease)
    }
    this.#pump()
  }

  streamReady(applicationId: ApplicationId, endpointId: EndpointId): void {
    this.#claimStreams(this.#streams.announce({ applicationId, endpointId }, 'here'))
  }

  dueAt(at: number): void {
    // Later times are seen by the next poll, which is never far.
    if (at <= this.#deps.world.clock.now()) this.#scheduler.wake({ due: true, streams: false })
  }

  wake(): void {
    this.#streams.announceAll()
    this.#scheduler.wake()
  }

  hinted({ due, streams }: WorkHint): void {
    if (due) this.#scheduler.wake({ due: true, streams: false })
    if (streams === 'any') {
      this.#streams.announceAll()
      this.#claimStreams('any')
      return
    }
    for (const key of streams) this.#claimStreams(this.#streams.announce(key, 'elsewhere'))
  }

  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idlers.push(resolve)
      this.#scheduler.wake()
    })
  }

  stats(): EngineStats {
    return {
      waiting: this.#queue.waiting,
      waitingBytes: this.#queue.waitingBytes,
      inFlight: this.#queue.inFlight,
      patientInFlight: this.#queue.patientInFlight,
      streams: this.#streams.size,
      recording: this.#recorder.pending,
      kept: this.#recorder.kept,
      storeWorks: this.#gate.isOpen,
    }
  }

  onAttempt(listener: (event: AttemptEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #claimStreams(streams: PollWants): void {
    if (streams !== false) this.#scheduler.wake({ due: false, streams })
  }

  #attemptTools(): AttemptTools {
    const { world, ids, makeRequest, transportOf, views } = this.#deps
    return {
      ...world,
      ids,
      makeRequest,
      transportOf,
      mayStart: (work) =>
        this.#gate.isOpen &&
        !this.#abort.signal.aborted &&
        world.clock.monotonic() < work.lease.deadline &&
        (views.areFresh?.() ?? true),
      signal: this.#abort.signal,
    }
  }

  #appetite() {
    const except = this.#queue.busyEndpoints(busyWaiting, exceptMax)
    this.#passedOver = new Set(except)
    const limit = this.#queue.wantsClaims ? Math.min(claimMax, this.#queue.roomForClaims()) : 0
    return { limit, bytesMax: this.#queue.bytesForClaims(), except }
  }

  #take(claims: readonly Claim[], lease: HeldLease): void {
    for (const claim of claims) {
      const held = this.#queue.held(claim.delivery.id)
      if (held === undefined) this.#push(claim, lease)
      else if (held.judged) held.again = this.#workOf(claim, lease)
      // Our own, whose old lease ran out while it waited or was being sent: it goes on under the new.
      else held.lease = lease
    }
    this.#pump()
  }

  #push(claim: Claim, lease: HeldLease): void {
    this.#dispatcher.push(this.#workOf(claim, lease))
  }

  #workOf({ delivery, message }: Claim, lease: HeldLease): Work {
    const queuedAt = this.#deps.world.clock.monotonic()
    return { delivery, message, lease, turn: null, queuedAt, judged: false, again: null }
  }

  #pump(): void {
    this.#dispatcher.pump()
    const at = this.#queue.nextWakeAt()
    if (at === null || (this.#queueTimer !== null && this.#queueTimer.at <= at)) return
    this.#queueTimer?.timer.cancel()
    const { clock } = this.#deps.world
    const timer = clock.setTimer(Math.ceil(at - clock.monotonic()), () => {
      this.#queueTimer = null
      this.#queue.wakeSleepers()
      this.#pump()
    })
    this.#queueTimer = { timer, at }
  }

  #progressed(line: EndpointLine): void {
    this.#pump()
    if (this.#passedOver.has(line.id) && line.size <= busyWaiting / 2) {
      this.#passedOver.delete(line.id)
      this.#scheduler.wake({ due: true, streams: false })
    } else if (this.#queue.wantsClaims) {
      this.#scheduler.fed()
    }
  }

  /** The store refused something: try it again in a while, first what is kept, else a ping. */
  #troubled(): void {
    if (this.#troubleTimer !== null || this.#gate.isOpen) return
    const { clock } = this.#deps.world
    this.#troubleTimer = clock.setTimer(this.#gate.nextWaitMs(), () => void this.#tryAgain())
  }

  async #tryAgain(): Promise<void> {
    try {
      if (this.#recorder.kept > 0) await this.#recorder.offerOldest()
      else await this.#deps.store.ping()
      this.#gate.worked()
    } catch (cause) {
      this.#gate.refused(cause)
    }
    this.#troubleTimer = null
    if (!this.#gate.isOpen) return this.#troubled()
    this.#recorder.retryKept()
    this.#pump()
    this.#scheduler.wake()
  }

  #emit(event: AttemptEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (cause) {
        this.#deps.world.log.error('engine.listener_threw', {}, cause)
      }
    }
  }

  get #isAtRest(): boolean {
    return (
      this.#queue.waiting === 0 &&
      this.#queue.inFlight === 0 &&
      this.#recorder.pending === 0 &&
      this.#streams.size === 0
    )
  }

  /** A poll found nothing: whoever waits for rest has it, if memory is at rest too. */
  #quiet(): void {
    if (!this.#isAtRest) return
    const idlers = this.#idlers
    this.#idlers = []
    for (const resolve of idlers) resolve()
  }

  #settled(): void {
    if (!this.#isAtRest) return
    this.#onSettled?.()
    if (this.#idlers.length > 0) this.#scheduler.wake()
  }

  async #stop(): Promise<void> {
    const { clock, log } = this.#deps.world
    const startedAt = clock.monotonic()
    this.#dispatcher.stop()
    this.#streams.stop()
    await this.#scheduler.stop()
    this.#dispatcher.giveBackWaiting()
    await this.#restWithin(this.#deps.limits.stopTimeoutMs)
    if (!this.#isAtRest) {
      this.#abort.abort()
      await this.#restWithin(abortGraceMs)
    }
    this.#queueTimer?.timer.cancel()
    this.#troubleTimer?.cancel()
    const { inFlight, recording } = this.stats()
    log.info('engine.stopped', { ms: clock.monotonic() - startedAt, inFlight, recording })
  }

  async #restWithin(ms: number): Promise<void> {
    if (this.#isAtRest) return
    const rest = new Promise<void>((resolve) => {
      this.#onSettled = resolve
    })
    await Promise.race([rest, after(this.#deps.world.clock, ms)])
    this.#onSettled = null
  }
}
