import type { AnswerFilter } from '../../domain/answer-filter.ts'
import type { Attempt } from '../../domain/attempt.ts'
import type { AttemptTrigger, Delivery, DeliveryState } from '../../domain/delivery.ts'
import type { ApplicationId, DeliveryId, EndpointId, MessageId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { EndpointEffect, Verdict } from '../../domain/verdict.ts'
import type { EventFilter, Page, PageRequest } from './page.ts'

/** A delivery leased to this node, with what sending needs. The endpoint comes from the view. */
export interface Claim {
  readonly delivery: Delivery
  readonly message: Message
  readonly token: string
  /** Wall time (of the store) at which the lease ends. */
  readonly leaseUntil: number
}

export interface RecordInput {
  readonly applicationId: ApplicationId
  readonly endpointId: EndpointId
  readonly messageId: MessageId
  readonly deliveryId: DeliveryId
  /** The lease's token: of the delivery, or of the stream for an ordered delivery. */
  readonly token: string
  /** Null when nothing was sent. With `returned`: kept for the record, no try used up. */
  readonly attempt: Attempt | null
  readonly verdict: Verdict
  readonly effect: EndpointEffect
  /** Set for an ordered delivery: its place, and what a final verdict does to the head. */
  readonly stream: {
    readonly sequence: number
    readonly whenExhausted: 'hold' | 'skip'
  } | null
  readonly now: number
}

/** What the record adds to the delivery's tries: a delivery that is given back has used none. */
export function triesOf({
  attempt,
  verdict,
}: {
  readonly attempt: object | null
  readonly verdict: Verdict
}): 0 | 1 {
  return attempt === null || verdict.kind === 'returned' ? 0 : 1
}

/** `'lease_lost'`: the attempt row was kept for the record, the delivery was not moved (I4). */
export type RecordResult = 'recorded' | 'lease_lost'

export interface DeliveryStore {
  /**
   * Claims due unordered deliveries until `leaseUntil`; a delivery is claimed by at most one node
   * at a time and an expired lease makes it claimable again. Fair: it walks the endpoints that
   * have due work in turn, starting after `afterEndpointId`, at most `perEndpoint` of each, oldest
   * due first. Skips endpoints that are disabled, paused, deleted, whose circuit is open, whose
   * application is switched off, and those in `except`. Bounded by rows and by payload bytes.
   */
  claimDue(input: {
    readonly now: number
    readonly leaseUntil: number
    readonly token: string
    readonly limit: number
    readonly perEndpoint: number
    readonly bytesMax: number
    readonly afterEndpointId: EndpointId | null
    readonly except: readonly EndpointId[]
  }): Promise<{
    readonly claims: readonly Claim[]
    /** Where the next walk begins; null when this one reached the end. */
    readonly cursor: EndpointId | null
    /** The earliest later due time seen, a hint for the next wake-up. */
    readonly nextDueAt: number | null
  }>
  /**
   * Records what happened and moves the delivery, its stream and the endpoint's health, in one
   * commit guarded by the token. Safe to repeat: the same attempt id is stored once.
   */
  recordAttempt(input: RecordInput): Promise<RecordResult>
  /**
   * Extends leases held under `token`; returns those that were still held. One that has run out is
   * held until somebody claims the delivery: what waited long for a slow rate goes on.
   */
  renewLeases(input: {
    readonly token: string
    readonly deliveries: readonly {
      readonly applicationId: ApplicationId
      readonly deliveryId: DeliveryId
    }[]
    readonly now: number
    readonly leaseUntil: number
  }): Promise<readonly DeliveryId[]>
  /** Makes every delivery leased under another token of this node's past lives claimable at once. */
  releaseLeasesOfDeadNodes(input: {
    readonly liveToken: string
    readonly now: number
  }): Promise<number>

  /**
   * Adds a delivery for an existing message (resend, recover, replay): due at once, `manual`, at
   * the tail of the stream when ordered (its own sequence number).
   */
  addDelivery(input: {
    readonly id: DeliveryId
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly messageId: MessageId
    readonly trigger: AttemptTrigger
    readonly ordered: boolean
    readonly now: number
  }): Promise<Delivery | 'message_not_found' | 'endpoint_not_found' | 'payload_gone'>
  findDelivery(input: {
    readonly applicationId: ApplicationId
    readonly deliveryId: DeliveryId
  }): Promise<Delivery | null>
  /** Every delivery of a message, ascending by id, with the last attempt of each. */
  listMessageDeliveries(input: {
    readonly applicationId: ApplicationId
    readonly messageId: MessageId
    readonly page: PageRequest
  }): Promise<Page<{ readonly delivery: Delivery; readonly last: Attempt | null }>>
  /** Deliveries of an application, newest first. */
  listDeliveries(input: {
    readonly applicationId: ApplicationId
    /** Of these; null: of all. */
    readonly endpointIds: readonly EndpointId[] | null
    /** Of this message alone. */
    readonly messageId?: MessageId
    readonly states: readonly DeliveryState[] | null
    /** By their last attempt, which is looked up for each: after `rowsMax` the page ends, full or not. */
    readonly answers?: AnswerFilter & { readonly rowsMax: number }
    readonly filter: EventFilter
    readonly page: PageRequest
    readonly now: number
  }): Promise<
    Page<{ readonly delivery: Delivery; readonly eventType: string; readonly last: Attempt | null }>
  >
  /**
   * The numbered deliveries of an ordered endpoint, ascending by number, from the one after
   * `afterSequence`. The order of ids is that of the clocks of the nodes that made them; this is the
   * order in which they were sent.
   */
  listNumberedDeliveries(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly afterSequence: number
    /** Made at or after this, and before that. */
    readonly since: number
    readonly until: number
    readonly states: readonly DeliveryState[] | null
    readonly eventTypes: readonly string[] | null
    readonly channel: string | null
    readonly tag: string | null
    readonly limit: number
  }): Promise<
    Page<{ readonly delivery: Delivery; readonly eventType: string; readonly last: Attempt | null }>
  >
  /** Moves open, unleased deliveries of a message to `canceled` (a `deliverAt` taken back). */
  cancelMessageDeliveries(input: {
    readonly applicationId: ApplicationId
    readonly messageId: MessageId
    /** That delivery alone. */
    readonly deliveryId?: DeliveryId
    readonly now: number
  }): Promise<number>
  /**
   * Makes the retries that an endpoint waits for due now, at most `limit` of them, the earliest
   * first, and lets its circuit be tried. An ordered endpoint has one: the head of its stream.
   * Deliveries not tried yet keep their time. Returns how many were moved.
   */
  hastenRetries(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    /** That delivery alone. */
    readonly deliveryId?: DeliveryId
    readonly now: number
    readonly limit: number
  }): Promise<number>
  /** What is due now and since when. Looks at open work only: for metrics. */
  countDue(input: { readonly now: number }): Promise<{
    readonly due: number
    readonly oldestDueAt: number | null
  }>
  /** That, and how many deliveries there are by state. Looks at all of them: for conservation checks. */
  countDeliveries(input: { readonly now: number }): Promise<{
    readonly byState: Readonly<Record<DeliveryState, number>>
    readonly due: number
    readonly oldestDueAt: number | null
  }>
}
