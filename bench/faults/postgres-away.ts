/**
 * G11: PostgreSQL is stopped, then read-only, then full of other clients; then connections are cut and
 * replies to commits lost, under load. No false
 * 2xx, nothing sent whose outcome cannot be stored, few attempts to connect, and everything goes on
 * by itself.
 */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { PostgresServer } from '../../test/support/postgres.ts'
import { residentBytesOf } from '../support/machine.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { benchApiKey } from '../support/node.ts'
import { arrangePairs, type Cluster, inCluster } from './support/cluster.ts'
import { checkBooks, checkOrder, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { is2xx, SteadyLoad } from './support/steady-load.ts'
import { TcpProxy } from './support/tcp-proxy.ts'

const forms = {
  small: {
    warmMs: 300,
    stoppedMs: 1_500,
    readOnlyMs: 800,
    crowdedMs: 800,
    cutMs: 800,
    betweenMs: 300,
    pairs: 1,
  },
  large: {
    warmMs: 60_000,
    stoppedMs: 120_000,
    readOnlyMs: 30_000,
    crowdedMs: 30_000,
    cutMs: 30_000,
    betweenMs: 5_000,
    pairs: 5,
  },
} as const satisfies Record<Form, unknown>

const perSecond = 100
/** Until the first write was refused, deliveries that are leased already go out. */
const noticeMs = 500
const cutEveryMs = 300
const commitLostOneIn = 5
const serverConnectionsMax = 40
const firstDeliveryMaxMs = 10_000
const connectsMax = 5
const growthMaxBytes = 50 * 2 ** 20
const drainMs = 60_000

export const postgresAway: Experiment = {
  name: 'postgres-away',
  sentence:
    'PostgreSQL stopped, read-only, full of others and cut off under load: no false 2xx, nothing lost (G11)',
  async run(form) {
    const proxies: TcpProxy[] = []
    try {
      return await inCluster(
        {
          roles: ['all', 'all'],
          settings: [`max_connections=${serverConnectionsMax}`],
          ledger: {},
          async databaseUrl(server) {
            const proxy = await TcpProxy.start(server.port)
            proxies.push(proxy)
            return proxy.url('postgres')
          },
        },
        (made) => play(made, proxies, form),
      )
    } finally {
      await Promise.all(proxies.map((proxy) => proxy.close()))
    }
  },
}

interface Run {
  readonly made: Cluster
  readonly proxies: readonly TcpProxy[]
  readonly load: SteadyLoad
  readonly form: Form
  readonly violations: Violations
}

async function play(made: Cluster, proxies: readonly TcpProxy[], form: Form): Promise<Report> {
  const { warmMs, pairs } = forms[form]
  const { database, ledger } = made
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangePairs(made, { pairs })
  const load = new SteadyLoad({ apis: made.apis, applicationId, pairs, perSecond })
  const run: Run = { made, proxies, load, form, violations }
  load.start()
  // A process that has just begun grows with what it does for the first time.
  await wait(warmMs)
  const memory = watchMemory(made)
  const stopped = await stop(run)
  const grownWhileStopped = memory.grown()
  const readOnly = await onlyRead(run)
  const connectionsCut = await cutConnections(run)
  const grownWhileAway = memory.grown()
  const crowded = await crowdOut(run)
  const commitsUnanswered = await loseCommits(run)
  await load.stop()
  const grown = memory.grown()
  memory.stop()
  const deliveries = load.accepted.size * 2
  await ledger.until(() => ledger.distinct >= deliveries, drainMs)

  for (const [name, each] of Object.entries({ stopped, readOnly, crowded })) {
    violations.expect(each.accepted === 0, `${name}: ${each.accepted} answers 2xx`)
    violations.expect(each.refused > 0, `${name}: nothing was refused`)
    violations.expect(each.arrived === 0, `${name}: ${each.arrived} requests were sent`)
    violations.expect(
      each.firstDeliveryMs <= firstDeliveryMaxMs,
      `${name}: the first delivery came after ${each.firstDeliveryMs} ms`,
    )
    const { connects } = each
    violations.expect(connects <= connectsMax, `${name}: ${connects} connects in one second`)
  }
  violations.expect(
    grownWhileAway <= growthMaxBytes,
    `memory grew by ${grownWhileAway} bytes while PostgreSQL was stopped, read-only and cut off`,
  )
  violations.expect(commitsUnanswered > 0, 'no reply to a commit was lost')
  checkOrder(ledger, violations)
  const books = await settledBooks(database.url('postgres'), deliveries, ledger)
  const checked = checkBooks({
    ...{ books, ledger, deliveries, endpointIds, violations },
    inFlightAtKills: 0, // no node was killed: every request has its attempt
  })
  return {
    name: postgresAway.name,
    form,
    facts: {
      stoppedSeconds: stopped.seconds,
      refusedWhileStopped: stopped.refused,
      refusedWhileReadOnly: readOnly.refused,
      refusedWhileCrowded: crowded.refused,
      connectsInOneSecondMost: Math.max(stopped.connects, crowded.connects),
      memoryGrownWhileAwayMb: Math.round(grownWhileAway / 2 ** 20),
      memoryGrownWhileStoppedMb: Math.round(grownWhileStopped / 2 ** 20),
      memoryGrownMb: Math.round(grown / 2 ** 20),
      firstDeliveryAfterStopMs: stopped.firstDeliveryMs,
      firstDeliveryAfterReadOnlyMs: readOnly.firstDeliveryMs,
      firstDeliveryAfterCrowdMs: crowded.firstDeliveryMs,
      connectionsCut,
      commitsUnanswered,
      accepted: load.accepted.size,
      ...checked,
    },
    violations: violations.list(),
  }
}

async function stop(run: Run) {
  const { stoppedMs, betweenMs } = forms[run.form]
  const { database } = run.made
  const stoppedAt = monotonicMs()
  await database.stop('immediate')
  await wait(noticeMs) // what was committed before is answered
  const from = monotonicMs()
  await wait(stoppedMs / 2)
  await expectAskedToWait(run, 'stopped')
  await wait(stoppedMs / 2)
  const to = monotonicMs()
  await database.restart()
  const seen = await afterwards(run, { from, to })
  await wait(betweenMs)
  return { ...seen, seconds: Math.round((to - stoppedAt) / 1000) }
}

async function onlyRead(run: Run) {
  const { readOnlyMs, betweenMs } = forms[run.form]
  const { database } = run.made
  await setReadOnly(database, true)
  await wait(noticeMs)
  const from = monotonicMs()
  await wait(readOnlyMs)
  const to = monotonicMs()
  await setReadOnly(database, false)
  const seen = await afterwards(run, { from, to })
  await wait(betweenMs)
  return seen
}

/** Another program takes every connection that there is, those of the nodes too. */
async function crowdOut(run: Run) {
  const { crowdedMs, betweenMs } = forms[run.form]
  const { database } = run.made
  const crowd: pg.Client[] = []
  try {
    // What is cut is taken before a node finds it.
    while (crowd.length < serverConnectionsMax) {
      if (!(await joins(crowd, database))) await cutAll(crowd[0])
    }
    await wait(noticeMs)
    const from = monotonicMs()
    await wait(crowdedMs)
    await expectAskedToWait(run, 'crowded')
    const to = monotonicMs()
    await Promise.all(crowd.splice(0).map((client) => client.end()))
    const seen = await afterwards(run, { from, to })
    await wait(betweenMs)
    return seen
  } finally {
    await Promise.all(crowd.map((client) => client.end()))
  }
}

/** False: there is no connection left. */
async function joins(crowd: pg.Client[], server: PostgresServer): Promise<boolean> {
  const client = new pg.Client({ connectionString: server.url('postgres') })
  try {
    await client.connect()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === '53300') return false
    throw cause
  }
  crowd.push(client)
  return true
}

