/**
 * G1, G11, G13: three nodes on one PostgreSQL under full load, while nodes are killed and paused,
 * connections are cut and PostgreSQL itself is killed. What was answered 2xx arrives, ordered
 * endpoints stay in order, and what comes twice was in flight at an interruption.
 */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { monotonicMs } from '../support/monotonic.ts'
import { type Cluster, inCluster, Nemesis, postAnywhere } from './support/cluster.ts'
import { type Experiment, type Form, Violations } from './support/experiment.ts'
import type { Ledger } from './support/ledger.ts'
import { numberedEvent } from './support/persistent-producer.ts'

const forms = {
  small: { events: 200, ordered: 1, parallel: 1, producers: 8, minSteps: 7, everyMs: 300 },
  large: { events: 20_000, ordered: 4, parallel: 4, producers: 48, minSteps: 200, everyMs: 400 },
} as const satisfies Record<Form, unknown>

const plan = [
  'pauseNode',
  'killNode',
  'cutConnections',
  'killNode',
  'killDatabase',
  'killNode',
  'cutConnections',
] as const
const limitMs = 900_000
const drainMs = 120_000

export const cluster: Experiment = {
  name: 'cluster',
  sentence:
    'three nodes on PostgreSQL lose nothing and keep order while nodes, connections and the database die (G1, G13)',
  run: (form) =>
    inCluster(
      {
        nodes: 3,
        // One answer in twenty is a failure, so that heads wait for retries under the kills.
        ledger: {
          behave: (path, count) => ({
            status: path.startsWith('/ordered') && count === 1 && chance() < 0.05 ? 500 : 200,
            delayMs: Math.floor(chance() * 10),
          }),
        },
      },
      (made) => play(made, form),
    ),
}

let seed = 42
function chance(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
  return seed / 2 ** 32
}

async function play(made: Cluster, form: Form): ReturnType<Experiment['run']> {
  const { events, producers, minSteps, everyMs } = forms[form]
  const { ledger } = made
  const violations = new Violations()
  const { applicationId, paths } = await arrange(made, form)
  const nemesis = new Nemesis(made, plan, everyMs)
  nemesis.start()
  const deadlineAt = monotonicMs() + limitMs
  const accepted: string[] = []
  let next = 0
  const produce = async (): Promise<void> => {
    while (next < events) {
      const number = next++
      // The load lasts as long as the nemesis does.
      while (nemesis.steps < Math.floor((number * minSteps) / events)) await wait(5)
      accepted.push(
        await postAnywhere({
          cluster: made,
          applicationId,
          body: numberedEvent(number),
          idempotencyKey: `event-${number}`,
          deadlineAt,
        }),
      )
    }
  }
  const startedAt = monotonicMs()
  await Promise.all(Array.from({ length: producers }, produce))
  await nemesis.stop()
  const healedAt = monotonicMs()
  await ledger.until(() => ledger.distinct >= events * paths.length, drainMs)
  const drainedMs = Math.round(monotonicMs() - healedAt)

  violations.expect(new Set(accepted).size === events, 'two keys share a message')
  for (const id of accepted) {
    for (const path of paths) {
      violations.expect(ledger.count(path, id) > 0, `${id} never came to ${path}`)
    }
  }
  const order = checkOrder(ledger, violations)
  const duplicates = repeatsAfterSuccess(ledger)
  violations.expect(
    duplicates <= nemesis.counts.inFlight,
    `${duplicates} repeats, ${nemesis.counts.inFlight} in flight at interruptions`,
  )
  violations.expect(ledger.wrongSignatures === 0, `${ledger.wrongSignatures} wrong signatures`)
  const books = await settledBooks(made, events * paths.length)
  violations.expect(books.open === 0, `${books.open} deliveries are still open`)
  violations.expect(
    books.final === events * paths.length,
    `${events} x ${paths.length} deliveries, but ${books.final} are final`,
  )
  return {
    name: cluster.name,
    form,
    facts: {
      events,
      endpoints: paths.length,
      deliveries: books.final,
      requests: ledger.arrivals.length,
      attempts: books.attempts,
      ...nemesis.counts,
      repeats: duplicates,
      ...order,
      loadMs: Math.round(healedAt - startedAt),
      drainedMs,
    },
    violations: violations.list(),
  }
}

async function arrange(made: Cluster, form: Form) {
  const [api] = made.apis
  if (api === undefined) throw new Error('a cluster has nodes')
  const applicationId = await api.createApplication('cluster experiment')
  const names = (kind: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `/${kind}-${index}`)
  const ordered = names('ordered', forms[form].ordered)
  const parallel = names('parallel', forms[form].parallel)
  for (const path of ordered) {
    await api.createEndpoint(applicationId, made.origin + path, { policy: { ordering: 'fifo' } })
  }
  for (const path of parallel) await api.createEndpoint(applicationId, made.origin + path)
  return { applicationId, paths: [...ordered, ...parallel] }
}

/**
 * Order as the receiver sees it. Overtake: a number arrives while a lower one was never answered
 * 2xx. Stale: a lower number arrives after a higher one.
 */
function checkOrder(
  ledger: Ledger,
  violations: Violations,
): { readonly overtakes: number; readonly stale: number } {
  const streams = new Map<string, { done: Set<number>; highest: number; low: number }>()
  let overtakes = 0
  let stale = 0
  for (const arrival of ledger.arrivals) {
    if (!arrival.path.startsWith('/ordered')) continue
    const sequence = Number(arrival.headers['webhook-sequence'])
    const stream = streams.get(arrival.path) ?? { done: new Set(), highest: 0, low: 1 }
    streams.set(arrival.path, stream)
    if (sequence < stream.highest) stale += 1
    while (stream.done.has(stream.low)) stream.done.delete(stream.low++)
    if (sequence > stream.low) overtakes += 1
    stream.highest = Math.max(stream.highest, sequence)
    if (arrival.status === 200) stream.done.add(sequence)
  }
  violations.expect(overtakes === 0, `${overtakes} overtakes`)
  violations.expect(stale === 0, `${stale} stale arrivals`)
  return { overtakes, stale }
}

/** Requests that came although the same delivery had been answered 2xx before. */
function repeatsAfterSuccess(ledger: Ledger): number {
  const succeeded = new Set<string>()
  let repeats = 0
  for (const arrival of ledger.arrivals) {
    const name = `${arrival.path} ${arrival.messageId}`
    if (succeeded.has(name)) repeats += 1
    if (arrival.status === 200) succeeded.add(name)
  }
  return repeats
}

/** Waits until the database agrees that everything is final, for as long as that is plausible. */
async function settledBooks(
  made: Cluster,
  expected: number,
): Promise<{ readonly open: number; readonly final: number; readonly attempts: number }> {
  const client = new pg.Client({ connectionString: made.database.url('postgres') })
  await client.connect()
  const deadline = monotonicMs() + 20_000
  try {
    for (;;) {
      const answer = await client.query(
        `select (select count(*) from open_delivery)::int as open,
                (select count(*) from delivery)::int as final,
                (select count(*) from attempt)::int as attempts`,
      )
      const books = answer.rows[0]
      if ((books.open === 0 && books.final >= expected) || monotonicMs() > deadline) return books
      await wait(100)
    }
  } finally {
    await client.end()
  }
}
