import type { AnswerFilter } from './answer-filter.ts'
import type { DeliveryState } from './delivery.ts'
import type { EndpointAction, EndpointSelection, EndpointWork } from './endpoint-work.ts'
import type { ApplicationId, DeliveryId, EndpointId, OrganizationId, TaskId } from './ids.ts'
import type { Recovery, RecoveryOptions } from './recovery.ts'
import type { Sought } from './sought.ts'

/** What a long job does, with what it was asked. Times in ms. */
export type TaskJob =
  /** Failed messages of an endpoint again. */
  | (EndpointRange & { readonly kind: 'endpoint.recover' })
  /** Messages that the endpoint never got, though it wants them by its settings of now. */
  | (EndpointRange & { readonly kind: 'endpoint.replay' })
  /** Deliveries of an endpoint that fit the filter, again. */
  | (EndpointRange & {
      readonly kind: 'endpoint.bulk-replay'
      readonly eventTypes: readonly string[] | null
      readonly channel: string | null
      readonly tag: string | null
      readonly states:
        | readonly ('pending' | 'sending' | 'succeeded' | 'failed' | 'canceled')[]
        | null
      readonly statusCodeClass: number | null
    })
  /** The chosen deliveries again, with care. */
  | (DeliverySelection & { readonly kind: 'delivery.recover'; readonly options: RecoveryOptions })
  /** Takes back those of the chosen deliveries that wait. */
  | (DeliverySelection & { readonly kind: 'delivery.cancel' })
  /** The same change to chosen endpoints, each under its own rules. */
  | (EndpointSelection & {
      readonly kind: 'endpoint.change'
      readonly action: EndpointAction
      /** Of the actions that add or remove some. */
      readonly eventTypes: readonly string[] | null
    })
  /** Made-up data to chosen endpoints. */
  | (EndpointSelection & {
      readonly kind: 'endpoint.test'
      /** Null: those of each. */
      readonly eventTypes: readonly string[] | null
    })
  /** Drops the payloads of an application: of all messages, or of those that fit. */
  | {
      readonly kind: 'application.purge_content'
      readonly applicationId: ApplicationId
      readonly since: number
      readonly until: number
      /** Absent in tasks of older versions: all. */
      readonly eventTypes?: readonly string[] | null
      readonly tag?: string | null
      /** Absent: nothing further. */
      readonly sought?: Sought
    }
  /** Seals secrets of every endpoint with the current encryption key. */
  | { readonly kind: 'encryption.rotate' }
  /** Counts messages by application, or by event type. */
  | {
      readonly kind: 'application.stats' | 'event-type.aggregate'
      readonly applicationIds: readonly ApplicationId[]
      readonly since: number
      readonly until: number
    }

interface EndpointRange {
  readonly applicationId: ApplicationId
  readonly endpointId: EndpointId
  readonly since: number
  readonly until: number
}

/** Deliveries of an application: by name, or all that fit, in [since, until). */
export interface DeliverySelection {
  readonly applicationId: ApplicationId
  /** In this order, one after the other. */
  readonly endpointIds: readonly EndpointId[]
  readonly since: number
  readonly until: number
  readonly states: readonly DeliveryState[]
  readonly eventTypes: readonly string[] | null
  readonly channel: string | null
  readonly tag: string | null
  /** By their last attempt; absent: whatever it got. */
  readonly answers?: AnswerFilter
  /** What each is looked through for; absent: nothing further. */
  readonly sought?: Sought
  /** Whether an attempt was made; null: either. Tells what is retried from what is new. */
  readonly attempted: boolean | null
  /** These alone, ascending; the times do not count then. */
  readonly deliveryIds: readonly DeliveryId[] | null
}

/** `paused` waits for a person; `failed` and `canceled` keep what they had done. */
export type TaskStatus = 'running' | 'paused' | 'finished' | 'failed' | 'canceled'

/**
 * What a node knows of jobs. Raised whenever a job gains a kind, or a member that an older node would
 * overlook and so do more than was asked: in a rolling upgrade older nodes leave such tasks to newer ones.
 */
export const taskFormat = 3

/** A long job in the database: it survives its node, and whoever takes it up goes on at its cursor. */
export interface Task {
  readonly id: TaskId
  readonly organizationId: OrganizationId
  readonly job: TaskJob
  /** The `taskFormat` of the node that began it; absent: 1. */
  readonly format?: number
  readonly status: TaskStatus
  /** The last item that was dealt with; null: none yet. */
  readonly cursor: string | null
  readonly progress: {
    /** Items looked at. */
    readonly seen: number
    /** Items that something was done for. */
    readonly done: number
  }
  /** Where a recovery stands; absent before its first step, and of other jobs. */
  readonly recovery?: Recovery
  /** Where work on endpoints stands; absent before its first step, and of other jobs. */
  readonly work?: EndpointWork
  /** The channel on which its end is told to who asked for that; absent: nobody did. */
  readonly notify?: string
  /** How often a node took it up: tells its own change from that of a node that took over. */
  readonly turn?: number
  /** By application or event type, where the job counts. */
  readonly counts: Readonly<Record<string, number>>
  readonly createdAt: number
  readonly updatedAt: number
}
