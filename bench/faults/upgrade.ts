/**
 * G18: a process that migrates is killed with -9 at every statement of every migration, and the next
 * one goes on; then nodes of two schemas work together for a minute under load, while the migration
 * between them is killed at each of its statements. Nothing is lost, and nothing comes twice.
 */
import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { openDatabase } from '../../src/store/postgres/database.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { Api } from '../support/api.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { freePort, PosthornNode } from '../support/node.ts'
import { arrangePairs, type Cluster, inCluster } from './support/cluster.ts'
import { checkBooks, checkOrder, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Report, Violations } from './support/experiment.ts'
import { migrationsOf, type Point, type Release } from './support/releases.ts'
import { is2xx, SteadyLoad } from './support/steady-load.ts'

const pairs = 5
const perSecond = 100
const togetherMs = 60_000
const aloneMs = 3_000
const deliveredMs = 60_000
/** How long a load balancer goes on sending to a node that it was told to leave out. */
const drainMs = 1_000
const script = fileURLToPath(new URL('./support/node-of-release.ts', import.meta.url))
const migrator = fileURLToPath(new URL('./support/migrator.ts', import.meta.url))

export const upgrade: Experiment = {
  name: 'upgrade',
  sentence:
    'killed at every statement of every migration, with nodes of two schemas: none lost (G18)',
  largeOnly: true,
  run: () =>
    inCluster(
      {
        roles: ['all', 'all'],
        ledger: {},
        script,
        environment: {
          BENCH_RELEASE: 'this',
          // A lease that ends is not what is tried here.
          POSTHORN_LEASE_MS: '30000',
          POSTHORN_ATTEMPT_TIMEOUT_MS: '5000',
        },
      },
      play,
    ),
}

async function play(made: Cluster): Promise<Report> {
  const { ledger, members, database } = made
  const violations = new Violations()
  const emptyKills = await killEverywhere(made, violations)

  const { applicationId, endpointIds } = await arrangePairs(made, { pairs })
  const apis = [...made.apis]
  const load = new SteadyLoad({ apis, applicationId, pairs, perSecond })
  load.start()
  await wait(aloneMs)
  const url = database.url('postgres')
  const points = await pointsOf(made, 'this', 'next')
  for (const point of points) await killAt(url, 'next', point, violations)
  const fresh = await Promise.all(members.map(({ node }) => nextTo(node)))
  const freshApis = fresh.map(
    ({ options }) => new Api(options.port, { connections: 16, timeoutMs: 5_000 }),
  )
  try {
    await Promise.all(fresh.map((node) => node.start()))
    apis.push(...freshApis)
    const together = monotonicMs()
    await wait(togetherMs)
    const togetherSeconds = Math.round((monotonicMs() - together) / 1000)
    apis.splice(0, members.length)
    await wait(drainMs)
    for (const { node } of members) {
      const code = await node.stop()
      violations.expect(code === 0, `an older node ended with ${code}`)
    }
    await wait(aloneMs)
    await load.stop()
    const deliveries = load.accepted.size * 2
    await ledger.until(() => ledger.distinct >= deliveries, deliveredMs)
    const refused = load.count(0, Number.POSITIVE_INFINITY, (status) => !is2xx(status))
    const repeats = ledger.arrivals.length - ledger.distinct
    violations.expect(repeats === 0, `${repeats} deliveries came twice`)
    const order = checkOrder(ledger, violations)
    const books = await settledBooks(url, deliveries)
    const checked = checkBooks({
      ...{ books, ledger, deliveries, endpointIds, inFlightAtKills: 0, violations },
    })
    const kills = { emptyKills, killsUnderLoad: points.length }
    return {
      ...{ name: upgrade.name, form: 'large', violations: violations.list() },
      facts: {
        ...kills,
        togetherSeconds,
        accepted: load.accepted.size,
        refused,
        ...checked,
        ...order,
      },
    }
  } finally {
    await load.stop()
    await Promise.all(freshApis.map((api) => api.close()))
    await Promise.all(fresh.map((node) => node.stop()))
  }
}

/** All migrations on an empty database, each process killed one statement later than the last. */
async function killEverywhere(made: Cluster, violations: Violations): Promise<number> {
  const points = await pointsOf(made, null, 'contracted')
  const url = await newDatabase(made, 'killed')
  for (const point of points) await killAt(url, 'contracted', point, violations)
  const end = await migratorRun([url, 'contracted'])
  violations.expect(end.code === 0, `the last migration ended with ${end.code}`)
  const [killed, whole] = [await schemaText(url), await schemaText(made.database.url('whole'))]
  violations.expect(killed === whole, 'the schema of the killed ones is not the whole one')
  return points.length
}

/** The statements from one release to the other, as a migration that nobody disturbs passes them. */
async function pointsOf(
  made: Cluster,
  from: Release | null,
  to: Release,
): Promise<readonly Point[]> {
  const points: Point[] = []
  const url = await newDatabase(made, 'whole')
  const database = openDatabase({ url, clock: systemClock, log: silentLog, node: 'whole' })
  if (from !== null) await migrate(database, { list: migrationsOf(from) })
  await migrate(database, { list: migrationsOf(to), onStatement: (at) => void points.push(at) })
  await database.close()
  return points
}

async function newDatabase({ database }: Cluster, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: database.url('postgres') })
  await client.connect()
  await client.query(`drop database if exists ${name}`)
  await client.query(`create database ${name}`)
  await client.end()
  return database.url(name)
}

async function killAt(
  url: string,
  release: Release,
  point: Point,
  violations: Violations,
): Promise<void> {
  const { signal, code } = await migratorRun([url, release, point.migration, String(point.index)])
  const where = `${point.migration} ${point.index}`
  violations.expect(signal === 'SIGKILL', `${where} was not reached: it ended with ${code}`)
}

function migratorRun(
  given: readonly string[],
): Promise<{ readonly code: number | null; readonly signal: string | null }> {
  const child = spawn(process.execPath, [migrator, ...given], { stdio: 'inherit' })
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
}

/** Beside an older node one of the next release, on a port and in a folder of its own. */
async function nextTo(older: PosthornNode): Promise<PosthornNode> {
  const { options } = older
  return new PosthornNode({
    ...options,
    folder: `${options.folder}-next`,
    port: await freePort(),
    environment: { ...options.environment, BENCH_RELEASE: 'next' },
  })
}

/** All that a schema consists of. */
async function schemaText(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(
    `select c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relnamespace = current_schema()::regnamespace
     order by c.relname, a.attname`,
  )
  await client.end()
  return JSON.stringify(rows)
}
