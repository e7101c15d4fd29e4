/**
 * Leased deliveries that wait in memory, and who is next.
 *
 * - In turn over applications, then over their endpoints; oldest first within an endpoint.
 * - Two lanes: `patient` (retries, slow and failing endpoints) has at most half of all slots and
 *   half of each application's, so first attempts to healthy endpoints always find one. While both
 *   lanes have work they alternate.
 * - Caps on what is open: in total, per application, per endpoint; throttles of application and
 *   endpoint; circuits. Who is held back leaves its ring and comes back when that ends, so choosing
 *   costs the same with ten endpoints and with ten thousand.
 *
 * It starts nothing itself: the engine asks `next` until null, calls `done` when the request is over
 * and `letGo` when the outcome is written.
 */
import type { ApplicationId, DeliveryId, EndpointId } from '../domain/ids.ts'
import type { Clock } from '../runtime/clock.ts'
import { ApplicationLane } from './application-lane.ts'
import { EndpointLine, type Lane, lanes } from './endpoint-line.ts'
import { Fifo } from './fifo.ts'
import { localThrottles, type Throttles } from './throttle.ts'
import { WakeTimes } from './wake-times.ts'
import type { Work } from './work.ts'

export interface QueueLimits {
  readonly inFlightMax: number
  readonly inFlightPerApplicationMax: number
  readonly waitingMax: number
  readonly waitingBytesMax: number
}

/** What `next` chose; hand it back to `done`. */
export interface Started {
  readonly work: Work
  readonly line: EndpointLine
  readonly lane: Lane
  /** Monotonic. */
  readonly at: number
}

/** Of what memory holds, one application may fill this share, and claimed work together this share. */
const applicationShare = 0.25
const claimedShare = 0.5
/** Fewer than this many are claimed only when memory is that small. */
const claimWorth = 250
/** Endpoints remembered although nothing waits for them. */
const blankLinesMax = 4096

