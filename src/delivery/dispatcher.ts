/**
 * Starts what the queue says is next, and sees each start through to its record:
 *
 *   view → still open? → lease covers the attempt? → attempt → slots free → record → held no more
 *
 * The slots are free as soon as the answer is judged; the record shares a commit with others. What
 * is not attempted is given back, canceled or left to its lease; nothing is dropped in silence.
 */
import type { Application } from '../domain/application.ts'
import type { Attempt } from '../domain/attempt.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { Message } from '../domain/message.ts'
import type { EndpointEffect, Verdict } from '../domain/verdict.ts'
import type { World } from '../posthorn.ts'
import type { RecordResult } from '../store/port/deliveries.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { type AttemptTools, attemptDelivery, type Finished, recordUnsent } from './attempt.ts'
import type { EndpointLine } from './endpoint-line.ts'
import type { Leases } from './leases.ts'
import type { MemoryQueue, Started } from './memory-queue.ts'
import type { Recorder } from './recorder.ts'
import type { StoreGate } from './store-gate.ts'
import { type Reach, type Targets, waitsLong } from './targets.ts'
import type { Target, TurnResult, Work } from './work.ts'

/** One attempt, once it is durable. */
export interface AttemptEvent {
  readonly attempt: Attempt
  readonly verdict: Verdict
  readonly effect: EndpointEffect
  readonly result: RecordResult
  readonly application: Application
  readonly endpoint: Endpoint
  readonly message: Message
  /** Since when the endpoint had been failing before this attempt; null: it had not. */
  readonly failedSince: number | null
}

export interface DispatcherDeps {
  readonly world: World
  readonly store: Pick<Store, 'renewLeases'>
  readonly queue: MemoryQueue
  readonly targets: Targets
  readonly leases: Leases
  readonly gate: StoreGate
  readonly recorder: Recorder
  readonly tools: AttemptTools
  readonly onTrouble: (cause: unknown) => void
  readonly onAttempt: (event: AttemptEvent) => void
  /** Work was put into memory. */
  readonly onWaiting: () => void
  /** Nothing more is written for a delivery. */
  readonly onLetGo: () => void
  /** Slots or memory have become free. */
  readonly onProgress: (line: EndpointLine) => void
}

/** How long a closed endpoint is not claimed for again, in ms. */
const closedPauseMs = 1_000
/** Outcomes on their way into the store; beyond it nothing new is started. */
const recordingMax = 4096
/**
 * Requests started before the event loop is given to others: a thousand endpoints whose time has
 * come together would else keep every answer and every new event waiting for a tenth of a second.
 */
const startsInARow = 64

