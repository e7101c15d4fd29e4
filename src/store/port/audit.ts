import type { Actor, AuditEntry } from '../../domain/audit.ts'
import type { ApplicationId, AuditId, OrganizationId } from '../../domain/ids.ts'
import type { ApplicationStore } from './applications.ts'
import type { AttemptStore } from './attempts.ts'
import type { DeliveryStore } from './deliveries.ts'
import type { EndpointStore } from './endpoints.ts'
import type { EventTypeStore } from './event-types.ts'
import type { MessageStore } from './messages.ts'
import type { Page, PageRequest } from './page.ts'
import type { RecordStore } from './records.ts'

/** The writes that people cause, and that leave an entry where they do. */
export type AuditedWrites = Pick<
  ApplicationStore,
  'createApplication' | 'updateApplication' | 'deleteApplication'
> &
  Pick<EndpointStore, 'createEndpoint' | 'updateEndpoint' | 'deleteEndpoint'> &
  Pick<EventTypeStore, 'createEventType' | 'putEventType' | 'updateEventType' | 'deleteEventType'> &
  Pick<RecordStore, 'insertRecord' | 'replaceRecord' | 'deleteRecord'> &
  Pick<DeliveryStore, 'addDelivery' | 'cancelMessageDeliveries' | 'hastenRetries'> &
  Pick<MessageStore, 'expungeMessage'> &
  Pick<AttemptStore, 'expungeAttempt'>
export type AuditedWrite = keyof AuditedWrites

export const auditedWrites: readonly AuditedWrite[] = [
  'createApplication',
  'updateApplication',
  'deleteApplication',
  'createEndpoint',
  'updateEndpoint',
  'deleteEndpoint',
  'createEventType',
  'putEventType',
  'updateEventType',
  'deleteEventType',
  'insertRecord',
  'replaceRecord',
  'deleteRecord',
  'addDelivery',
  'cancelMessageDeliveries',
  'hastenRetries',
  'expungeMessage',
  'expungeAttempt',
]

/** Each member narrows; null: whatever it is. */
export interface AuditFilter {
  readonly actorKind: Actor['kind'] | null
  readonly actorId: string | null
  readonly operation: string | null
  readonly resourceKind: string | null
  readonly resourceId: string | null
  readonly applicationId: ApplicationId | null
  /** At or after it, to 4 ms. */
  readonly after: number | null
  /** Before it, to 4 ms. */
  readonly before: number | null
}

/** The audit log. It is appended to and swept by age; no operation alters an entry. */
export interface AuditStore {
  /**
   * The writes of this store, such that one which changes something leaves `entry` in its own
   * commit; one that is refused by value leaves nothing.
   */
  withAudit(entry: AuditEntry): AuditedWrites
  /** An entry by itself, where nothing that is kept here changes. Again with the same id: once. */
  appendAudit(entry: AuditEntry): Promise<void>
  findAudit(input: {
    readonly organizationId: OrganizationId
    readonly id: AuditId
  }): Promise<AuditEntry | null>
  /** By id, which is by time. */
  listAudit(input: {
    readonly organizationId: OrganizationId
    readonly filter: AuditFilter
    readonly page: PageRequest
  }): Promise<Page<AuditEntry>>
  /** Removes at most `limit` entries older than `before`. Returns how many. */
  sweepAudit(input: { readonly before: number; readonly limit: number }): Promise<number>
}

const refusals: ReadonlySet<unknown> = new Set([
  'application_not_found',
  'conflict',
  'endpoint_not_found',
  'exists',
  'message_not_found',
  'not_found',
  'payload_gone',
  'uid_taken',
])

/** Whether what a write answered says that something is different now. */
export function hasChanged(result: unknown): boolean {
  return !refusals.has(result)
}