export class MemoryQueue {
  readonly #limits: QueueLimits
  readonly #clock: Clock
  readonly #applications = new Map<ApplicationId, ApplicationLane>()
  readonly #lines = new Map<EndpointId, EndpointLine>()
  readonly #rings: Readonly<Record<Lane, Fifo<ApplicationLane>>> = {
    prime: new Fifo(),
    patient: new Fifo(),
  }
  /** Held back by time alone, until the monotonic time given. */
  readonly #asleep = new WakeTimes<EndpointLine | ApplicationLane>()
  readonly #held = new Map<DeliveryId, Work>()
  #waiting = 0
  #bytes = 0
  #inFlight = 0
  #patientInFlight = 0
  #lastLane: Lane = 'patient'

  readonly #throttles: Throttles

  constructor(clock: Clock, limits: QueueLimits, throttles: Throttles = localThrottles) {
    this.#clock = clock
    this.#limits = limits
    this.#throttles = throttles
  }

  get waiting(): number {
    return this.#waiting
  }
  get waitingBytes(): number {
    return this.#bytes
  }
  get inFlight(): number {
    return this.#inFlight
  }
  get patientInFlight(): number {
    return this.#patientInFlight
  }

  /** How many more deliveries memory takes: of that application, or of anyone's. */
  room(applicationId?: ApplicationId): number {
    const { waitingMax, waitingBytesMax } = this.#limits
    if (this.#bytes >= waitingBytesMax) return 0
    const room = Math.max(0, waitingMax - this.#waiting)
    if (applicationId === undefined) return room
    const own = this.#applications.get(applicationId)?.waiting ?? 0
    return Math.min(room, Math.max(0, Math.ceil(waitingMax * applicationShare) - own))
  }

  /** How many claimed deliveries memory takes; the other half stays free for fresh accepts. */
  roomForClaims(): number {
    return Math.min(this.room(), Math.max(0, this.#claimedMax - this.#waiting))
  }

  /** Whether there is room for a claim that is worth its query. */
  get wantsClaims(): boolean {
    return this.roomForClaims() >= Math.min(this.#claimedMax / 2, claimWorth)
  }

  get #claimedMax(): number {
    return Math.ceil(this.#limits.waitingMax * claimedShare)
  }

  bytesForClaims(): number {
    return Math.max(0, this.#limits.waitingBytesMax * claimedShare - this.#bytes)
  }

  /** The work of a delivery that waits here, is being sent from here, or is being recorded. */
  held(id: DeliveryId): Work | undefined {
    return this.#held.get(id)
  }

  /** Nothing more will be written for the delivery under its lease. */
  letGo(id: DeliveryId): void {
    this.#held.delete(id)
  }

  get heldCount(): number {
    return this.#held.size
  }

  /** The endpoint's line, made when missing. */
  line(endpointId: EndpointId, applicationId: ApplicationId): EndpointLine {
    const present = this.#lines.get(endpointId)
    if (present !== undefined) return present
    let application = this.#applications.get(applicationId)
    if (application === undefined) {
      application = new ApplicationLane(applicationId, this.#throttles, (lane) => this.#rouse(lane))
      this.#applications.set(applicationId, application)
    }
    const line = new EndpointLine(endpointId, application, {
      throttles: this.#throttles,
      wake: (each) => this.#rouse(each),
    })
    application.endpoints.add(line)
    this.#lines.set(endpointId, line)
    return line
  }

  /** Endpoints that have enough waiting here: the table need not give more of theirs now. */
  busyEndpoints(waitingMin: number, max: number): readonly EndpointId[] {
    const busy: EndpointId[] = []
    const now = this.#clock.monotonic()
    for (const line of this.#lines.values()) {
      const heldBack = line.size > 0 && line.health.openUntil !== null
      if (line.size >= waitingMin || heldBack || line.passOverUntil > now) busy.push(line.id)
      if (busy.length === max) break
    }
    return busy
  }

  push(work: Work): void {
    const line = this.line(work.delivery.endpointId, work.delivery.applicationId)
    const lane = line.laneOf(work)
    line.waiting[lane].push(work)
    this.#held.set(work.delivery.id, work)
    line.application.waiting++
    this.#waiting++
    this.#bytes += bytesOf(work)
    this.#enter(line, lane)
  }

  /** The next delivery that may be started now, or null. It counts as in flight until `done`. */
  next(): Started | null {
    if (this.#waiting === 0 || this.#inFlight >= this.#limits.inFlightMax) return null
    const first = this.#lastLane === 'prime' ? 'patient' : 'prime'
    const second = first === 'prime' ? 'patient' : 'prime'
    // Looking through `prime` may have moved work into `patient`.
    return this.#nextOf(first) ?? this.#nextOf(second) ?? this.#nextOf('patient')
  }

  /** The attempt is over, or was not made (`durationMs` null). Frees its slots; still held. */
  done({ line, lane }: Started, durationMs: number | null): void {
    this.#inFlight--
    if (lane === 'patient') this.#patientInFlight--
    line.finished(durationMs)
    line.application.finished(lane)
    for (const each of lanes) this.#enter(line, each)
    this.#forget(line)
  }

  /** Lets those whose time has come back into their rings. */
  wakeSleepers(): void {
    const now = this.#clock.monotonic()
    for (let each = this.#asleep.takeDue(now); each; each = this.#asleep.takeDue(now)) {
      this.#rouse(each)
    }
  }

  #rouse(sleeper: EndpointLine | ApplicationLane): void {
    this.#asleep.delete(sleeper)
    for (const lane of lanes) {
      if (sleeper instanceof EndpointLine) this.#enter(sleeper, lane)
      else this.#enterApplication(sleeper, lane)
    }
  }

  /** Monotonic time at which somebody held back by time may go on; null when nobody is. */
  nextWakeAt(): number | null {
    return this.#asleep.firstAt()
  }

  /** Takes out what waits: of one endpoint, or everything. It stays held until `letGo`. */
  drain(line?: EndpointLine): readonly Work[] {
    const drained: Work[] = []
    for (const each of line === undefined ? this.#lines.values() : [line]) {
      for (const lane of lanes) {
        for (const work of each.waiting[lane].drain()) {
          this.#left(work, each)
          drained.push(work)
        }
      }
    }
    return drained
  }

  #nextOf(lane: Lane): Started | null {
    const ring = this.#rings[lane]
    if (lane === 'patient' && this.#patientInFlight >= halfOf(this.#limits.inFlightMax)) return null
    for (let application = ring.shift(); application !== undefined; application = ring.shift()) {
      application.inRing[lane] = false
      if (application.waiting === 0 || this.#isHeldBack(application, lane)) continue
      const started = this.#nextOfApplication(application, lane)
      this.#enterApplication(application, lane)
      if (started !== null) return started
    }
    return null
  }

  #nextOfApplication(application: ApplicationLane, lane: Lane): Started | null {
    const ring = application.rings[lane]
    for (let line = ring.shift(); line !== undefined; line = ring.shift()) {
      line.inRing[lane] = false
      if (lane === 'prime' && line.isPatient) {
        line.demote()
        this.#enter(line, 'patient')
        continue
      }
      if (this.#isLineHeldBack(line)) continue
      const work = line.waiting[lane].shift()
      if (work === undefined) continue
      this.#enter(line, lane)
      return this.#start(work, line, lane)
    }
    return null
  }

  #start(work: Work, line: EndpointLine, lane: Lane): Started {
    const now = this.#clock.monotonic()
    this.#left(work, line)
    this.#inFlight++
    if (lane === 'patient') this.#patientInFlight++
    line.started(now)
    line.application.started(lane, now)
    this.#lastLane = lane
    return { work, line, lane, at: now }
  }

  /** By its slots (a finished request brings it back) or by its throttle (time does). */
  #isHeldBack(application: ApplicationLane, lane: Lane): boolean {
    const max = this.#limits.inFlightPerApplicationMax
    if (application.inFlight >= max) return true
    if (lane === 'patient' && application.patientInFlight >= halfOf(max)) return true
    return this.#sleeps(application, application.throttledUntil())
  }

  #isLineHeldBack(line: EndpointLine): boolean {
    const wall = this.#clock.now()
    const { openUntil } = line.health
    const openMs = openUntil === null ? 0 : openUntil - wall
    if (openMs > 0 && this.#sleeps(line, this.#clock.monotonic() + openMs)) return true
    if (!line.hasSlot(wall)) return true
    return this.#sleeps(line, line.throttledUntil())
  }

  #sleeps(sleeper: EndpointLine | ApplicationLane, until: number): boolean {
    if (until <= this.#clock.monotonic()) return false
    this.#asleep.set(sleeper, until)
    return true
  }

  #enter(line: EndpointLine, lane: Lane): void {
    if (!line.inRing[lane] && line.waiting[lane].size > 0) {
      line.inRing[lane] = true
      line.application.rings[lane].push(line)
    }
    this.#enterApplication(line.application, lane)
  }

  #enterApplication(application: ApplicationLane, lane: Lane): void {
    if (application.inRing[lane] || application.rings[lane].size === 0) return
    application.inRing[lane] = true
    this.#rings[lane].push(application)
  }

  #left(work: Work, line: EndpointLine): void {
    line.application.waiting--
    this.#waiting--
    this.#bytes -= bytesOf(work)
  }

  #forget(line: EndpointLine): void {
    if (this.#lines.size <= blankLinesMax || !line.isBlank || this.#asleep.has(line)) return
    const { application } = line
    this.#lines.delete(line.id)
    application.endpoints.delete(line)
    if (application.endpoints.size === 0) this.#applications.delete(application.id)
  }
}

function bytesOf(work: Work): number {
  return work.message.payload?.byteLength ?? 0
}

function halfOf(max: number): number {
  return Math.max(1, Math.floor(max / 2))
}
