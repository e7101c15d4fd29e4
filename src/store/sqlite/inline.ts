import { backupDatabase } from './backup.ts'
import type { Reply, Write } from './batch.ts'
import { follow, runBatch } from './batch.ts'
import type { Database } from './database.ts'
import type { Executor } from './executor.ts'
import { closed } from './failures.ts'
import { openDatabase } from './open.ts'
import { type ReadName, runRead } from './operations.ts'

/**
 * Everything in this thread, without timers: for the simulation, tests and one-off commands. The
 * operations and the batches are those of the threads.
 */
export class InlineExecutor implements Executor {
  readonly #path: string
  #database: Database | null = null

  constructor(path: string) {
    this.#path = path
  }

  async open(): Promise<void> {
    this.#database = openDatabase(this.#path)
  }

  async write(batch: readonly Write[]): Promise<Reply[]> {
    const db = this.#opened()
    const replies = runBatch(db, batch)
    follow(db)
    return replies
  }

  async read(name: ReadName, input: unknown): Promise<unknown> {
    return runRead(this.#opened(), name, input)
  }

  async backup(toPath: string): Promise<void> {
    await backupDatabase(this.#opened(), toPath)
  }

  async close(): Promise<void> {
    this.#database?.close()
    this.#database = null
  }

  #opened(): Database {
    if (this.#database === null) throw closed()
    return this.#database
  }
}
