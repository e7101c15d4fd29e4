/**
 * What a store looks like after an hour of load, compressed: accepts, first attempts, a tenth of them
 * failing and claimed again, at full speed; autovacuum's clock runs faster by the same factor. Then
 * retention drops the partitions while events go on. Prints one JSON object.
 *
 *   node bench/churn.ts [--store postgres|sqlite] [--events 360000] [--payload 1000]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { systemClock } from '../src/runtime/clock.ts'
import { silentLog } from '../src/runtime/log.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { sealer } from '../src/runtime/sealing.ts'
import type { AcceptInput } from '../src/store/port/accept.ts'
import { postgresStore } from '../src/store/postgres/index.ts'
import { sqliteStore } from '../src/store/sqlite/index.ts'
import type { Store } from '../src/store/store.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { cpuUsOfTree, describeMachine, loadNow } from './support/machine.ts'
import { spreadOf } from './support/statistics.ts'
import { anAccept, aRecord, type Tenant, tenantsOf, token } from './support/store-events.ts'

const { values: options } = parseArgs({
  options: {
    store: { type: 'string', default: 'postgres' },
    events: { type: 'string', default: '360000' },
    payload: { type: 'string', default: '1000' },
  },
})
const events = Number(options.events)
const payload = Buffer.from(JSON.stringify({ text: 'x'.repeat(Number(options.payload) - 11) }))
const producers = 200
const failedEvery = 10
/** An hour in about two minutes: autovacuum looks every 2 s and not every minute. */
const settings = ['autovacuum_naptime=2s']

const folder = mkdtempSync(join(tmpdir(), 'posthorn-churn-'))
const server =
  options.store === 'postgres' ? await startPostgres({ durable: true, settings }) : null
const shared = {
  clock: systemClock,
  log: silentLog,
  sealer: sealer({ keys: [systemRandom.bytes(32)], random: systemRandom }),
}
const path = join(folder, 'store.db')
const store: Store =
  server === null
    ? sqliteStore({ ...shared, path, threads: true })
    : postgresStore({ ...shared, url: server.url('postgres'), node: 'churn' })
try {
  await store.open()
  const tenants = await tenantsOf(store, 100)
  const before = loadNow()
  const cpu = process.cpuUsage()
  const serverCpu = serverCpuUs()
  const startedAt = performance.now()
  const peak = await churn(tenants)
  const ms = performance.now() - startedAt
  const used = process.cpuUsage(cpu)
  const report = {
    store: options.store,
    events,
    payloadBytes: payload.length,
    perSecond: Math.round((events / ms) * 1000),
    cpuUsPerEvent: Math.round((used.user + used.system) / events),
    serverCpuUsPerEvent: Math.round((serverCpuUs() - serverCpu) / events),
    openDeliveryPeakBytes: peak,
    ...(server === null
      ? { bytesPerEvent: Math.round(fileBytes() / events) }
      : { tables: await tables(), retention: await retention(tenants) }),
    loadBefore: before,
    machine: describeMachine(),
  }
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`)
} finally {
  await store.close()
  await server?.remove()
  rmSync(folder, { recursive: true })
}

/** Returns the largest size that the table of open deliveries had, with its indexes. */
async function churn(tenants: readonly Tenant[]): Promise<number> {
  let left = events
  let peak = 0
  let done = false
  const look = async (): Promise<void> => {
    while (!done) {
      if (server !== null) {
        const [row] = await query(`select pg_total_relation_size('open_delivery') as bytes`)
        peak = Math.max(peak, Number(row?.['bytes']))
      }
      await drain()
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
  const looking = look()
  const producer = async (): Promise<void> => {
    while (left-- > 0) {
      const tenant = tenants[left % tenants.length]
      if (tenant !== undefined) await oneEvent(tenant, left % failedEvery === 0)
    }
  }
  await Promise.all(Array.from({ length: producers }, producer))
  await drain()
  done = true
  await looking
  return peak
}

async function oneEvent(tenant: Tenant, fails: boolean): Promise<void> {
  const input = anAccept(tenant, payload)
  const result = await store.acceptMessage(input)
  if (result.kind !== 'accepted') throw new Error(result.kind)
  await Promise.all(
    input.deliveries.map((delivery) =>
      store.recordAttempt(aRecord(input, { delivery, fails, number: 1, token })),
    ),
  )
}

/** Failed ones wait in the table and are claimed as a node would. */
async function drain(): Promise<void> {
  for (;;) {
    const now = Date.now()
    const { claims } = await store.claimDue({
      now,
      limit: 500,
      leaseUntil: now + 60_000,
      token,
      perEndpoint: 100,
      bytesMax: 8 * 2 ** 20,
      except: [],
      afterEndpointId: null,
    })
    if (claims.length === 0) return
    await Promise.all(
      claims.map(({ delivery, message }) => {
        const input = { message, now } as AcceptInput // what a record is made of
        return store.recordAttempt(aRecord(input, { delivery, fails: false, number: 2, token }))
      }),
    )
  }
}

/** Partitions are counted with their table. */
function tables(): Promise<readonly Record<string, unknown>[]> {
  return query(
    `select regexp_replace(s.relname, '_(w\\d+|default)$', '') as name,
       sum(n_live_tup)::float8 as live, sum(n_dead_tup)::float8 as dead,
       sum(pg_table_size(s.relid))::float8 as table_bytes,
       sum(pg_indexes_size(s.relid))::float8 as index_bytes,
       sum(n_tup_upd)::float8 as updates,
       round(100.0 * sum(n_tup_hot_upd) / nullif(sum(n_tup_upd), 0))::float8 as hot_percent,
       sum(autovacuum_count)::float8 as autovacuums
     from pg_stat_user_tables s
     group by 1
     having sum(pg_total_relation_size(s.relid)) > 200000
     order by sum(pg_total_relation_size(s.relid)) desc`,
  )
}

/** Drops this week's partitions while events go on, and looks at how long each had to wait. */
async function retention(tenants: readonly Tenant[]): Promise<unknown> {
  const waits: number[] = []
  let done = false
  const producer = async (): Promise<void> => {
    for (let at = 0; !done; at++) {
      const tenant = tenants[at % tenants.length]
      if (tenant === undefined) return
      const startedAt = performance.now()
      await store.acceptMessage({ ...anAccept(tenant, payload), deliveries: [] })
      waits.push(performance.now() - startedAt)
    }
  }
  const producing = Promise.all(Array.from({ length: 8 }, producer))
  const startedAt = performance.now()
  const now = Date.now()
  await store.sweep({ now, removeBefore: now + 21 * 86_400_000, limit: 1_000 })
  const sweepMs = Math.round(performance.now() - startedAt)
  done = true
  await producing
  const [left] = await query(
    `select count(*)::int as n from pg_inherits where inhparent = 'message'::regclass`,
  )
  return { sweepMs, partitionsLeft: left?.['n'], acceptMs: spreadOf(waits) }
}

async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server?.url('postgres') ?? '' })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

function serverCpuUs(): number {
  return server?.process.pid === undefined ? 0 : cpuUsOfTree(server.process.pid)
}

function fileBytes(): number {
  return [path, `${path}-wal`].reduce(
    (sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}
