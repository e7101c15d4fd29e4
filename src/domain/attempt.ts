import type { AttemptTrigger } from './delivery.ts'
import type { ApplicationId, AttemptId, DeliveryId, EndpointId, MessageId } from './ids.ts'
import type { OutboundMethod } from './outbound-method.ts'
import type { ConnectionFacts, ErrorClass, Timings } from './outcome.ts'

/** What the endpoint's transformation did to a request. */
export interface Rewriting {
  /** A digest of the body as it was sent, by which one that is made again can be told to be the same. */
  readonly bodyDigest: string
  /** Names of the headers that the code set. */
  readonly headers: readonly string[]
  /** Whether the code changed the URL. */
  readonly url: boolean
}

/** One HTTP request made for a delivery, as it was sent and as it was answered. */
export interface Attempt {
  readonly id: AttemptId
  readonly applicationId: ApplicationId
  readonly endpointId: EndpointId
  readonly messageId: MessageId
  readonly deliveryId: DeliveryId
  readonly eventType: string
  readonly channels: readonly string[] | null
  readonly tags: readonly string[] | null
  readonly trigger: AttemptTrigger
  /** 1 for the first attempt of its delivery. */
  readonly number: number
  readonly succeeded: boolean
  readonly method: OutboundMethod
  /** The URL as sent. */
  readonly url: string
  /** HTTP status; 0 without an answer. */
  readonly responseStatus: number
  /** Response body, capped and decoded for reading; an error sentence without an answer. */
  readonly responseBody: string
  readonly responseTruncated: boolean
  /** Bytes of the whole body where it is truncated; null: it is not, or nobody knows. */
  readonly responseBytes: number | null
  readonly errorClass: ErrorClass | null
  readonly durationMs: number
  /** Headers as sent, secrets masked. */
  readonly requestHeaders: Readonly<Record<string, string>>
  /** Null: the endpoint had no transformation, or no request could be made. */
  readonly rewriting: Rewriting | null
  readonly responseHeaders: Readonly<Record<string, string>>
  readonly timings: Timings
  /** Address dialled, when a connection was made. */
  readonly remoteAddress: string | null
  /** Null: no connection of ours, none that came far enough to tell, or an attempt of an older release. */
  readonly connection: ConnectionFacts | null
  /** When the next attempt of the delivery was planned by the verdict; null: none. */
  readonly nextAttemptAt: number | null
  readonly createdAt: number
}
