/**
 * G20: everything that two nodes have delivered is sent again in bulk, while the nodes are killed.
 * Each delivery comes once more, ordered ones as new numbers at the tail in their old order (rule
 * 40), under the ids of the messages, and nothing else twice but what was in flight at a kill.
 */
import { monotonicMs } from '../support/monotonic.ts'
import {
  arrangePairs,
  type Cluster,
  inCluster,
  pairedEvent,
  postAnywhere,
} from './support/cluster.ts'
import { checkBooks, checkOrder, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import type { Ledger } from './support/ledger.ts'
import { killAndRespawn } from './support/nemesis.ts'

const forms = {
  small: { events: 80, pairs: 1, kills: 2, answerDelayMs: 4 },
  large: { events: 5_000, pairs: 10, kills: 20, answerDelayMs: 10 },
} as const satisfies Record<Form, unknown>

const stepMs = 120_000

export const bulkReplay: Experiment = {
  name: 'bulk-replay',
  sentence: 'what is sent again in bulk through kills comes once more, ordered in order (G20)',
  run: (form) =>
    inCluster(
      {
        roles: ['all', 'all'],
        ledger: { behave: () => ({ status: 200, delayMs: forms[form].answerDelayMs }) },
      },
      (made) => play(made, form),
    ),
}

async function play(made: Cluster, form: Form): Promise<Report> {
  const { events, pairs, kills } = forms[form]
  const { ledger, members } = made
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangePairs(made, { pairs })
  const accepted = await produce(made, { applicationId, events, pairs })
  const deliveries = events * 2
  await ledger.until(() => ledger.distinct >= deliveries, stepMs)
  const before = ledger.arrivals.length

  const startedAt = monotonicMs()
  const tasks = await Promise.all(
    [...endpointIds.values()].map((endpointId) => startReplay(made, applicationId, endpointId)),
  )
  // A node that dies in a step holds its task for a lease; the small form has no time for that.
  if (form === 'small') for (const task of tasks) await finished(made, task)
  let inFlightAtKills = 0
  for (let kill = 1; kill <= kills; kill++) {
    const point = before + Math.floor((kill * deliveries) / (kills + 2))
    const reached = await ledger.until(() => ledger.arrivals.length >= point, stepMs)
    violations.expect(reached, `kill ${kill} was not reached`)
    const { node } = members[kill % members.length] ?? {}
    if (node === undefined) continue
    await node.ready()
    inFlightAtKills += await killAndRespawn(node, ledger)
  }
  await Promise.all(members.map(({ node }) => node.ready()))
  for (const task of tasks) await finished(made, task)
  const twice = (): boolean =>
    [...accepted].every(([number, id]) =>
      ['ordered', 'parallel'].every((kind) => ledger.count(`/${kind}-${number % pairs}`, id) >= 2),
    )
  await ledger.until(() => ledger.arrivals.length >= before + deliveries && twice(), stepMs)
  const order = checkOrder(ledger, violations)
  checkTail(ledger, violations)
  const total = deliveries * 2
  const books = await settledBooks(made.database.url('postgres'), total)
  const checked = checkBooks({
    ...{ books, ledger, deliveries: total, times: 2, endpointIds, inFlightAtKills, violations },
  })
  return {
    name: bulkReplay.name,
    form,
    facts: {
      replayed: deliveries,
      kills,
      inFlightAtKills,
      ...checked,
      ...order,
      replaySeconds: Math.round((monotonicMs() - startedAt) / 1000),
    },
    violations: violations.list(),
  }
}

async function produce(
  made: Cluster,
  input: { readonly applicationId: string; readonly events: number; readonly pairs: number },
): Promise<ReadonlyMap<number, string>> {
  const { applicationId, events, pairs } = input
  const accepted = new Map<number, string>()
  // One producer for each ordered endpoint: events posted side by side have no order to be kept.
  const lane = async (pair: number): Promise<void> => {
    for (let number = pair; number < events; number += pairs) {
      const id = await postAnywhere({
        ...{ cluster: made, applicationId, body: pairedEvent(number, pairs) },
        idempotencyKey: `event-${number}`,
        deadlineAt: monotonicMs() + stepMs,
      })
      accepted.set(number, id)
    }
  }
  await Promise.all(Array.from({ length: pairs }, (_, pair) => lane(pair)))
  return accepted
}

async function startReplay(
  { apis: [api] }: Cluster,
  applicationId: string,
  endpointId: string,
): Promise<string> {
  if (api === undefined) throw new Error('nobody answers the API')
  const since = new Date(Date.now() - 3_600_000).toISOString()
  const path = `/api/v1/app/${applicationId}/endpoint/${endpointId}/bulk-replay`
  return (await api.must('POST', path, { since })).id
}

/** Asks any node that answers. */
async function finished({ apis }: Cluster, task: string): Promise<void> {
  const deadline = monotonicMs() + stepMs
  for (let at = 0; monotonicMs() < deadline; at++) {
    const answer = await apis[at % apis.length]?.call('GET', `/api/v1/background-task/${task}`)
    if (answer?.status === 200 && JSON.parse(answer.text).status === 'finished') return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${task} was never finished`)
}

/** The second half of each ordered endpoint's numbers carries the messages of the first, in their order. */
function checkTail(ledger: Ledger, violations: Violations): void {
  const streams = new Map<string, Map<number, string>>()
  for (const { path, headers, messageId } of ledger.arrivals) {
    if (!path.startsWith('/ordered')) continue
    const numbers = streams.get(path) ?? new Map<number, string>()
    streams.set(path, numbers.set(Number(headers['webhook-sequence']), messageId))
  }
  for (const [path, numbers] of streams) {
    const half = numbers.size / 2
    for (let number = 1; number <= half; number++) {
      const same = numbers.get(number) === numbers.get(number + half)
      violations.expect(same, `${path}: ${number + half} is not ${number} again`)
    }
  }
}
