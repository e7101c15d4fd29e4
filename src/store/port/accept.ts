import type { DeliveryId, EndpointId, MessageId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'

/** A delivery that the message will have, as matched against the application's view. */
export interface PlannedDelivery {
  readonly id: DeliveryId
  readonly endpointId: EndpointId
  /** The endpoint is ordered: the delivery gets the next sequence number of its stream. */
  readonly ordered: boolean
}

export interface AcceptInput {
  readonly message: Message
  readonly deliveries: readonly PlannedDelivery[]
  /** `configVersion` of the view that the deliveries were matched with. */
  readonly configVersion: number
  /**
   * With a lease, unordered deliveries are written as `sending`, leased until then under
   * `token`: the accepting node sends them from memory. Null: they wait in the table.
   */
  readonly lease: { readonly token: string; readonly until: number } | null
  /** Producer's key with a hash of the request; null when none was sent. */
  readonly idempotency: {
    readonly key: string
    readonly requestHash: string
    readonly expiresAt: number
  } | null
  readonly now: number
}

export type AcceptResult =
  /** Durable. `sequences[i]` belongs to `deliveries[i]`; null where unordered. */
  | { readonly kind: 'accepted'; readonly sequences: readonly (number | null)[] }
  /** Settings changed since matching: load the view again, match again, try again. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'application_not_found' }
  /** Another message of the application has this `eventId`. */
  | { readonly kind: 'event_id_taken'; readonly messageId: MessageId }
  /** The same key and hash were accepted before, as this message. Nothing was written. */
  | { readonly kind: 'repeated'; readonly message: Message }
  /** The key was used with another request. */
  | { readonly kind: 'key_mismatch' }

export interface AcceptStore {
  /**
   * Stores a message with all its deliveries, its sequence numbers and its idempotency key in one
   * durable commit (I1), shared with whatever else is in flight. A refused message uses up neither
   * its key nor sequence numbers. Concurrent calls with one key: one is accepted, the others
   * `repeated`.
   */
  acceptMessage(input: AcceptInput): Promise<AcceptResult>
  /** Several at once (batch create): all in one commit; results in order, each on its own merit. */
  acceptMessages(inputs: readonly AcceptInput[]): Promise<readonly AcceptResult[]>
}
