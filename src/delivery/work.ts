/** The words that the engine's pieces share. */
import type { Application } from '../domain/application.ts'
import type { Delivery } from '../domain/delivery.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { Message } from '../domain/message.ts'
import type { DeliveryPolicy } from '../domain/policy.ts'

/** The right to work on something until `deadline`. A stream's lease moves when it is renewed. */
export interface HeldLease {
  /** Random, checked by every write. */
  readonly token: string
  /** Monotonic ms at which we stop to rely on it: counted from before it was asked for, less a margin. */
  readonly deadline: number
}

/** A lease as it is asked for. */
export interface Lease extends HeldLease {
  /** Wall time at which it ends in the store. */
  readonly until: number
}

/** One leased delivery that waits in memory or is being sent. */
export interface Work {
  readonly delivery: Delivery
  readonly message: Message
  /** Replaced when it is renewed, or claimed anew while it waits. */
  lease: HeldLease
  /** Set for the head of a stream. */
  readonly turn: StreamTurn | null
  /** Monotonic ms at which it came into memory. */
  readonly queuedAt: number
  /** Its outcome is on the way into the store: a claim of it from now on is of its next attempt. */
  judged: boolean
  /** That claim; it goes on when the outcome is written. */
  again: Work | null
}

/** How the engine speaks to the stream whose head it was handed. */
export interface StreamTurn {
  /** Renews the stream's lease for at least `coverMs` more; null when the lease is lost. */
  renew(coverMs: number): Promise<HeldLease | null>
  finished(how: TurnResult): void
}

/**
 * `next`: the head has moved, go on. `stop`: the head waits for its retry, or the lease is not ours
 * any more; touch nothing. `closed`: nothing was sent and the lease is ours; give the stream back.
 */
export type TurnResult = 'next' | 'stop' | 'closed'

/** The endpoint of a delivery as the current view shows it. */
export interface Target {
  readonly application: Application
  readonly endpoint: Endpoint
  readonly policy: DeliveryPolicy
}
