import type { AnswerFilter } from '../../domain/answer-filter.ts'
import type { Application } from '../../domain/application.ts'
import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery, DeliveryState } from '../../domain/delivery.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import type { ApplicationId, MessageId, OrganizationId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { EventFilter, Page, PageRequest } from './page.ts'

/** Whose a row is, among those of many applications. */
export type ApplicationNamed = Pick<Application, 'id' | 'uid' | 'name'>

/** What a row tells of its endpoint, as it is now. */
export type EndpointSeen = Pick<
  Endpoint,
  'id' | 'url' | 'description' | 'metadata' | 'attributes' | 'pausedAt' | 'disabledAt'
> & {
  /** Its circuit is open: nothing is sent before then. May have passed. */
  readonly openUntil: number | null
}

export interface OverallDelivery {
  readonly delivery: Delivery
  readonly eventType: string
  readonly last: Attempt | null
  readonly application: ApplicationNamed
  /** Null: it was deleted. */
  readonly endpoint: EndpointSeen | null
}

export interface OverallMessage {
  /** Without its payload. */
  readonly message: Message
  readonly application: ApplicationNamed
}

interface OverallInput {
  readonly organizationId: OrganizationId
  /** Of these, a few; null: of all. */
  readonly applicationIds: readonly ApplicationId[] | null
  readonly filter: EventFilter
  readonly page: PageRequest
  /** Rows looked at for the page, about: then it ends, full or not, and says where. */
  readonly rowsMax: number
  readonly now: number
}

/**
 * The lists of all applications of an organisation together, newest first. The cost of a page is bounded by
 * the rows that are looked at, however many applications there are and whoever else's rows lie between.
 */
export interface OverallStore {
  listOverallDeliveries(
    input: OverallInput & {
      /** Of this message alone, with its application. */
      readonly messageId?: MessageId
      readonly states: readonly DeliveryState[] | null
      /** By their last attempt. */
      readonly answers?: AnswerFilter
    },
  ): Promise<Page<OverallDelivery>>
  listOverallMessages(input: OverallInput): Promise<Page<OverallMessage>>
}
