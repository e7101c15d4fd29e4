import type { Page, PageRequest } from './page.ts'

/**
 * Kinds of small things: API keys, ended sessions, background tasks, places of pollers, switches of
 * an application and of the installation, what people said of issues, counts of runs, what of payloads is masked, whether the catalog is public, views of
 * lists that are shared, notes on the time axis, first and last valid signatures, users with their sessions and
 * failed sign-ins.
 */
export type RecordKind =
  | 'api-key'
  | 'session-end'
  | 'task'
  | 'poller'
  | 'application-settings'
  | 'run-count'
  | 'masking'
  | 'issue'
  | 'installation-settings'
  | 'public-catalog'
  | 'saved-view'
  | 'note'
  | 'verification'
  | 'user'
  | 'user-email'
  | 'user-identity'
  | 'user-session'
  | 'owners'
  | 'sign-in'

/**
 * A small thing that is configuration or bookkeeping, never traffic. Its body is the business of
 * the code that owns the kind; the store keeps it, orders it and guards each change by version.
 */
export interface StoredRecord {
  readonly kind: RecordKind
  /** Unique in its kind. */
  readonly id: string
  /** Whose it is: an organisation or an application. */
  readonly owner: string
  /** Moves with each change; 1 at first. */
  readonly version: number
  /** When somebody should look at it; null: nobody needs to. */
  readonly dueAt: number | null
  /** When it may be removed; null: never. */
  readonly expiresAt: number | null
  readonly body: Readonly<Record<string, unknown>>
}

export interface RecordCondition {
  readonly path: readonly string[]
  readonly anyOf: readonly string[]
}

export interface RecordStore {
  insertRecord(record: StoredRecord): Promise<'inserted' | 'exists'>
  /** Whoever owns it: callers compare `owner`. */
  findRecord(input: {
    readonly kind: RecordKind
    readonly id: string
  }): Promise<StoredRecord | null>
  /** By id. */
  listRecords(input: {
    readonly kind: RecordKind
    readonly owner: string
    readonly page: PageRequest
    /** Only those whose body has one of these texts at each path of member names. */
    readonly having?: readonly RecordCondition[]
  }): Promise<Page<StoredRecord>>
  /** Those that are due, earliest first, of all owners. */
  listDueRecords(input: {
    readonly kind: RecordKind
    readonly now: number
    readonly limit: number
  }): Promise<readonly StoredRecord[]>
  /** Replaces all but kind, id and owner, if the version is still `expectedVersion`, and moves it. */
  replaceRecord(input: {
    readonly record: StoredRecord
    readonly expectedVersion: number
  }): Promise<'replaced' | 'conflict'>
  deleteRecord(input: {
    readonly kind: RecordKind
    readonly id: string
  }): Promise<'deleted' | 'not_found'>
  /** Removes at most `limit` that have expired. Returns how many. */
  sweepRecords(input: { readonly now: number; readonly limit: number }): Promise<number>
}
