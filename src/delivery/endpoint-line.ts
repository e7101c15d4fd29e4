/**
 * One endpoint's place in memory: what waits for it, what is open to it, and what holds it back
 * (its concurrency, its throttle, its circuit). A slow or failing endpoint is `patient`: it shares
 * the second half of the slots with retries, so that first attempts elsewhere never wait for it.
 */
import { type Endpoint, type EndpointHealth, healthy } from '../domain/endpoint.ts'
import { circuitOf } from '../domain/endpoint-health.ts'
import type { EndpointId } from '../domain/ids.ts'
import type { DeliveryPolicy } from '../domain/policy.ts'
import type { ApplicationLane } from './application-lane.ts'
import { Fifo } from './fifo.ts'
import type { Departure, StartLimit, Throttles } from './throttle.ts'
import type { Work } from './work.ts'

/** `prime`: first attempts of endpoints that answer. `patient`: retries, slow and failing endpoints. */
export type Lane = 'prime' | 'patient'
export const lanes: readonly Lane[] = ['prime', 'patient']

const slowMs = 5_000
/** Weight of the newest duration in the running mean. */
const newestShare = 0.2

export class EndpointLine {
  readonly id: EndpointId
  readonly application: ApplicationLane
  readonly waiting: Readonly<Record<Lane, Fifo<Work>>> = { prime: new Fifo(), patient: new Fifo() }
  /** Stands in its application's ring of that lane. */
  readonly inRing: Record<Lane, boolean> = { prime: false, patient: false }
  inFlight = 0
  health: EndpointHealth = healthy
  /** Monotonic ms until which claims pass it over: what they bring would only be given back. */
  passOverUntil = 0
  #concurrencyMax = 1
  #throttle: StartLimit | null = null
  #startedAt = 0
  #meanMs = 0
  #seenHealth: EndpointHealth | undefined

  readonly #throttles: Throttles
  readonly #wake: () => void

  constructor(
    id: EndpointId,
    application: ApplicationLane,
    limits: { readonly throttles: Throttles; readonly wake: (line: EndpointLine) => void },
  ) {
    this.id = id
    this.application = application
    this.#throttles = limits.throttles
    this.#wake = () => limits.wake(this)
  }

  /**
   * Takes over the endpoint's settings. What this node has seen of the endpoint's health counts for
   * more than what was stored, unless this node saw nothing wrong: another one may have. True: what
   * is being started has no place in the rate that has become known.
   */
  configure(input: {
    readonly endpoint: Endpoint
    readonly policy: DeliveryPolicy
    readonly storedHealth: EndpointHealth | undefined
  }): boolean {
    this.#concurrencyMax = Math.max(1, input.policy.concurrencyMax)
    const unplaced = this.#limit(input.endpoint.throttleRate)
    if (this.#seenHealth !== input.storedHealth) {
      this.#seenHealth = input.storedHealth
      const nothingWrong = this.health.failingSince === null && this.health.openUntil === null
      if (nothingWrong && input.storedHealth !== undefined) this.health = input.storedHealth
    }
    return unplaced
  }

  #limit(rate: number | null): boolean {
    const present = this.#throttle
    if (rate === null && present === null) return false // most endpoints, each time
    this.#throttle = this.#throttles.limit({
      scope: { applicationId: this.application.id, endpointId: this.id },
      rate,
      present,
      open: { count: this.inFlight, startedAt: this.#startedAt },
      waiting: () => this.size,
      wake: this.#wake,
    })
    return this.#throttle !== null && this.#throttle !== present && !this.#throttles.countsOpen
  }

  get size(): number {
    return this.waiting.prime.size + this.waiting.patient.size
  }

  get isPatient(): boolean {
    return this.health.consecutiveFailures > 0 || this.#meanMs > slowMs
  }

  laneOf(work: Work): Lane {
    return this.isPatient || work.delivery.attemptCount > 0 ? 'patient' : 'prime'
  }

  /** Moves what waits as prime behind what waits as patient, once the endpoint has become patient. */
  demote(): void {
    for (const work of this.waiting.prime.drain()) this.waiting.patient.push(work)
  }

  /** Whether a slot is free. A half-open circuit has one slot: its probe. */
  hasSlot(now: number): boolean {
    const slots = circuitOf(this.health, now) === 'closed' ? this.#concurrencyMax : 1
    return this.inFlight < slots
  }

  /** Monotonic time from which the throttle allows a start; 0 without one. */
  throttledUntil(): number {
    return this.#throttle?.readyAt() ?? 0
  }

  /** A start has waited for so long that its place in the rate is gone. */
  isLate(waitedMs: number): boolean {
    return this.#throttle !== null && waitedMs > this.#throttle.lateMaxMs
  }

  /** See `StartLimit`: of the endpoint and its application. */
  leavesIn(monotonicNow: number): number {
    const own = this.#throttle?.leavesIn(monotonicNow) ?? 0
    return Math.max(own, this.application.leavesIn(monotonicNow))
  }

  left(departure: Departure): void {
    this.#throttle?.left(departure)
    this.application.left(departure)
  }

  started(monotonicNow: number): void {
    this.inFlight++
    this.#startedAt = monotonicNow
    this.#throttle?.started(monotonicNow)
  }

  finished(durationMs: number | null): void {
    this.inFlight--
    if (durationMs !== null) this.#meanMs += (durationMs - this.#meanMs) * newestShare
  }

  /** Nothing to remember: it may be forgotten and made again. */
  get isBlank(): boolean {
    return (
      this.inFlight === 0 &&
      this.size === 0 &&
      this.#throttle === null &&
      !this.isPatient &&
      this.health.openUntil === null
    )
  }
}
