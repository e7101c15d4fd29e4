/**
 * G22: somebody's long transaction keeps an old snapshot, so that nothing that deliveries leave behind
 * can be cleaned away, under load. Claiming goes on at its pace, by the histograms of the nodes.
 */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { rounded } from '../support/statistics.ts'
import { type Claims, type ClaimTimes, claimsBetween, readClaims } from './support/claim-times.ts'
import { arrangePairs, type Cluster, inCluster } from './support/cluster.ts'
import { checkBooks, checkOrder, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { SteadyLoad } from './support/steady-load.ts'

const forms = {
  // Nodes ask at least once a second: the small form has no time to leave unmeasured.
  small: { heldMs: 2_500, measuredShare: 1, aloneMs: 400, pairs: 1, p99MaxMs: 1_000 },
  large: { heldMs: 300_000, measuredShare: 0.2, aloneMs: 15_000, pairs: 5, p99MaxMs: 50 },
} as const satisfies Record<Form, unknown>

const perSecond = 300
const drainMs = 60_000
/** Nobody dies here: nodes ask as often, and hold their leases as long, as they do by themselves. */
const defaults = { POSTHORN_LEASE_MS: '60000', POSTHORN_POLL_MS: '1000' }
/** Every third one is tried twice, so that there is always something to claim; no head waits. */
const failsFirst = (path: string, count: number, at: number): boolean =>
  path.startsWith('/parallel') && count === 1 && at % 3 === 0

export const oldSnapshot: Experiment = {
  name: 'old-snapshot',
  sentence: 'an old snapshot that keeps every dead row does not slow claiming (G22)',
  run(form) {
    let at = 0
    const behave = (path: string, count: number) => ({
      status: failsFirst(path, count, at++) ? 500 : 200,
      delayMs: 0,
    })
    // Not every PostgreSQL that a machine has brings it.
    const settings = form === 'large' ? ['shared_preload_libraries=pg_stat_statements'] : []
    const nodes = { roles: ['all', 'all'], environment: defaults } as const
    return inCluster({ ...nodes, ledger: { behave }, settings }, (made) => play(made, form))
  },
}

async function play(made: Cluster, form: Form): Promise<Report> {
  const { heldMs, measuredShare, aloneMs, pairs, p99MaxMs } = forms[form]
  const { ledger, database } = made
  const url = database.url('postgres')
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangePairs(made, { pairs })
  const load = new SteadyLoad({ apis: made.apis, applicationId, pairs, perSecond })
  const holder = new pg.Client({ connectionString: url })
  try {
    await holder.connect()
    load.start()
    const atFirst = await readClaims(made.apis)
    await wait(aloneMs)
    const alone = claimsBetween(atFirst, await readClaims(made.apis))
    await holder.query('begin isolation level repeatable read')
    await holder.query('select count(*) from application') // takes the snapshot
    await wait(heldMs * (1 - measuredShare))
    if (form === 'large') await resetTimes(url)
    const late = await readClaims(made.apis)
    await wait(heldMs * measuredShare)
    const held = claimsBetween(late, await readClaims(made.apis))
    const server = form === 'large' ? await claimTimes(url) : {}
    const dead = await deadRows(url)
    await load.stop()
    await holder.query('rollback')
    const deliveries = load.accepted.size * 2
    await ledger.until(() => ledger.distinct >= deliveries, drainMs)
    const claims = held.claimDue.count + held.claimStreams.count
    violations.expect(claims > 0, 'nobody asked for work beside the snapshot')
    for (const [operation, times] of Object.entries(held)) {
      const share = times.within(p99MaxMs)
      violations.expect(share >= 0.99, `${operation}: ${share} within ${p99MaxMs} ms`)
    }
    const order = checkOrder(ledger, violations)
    const books = await settledBooks(url, deliveries, ledger)
    const checked = checkBooks({
      ...{ books, ledger, deliveries, endpointIds, inFlightAtKills: 0, violations },
    })
    const facts = {
      ...factsOf('alone', alone),
      ...factsOf('held', held),
      ...server,
      deadRows: dead,
    }
    return {
      ...{ name: oldSnapshot.name, form, violations: violations.list() },
      facts: { accepted: load.accepted.size, ...facts, ...checked, ...order },
    }
  } finally {
    await load.stop()
    await holder.end()
  }
}

async function asked(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** The server's own measure begins anew. */
async function resetTimes(url: string): Promise<void> {
  await asked(url, 'create extension if not exists pg_stat_statements')
  await asked(url, 'select pg_stat_statements_reset()')
}

/** What the claims of all nodes took inside the server, without the way there and back. */
async function claimTimes(url: string) {
  const rows = await asked(
    url,
    `select case when query like '%waiting_walk%' then 'look' else 'claim' end as what,
       mean_exec_time as mean, max_exec_time as max
     from pg_stat_statements
     where query like '%waiting_walk%' or query like '%waiting as materialized%'`,
  )
  return Object.fromEntries(
    rows.flatMap(({ what, mean, max }) => [
      [`${what}MeanMs`, rounded(Number(mean), 2)],
      [`${what}MaxMs`, rounded(Number(max), 1)],
    ]),
  )
}

/** Of the table of open deliveries, as the server counts them. */
async function deadRows(url: string): Promise<number> {
  const [row] = await asked(
    url,
    `select n_dead_tup::int as dead from pg_stat_user_tables where relname = 'open_delivery'`,
  )
  return Number(row?.['dead'])
}

function factsOf(phase: string, { claimDue, claimStreams }: Claims): Record<string, number> {
  const facts = (of: string, { count, p50Ms, p99Ms, within }: ClaimTimes) => ({
    [`${phase}${of}Claims`]: count,
    [`${phase}${of}P50WithinMs`]: p50Ms,
    [`${phase}${of}P99WithinMs`]: p99Ms,
    [`${phase}${of}Within50Ms`]: rounded(within(50), 4),
  })
  return { ...facts('Due', claimDue), ...facts('Streams', claimStreams) }
}
