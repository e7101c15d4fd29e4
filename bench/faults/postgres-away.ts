/**
 * G11: PostgreSQL is stopped, then read-only, then its connections are cut, under load. No false
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
import { DatabaseProxy } from './support/database-proxy.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { is2xx, SteadyLoad } from './support/steady-load.ts'

const forms = {
  small: { stoppedMs: 1_500, readOnlyMs: 800, cutMs: 800, betweenMs: 600, pairs: 1 },
  large: { stoppedMs: 120_000, readOnlyMs: 30_000, cutMs: 30_000, betweenMs: 5_000, pairs: 5 },
} as const satisfies Record<Form, unknown>

const perSecond = 100
/** Until the first write was refused, deliveries that are leased already go out. */
const noticeMs = 500
const cutEveryMs = 300
const firstDeliveryMaxMs = 10_000
const connectsMax = 5
const growthMaxBytes = 50 * 2 ** 20
const drainMs = 60_000

export const postgresAway: Experiment = {
  name: 'postgres-away',
  sentence:
    'PostgreSQL stopped, read-only and cut off under load: no false 2xx, nothing lost (G11)',
  async run(form) {
    const proxies: DatabaseProxy[] = []
    try {
      return await inCluster(
        {
          roles: ['all', 'all'],
          ledger: {},
          async databaseUrl(server) {
            const proxy = await DatabaseProxy.start(server.port)
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

async function play(made: Cluster, proxies: readonly DatabaseProxy[], form: Form): Promise<Report> {
  const { stoppedMs, readOnlyMs, cutMs, betweenMs, pairs } = forms[form]
  const { database, ledger } = made
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangePairs(made, { pairs })
  const load = new SteadyLoad({ apis: made.apis, applicationId, pairs, perSecond })
  load.start()
  await wait(betweenMs)
  const growth = watchMemory(made)

  const stoppedAt = monotonicMs()
  await database.stop('immediate')
  await wait(noticeMs) // what was committed before is answered
  const down = { from: monotonicMs(), to: 0 }
  await wait(stoppedMs / 2)
  violations.expect(await asksToWait(made), 'a refused accept names no time to come back')
  await wait(stoppedMs / 2)
  down.to = monotonicMs()
  await database.restart()
  const stopped = await afterwards(made, load, down)
  const connects = Math.max(...proxies.map((proxy) => proxy.mostInOneSecond(down.from, down.to)))
  await wait(betweenMs)

  await readOnly(database, true)
  await wait(noticeMs)
  const shut = { from: monotonicMs(), to: monotonicMs() + readOnlyMs }
  await wait(readOnlyMs)
  await readOnly(database, false)
  const refusing = await afterwards(made, load, shut)
  await wait(betweenMs)

  const cutUntil = monotonicMs() + cutMs
  let cut = 0
  while (monotonicMs() < cutUntil) {
    cut += await cutAll(database)
    await wait(cutEveryMs)
  }
  await load.stop()
  const grown = growth.most()
  const deliveries = load.accepted.size * 2
  await ledger.until(() => ledger.distinct >= deliveries, drainMs)

  for (const [name, each] of Object.entries({ stopped, readOnly: refusing })) {
    violations.expect(each.accepted === 0, `${name}: ${each.accepted} answers 2xx`)
    violations.expect(each.refused > 0, `${name}: nothing was refused`)
    violations.expect(each.arrived === 0, `${name}: ${each.arrived} requests were sent`)
    violations.expect(
      each.firstDeliveryMs <= firstDeliveryMaxMs,
      `${name}: the first delivery came after ${each.firstDeliveryMs} ms`,
    )
  }
  violations.expect(connects <= connectsMax, `${connects} attempts to connect in one second`)
  violations.expect(grown <= growthMaxBytes, `memory grew by ${grown} bytes`)
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
      stoppedSeconds: Math.round((down.to - stoppedAt) / 1000),
      refusedWhileStopped: stopped.refused,
      refusedWhileReadOnly: refusing.refused,
      connectsInOneSecondMost: connects,
      memoryGrownMb: Math.round(grown / 2 ** 20),
      firstDeliveryAfterStopMs: stopped.firstDeliveryMs,
      firstDeliveryAfterReadOnlyMs: refusing.firstDeliveryMs,
      connectionsCut: cut,
      accepted: load.accepted.size,
      ...checked,
    },
    violations: violations.list(),
  }
}

/** What happened in that time, and how long after it the first request came. */
async function afterwards(
  { ledger }: Cluster,
  load: SteadyLoad,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const backAt = monotonicMs()
  await ledger.until(() => (ledger.arrivals.at(-1)?.at ?? 0) > backAt, drainMs)
  const first = ledger.arrivals.find(({ at }) => at > backAt)
  return {
    accepted: load.count(from, to, is2xx),
    refused: load.count(from, to, (status) => status === 503),
    arrived: ledger.arrivals.filter(({ at }) => at > from + noticeMs && at < to).length,
    firstDeliveryMs: Math.round((first?.at ?? Number.POSITIVE_INFINITY) - backAt),
  }
}

async function asksToWait({ members }: Cluster): Promise<boolean> {
  const port = members[0]?.node.options.port
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/app`, {
    method: 'POST',
    headers: { authorization: `Bearer ${benchApiKey}`, 'content-type': 'application/json' },
    body: '{"name":"refused"}',
  })
  return answer.status === 503 && Number(answer.headers.get('retry-after')) > 0
}

function watchMemory({ members }: Cluster): { readonly most: () => number } {
  const before = members.map(({ node }) => residentBytesOf(node.pid))
  let most = 0
  const timer = setInterval(() => {
    for (const [at, { node }] of members.entries()) {
      most = Math.max(most, residentBytesOf(node.pid) - (before[at] ?? 0))
    }
  }, 200)
  return {
    most() {
      clearInterval(timer)
      return most
    },
  }
}

async function readOnly(server: PostgresServer, isOn: boolean): Promise<void> {
  await withClient(server, async (client) => {
    await client.query('set default_transaction_read_only = off')
    await client.query(`alter system set default_transaction_read_only = ${isOn ? 'on' : 'off'}`)
    await client.query('select pg_reload_conf()')
  })
}

async function cutAll(server: PostgresServer): Promise<number> {
  return withClient(server, async (client) => {
    const cut = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'posthorn%'`,
    )
    return cut.rowCount ?? 0
  })
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