async function cutConnections({ made, form }: Run): Promise<number> {
  const until = monotonicMs() + forms[form].cutMs
  let cut = 0
  while (monotonicMs() < until) {
    cut += await withClient(made.database, cutAll)
    await wait(cutEveryMs)
  }
  return cut
}

/** Commits are made, and the connection ends before the node is told. */
async function loseCommits({ proxies, form }: Run): Promise<number> {
  for (const proxy of proxies) proxy.loseCommitReplies(commitLostOneIn)
  await wait(forms[form].cutMs)
  for (const proxy of proxies) proxy.loseCommitReplies(0)
  return proxies.reduce((sum, { commitsLost }) => sum + commitsLost, 0)
}

/** What happened in that time, and how long after it the first request came. */
async function afterwards(
  { made: { ledger }, load, proxies }: Run,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const backAt = monotonicMs()
  await ledger.until(() => (ledger.arrivals.at(-1)?.at ?? 0) > backAt, drainMs)
  const first = ledger.arrivals.find(({ at }) => at > backAt)
  return {
    accepted: load.count(from, to, is2xx),
    refused: load.count(from, to, (status) => status === 503),
    arrived: ledger.arrivals.filter(({ at }) => at > from + noticeMs && at < to).length,
    connects: Math.max(...proxies.map((proxy) => proxy.mostInOneSecond(from, to))),
    firstDeliveryMs: Math.round((first?.at ?? Number.POSITIVE_INFINITY) - backAt),
  }
}

async function expectAskedToWait({ made, violations }: Run, name: string): Promise<void> {
  const port = made.members[0]?.node.options.port
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/app`, {
    method: 'POST',
    headers: { authorization: `Bearer ${benchApiKey}`, 'content-type': 'application/json' },
    body: '{"name":"refused"}',
  })
  const asked = answer.status === 503 && Number(answer.headers.get('retry-after')) > 0
  violations.expect(asked, `${name}: ${answer.status}, and no time to come back is named`)
}

/** The most that a node has grown since it was watched, up to each time that it is asked. */
function watchMemory({ members }: Cluster): {
  readonly grown: () => number
  readonly stop: () => void
} {
  const before = members.map(({ node }) => residentBytesOf(node.pid))
  let most = 0
  const timer = setInterval(() => {
    for (const [at, { node }] of members.entries()) {
      most = Math.max(most, residentBytesOf(node.pid) - (before[at] ?? 0))
    }
  }, 200)
  return { grown: () => most, stop: () => clearInterval(timer) }
}

async function setReadOnly(server: PostgresServer, isOn: boolean): Promise<void> {
  await withClient(server, async (client) => {
    await client.query('set default_transaction_read_only = off')
    await client.query(`alter system set default_transaction_read_only = ${isOn ? 'on' : 'off'}`)
    await client.query('select pg_reload_conf()')
  })
}

async function cutAll(client: pg.Client | undefined): Promise<number> {
  const cut = await client?.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'posthorn%'`,
  )
  return cut?.rowCount ?? 0
}

async function withClient<Result>(
  server: PostgresServer,
  act: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: server.url('postgres') })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}
