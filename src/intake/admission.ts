/**
 * Who may hand in events now. What is accepted and not yet durable is bounded in number and bytes,
 * for all and for each application, so that memory has an end and one application's burst leaves
 * room for the others. Nothing is queued here: beyond a bound the producer is told to come back.
 */
import type { Clock } from '../runtime/clock.ts'

export interface AdmissionLimits {
  /** Events and payload bytes whose commit may be awaited at once. */
  readonly eventsMax: number
  readonly bytesMax: number
  /** Events a second of one application; 0: no limit. A batch may exceed it once, and is paid off. */
  readonly perSecond: number
}
export const admissionLimits: AdmissionLimits = {
  eventsMax: 20_000,
  bytesMax: 128 * 1024 * 1024,
  perSecond: 0,
}

export type Refusal =
  /** All applications together are at a bound. */
  | { readonly kind: 'overloaded' }
  /** This one is. */
  | { readonly kind: 'application_busy'; readonly retryAfterSeconds: number }

export interface Load {
  readonly events: number
  readonly bytes: number
}

interface Entry {
  events: number
  bytes: number
  /** Events that may still come in now; negative: owed. */
  allowance: number
  filledAt: number
}

/** What one application may hold of a bound. */
const applicationShare = 0.25
/** Applications remembered; forgetting an idle one lets at most a second's worth more through. */
const entriesMax = 10_000
const busySeconds = 1

export class Admission {
  readonly #limits: AdmissionLimits
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()
  #events = 0
  #bytes = 0

  constructor(clock: Clock, limits: AdmissionLimits = admissionLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  get events(): number {
    return this.#events
  }

  /** Null: come in, and `leave` with the same load. Else nothing was counted. */
  enter(application: string, load: Load): Refusal | null {
    const { eventsMax, bytesMax, perSecond } = this.#limits
    if (this.#events >= eventsMax || this.#bytes >= bytesMax) return { kind: 'overloaded' }
    const entry = this.#entry(application)
    const full =
      entry.events >= Math.ceil(eventsMax * applicationShare) ||
      entry.bytes >= Math.ceil(bytesMax * applicationShare)
    if (full) return { kind: 'application_busy', retryAfterSeconds: busySeconds }
    if (perSecond > 0) {
      this.#fill(entry)
      const owed = 1 - entry.allowance
      if (owed > 0) {
        return { kind: 'application_busy', retryAfterSeconds: Math.ceil(owed / perSecond) }
      }
      entry.allowance -= load.events
    }
    this.#count(entry, load, 1)
    return null
  }

  leave(application: string, load: Load): void {
    const entry = this.#entries.get(application)
    if (entry === undefined) return
    this.#count(entry, load, -1)
    if (entry.events === 0 && this.#limits.perSecond === 0) this.#entries.delete(application)
  }

  #count(entry: Entry, { events, bytes }: Load, sign: 1 | -1): void {
    entry.events += sign * events
    entry.bytes += sign * bytes
    this.#events += sign * events
    this.#bytes += sign * bytes
  }

  #entry(application: string): Entry {
    const present = this.#entries.get(application)
    if (present !== undefined) return present
    if (this.#entries.size >= entriesMax) this.#forgetIdle()
    const allowance = this.#limits.perSecond
    const entry = { events: 0, bytes: 0, allowance, filledAt: this.#clock.monotonic() }
    this.#entries.set(application, entry)
    return entry
  }

  #fill(entry: Entry): void {
    const { perSecond } = this.#limits
    const now = this.#clock.monotonic()
    const earned = ((now - entry.filledAt) / 1000) * perSecond
    entry.allowance = Math.min(perSecond, entry.allowance + earned)
    entry.filledAt = now
  }

  #forgetIdle(): void {
    for (const [application, { events }] of this.#entries) {
      if (events === 0) this.#entries.delete(application)
    }
  }
}
