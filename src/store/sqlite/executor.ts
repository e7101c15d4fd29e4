import type { Reply, Write } from './batch.ts'
import type { ReadName } from './operations.ts'

/** Where the database is worked on: this thread (`inline.ts`) or threads of its own (`threads.ts`). */
export interface Executor {
  /** Rejects with `StoreRefused`. */
  open(): Promise<void>
  /** One commit. A reply for each write, in order. */
  write(batch: readonly Write[]): Promise<Reply[]>
  read(name: ReadName, input: unknown): Promise<unknown>
  backup(toPath: string): Promise<void>
  close(): Promise<void>
}
