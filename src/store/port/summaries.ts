import type { AnswerFilter } from '../../domain/answer-filter.ts'
import type { DeliveryState } from '../../domain/delivery.ts'
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { EventFilter } from './page.ts'

/** Which list is summed up, with the filters of its own. */
export type SummarySource =
  | { readonly kind: 'message' }
  | {
      readonly kind: 'delivery'
      /** Of these; null: of all. */
      readonly endpointIds: readonly EndpointId[] | null
      readonly states: readonly DeliveryState[] | null
      /** The last attempt of each row that is looked at is looked up. */
      readonly answers?: AnswerFilter
    }
  | {
      readonly kind: 'attempt'
      readonly endpointId: EndpointId
      readonly succeeded: boolean | null
      /** 0, 100, 200, 300, 400 or 500. */
      readonly statusCodeClass: number | null
    }

export interface SummaryInput {
  readonly applicationId: ApplicationId
  readonly source: SummarySource
  readonly filter: Pick<EventFilter, 'eventTypes' | 'channel' | 'tag'>
  /** In ms; `from` inclusive, `to` exclusive. */
  readonly from: number
  readonly to: number
  readonly bucketMs: number
  /** Rows looked at, newest first, whether they pass the filters or not. */
  readonly rowsMax: number
  /** Of the deliveries found, how many of the newest that were tried have their answers counted. */
  readonly answersMax?: number
}

export interface Counted {
  readonly value: string
  readonly count: number
}

/** Deliveries to an endpoint whose last attempts ended alike. */
export interface EndpointAnswer {
  readonly endpointId: EndpointId
  /** A status code, or the error class where there was none. */
  readonly answer: string
  readonly count: number
  readonly firstId: string
  readonly lastId: string
}

export interface Summary {
  /** Buckets that hold something, by their number from `from` on; `state` is null for messages. */
  readonly buckets: readonly {
    readonly bucket: number
    readonly state: string | null
    readonly count: number
  }[]
  /** Most frequent first, at most 100 values each. An attempt's states are `succeeded` and `failed`. */
  readonly states: readonly Counted[]
  readonly eventTypes: readonly Counted[]
  readonly endpoints: readonly Counted[]
  readonly statusCodes: readonly Counted[]
  /** The last answer of deliveries: a status code, or the error class where there was none. */
  readonly answers: readonly Counted[]
  /** The same by endpoint, with the first and the last delivery of each; at most 100 groups. None
   *  where rows were sought by text or payload. */
  readonly endpointAnswers: readonly EndpointAnswer[]
  /** Answers are those of all that came since; null: of all that are counted. */
  readonly answersSince: number | null
  /** Pending deliveries by endpoint and by whether they were tried; at most 100 pairs. */
  readonly waiting: readonly {
    readonly endpointId: string
    readonly attempted: boolean
    readonly count: number
  }[]
  /** Everything up to here, from the end of the range back, was looked at; null: the whole range. */
  readonly countedSince: number | null
}

export interface SummaryStore {
  /** Counts a list by time, state, event type, endpoint and status code, at a bounded cost. */
  summarize(input: SummaryInput): Promise<Summary>
}
