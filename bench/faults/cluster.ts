/**
 * G1, G13, G30: nodes of every role on one PostgreSQL under full load, while nodes are killed and
 * paused, connections are cut and PostgreSQL itself is killed. What was answered 2xx arrives, ordered
 * endpoints stay in order, and what comes twice was in flight at an interruption.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { NodeRole } from '../../src/domain/node.ts'
import { monotonicMs } from '../support/monotonic.ts'
import {
  arrangePairs,
  type Cluster,
  inCluster,
  pairedEvent,
  postAnywhere,
} from './support/cluster.ts'
import { checkBooks, checkOrder, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Report, Violations } from './support/experiment.ts'
import { type Act, Nemesis, planOf } from './support/nemesis.ts'

interface Shape {
  readonly roles: readonly NodeRole[]
  readonly events: number
  /** Event types, each wanted by one ordered and one parallel endpoint. */
  readonly pairs: number
  readonly producers: number
  readonly acts: Readonly<Record<Act, number>>
  readonly everyMs: number
  /** The receiver takes up to this long to answer. */
  readonly answerMaxMs: number
  readonly failedShare: number
}

const fourNodes: readonly NodeRole[] = ['all', 'all', 'worker', 'worker', 'api']
/** As RELIABILITY G1 asks for them; each cut takes half of all connections. */
const manyActs = {
  killNode: 150,
  killApi: 25,
  pauseNode: 20,
  blockNode: 10,
  cutConnections: 27,
  killDatabase: 10,
}
const usual = { roles: fourNodes, pairs: 20, producers: 48, answerMaxMs: 10, failedShare: 0.05 }

const shapes = {
  small: {
    ...usual,
    roles: ['all', 'all', 'worker'],
    events: 200,
    pairs: 1,
    producers: 8,
    acts: {
      killNode: 3,
      killApi: 0,
      pauseNode: 1,
      blockNode: 1,
      cutConnections: 2,
      killDatabase: 1,
    },
    everyMs: 300,
  },
  medium: {
    ...usual,
    events: 5_000,
    acts: {
      killNode: 30,
      killApi: 5,
      pauseNode: 4,
      blockNode: 3,
      cutConnections: 6,
      killDatabase: 3,
    },
    everyMs: 1_000,
  },
  large: { ...usual, events: 20_000, acts: manyActs, everyMs: 1_000 },
  full: { ...usual, events: 100_000, acts: manyActs, everyMs: 3_500 },
  zombies: {
    ...usual,
    roles: ['all', 'all', 'worker', 'worker'],
    events: 6_000,
    acts: {
      killNode: 0,
      killApi: 0,
      pauseNode: 80,
      blockNode: 20,
      cutConnections: 0,
      killDatabase: 0,
    },
    everyMs: 1_200,
    answerMaxMs: 50,
  },
} as const satisfies Record<string, Shape>

const loadLimitMs = 1_500_000
const drainMs = 120_000

export const cluster: Experiment = {
  name: 'cluster',
  sentence:
    'nodes on PostgreSQL lose nothing and keep order while nodes, connections and the database die (G1, G13, G30)',
  run: (form) => run('cluster', form),
}
export const clusterMedium: Experiment = {
  name: 'cluster-medium',
  sentence: 'the same with 5,000 events',
  largeOnly: true,
  run: () => run('cluster-medium', 'medium'),
}
export const clusterFull: Experiment = {
  name: 'cluster-full',
  sentence: 'the same with 100,000 events',
  largeOnly: true,
  run: () => run('cluster-full', 'full'),
}
export const zombies: Experiment = {
  name: 'zombies',
  sentence: 'a node stopped for longer than its lease breaks no order when it goes on (G13)',
  largeOnly: true,
  run: () => run('zombies', 'zombies'),
}

let seed = 42
function chance(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
  return seed / 2 ** 32
}

function run(name: string, form: keyof typeof shapes): Promise<Report> {
  const shape: Shape = shapes[form]
  return inCluster(
    {
      roles: shape.roles,
      // Some answers are failures, so that heads wait for retries under the kills.
      ledger: {
        behave: (path, count) => ({
          status:
            path.startsWith('/ordered') && count === 1 && chance() < shape.failedShare ? 500 : 200,
          delayMs: Math.floor(chance() * shape.answerMaxMs),
        }),
      },
    },
    (made) => play({ made, shape, name, form: form === 'small' ? 'small' : 'large' }),
  )
}

async function play(input: {
  readonly made: Cluster
  readonly shape: Shape
  readonly name: string
  readonly form: Report['form']
}): Promise<Report> {
  const { made, shape } = input
  const { events, pairs, producers } = shape
  const { ledger } = made
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangePairs(made, { pairs })
  const plan = planOf(shape.acts)
  const nemesis = new Nemesis(made, plan, shape.everyMs)
  nemesis.start()
  const deadlineAt = monotonicMs() + loadLimitMs
  const accepted = new Map<number, string>()
  let next = 0
  const produce = async (): Promise<void> => {
    while (next < events) {
      const number = next++
      // The load lasts as long as the nemesis does.
      while (nemesis.steps < Math.floor((number * plan.length) / events)) await wait(5)
      const body = pairedEvent(number, pairs)
      const idempotencyKey = `event-${number}`
      const id = await postAnywhere({
        cluster: made,
        applicationId,
        body,
        idempotencyKey,
        deadlineAt,
      })
      accepted.set(number, id)
    }
  }
  const startedAt = monotonicMs()
  await Promise.all(Array.from({ length: producers }, produce))
  await nemesis.stop()
  const healedAt = monotonicMs()
  await ledger.until(() => ledger.distinct >= events * 2, drainMs)
  const drainedMs = Math.round(monotonicMs() - healedAt)

  violations.expect(new Set(accepted.values()).size === events, 'two keys share a message')
  for (const [number, id] of accepted) {
    for (const kind of ['ordered', 'parallel']) {
      const path = `/${kind}-${number % pairs}`
      violations.expect(ledger.count(path, id) > 0, `${id} never came to ${path}`)
    }
  }
  const order = checkOrder(ledger, violations)
  const books = await settledBooks(made.database.url('postgres'), events * 2)
  const { inFlightAtKills } = nemesis.counts
  const deliveries = events * 2
  const checked = checkBooks({
    books,
    ledger,
    deliveries,
    endpointIds,
    inFlightAtKills,
    violations,
  })
  return {
    name: input.name,
    form: input.form,
    facts: {
      events,
      endpoints: endpointIds.size,
      nodes: made.members.length,
      ...nemesis.counts,
      ...checked,
      ...order,
      loadSeconds: Math.round((healedAt - startedAt) / 1000),
      drainedMs,
    },
    violations: violations.list(),
  }
}
