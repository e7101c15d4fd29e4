/**
 * The embedded store, on `node:sqlite`. This file is the typed front: it hands each operation to
 * the writer's queue or to a reader by name, and seals and opens what endpoints keep secret, so
 * that keys never leave this thread.
 */
import { dirname } from 'node:path'
import type { AuditEntry } from '../../domain/audit.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import type { Sealer } from '../../runtime/sealing.ts'
import { sealedAnswers } from '../sealed-answers.ts'
import { type Store, StoreUnavailable } from '../store.ts'
import type { Reply } from './batch.ts'
import { openEndpoint, sealEndpoint } from './endpoints.ts'
import type { Executor } from './executor.ts'
import { GroupCommit } from './group-commit.ts'
import { InlineExecutor } from './inline.ts'
import { networkDisk } from './network-disk.ts'
import { oneNode } from './one-node.ts'
import { inMemory } from './open.ts'
import { type InputOf, type ReadName, reads, type WriteName, writes } from './operations.ts'
import { flattenRecord } from './record.ts'
import { sealPage } from './sealing.ts'
import { ThreadedExecutor } from './threads.ts'

export interface SqliteOptions {
  /** File, or `:memory:` (then without threads). */
  readonly path: string
  readonly clock: Clock
  readonly log: Log
  readonly sealer: Sealer
  /** False: everything in this thread, deterministic; commits then stop the event loop. */
  readonly threads: boolean
  /**
   * The disk failed: every write from now on is refused, and the process should end. Without it
   * the error is thrown where nobody catches it, which ends the process.
   */
  readonly onFatal?: (error: StoreUnavailable) => void
}

type Writes = {
  readonly [Name in WriteName]: (
    input: InputOf<(typeof writes)[Name]>,
  ) => Promise<ReturnType<(typeof writes)[Name]>>
}
type Reads = {
  readonly [Name in ReadName]: (
    input: InputOf<(typeof reads)[Name]>,
  ) => Promise<ReturnType<(typeof reads)[Name]>>
}

/** Writes that share one commit at most. */
const batchRowsMax = 1_000

export function sqliteStore(options: SqliteOptions): Store {
  const { path, threads, sealer, clock } = options
  const executor: Executor = threads ? new ThreadedExecutor(path) : new InlineExecutor(path)
  const queue = new GroupCommit({
    commit: async (batch) => {
      const replies = await executor.write(batch)
      reportFatal(replies, options)
      return replies
    },
    rowsMax: batchRowsMax,
    soon: threads ? setImmediate : queueMicrotask,
  })
  const write = byName<WriteName, Writes>(writes, (name, input) => queue.add({ name, input }))
  const audited = (entry: AuditEntry) =>
    byName<WriteName, Writes>(writes, (name, input) => queue.add({ name, input, entry }))
  const read = byName<ReadName, Reads>(reads, (name, input) => executor.read(name, input))

  return {
    ...write,
    ...read,

    ...endpointWrites(write, sealer),
    ...sealedAnswers(write, sealer),
    withAudit(entry) {
      const marked = audited(entry)
      return { ...marked, ...endpointWrites(marked, sealer) }
    },

    async findEndpoint(input) {
      const row = await read.findEndpoint(input)
      return row === null ? null : openEndpoint(row, sealer)
    },
    async listEndpoints(input) {
      const { items, done } = await read.listEndpoints(input)
      return { items: items.map((row) => openEndpoint(row, sealer)), done }
    },
    async loadApplicationView(applicationId) {
      const view = await read.loadApplicationView(applicationId)
      if (view === null) return null
      return { ...view, endpoints: view.endpoints.map((row) => openEndpoint(row, sealer)) }
    },

    lastChange: () => read.lastChange(null),

    async sealingState() {
      const [current] = sealer.keyIds
      const endpoints = await read.countSealed(undefined)
      return { current, configured: sealer.keyIds, endpoints }
    },
    async sealAnew(input) {
      const rows = await read.listSealed(input)
      return sealPage(sealer, input.limit, rows, (pairs) => write.replaceSealed(pairs))
    },

    recordAttempt: (input) => write.recordAttempt(flattenRecord(input)),

    shared: false,
    ...oneNode(),

    ping: () => write.ping({ now: clock.now() }),
    backup: ({ toPath }) => executor.backup(toPath),
    async open() {
      const disk = path === inMemory ? null : networkDisk(dirname(path))
      // Two machines that both believe to hold its lock would damage it.
      if (disk !== null) options.log.warn('store.network_disk', { path, disk })
      await executor.open()
    },
    async close() {
      await queue.settled()
      await executor.close()
    },
  }
}

function endpointWrites(
  write: Writes,
  sealer: Sealer,
): Pick<Store, 'createEndpoint' | 'updateEndpoint'> {
  return {
    async createEndpoint(endpoint, judged) {
      const result = await write.createEndpoint({ row: sealEndpoint(endpoint, sealer), judged })
      return result === 'created' ? endpoint : result
    },
    async updateEndpoint({ endpoint, expectedUpdatedAt, judged }) {
      const row = sealEndpoint(endpoint, sealer)
      const result = await write.updateEndpoint({ row, expectedUpdatedAt, judged })
      return typeof result === 'string' ? result : { ...endpoint, createdAt: result.createdAt }
    },
  }
}

/** A method for each operation; their inputs and results are those of the operations themselves. */
function byName<Name extends string, Methods>(
  table: Readonly<Record<Name, unknown>>,
  run: (name: Name, input: unknown) => Promise<unknown>,
): Methods {
  const names = Object.keys(table) as Name[] // keys of a literal
  const methods = names.map((name) => [name, (input: unknown) => run(name, input)])
  return Object.fromEntries(methods) as Methods // typed by the table the names came from
}

function reportFatal(replies: readonly Reply[], options: SqliteOptions): void {
  const [first] = replies // a failed disk fails the whole batch
  if (first === undefined || !('error' in first)) return
  const { error } = first
  if (!(error instanceof StoreUnavailable) || error.code !== 'io') return
  options.log.error('store.failed', {}, error)
  const end = (): never => {
    throw error
  }
  if (options.onFatal === undefined) setImmediate(end)
  else options.onFatal(error)
}
