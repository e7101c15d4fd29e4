import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { ApplicationId, EndpointId, MessageId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { MessageView } from '../../domain/message-marks.ts'
import type { EventFilter, Page, PageRequest } from './page.ts'

/** How the wire tells where a delivery stands. */
export type Standing = 'success' | 'pending' | 'fail' | 'sending' | 'canceled'

export interface MessageStore {
  /** By id or `eventId`. `withPayload: false` returns `payload: null` without reading it. */
  findMessage(input: {
    readonly applicationId: ApplicationId
    readonly idOrEventId: string
    readonly withPayload: boolean
  }): Promise<Message | null>
  /**
   * Newest first. A view narrows it to the few that it names: read by an index of their own, however
   * many others there are. Without payloads, and of those that are gone, `payloadBytes` is their length.
   */
  listMessages(input: {
    readonly applicationId: ApplicationId
    readonly filter: EventFilter
    readonly view?: MessageView | null
    readonly page: PageRequest
    readonly withPayload: boolean
    readonly now: number
  }): Promise<Page<Message>>
  /**
   * Messages that have at least one delivery to the endpoint, with that delivery and its last attempt.
   * `statuses` chooses by where the delivery stands: `pending` was never tried, `sending` is being tried
   * or waits for its next try.
   */
  listEndpointMessages(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly filter: EventFilter
    readonly statuses: readonly Standing[] | null
    readonly page: PageRequest
    readonly withPayload: boolean
    readonly now: number
  }): Promise<
    Page<{ readonly message: Message; readonly delivery: Delivery; readonly last: Attempt | null }>
  >
  /** Drops the payload; the message stays. */
  expungeMessage(input: {
    readonly applicationId: ApplicationId
    readonly messageId: MessageId
  }): Promise<'expunged' | 'not_found'>
}
