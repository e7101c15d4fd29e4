/** Moving house: what is asked of the store that is left and of the one that is moved into. */

/** A value as the driver of PostgreSQL gives it. */
export type Cell = string | number | boolean | null | readonly string[] | Uint8Array
export type Row = Readonly<Record<string, Cell>>
/** The key of the last row that was read, in the order of the key's columns. */
export type Cursor = readonly (string | number)[]

export interface SourceTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** A database that no server has open, and that is only read. Synchronous, as SQLite is. */
export interface MoveSource {
  readonly path: string
  readonly tables: readonly SourceTable[]
  count(table: string): number
  /** Rows after the cursor by primary key: few enough to be held and sent at once. None: the end. */
  read(
    table: string,
    after: Cursor | null,
  ): { readonly rows: readonly Row[]; readonly cursor: Cursor }
  /** A sealed secret and its place, to try the key on; null when nothing is sealed. */
  sealedSecret(): { readonly sealed: string; readonly place: string } | null
  /** When the oldest message was made, in ms; null without any. */
  oldestMessageAt(): number | null
  close(): void
}

export interface TargetTable {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

/** How far a copy came; kept in the target, moved in the commit of the rows it speaks of. */
export interface Progress {
  readonly state: 'copying' | 'done'
  readonly source: string
  readonly tables: Readonly<
    Record<string, { readonly after: Cursor | null; readonly rows: number }>
  >
}

export interface MoveTarget {
  /** Whether it may be moved into; writes nothing. Rejects with `StoreRefused`. */
  check(): Promise<Progress | null>
  /** Makes the tables, and partitions for messages since `since`. */
  prepare(input: { readonly since: number | null; readonly progress: Progress }): Promise<void>
  tables(): Promise<readonly TargetTable[]>
  /** Writes the rows and the new progress in one transaction, if the progress is still `from`. */
  write(input: {
    readonly rows: ReadonlyMap<TargetTable, readonly Row[]>
    readonly from: Progress
    readonly to: Progress
  }): Promise<void>
  /** Every row of a table, in chunks. */
  scan(table: TargetTable, visit: (rows: readonly Row[]) => void): Promise<void>
  /** The copy is whole: nodes may start. */
  finish(progress: Progress): Promise<void>
  close(): Promise<void>
}
