import type { Database } from './database.ts'
import { unavailable } from './failures.ts'
import { type WriteName, writes } from './operations.ts'

export interface Write {
  readonly name: WriteName
  readonly input: unknown
}

export type Reply = { readonly value: unknown } | { readonly error: unknown }

/**
 * Runs writes in one transaction. An operation that throws must not undo the others: the batch is
 * rolled back and its operations run singly. A failure of the disk fails them all, and one that
 * leaves in doubt what is on it (a failed fsync) fails everything after it too.
 */
export function runBatch(db: Database, batch: readonly Write[]): Reply[] {
  const { failure: before } = db
  if (before !== null) return batch.map(() => ({ error: before }))
  try {
    return inTransaction(db, () => batch.map((write) => ({ value: runWrite(db, write) })))
  } catch (error) {
    const failure = unavailable(error)
    if (failure?.fatal) db.failure = failure.error
    if (failure !== null) return batch.map(() => ({ error: failure.error }))
    if (batch.length === 1) return [{ error }]
    return batch.flatMap((write) => runBatch(db, [write]))
  }
}

function runWrite(db: Database, write: Write): unknown {
  // Name and input were paired by the typed store in front of the queue.
  const operation = writes[write.name] as (db: Database, input: unknown) => unknown
  return operation(db, write.input)
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
