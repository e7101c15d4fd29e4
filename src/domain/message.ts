import type { ApplicationId, MessageId } from './ids.ts'

/** An event handed to us. The payload is bytes: stored, signed and sent as received (I3). */
export interface Message {
  readonly id: MessageId
  readonly applicationId: ApplicationId
  readonly eventType: string
  /** The producer's own id of the event, unique in the application. */
  readonly eventId: string | null
  readonly channels: readonly string[] | null
  readonly tags: readonly string[] | null
  /** Null once expired or expunged. */
  readonly payload: Uint8Array | null
  /** Length of a payload that was not read along, or is gone; null: it went before that was noted. */
  readonly payloadBytes?: number | null
  readonly contentType: string
  readonly createdAt: number
  /** Not sent before; null: at once. */
  readonly deliverAt: number | null
  /** When the payload is dropped. */
  readonly payloadExpiresAt: number
  /** Open for the systems: scope, previous values, test flag; before them, `message-marks.ts`. JSON. */
  readonly attributes: Readonly<Record<string, unknown>>
}
