import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StoreUnavailable } from '../store.ts'
import type { Reply, Write } from './batch.ts'
import type { Executor } from './executor.ts'
import type { ReadName } from './operations.ts'
import {
  type PackedBatch,
  type PackedError,
  type PackedReplies,
  packBatch,
  unpackError,
  unpackReplies,
} from './wire.ts'

export type Role = 'writer' | 'reader'

type Task =
  | { readonly kind: 'open' }
  | { readonly kind: 'write'; readonly batch: PackedBatch }
  | { readonly kind: 'read'; readonly name: ReadName; readonly input: unknown }
  | { readonly kind: 'backup'; readonly toPath: string }
  | { readonly kind: 'close' }

export type Request = Task & { readonly id: number }
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: PackedError }

/** The database in threads of its own: one writes, one reads, one more for the time of a backup. */
export class ThreadedExecutor implements Executor {
  readonly #path: string
  readonly #writer: Thread
  readonly #reader: Thread

  constructor(path: string) {
    this.#path = path
    this.#writer = new Thread(path, 'writer')
    this.#reader = new Thread(path, 'reader')
  }

  async open(): Promise<void> {
    try {
      await this.#writer.ask({ kind: 'open' }) // checks and migrates; the reader trusts it
      await this.#reader.ask({ kind: 'open' })
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async write(batch: readonly Write[]): Promise<Reply[]> {
    const packed = packBatch(batch)
    const replies = await this.#writer.ask({ kind: 'write', batch: packed }, [
      packed.payloads.buffer,
    ])
    return unpackReplies(replies as PackedReplies, batch) // what `thread.ts` answers a write with
  }

  read(name: ReadName, input: unknown): Promise<unknown> {
    return this.#reader.ask({ kind: 'read', name, input })
  }

  async backup(toPath: string): Promise<void> {
    const thread = new Thread(this.#path, 'reader')
    try {
      await thread.ask({ kind: 'open' })
      await thread.ask({ kind: 'backup', toPath })
    } finally {
      await thread.end()
    }
  }

  async close(): Promise<void> {
    await this.#reader.end()
    await this.#writer.end()
  }
}

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * What Node compiled for an earlier start is kept for this one (`bin/posthorn.mjs`), but a thread
 * does not inherit that. With its first file kept too, Node need not even load what strips types.
 */
function compiledBefore(): Readonly<Record<string, string>> {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}

class Thread {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #ended: Error | null = null

  constructor(path: string, role: Role) {
    // The published package runs compiled files beside each other.
    const file = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js'
    this.#worker = new Worker(new URL(file, import.meta.url), {
      workerData: { path, role },
      name: `posthorn-store-${role}`,
      env: compiledBefore(), // it reads nothing else
    })
    this.#worker.on('message', (answer: Answer) => this.#settle(answer))
    this.#worker.on('error', (cause) => this.#abandon(cause))
    this.#worker.on('exit', () => this.#abandon(null))
  }

  ask(task: Task, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#ended !== null) return Promise.reject(this.#ended)
    const id = ++this.#lastId
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
    })
    this.#worker.postMessage({ id, ...task } satisfies Request, transfer)
    return answered
  }

  async end(): Promise<void> {
    if (this.#ended === null) {
      await this.ask({ kind: 'close' })
      await this.#worker.terminate()
    }
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id)
    this.#pending.delete(answer.id)
    if ('error' in answer) pending?.reject(unpackError(answer.error))
    else pending?.resolve(answer.value)
  }

  /** The thread is gone: whether writes in flight were committed is not known. */
  #abandon(cause: unknown): void {
    this.#ended ??= new StoreUnavailable(
      cause === null ? 'closed' : 'io',
      cause === null
        ? 'The database is closed.'
        : 'The thread of the database stopped: start again; what was acknowledged is in the file.',
      { cause },
    )
    for (const { reject } of this.#pending.values()) reject(this.#ended)
    this.#pending.clear()
  }
}
