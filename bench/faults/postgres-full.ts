/**
 * G4 on PostgreSQL: its disk is full, and then its log finds no space either, which PostgreSQL takes
 * for a crash. Accepts are refused with 503 and come through by the official SDK's own retries,
 * nothing accepted is lost, and the nodes go on without a restart of theirs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { Svix } from 'svix'
import type { PostgresServer } from '../../test/support/postgres.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { benchApiKey } from '../support/node.ts'
import { arrangePairs, type Cluster, inCluster, typeOf } from './support/cluster.ts'
import { checkBooks, checkOrder, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { Filler, type HeldDisk, holdSmallDisk } from './support/small-disk.ts'
import { is2xx, SteadyLoad } from './support/steady-load.ts'

const forms = {
  small: { rounds: 1, withoutLog: 0, fullMs: 800, betweenMs: 300, pairs: 1, diskMb: 96 },
  large: { rounds: 4, withoutLog: 2, fullMs: 15_000, betweenMs: 5_000, pairs: 5, diskMb: 384 },
} as const satisfies Record<Form, unknown>

const settings = ['max_wal_size=32MB', 'min_wal_size=32MB']
const perSecond = 100
const refusalsWanted = 10
const refusalMaxMs = 20_000
const recoveryMaxMs = 5_000
/** PostgreSQL has to come up again first, and to replay its log. */
const recoveryAfterCrashMaxMs = 15_000
const drainMs = 60_000
/** The SDK gives up after its last retry: enough of them for the longest time without space. */
const sdkRetriesMs = Array.from({ length: 120 }, () => 250)
/** Each takes a new segment of the log; a few are kept ready. */
const switchesMax = 20

export const postgresFull: Experiment = {
  name: 'postgres-full',
  sentence: "PostgreSQL's disk is full: no false 2xx, nothing lost, and nodes go on (G4)",
  async run(form) {
    const folder = mkdtempSync(join(tmpdir(), 'posthorn-full-'))
    const disk = await holdSmallDisk(folder, forms[form].diskMb * 2 ** 20)
    if ('refused' in disk) throw new Error(`postgres-full: ${disk.refused}`)
    try {
      return await inCluster({ roles: ['all', 'all'], ledger: {}, settings, disk }, (made) =>
        play(made, disk, form),
      )
    } finally {
      await disk.release()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function play(made: Cluster, disk: HeldDisk, form: Form): Promise<Report> {
  const { rounds, withoutLog, fullMs, betweenMs, pairs } = forms[form]
  const { database, ledger } = made
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangePairs(made, { pairs })
  const load = new SteadyLoad({ apis: made.apis, applicationId, pairs, perSecond })
  const filler = new Filler(disk.pid, disk.folder)
  load.start()
  const throughSdk: Promise<string>[] = []
  const recoveries = { withLog: [0], afterCrash: [0] }
  let refusedWhileFull = 0
  let arrivedWhileFull = 0
  let crashes = 0
  for (let round = 0; round < rounds + withoutLog; round++) {
    await wait(betweenMs)
    const logToo = round >= rounds
    filler.fillAllBut(0)
    if (logToo) await useUpTheLog(database)
    const fullAt = monotonicMs()
    const refusedNow = (): number => load.count(fullAt, monotonicMs(), (status) => status === 503)
    while (refusedNow() < refusalsWanted && monotonicMs() < fullAt + refusalMaxMs) await wait(20)
    throughSdk.push(sendBySdk(made, applicationId))
    const arrivedBefore = ledger.arrivals.length
    await wait(fullMs)
    arrivedWhileFull += ledger.arrivals.length - arrivedBefore
    refusedWhileFull += refusedNow()
    violations.expect(refusedNow() >= refusalsWanted, `round ${round}: nothing was refused`)
    filler.release()
    const freeAt = monotonicMs()
    if (logToo) crashes += await superviseRestart(database)
    const maxMs = logToo ? recoveryAfterCrashMaxMs : recoveryMaxMs
    const accepted = () => load.answers.find(({ at, status }) => at > freeAt && is2xx(status))
    while (accepted() === undefined && monotonicMs() < freeAt + maxMs) await wait(10)
    const tookMs = Math.round((accepted()?.at ?? Number.POSITIVE_INFINITY) - freeAt)
    violations.expect(tookMs <= maxMs, `round ${round}: accepted again after ${tookMs} ms`)
    recoveries[logToo ? 'afterCrash' : 'withLog'].push(tookMs)
  }
  const sent = await Promise.all(throughSdk)
  await load.stop()
  const deliveries = (load.accepted.size + sent.length) * 2
  await ledger.until(() => ledger.distinct >= deliveries, drainMs)
  const order = checkOrder(ledger, violations)
  const books = await settledBooks(database.url('postgres'), deliveries, ledger)
  const inFlightAtKills = 0 // no node was killed: every request has its attempt
  const checked = checkBooks({
    ...{ books, ledger, deliveries, endpointIds, inFlightAtKills, violations },
  })
  return {
    name: postgresFull.name,
    form,
    facts: {
      ...{ rounds, withoutLog, crashes, refusedWhileFull, arrivedWhileFull },
      slowestRecoveryMs: Math.max(...recoveries.withLog),
      slowestRecoveryAfterCrashMs: Math.max(...recoveries.afterCrash),
      accepted: load.accepted.size,
      throughSdkRetries: sent.length,
      ...checked,
      ...order,
    },
    violations: violations.list(),
  }
}

/** One event by the official SDK, begun while there is no space: only its own retries bring it in. */
async function sendBySdk({ members }: Cluster, applicationId: string): Promise<string> {
  const port = members[0]?.node.options.port
  const svix = new Svix(benchApiKey, {
    serverUrl: `http://127.0.0.1:${port}`,
    retryScheduleInMs: sdkRetriesMs,
  })
  const event = { eventType: typeOf(0), payload: { by: 'sdk' } }
  return (await svix.message.create(applicationId, event)).id
}

/** Goes on until PostgreSQL cannot make a further segment and stops. */
async function useUpTheLog(database: PostgresServer): Promise<void> {
  const client = new pg.Client({ connectionString: database.url('postgres') })
  client.on('error', () => undefined) // the end that is waited for
  try {
    await client.connect()
    for (let count = 0; count < switchesMax; count++) {
      await client.query('select pg_switch_wal(), pg_current_wal_lsn()')
      await client.query(`update posthorn_setting set value = value where name = 'ping'`)
    }
  } catch {
    // it has crashed
  } finally {
    await client.end().catch(() => undefined) // gone already
  }
}

/** What a service manager does: a server that has ended is started again. Returns 1 when it had. */
async function superviseRestart(database: PostgresServer): Promise<number> {
  if (database.process.exitCode === null && database.process.signalCode === null) return 0
  await database.restart()
  return 1
}
