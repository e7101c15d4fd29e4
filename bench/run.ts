/**
 * `npm run bench`: measures the real server over real sockets and ends with one JSON line.
 *
 *   npm run bench                         every embedded scenario, about ten minutes
 *   npm run bench -- --peers              the rivals too, in the same run
 *   npm run bench -- --postgres           throughput, latency and growth on PostgreSQL too
 *   npm run bench -- --only=single,bare   named scenarios
 *   npm run bench -- --events=20000 --runs=1 …   smaller
 */
import { parseArgs } from 'node:util'
import { runBare } from './scenarios/bare.ts'
import { runDeadBacklog, runManyEndpoints, runStoredAttempts } from './scenarios/growth.ts'
import { runIdle } from './scenarios/idle.ts'
import { runLatency } from './scenarios/latency.ts'
import { runNoisyNeighbour } from './scenarios/noisy.ts'
import { rivalNames, runRival } from './scenarios/peers.ts'
import { runThroughput, type ThroughputRun } from './scenarios/throughput.ts'
import { describeMachine, loadNow } from './support/machine.ts'
import { rounded, type Spread, spreadOf } from './support/statistics.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    peers: { type: 'boolean', default: false },
    postgres: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
    events: { type: 'string', default: '60000' },
    payload: { type: 'string', default: '1024' },
    connections: { type: 'string', default: '64' },
    attempts: { type: 'string', default: '300000' },
    endpoints: { type: 'string', default: '10000' },
    backlog: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '15' },
    'cpu-prof': { type: 'string' },
  },
})

const runs = Number(values.runs)
const events = Number(values.events)
const payloadBytes = Number(values.payload)
const seconds = Number(values.seconds)
const wanted = new Set(values.only.split(',').filter((name) => name !== ''))
const results: Record<string, unknown> = { machine: describeMachine(), loadBefore: loadNow() }
let bareMedian = Number.NaN

/** Runs one scenario unless others were asked for; a failure is told and does not end the rest. */
async function scenario(name: string, run: () => Promise<unknown>): Promise<void> {
  if (wanted.size > 0 && !wanted.has(name)) return
  process.stderr.write(`\n${name} (load ${loadNow()})\n`)
  try {
    const result = await run()
    results[name] = result
    process.stderr.write(`  ${JSON.stringify(result)}\n`)
  } catch (error) {
    results[name] = { failed: error instanceof Error ? error.message : String(error) }
    process.stderr.write(`  failed: ${error instanceof Error ? error.stack : error}\n`)
  }
}

interface Row {
  readonly perSecond: Spread
  /** Median ÷ median of the bare loop of this run; null when that was not measured. */
  readonly share: number | null
  readonly cpuUs: Readonly<Record<string, number>>
}

function row(rates: readonly number[], cpu: Readonly<Record<string, readonly number[]>>): Row {
  const spread = spreadOf(rates)
  const share = spread.median / bareMedian
  return {
    perSecond: {
      median: Math.round(spread.median),
      min: Math.round(spread.min),
      max: Math.round(spread.max),
    },
    share: Number.isNaN(share) ? null : rounded(share, 3),
    cpuUs: Object.fromEntries(
      Object.entries(cpu).map(([name, each]) => [name, rounded(spreadOf(each).median, 1)]),
    ),
  }
}

function throughputRow(measured: readonly ThroughputRun[] | null): unknown {
  if (measured === null) return 'not measured: the server has no batch path'
  return {
    ...row(
      measured.map((run) => run.perSecond),
      {
        server: measured.map((run) => run.serverCpuUs),
        'server main': measured.map((run) => run.serverThreadsCpuUs.main),
        'server store': measured.map((run) => run.serverThreadsCpuUs.store),
        'server helpers': measured.map((run) => run.serverThreadsCpuUs.helpers),
        producer: measured.map((run) => run.producerCpuUs),
        receiver: measured.map((run) => run.receiverCpuUs),
        database: measured.map((run) => run.databaseCpuUs),
      },
    ),
    acceptedPerSecond: Math.round(spreadOf(measured.map((run) => run.acceptedPerSecond)).median),
    duplicates: measured.reduce((sum, run) => sum + run.duplicates, 0),
    signaturesVerified: measured.reduce((sum, run) => sum + run.verified, 0),
    residentMb: Math.round(Math.max(...measured.map((run) => run.residentMb))),
  }
}

