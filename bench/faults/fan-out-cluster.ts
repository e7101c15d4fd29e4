/** G19 on PostgreSQL: one event to very many endpoints, while the nodes that send it are killed. */
import { monotonicMs } from '../support/monotonic.ts'
import { type Cluster, inCluster, postAnywhere } from './support/cluster.ts'
import { checkBooks, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { killAndRespawn } from './support/nemesis.ts'
import { numberedEvent } from './support/persistent-producer.ts'

const forms = {
  // Few endpoints are sent to at once: slow answers keep them in flight until the kill.
  small: { endpoints: 60, kills: 2, answerDelayMs: 200 },
  large: { endpoints: 1_000, kills: 20, answerDelayMs: 25 },
} as const satisfies Record<Form, unknown>

const stepMs = 60_000
const lanes = 8

export const fanOutCluster: Experiment = {
  name: 'fan-out-cluster',
  sentence: 'one event reaches every endpoint from two nodes through kills (G19)',
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
  const { endpoints, kills } = forms[form]
  const { ledger, members } = made
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangeMany(made, endpoints)
  await postAnywhere({
    ...{ cluster: made, applicationId, body: numberedEvent(1), idempotencyKey: 'fan-out' },
    deadlineAt: monotonicMs() + stepMs,
  })
  let inFlightAtKills = 0
  for (let kill = 1; kill <= kills; kill++) {
    const point = Math.floor((kill * endpoints) / (kills + 1))
    const reached = await ledger.until(() => ledger.distinct >= point, stepMs)
    violations.expect(reached, `only ${ledger.distinct} endpoints were reached before kill ${kill}`)
    const { node } = members[kill % members.length] ?? {}
    if (node !== undefined) inFlightAtKills += await killAndRespawn(node, ledger)
  }
  await Promise.all(members.map(({ node }) => node.ready()))
  await ledger.until(() => ledger.distinct >= endpoints, stepMs)
  const books = await settledBooks(made.database.url('postgres'), endpoints)
  const checked = checkBooks({
    ...{ books, ledger, deliveries: endpoints, endpointIds, inFlightAtKills, violations },
  })
  violations.expect(ledger.distinct === endpoints, `${ledger.distinct} endpoints were reached`)
  return {
    name: fanOutCluster.name,
    form,
    facts: { endpoints, kills, inFlightAtKills, ...checked },
    violations: violations.list(),
  }
}

async function arrangeMany({ apis: [api], origin }: Cluster, endpoints: number) {
  if (api === undefined) throw new Error('nobody answers the API')
  const applicationId = await api.createApplication('fan out')
  const endpointIds = new Map<string, string>()
  const lane = async (from: number): Promise<void> => {
    for (let at = from; at < endpoints; at += lanes) {
      const path = `/e/${at}`
      endpointIds.set(path, await api.createEndpoint(applicationId, origin + path))
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, from) => lane(from)))
  return { applicationId, endpointIds }
}
