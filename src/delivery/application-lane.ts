/** One application's share of the engine: the ring of its endpoints in each lane, and its caps. */
import type { Application } from '../domain/application.ts'
import type { ApplicationId } from '../domain/ids.ts'
import type { EndpointLine, Lane } from './endpoint-line.ts'
import { Fifo } from './fifo.ts'
import type { Departure, StartLimit, Throttles } from './throttle.ts'

export class ApplicationLane {
  readonly id: ApplicationId
  /** Endpoints that have work in that lane and are not held back, in turn. */
  readonly rings: Readonly<Record<Lane, Fifo<EndpointLine>>> = {
    prime: new Fifo(),
    patient: new Fifo(),
  }
  /** Stands in the queue's ring of that lane. */
  readonly inRing: Record<Lane, boolean> = { prime: false, patient: false }
  readonly endpoints = new Set<EndpointLine>()
  /** Deliveries that wait in memory. */
  waiting = 0
  inFlight = 0
  patientInFlight = 0
  #throttle: StartLimit | null = null
  readonly #throttles: Throttles
  readonly #wake: () => void
  #startedAt = 0

  constructor(id: ApplicationId, throttles: Throttles, wake: (lane: ApplicationLane) => void) {
    this.id = id
    this.#throttles = throttles
    this.#wake = () => wake(this)
  }

  /** True: what is being started has no place in the rate that has become known. */
  configure(application: Application): boolean {
    const present = this.#throttle
    if (application.throttleRate === null && present === null) return false // most, each time
    this.#throttle = this.#throttles.limit({
      scope: { applicationId: this.id, endpointId: null },
      rate: application.throttleRate,
      present,
      open: { count: this.inFlight, startedAt: this.#startedAt },
      waiting: () => this.waiting,
      wake: this.#wake,
    })
    return this.#throttle !== null && this.#throttle !== present && !this.#throttles.countsOpen
  }

  throttledUntil(): number {
    return this.#throttle?.readyAt() ?? 0
  }

  /** A start has waited for so long that its place in the rate is gone. */
  isLate(waitedMs: number): boolean {
    return this.#throttle !== null && waitedMs > this.#throttle.lateMaxMs
  }

  /** See `StartLimit`. */
  leavesIn(monotonicNow: number): number {
    return this.#throttle?.leavesIn(monotonicNow) ?? 0
  }

  left(departure: Departure): void {
    this.#throttle?.left(departure)
  }

  started(lane: Lane, monotonicNow: number): void {
    this.inFlight++
    this.#startedAt = monotonicNow
    if (lane === 'patient') this.patientInFlight++
    this.#throttle?.started(monotonicNow)
  }

  finished(lane: Lane): void {
    this.inFlight--
    if (lane === 'patient') this.patientInFlight--
  }
}
