/**
 * What a store costs: accept a message with its deliveries, then record an attempt for each, at
 * several batch sizes. Prints events a second and CPU microseconds per event, for all threads of the
 * process together, and for all processes of PostgreSQL with `--postgres`.
 *
 *   node bench/store.ts [--inline] [--deliveries 2] [--applications 100] [--events 20000]
 *   node bench/store.ts --postgres …
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../src/runtime/clock.ts'
import { silentLog } from '../src/runtime/log.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { sealer } from '../src/runtime/sealing.ts'
import type { AcceptInput } from '../src/store/port/accept.ts'
import type { RecordInput } from '../src/store/port/deliveries.ts'
import { postgresStore } from '../src/store/postgres/index.ts'
import { sqliteStore } from '../src/store/sqlite/index.ts'
import type { Store } from '../src/store/store.ts'
import { startDatabase } from './support/arena.ts'
import { cpuUsOfTree } from './support/machine.ts'
import { anAccept, aRecord, type Tenant, tenantsOf, token } from './support/store-events.ts'

const { values: options } = parseArgs({
  options: {
    inline: { type: 'boolean', default: false },
    postgres: { type: 'boolean', default: false },
    deliveries: { type: 'string', default: '2' },
    applications: { type: 'string', default: '100' },
    events: { type: 'string', default: '20000' },
    batches: { type: 'string', default: '1,10,100,1000' },
    keys: { type: 'boolean', default: false },
  },
})
const deliveries = Number(options.deliveries)
const payload = Buffer.from(JSON.stringify({ type: 'invoice.paid', text: 'x'.repeat(980) }))
const folder = mkdtempSync(join(tmpdir(), 'posthorn-bench-'))
const path = join(folder, 'store.db')
const seal = sealer({ keys: [systemRandom.bytes(32)], random: systemRandom })
const database = options.postgres ? await startDatabase() : null
const common = { clock: systemClock, log: silentLog, sealer: seal }
const shared =
  database === null
    ? null
    : postgresStore({ ...common, url: database.url('postgres'), node: 'bench' })
const store: Store = shared ?? sqliteStore({ ...common, path, threads: !options.inline })
const statements = (): number => shared?.statementCount() ?? 0
const databaseCpu = (): number =>
  database?.process.pid === undefined ? 0 : cpuUsOfTree(database.process.pid)
try {
  await store.open()
  const tenants = await tenantsOf(store, Number(options.applications), deliveries)
  for (const batch of options.batches.split(',').map(Number)) {
    const events = batch === 1 ? Math.min(2_000, Number(options.events)) : Number(options.events)
    await measure(store, tenants, batch, Math.min(events, 2_000)) // warm-up
    report(batch, await measure(store, tenants, batch, events))
  }
  if (database === null) console.log(`file: ${(statSync(path).size / 2 ** 20).toFixed(1)} MiB`)
} finally {
  await store.close()
  await database?.remove()
  rmSync(folder, { recursive: true })
}

interface Measured {
  readonly events: number
  readonly ms: number
  readonly cpuMicros: number
  readonly databaseMicros: number
  readonly statements: number
  /** Share of the time in which the event loop was busy. */
  readonly loop: number
}

/** `batch` producers at once, each: accept, then record every delivery, then the next event. */
async function measure(
  to: Store,
  tenants: readonly Tenant[],
  batch: number,
  events: number,
): Promise<Measured> {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const before = { database: databaseCpu(), statements: statements() }
  const loop = performance.eventLoopUtilization()
  let left = events
  const producer = async (): Promise<void> => {
    while (left-- > 0) {
      const tenant = tenants[left % tenants.length]
      if (tenant === undefined) throw new Error('no tenant')
      const input = acceptOf(tenant)
      const result = await to.acceptMessage(input)
      if (result.kind !== 'accepted') throw new Error(result.kind)
      const records = await Promise.all(recordsOf(input).map((r) => to.recordAttempt(r)))
      if (records.some((r) => r !== 'recorded')) throw new Error('not recorded')
    }
  }
  await Promise.all(Array.from({ length: batch }, producer))
  const used = process.cpuUsage(cpu)
  return {
    events,
    ms: performance.now() - started,
    cpuMicros: used.user + used.system,
    databaseMicros: databaseCpu() - before.database,
    statements: statements() - before.statements,
    loop: performance.eventLoopUtilization(loop).utilization,
  }
}

function report(batch: number, measured: Measured): void {
  const perSecond = (measured.events / measured.ms) * 1000
  const cpu = measured.cpuMicros / measured.events
  const theirs = (measured.databaseMicros / measured.events).toFixed(1)
  const asked = (measured.statements / measured.events).toFixed(3)
  const more = options.postgres ? `, ${theirs} in PostgreSQL, ${asked} statements` : ''
  console.log(
    `batch ${String(batch).padStart(4)}: ${perSecond.toFixed(0).padStart(6)} events/s, ${cpu.toFixed(1).padStart(6)} us CPU per event${more}, loop ${(measured.loop * 100).toFixed(0)} %`,
  )
}

function acceptOf(tenant: Tenant): AcceptInput {
  const input = anAccept(tenant, payload)
  return options.keys ? input : { ...input, idempotency: null }
}

function recordsOf(input: AcceptInput): readonly RecordInput[] {
  return input.deliveries.map((delivery) =>
    aRecord(input, { delivery, fails: false, number: 1, token }),
  )
}
