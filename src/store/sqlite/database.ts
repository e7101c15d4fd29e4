import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { StoreUnavailable } from '../store.ts'
import type { FolderLock } from './lock.ts'
import type { Reserve } from './reserve.ts'

export type Value = SQLInputValue

type Room = Pick<Reserve, 'restore' | 'spend'>

/**
 * One connection with its prepared statements, and the little that the writer remembers between
 * operations. Operations are synchronous functions of it; whoever calls them owns the transaction.
 */
export class Database {
  readonly connection: DatabaseSync
  /** `configVersion` by living application: the writer is the only one who moves it. */
  readonly configVersions = new Map<string, number>()
  /** Where each walk of the sweeper goes on. */
  readonly sweepCursors = new Map<string, number>()
  /** Counts up to the next look at how far the lists are behind. Beyond any bound at start. */
  writesSinceFollow = Number.POSITIVE_INFINITY
  /** Set once the disk has failed: nothing is written after it. */
  failure: StoreUnavailable | null = null
  /** Null in memory, and where nothing is written. */
  readonly reserve: Room | null
  readonly #lock: FolderLock | null
  readonly #statements = new Map<string, StatementSync>()

  /** `lock` and `reserve` are the writer's; the lock is released on close. */
  constructor(
    connection: DatabaseSync,
    lock: FolderLock | null = null,
    reserve: Room | null = null,
  ) {
    this.connection = connection
    this.reserve = reserve
    this.#lock = lock
  }

  /** The first row, or undefined. `Row` says what the statement selects; STRICT tables keep it so. */
  row<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.#prepared(sql).get(...values) as Row | undefined // shape is the statement's
  }

  rows<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#prepared(sql).all(...values) as Row[] // shape is the statement's
  }

  /** Runs a write and returns how many rows it touched. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#prepared(sql).run(...values).changes)
  }

  close(): void {
    this.#statements.clear()
    this.connection.close()
    this.#lock?.release()
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.connection.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