const execArgv =
  values['cpu-prof'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`]
const base = { runs, payloadBytes, execArgv, connections: Number(values.connections) }
let sustained = 4_000

await scenario('bare', async () => {
  const measured = await runBare({ count: events * 2, payloadBytes, runs })
  const reference = row(
    measured.map((run) => run.perSecond),
    {
      sender: measured.map((run) => run.cpuUs),
      receiver: measured.map((run) => run.receiverCpuUs),
    },
  )
  bareMedian = reference.perSecond.median
  return { ...reference, share: 1 }
})
await scenario('single', async () => {
  const measured = await runThroughput({ ...base, events, eventsPerRequest: 1 })
  sustained = spreadOf((measured ?? []).map((run) => run.perSecond)).median
  return throughputRow(measured)
})
await scenario('batch', async () =>
  throughputRow(await runThroughput({ ...base, events, eventsPerRequest: 50 })),
)
await scenario('latency', () =>
  runLatency({ perSecond: Math.round(sustained / 2), seconds, runs, payloadBytes }),
)
if (values.postgres) {
  const database = 'postgres'
  let rate = sustained
  await scenario('postgres/single', async () => {
    const measured = await runThroughput({ ...base, database, events, eventsPerRequest: 1 })
    rate = spreadOf((measured ?? []).map((run) => run.perSecond)).median
    return throughputRow(measured)
  })
  await scenario('postgres/batch', async () =>
    throughputRow(await runThroughput({ ...base, database, events, eventsPerRequest: 50 })),
  )
  await scenario('postgres/two', async () =>
    throughputRow(
      await runThroughput({ ...base, database, nodes: 2, events, eventsPerRequest: 1 }),
    ),
  )
  await scenario('postgres/latency', () =>
    runLatency({ perSecond: Math.round(rate / 2), seconds, runs, payloadBytes, database }),
  )
  const growing = { events, runs, payloadBytes, database } as const
  await scenario('postgres/growth', () =>
    runStoredAttempts({ size: Number(values.attempts), ...growing }),
  )
  await scenario('postgres/endpoints', () =>
    runManyEndpoints({ size: Number(values.endpoints), ...growing }),
  )
  await scenario('postgres/backlog', () =>
    runDeadBacklog({ size: Number(values.backlog), ...growing }),
  )
}
await scenario('growth', () =>
  runStoredAttempts({ size: Number(values.attempts), events, runs, payloadBytes }),
)
await scenario('endpoints', () =>
  runManyEndpoints({ size: Number(values.endpoints), events, runs, payloadBytes }),
)
await scenario('backlog', () =>
  runDeadBacklog({ size: Number(values.backlog), events, runs, payloadBytes }),
)
const quiet = { quietPerSecond: 200, seconds, runs, payloadBytes }
await scenario('noisy', () => runNoisyNeighbour({ ...quiet, noisyPerSecond: null }))
await scenario('noisy/flood', () => runNoisyNeighbour({ ...quiet, noisyPerSecond: 100 }))
await scenario('idle', () => runIdle({ seconds: Math.max(seconds, 20) }))
if (values.peers) {
  for (const rival of rivalNames) {
    for (const client of ['undici', 'fetch'] as const) {
      await scenario(`${rival}/${client}`, async () => {
        const measured = await runRival(rival, client, {
          events: client === 'fetch' ? Math.min(events, 20_000) : events,
          runs,
          payloadBytes,
        })
        return row(
          measured.map((run) => run.perSecond),
          {
            producer: measured.map((run) => run.producerCpuUs),
            worker: measured.map((run) => run.workerCpuUs),
            database: measured.map((run) => run.databaseCpuUs),
          },
        )
      })
    }
  }
}
results['loadAfter'] = loadNow()
process.stdout.write(`${JSON.stringify(results)}\n`)