export class Dispatcher {
  readonly #deps: DispatcherDeps
  #pumping = false
  #stopped = false
  #startsLeft = startsInARow
  #heldBack = false

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
  }

  /** Nothing is started any more. */
  stop(): void {
    this.#stopped = true
  }

  /** Takes work into memory. */
  push(work: Work): void {
    if (this.#stopped) this.#giveBack(work)
    else this.#deps.queue.push(work)
  }

  /** Starts as much as may be started now. */
  pump(): void {
    const { queue, gate, recorder } = this.#deps
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (gate.isOpen && !this.#stopped && recorder.pending < recordingMax) {
        this.#heldBack = this.#startsLeft === 0
        if (this.#heldBack) break
        const started = queue.next()
        if (started === null) break
        if (this.#startsLeft-- === startsInARow) setImmediate(() => this.#goOn())
        void this.#run(started)
      }
    } finally {
      this.#pumping = false
    }
  }

  /** The event loop has been round since the first start. */
  #goOn(): void {
    this.#startsLeft = startsInARow
    if (this.#heldBack) this.#deps.onWaiting()
  }

  /** Hands back what waits in memory: of one endpoint, or everything. */
  giveBackWaiting(line?: EndpointLine): void {
    for (const work of this.#deps.queue.drain(line)) this.#giveBack(work)
  }

  async #run(started: Started): Promise<void> {
    const { work, line } = started
    try {
      const reach = await this.#deps.targets.reach(work.delivery)
      if (reach.kind !== 'open') return this.#unreachable(started, reach)
      const configured = { ...reach.target, storedHealth: reach.storedHealth }
      const unplaced = [
        line.configure(configured),
        line.application.configure(reach.target.application),
      ]
      if (unplaced.includes(true)) return this.#queueAgain(started)
      const { attemptTimeoutMs } = reach.target.policy
      if (!(await this.#covers(work, attemptTimeoutMs))) return this.#abandon(started)
      const waitedMs = this.#deps.world.clock.monotonic() - started.at
      const late = line.isLate(waitedMs) || line.application.isLate(waitedMs)
      if (late) return this.#queueAgain(started)
      await this.#attempt(started, reach.target)
    } catch (cause) {
      this.#deps.queue.done(started, null)
      if (cause instanceof StoreUnavailable) {
        this.#deps.gate.refused(cause)
        this.push(work)
      } else {
        this.#deps.world.log.error('dispatch.failed', { deliveryId: work.delivery.id }, cause)
        this.#letGo(work, 'stop')
      }
      this.#deps.onTrouble(cause)
    }
  }

  async #attempt(started: Started, target: Target): Promise<void> {
    const { queue, world, tools, targets, onProgress } = this.#deps
    const { work, line } = started
    const begun = world.clock.monotonic()
    const finished = await attemptDelivery(work, target, line, tools)
    if (finished === 'payload_gone') return this.#cancel(started)
    if (finished === 'not_sent') return this.#queueAgain(started)
    const { health, effect } = finished.judgement
    line.health = health
    queue.done(started, world.clock.monotonic() - begun)
    if (effect.disable !== undefined) targets.disabled(target.endpoint)
    if (effect.disable !== undefined || waitsLong(line, world.clock.now())) {
      this.giveBackWaiting(line)
    }
    onProgress(line)
    await this.#record(work, target, finished)
  }

  #queueAgain(started: Started): void {
    this.#deps.queue.done(started, null)
    this.push(started.work)
    this.#deps.onProgress(started.line)
  }

  async #record(work: Work, target: Target, finished: Finished): Promise<void> {
    const { recorder, world, targets, onAttempt } = this.#deps
    const { attempt, judgement, failedSince } = finished
    const { verdict, effect } = judgement
    work.judged = true
    const result = await recorder.record(finished.record)
    if (effect.disable !== undefined) targets.changed(target.endpoint)
    const fields = {
      attemptId: attempt.id,
      deliveryId: attempt.deliveryId,
      endpointId: attempt.endpointId,
      status: attempt.responseStatus,
      error: attempt.errorClass,
      verdict: verdict.kind,
      ms: attempt.durationMs,
    }
    if (result === 'lease_lost') world.log.warn('attempt.lease_lost', fields)
    else if (verdict.kind === 'succeeded') world.log.debug('attempt.finished', fields)
    else world.log.info('attempt.finished', fields)
    this.#letGo(work, result === 'lease_lost' ? 'stop' : turnAfter(verdict, target))
    const { application, endpoint } = target
    const { message } = work
    onAttempt({ attempt, verdict, effect, result, application, endpoint, message, failedSince })
  }

  /** Whether the lease covers all of an attempt; renews it when it does not. */
  async #covers(work: Work, attemptTimeoutMs: number): Promise<boolean> {
    const { world, leases, store } = this.#deps
    const { clock } = world
    if (clock.monotonic() + attemptTimeoutMs <= work.lease.deadline) return true
    if (work.turn !== null) {
      const renewed = await work.turn.renew(attemptTimeoutMs)
      if (renewed !== null) work.lease = renewed
      return renewed !== null
    }
    const lease = leases.extended(work.lease.token, attemptTimeoutMs)
    const { applicationId, id: deliveryId } = work.delivery
    const kept = await store.renewLeases({
      token: lease.token,
      deliveries: [{ applicationId, deliveryId }],
      now: clock.now(),
      leaseUntil: lease.until,
    })
    // Lost, unless this node has claimed it anew while it asked.
    if (kept.length > 0) work.lease = lease
    else if (work.lease.token === lease.token) return false
    return clock.monotonic() + attemptTimeoutMs <= work.lease.deadline
  }

  #unreachable(started: Started, reach: Exclude<Reach, { readonly kind: 'open' }>): void {
    if (reach.kind === 'gone' && started.work.turn === null) {
      this.#cancel(started)
      return
    }
    const { queue, world, onProgress } = this.#deps
    const { work, line } = started
    queue.done(started, null)
    // Should our view be older than the table's: do not claim it back at once.
    line.passOverUntil = world.clock.monotonic() + closedPauseMs
    this.#giveBack(work)
    this.giveBackWaiting(line)
    onProgress(line)
  }

  #cancel(started: Started): void {
    const { queue, onProgress } = this.#deps
    queue.done(started, null)
    void this.#recordUnsent(started.work, { kind: 'canceled' }, 'next')
    onProgress(started.line)
  }

  /** The lease is gone: whoever has it now sends it. */
  #abandon(started: Started): void {
    this.#deps.queue.done(started, null)
    this.#letGo(started.work, 'stop')
    this.#deps.onProgress(started.line)
  }

  /** Claimable again at its old place in time. A stream gives itself back. */
  #giveBack(work: Work): void {
    if (work.turn !== null) {
      this.#letGo(work, 'closed')
      return
    }
    const { delivery, message } = work
    const first = delivery.attemptCount === 0
    const at = first ? (message.deliverAt ?? delivery.createdAt) : this.#deps.world.clock.now()
    void this.#recordUnsent(work, { kind: 'returned', at }, 'closed')
  }

  async #recordUnsent(
    work: Work,
    verdict: Extract<Verdict, { kind: 'canceled' | 'returned' }>,
    turn: TurnResult,
  ): Promise<void> {
    const { recorder, world } = this.#deps
    work.judged = true
    const result = await recorder.record(recordUnsent(work, verdict, world.clock.now()))
    this.#letGo(work, result === 'lease_lost' ? 'stop' : turn)
  }

  #letGo(work: Work, turn: TurnResult): void {
    this.#deps.queue.letGo(work.delivery.id)
    work.turn?.finished(turn)
    if (work.again !== null) {
      this.push(work.again)
      this.#deps.onWaiting()
    }
    this.#deps.onLetGo()
  }
}

/** What a stream does after its head was recorded. */
function turnAfter(verdict: Verdict, { policy }: Target): TurnResult {
  switch (verdict.kind) {
    case 'succeeded':
    case 'canceled':
      return 'next'
    case 'failed':
      return policy.whenExhausted === 'skip' ? 'next' : 'stop'
    case 'retry':
    case 'returned':
      return 'stop'
    default:
      return verdict satisfies never
  }
}
