/**
 * G12: PostgreSQL with a synchronous standby; the primary is killed, the standby promoted, and the
 * nodes are led to it, five times under load. What was answered 2xx is on the standby.
 */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { type PostgresServer, startStandby } from '../../test/support/postgres.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { arrangePairs, type Cluster, inCluster } from './support/cluster.ts'
import { checkBooks, checkOrder, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Report, Violations } from './support/experiment.ts'
import { is2xx, SteadyLoad } from './support/steady-load.ts'
import { TcpProxy } from './support/tcp-proxy.ts'

const rounds = 5
const pairs = 5
const perSecond = 100
const loadMs = 5_000
const outageMaxMs = 10_000
const drainMs = 60_000

export const failover: Experiment = {
  name: 'failover',
  sentence: 'the primary dies, its synchronous standby takes over: nothing answered is lost (G12)',
  largeOnly: true,
  async run() {
    const proxies: TcpProxy[] = []
    const standbys: PostgresServer[] = []
    try {
      return await inCluster(
        {
          roles: ['all', 'all', 'worker'],
          ledger: {},
          async databaseUrl(server) {
            const proxy = await TcpProxy.start(server.port)
            proxies.push(proxy)
            return proxy.url('postgres')
          },
        },
        (made) => play(made, proxies, standbys),
      )
    } finally {
      await Promise.all(proxies.map((proxy) => proxy.close()))
      await Promise.all(standbys.map((server) => server.remove()))
    }
  },
}

async function play(
  made: Cluster,
  proxies: readonly TcpProxy[],
  standbys: PostgresServer[],
): Promise<Report> {
  const { ledger } = made
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangePairs(made, { pairs })
  const load = new SteadyLoad({ apis: made.apis, applicationId, pairs, perSecond })
  let primary = made.database
  load.start()
  const outages: number[] = []
  for (let round = 0; round < rounds; round++) {
    const standby = await startStandby(primary, { durable: true })
    standbys.push(standby)
    await replicateTo(primary)
    await wait(loadMs)
    primary.process.kill('SIGKILL')
    const diedAt = monotonicMs()
    await ask(standby, 'select pg_promote()')
    for (const proxy of proxies) proxy.redirect(standby.port)
    const accepts = (): boolean =>
      load.answers.some(({ at, status }) => at > diedAt && is2xx(status))
    while (!accepts() && monotonicMs() < diedAt + 2 * outageMaxMs) await wait(20)
    outages.push(Math.round(monotonicMs() - diedAt))
    primary = standby
  }
  await wait(loadMs)
  await load.stop()
  const deliveries = load.accepted.size * 2
  await ledger.until(() => ledger.distinct >= deliveries, drainMs)
  const longest = Math.max(...outages)
  violations.expect(longest <= outageMaxMs, `nothing was accepted for ${longest} ms`)
  const order = checkOrder(ledger, violations)
  const books = await settledBooks(primary.url('postgres'), deliveries, ledger)
  const checked = checkBooks({
    ...{ books, ledger, deliveries, endpointIds, violations },
    inFlightAtKills: 0, // no node was killed: every request has its attempt
  })
  return {
    name: failover.name,
    form: 'large',
    facts: {
      rounds,
      accepted: load.accepted.size,
      refused: load.count(0, Number.POSITIVE_INFINITY, (status) => !is2xx(status)),
      longestUntilAcceptedMs: longest,
      ...checked,
      ...order,
    },
    violations: violations.list(),
  }
}

/** From here on a commit is answered when the standby has it too. */
async function replicateTo(primary: PostgresServer): Promise<void> {
  await ask(primary, `alter system set synchronous_standby_names = 'standby'`)
  await ask(primary, 'select pg_reload_conf()')
  for (;;) {
    const rows = await ask(primary, `select 1 from pg_stat_replication where sync_state = 'sync'`)
    if (rows > 0) return
    await wait(50)
  }
}

async function ask(server: PostgresServer, statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: server.url('postgres') })
  await client.connect()
  try {
    return (await client.query(statement)).rowCount ?? 0
  } finally {
    await client.end()
  }
}
