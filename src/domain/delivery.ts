import type { ApplicationId, DeliveryId, EndpointId, MessageId } from './ids.ts'

/**
 * `pending` waits for its time, `sending` is leased to a node; the other three are final (I2).
 *
 *   pending ──claim──▶ sending ──verdict──▶ succeeded | failed | canceled
 *      ▲                  │
 *      └──retry, lease lost┘
 */
export type DeliveryState = 'pending' | 'sending' | 'succeeded' | 'failed' | 'canceled'

/**
 * The last number that a stream gives: `next`, one behind it, is still exact in JavaScript. An event
 * that would need a later one is refused (`NumbersUsedUp`).
 */
export const sequenceMax = Number.MAX_SAFE_INTEGER - 1

/** Why an attempt was made: by the schedule, or by a person (resend, recover, replay). */
export type AttemptTrigger = 'scheduled' | 'manual'

/** One message to one endpoint: the unit of work. */
export interface Delivery {
  readonly id: DeliveryId
  readonly applicationId: ApplicationId
  readonly endpointId: EndpointId
  readonly messageId: MessageId
  readonly state: DeliveryState
  readonly trigger: AttemptTrigger
  /** Attempts recorded so far. */
  readonly attemptCount: number
  /** When it may be claimed next; null when final, or when its stream decides (ordered). */
  readonly dueAt: number | null
  /** Place in the endpoint's stream; null on unordered endpoints. */
  readonly sequence: number | null
  readonly createdAt: number
  readonly updatedAt: number
}
