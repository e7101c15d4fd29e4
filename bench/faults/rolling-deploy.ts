/**
 * G17: every node is stopped with SIGTERM and started again, one after the other, under load, as a
 * deployment does it: nothing lost, nothing twice, and no producer is refused.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../support/monotonic.ts'
import { arrangePairs, type Cluster, inCluster } from './support/cluster.ts'
import { checkBooks, checkOrder, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Report, Violations } from './support/experiment.ts'
import { is2xx, SteadyLoad } from './support/steady-load.ts'

const rounds = 3
const pairs = 5
const perSecond = 200
const steadyMs = 3_000
/** How long a load balancer goes on sending to a node that it was told to leave out. */
const drainMs = 1_000
const deliveredMs = 60_000

export const rollingDeploy: Experiment = {
  name: 'rolling-deploy',
  sentence: 'nodes are replaced one by one under load: none lost, none twice, none refused (G17)',
  largeOnly: true,
  run: () =>
    inCluster(
      {
        roles: ['api', 'api', 'worker', 'worker', 'worker', 'worker'],
        ledger: {},
        // Longer than a deployment keeps a node waiting: a lease that ends is not what is tried here.
        environment: { POSTHORN_LEASE_MS: '30000', POSTHORN_ATTEMPT_TIMEOUT_MS: '5000' },
      },
      play,
    ),
}

async function play(made: Cluster): Promise<Report> {
  const { ledger, members } = made
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangePairs(made, { pairs })
  // What a load balancer does: a node that is about to stop gets no new requests.
  const apis = [...made.apis]
  const load = new SteadyLoad({ apis, applicationId, pairs, perSecond })
  load.start()
  await wait(steadyMs)
  let stops = 0
  for (let round = 0; round < rounds; round++) {
    for (const [at, { node, role }] of members.entries()) {
      const api = role === 'worker' ? undefined : made.apis[at]
      if (api !== undefined) {
        apis.splice(apis.indexOf(api), 1)
        await wait(drainMs)
      }
      const code = await node.stop()
      stops += 1
      violations.expect(code === 0, `a node ended with ${code}`)
      await node.start()
      if (api !== undefined) apis.push(api)
    }
  }
  await wait(steadyMs)
  await load.stop()
  const endedAt = monotonicMs()
  const deliveries = load.accepted.size * 2
  await ledger.until(() => ledger.distinct >= deliveries, deliveredMs)
  const refused = load.count(0, Number.POSITIVE_INFINITY, (status) => !is2xx(status))
  violations.expect(refused === 0, `${refused} requests of producers were refused`)
  const repeats = ledger.arrivals.length - ledger.distinct
  violations.expect(repeats === 0, `${repeats} deliveries came twice`)
  const order = checkOrder(ledger, violations)
  const books = await settledBooks(made.database.url('postgres'), deliveries, ledger)
  const inFlightAtKills = 0
  const checked = checkBooks({
    ...{ books, ledger, deliveries, endpointIds, inFlightAtKills, violations },
  })
  return {
    name: rollingDeploy.name,
    form: 'large',
    facts: {
      rounds,
      stops,
      accepted: load.accepted.size,
      refused,
      drainedMs: Math.round(monotonicMs() - endedAt),
      ...checked,
      ...order,
    },
    violations: violations.list(),
  }
}
