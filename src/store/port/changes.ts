import type { DeliveryState } from '../../domain/delivery.ts'
import type {
  ApplicationId,
  AttemptId,
  DeliveryId,
  EndpointId,
  MessageId,
  OrganizationId,
} from '../../domain/ids.ts'
import type { ErrorClass } from '../../domain/outcome.ts'

interface Happened {
  readonly organizationId: OrganizationId
  readonly applicationId: ApplicationId
  readonly messageId: MessageId
  readonly eventType: string
  readonly at: number
  /** Where a reader stands that has seen everything up to and with this one. */
  readonly position: string
}

/** A fact that was committed: ids and states, never payloads, addresses or secrets. */
export type Change =
  | (Happened & { readonly kind: 'message' })
  | (Happened & {
      readonly kind: 'attempt'
      readonly attemptId: AttemptId
      readonly deliveryId: DeliveryId
      readonly endpointId: EndpointId
      readonly succeeded: boolean
      /** 0 without an answer. */
      readonly responseStatus: number
      readonly errorClass: ErrorClass | null
      readonly durationMs: number
      readonly number: number
      /** Of the delivery, as the attempt left it. */
      readonly state: DeliveryState
      readonly nextAttemptAt: number | null
    })

export interface ChangePage {
  readonly changes: readonly Change[]
  /** Where the reader stands after this page. */
  readonly end: string
  /** There may be more at once. */
  readonly more: boolean
}

export interface ChangeStore {
  /** The position behind everything that is committed now. */
  lastChange(): Promise<string>
  /**
   * What was committed after a position, of all applications: each fact once and none missed, also
   * when a transaction commits late. Facts of one kind come in the order of their commits.
   * `'not_a_position'` for a text that this store did not write.
   */
  readChanges(input: {
    readonly after: string
    /** Of each kind. */
    readonly limit: number
  }): Promise<ChangePage | 'not_a_position'>
}
