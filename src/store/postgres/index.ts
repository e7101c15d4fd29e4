/**
 * The store on PostgreSQL, for any number of nodes on one database. PostgreSQL holds state, locks
 * and leases; no extension and no superuser is needed. See `docs/operate/postgres.md`.
 */
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import type { Sealer } from '../../runtime/sealing.ts'
import type { AuditedWrites } from '../port/audit.ts'
import { sealedAnswers } from '../sealed-answers.ts'
import type { Store } from '../store.ts'
import { acceptStore } from './accept.ts'
import { activityStore } from './activity.ts'
import { applicationStore } from './applications.ts'
import { attemptStore } from './attempts.ts'
import { auditStore } from './audit.ts'
import { changeStore } from './changes.ts'
import { databaseTime, type StoreTime } from './clock.ts'
import { clusterStore } from './cluster.ts'
import { type Database, openDatabase } from './database.ts'
import { deliveryStore } from './deliveries.ts'
import { endpointStore } from './endpoints.ts'
import { eventTypeStore } from './event-types.ts'
import { idempotencyStore } from './idempotency.ts'
import { maintenanceStore } from './maintenance.ts'
import { messageStore } from './messages.ts'
import { migrate } from './migrate.ts'
import { type Migration, migrations, newestOf } from './migrations.ts'
import { refuseHalfMoved } from './move-check.ts'
import { overallStore } from './overall.ts'
import { makePartitions } from './partitions.ts'
import { recordStore } from './records.ts'
import { sealingStore } from './sealing.ts'
import { searchStore } from './searches.ts'
import { refusal, unsafeSettings } from './server-check.ts'
import { sharedReads } from './shared-reads.ts'
import { StreamGenerations } from './stream-generations.ts'
import { streamStore } from './streams.ts'
import { summaryStore } from './summaries.ts'
import { typeActivityStore } from './type-activity.ts'
import { usageStore } from './usage.ts'

export interface PostgresOptions {
  readonly url: string
  readonly clock: Clock
  readonly log: Log
  readonly sealer: Sealer
  /** Names this node to the others. */
  readonly node: string
  /** Connections of this node's pool. Default 10. */
  readonly poolMax?: number
  /** How long a statement may stay unanswered, in ms. Default 12,000; upkeep and lists have 35,000. */
  readonly answerTimeoutMs?: number
  /** Default the database's; the conformance suite moves its own. */
  readonly time?: StoreTime
  /** Default all; a test plays an older node. */
  readonly migrations?: readonly Migration[]
}

export interface PostgresStore extends Store {
  /** Statements sent so far, `begin` and `commit` included. */
  statementCount(): number
}

export function postgresStore(options: PostgresOptions): PostgresStore {
  const database = openDatabase(options)
  const time = options.time ?? databaseTime
  const list = options.migrations ?? migrations()
  const generations = new StreamGenerations()
  const { drain: drainAccepts, ...accepts } = acceptStore(database, time, generations)
  const { drain: drainRecords, ...deliveries } = deliveryStore(database, time, generations)
  const { drain: drainStreams, ...streams } = streamStore(database, time, generations)
  const { close: closeHints, ...cluster } = clusterStore(database, time, {
    ...options,
    schema: newestOf(list),
  })
  return {
    ...cluster,
    ...applicationStore(database),
    ...endpointStore(database, options.sealer),
    ...eventTypeStore(database),
    ...accepts,
    ...messageStore(database),
    ...deliveries,
    ...streams,
    ...attemptStore(database),
    ...changeStore(database),
    ...usageStore(database),
    ...activityStore(database),
    ...typeActivityStore(database),
    ...summaryStore(database),
    ...overallStore(database),
    ...searchStore(database),
    ...sealedAnswers(idempotencyStore(database), options.sealer),
    ...recordStore(database),
    ...sharedReads(database, options.sealer),
    ...auditStore(database, (session) => writesOn(session, { sealer: options.sealer, time })),
    ...sealingStore(database, options.sealer),
    ...maintenanceStore(database, time),

    async open() {
      try {
        const waiting = await migrate(database, { list })
        await refuseHalfMoved(database)
        const unsafe = await database.exclusive(unsafeSettings)
        if (unsafe.length > 0) options.log.warn('store.unsafe_settings', { off: unsafe.join(' ') })
        if (waiting !== null) {
          const { migration, nodes } = waiting
          options.log.warn('store.migration_waits', { migration, nodes: nodes.join(' ') })
        }
      } catch (cause) {
        throw refusal(cause) ?? cause
      }
      await makePartitions(database, options.clock.now())
    },

    async close() {
      await closeHints()
      await drainAccepts()
      await drainRecords()
      await drainStreams()
      await database.close()
    },

    statementCount: () => database.statementCount(),
  }
}

/** The writes of people, on a transaction that they share with their entry in the audit log. */
function writesOn(
  session: Database,
  { sealer, time }: { readonly sealer: Sealer; readonly time: StoreTime },
): AuditedWrites {
  return {
    ...applicationStore(session),
    ...endpointStore(session, sealer),
    ...eventTypeStore(session),
    ...recordStore(session),
    ...deliveryStore(session, time),
    ...messageStore(session),
    ...attemptStore(session),
  }
}
