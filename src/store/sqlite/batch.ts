import type { AuditEntry } from '../../domain/audit.ts'
import { noted } from './audit.ts'
import type { Database } from './database.ts'
import { diskFull, unavailable } from './failures.ts'
import { sizeOf } from './group-commit.ts'
import { followOne } from './lists.ts'
import { type WriteName, writes } from './operations.ts'
import { mayUseReserve } from './reserve.ts'

export interface Write {
  readonly name: WriteName
  readonly input: unknown
  /** What the audit log keeps of it, if it changes something. */
  readonly entry?: AuditEntry
}

export type Reply = { readonly value: unknown } | { readonly error: unknown }

/**
 * Runs writes in one transaction. An operation that throws must not undo the others: the batch is
 * rolled back and its operations run singly. A failure of the disk fails them all, and one that
 * leaves in doubt what is on it (a failed fsync) fails everything after it too. On a full disk what
 * finishes or frees something may use the reserve.
 */
export function runBatch(db: Database, batch: readonly Write[]): Reply[] {
  const { failure: before } = db
  if (before !== null) return batch.map(() => ({ error: before }))
  if (db.reserve?.restore() === false && !batch.every(({ name }) => mayUseReserve(name))) {
    return finishOnly(db, batch)
  }
  return commit(db, batch)
}

function commit(db: Database, batch: readonly Write[]): Reply[] {
  try {
    return inTransaction(db, () => {
      const replies = batch.map((write) => ({ value: runWrite(db, write) }))
      for (const write of batch) db.writesSinceFollow += sizeOf(write)
      return replies
    })
  } catch (error) {
    const failure = unavailable(error)
    if (failure?.fatal) db.failure = failure.error
    if (failure?.error.code === 'full' && db.reserve?.spend() === true) {
      return finishOnly(db, batch)
    }
    if (failure !== null) return batch.map(() => ({ error: failure.error }))
    if (batch.length === 1) return [{ error }]
    return batch.flatMap((write) => commit(db, [write]))
  }
}

/** The disk is full and its reserve is in use: nothing new is taken. */
function finishOnly(db: Database, batch: readonly Write[]): Reply[] {
  const finishing = batch.filter(({ name }) => mayUseReserve(name))
  const replies = finishing.length === 0 ? [] : commit(db, finishing)
  return batch.map(({ name }) =>
    mayUseReserve(name) ? (replies.shift() ?? { error: diskFull() }) : { error: diskFull() },
  )
}

/** Writes between two looks at how far the lists are behind. */
const followEvery = 512

/** Lets the lists catch up by a chunk, in a commit of its own. Called when nobody waits for it. */
export function follow(db: Database): void {
  if (db.writesSinceFollow < followEvery || db.failure !== null) return
  try {
    // Goes on at the next write while there is more than one chunk to copy.
    if (!inTransaction(db, () => followOne(db))) db.writesSinceFollow = 0
  } catch (error) {
    const failure = unavailable(error)
    if (failure === null) throw error
    if (failure.fatal) db.failure = failure.error
    db.writesSinceFollow = 0 // a full disk: the tail grows until there is space
  }
}

function runWrite(db: Database, write: Write): unknown {
  // Name and input were paired by the typed store in front of the queue.
  const operation = writes[write.name] as (db: Database, input: unknown) => unknown
  const result = operation(db, write.input)
  return write.entry === undefined ? result : noted(db, write.entry, result)
}

function inTransaction<Result>(db: Database, work: () => Result): Result {
  db.connection.exec('begin immediate')
  try {
    const result = work()
    db.connection.exec('commit')
    return result
  } catch (error) {
    // A full disk may have rolled back by itself.
    if (db.connection.isTransaction) db.connection.exec('rollback')
    db.configVersions.clear()
    throw error
  }
}
