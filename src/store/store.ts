/**
 * The store port: whole operations of the domain, atomic inside, no transaction handle outside.
 * Two adapters (SQLite, PostgreSQL) pass one suite, `conformance.ts`.
 *
 * What every caller may rely on:
 * - A write that resolved is durable (I1). A write that rejected with `StoreUnavailable` either
 *   did not happen or may have happened (lost reply to a commit); each write is safe to repeat.
 * - Writes that are in flight at the same moment share a commit (group commit). One operation
 *   that is refused never undoes another.
 * - `now` is handed in; PostgreSQL replaces it by database time for leases and due times.
 * - Every operation carries the application id (or the organisation id), so that one tenant
 *   cannot reach another's rows and a distributed database can shard by it.
 */
import type { Sentence } from '../domain/sentence.ts'
import type { AcceptStore } from './port/accept.ts'
import type { ActivityStore } from './port/activity.ts'
import type { ApplicationStore } from './port/applications.ts'
import type { AttemptStore } from './port/attempts.ts'
import type { AuditStore } from './port/audit.ts'
import type { ChangeStore } from './port/changes.ts'
import type { ClusterStore } from './port/cluster.ts'
import type { DeliveryStore } from './port/deliveries.ts'
import type { EndpointStore } from './port/endpoints.ts'
import type { EventTypeStore } from './port/event-types.ts'
import type { IdempotencyStore } from './port/idempotency.ts'
import type { MaintenanceStore } from './port/maintenance.ts'
import type { MessageStore } from './port/messages.ts'
import type { OverallStore } from './port/overall.ts'
import type { RecordStore } from './port/records.ts'
import type { SealingStore } from './port/sealing.ts'
import type { SearchStore } from './port/searches.ts'
import type { StreamStore } from './port/streams.ts'
import type { SummaryStore } from './port/summaries.ts'
import type { TypeActivityStore } from './port/type-activity.ts'
import type { UsageStore } from './port/usage.ts'

export interface Store
  extends ApplicationStore,
    EndpointStore,
    EventTypeStore,
    AcceptStore,
    MessageStore,
    DeliveryStore,
    StreamStore,
    AttemptStore,
    ChangeStore,
    UsageStore,
    ActivityStore,
    TypeActivityStore,
    SummaryStore,
    OverallStore,
    SearchStore,
    IdempotencyStore,
    RecordStore,
    AuditStore,
    SealingStore,
    MaintenanceStore,
    ClusterStore {
  /** Opens, checks and migrates. Rejects with `StoreRefused` when it must not be used. */
  open(): Promise<void>
  /** Waits for writes in flight, then closes. */
  close(): Promise<void>
}

/** The database cannot be used as it is: in use, newer schema, damaged, not ours. Exit, do not retry. */
export class StoreRefused extends Error {
  readonly code: StoreRefusedCode
  /** What the person who started it reads; the message is its English. */
  readonly said: Sentence
  constructor(code: StoreRefusedCode, said: Sentence, options?: ErrorOptions) {
    super(said.en, options)
    this.said = said
    this.name = 'StoreRefused'
    this.code = code
  }
}
export type StoreRefusedCode =
  | 'in_use'
  | 'newer_schema'
  | 'older_schema'
  | 'damaged'
  | 'read_only'
  | 'not_ours'
  | 'not_reachable'
  | 'not_granted'
  | 'few_connections'
  | 'unsafe_settings'
  | 'too_old'
  | 'not_empty'
  | 'unfinished_copy'
  | 'not_verified'
  | 'wrong_key'

/** The store cannot do it now: disk full, connection lost, read-only. Retry later; 503 outside. */
export class StoreUnavailable extends Error {
  readonly code: 'full' | 'read_only' | 'disconnected' | 'overloaded' | 'closed' | 'io'
  constructor(code: StoreUnavailable['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreUnavailable'
    this.code = code
  }
}

/** An ordered endpoint has given its last number (`sequenceMax`): it takes no event, now or later. */
export class NumbersUsedUp extends Error {
  readonly endpointId: string
  constructor(endpointId: string, options?: ErrorOptions) {
    super(`The ordered endpoint ${endpointId} has used up its sequence numbers.`, options)
    this.name = 'NumbersUsedUp'
    this.endpointId = endpointId
  }
}
