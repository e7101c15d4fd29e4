/** G19: one event to very many endpoints, interrupted again and again while it goes out. */

import { monotonicMs } from '../support/monotonic.ts'
import { checkConservation } from './support/conservation.ts'
import { type Experiment, type Form, Violations } from './support/experiment.ts'
import { Interruptions } from './support/interruptions.ts'
import { numberedEvent, postUntilAccepted } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'

const forms = {
  small: { endpoints: 120, kills: 3 },
  large: { endpoints: 1_000, kills: 20 },
} as const satisfies Record<Form, unknown>

const stepMs = 30_000
const answerDelayMs = 25

export const fanOut: Experiment = {
  name: 'fan-out',
  sentence: 'one event reaches every endpoint through kills, none twice but those in flight (G19)',
  run: (form) =>
    inScene({ ledger: { behave: () => ({ status: 200, delayMs: answerDelayMs }) } }, (scene) =>
      play(scene, form),
    ),
}

async function play(scene: Scene, form: Form): ReturnType<Experiment['run']> {
  const { endpoints, kills } = forms[form]
  const { node, ledger, api } = scene
  const paths = Array.from({ length: endpoints }, (_, at) => `/e/${at}`)
  const { applicationId, endpointIds } = await arrange(scene, paths)
  const interruptions = new Interruptions({ ledger, applicationId, endpointIds })
  const violations = new Violations()

  const id = await postUntilAccepted({
    api,
    applicationId,
    body: numberedEvent(1),
    idempotencyKey: 'fan-out',
    deadlineAt: monotonicMs() + stepMs,
  })
  for (let kill = 1; kill <= kills; kill++) {
    const point = Math.floor((kill * endpoints) / (kills + 1))
    violations.expect(
      await ledger.until(() => ledger.distinct >= point, stepMs),
      `only ${ledger.distinct} of ${point} endpoints were reached before kill ${kill}`,
    )
    await node.kill()
    await ledger.settled()
    interruptions.note(node.databaseFile)
    node.spawn()
  }
  await node.ready()
  await ledger.until(() => ledger.distinct >= endpoints, stepMs)
  const missed = paths.filter((path) => ledger.count(path, id) === 0)
  violations.expect(missed.length === 0, `${missed.length} endpoints never got the event`)
  await node.stop()

  for (const sentence of interruptions.unexplained()) violations.add(sentence)
  const conserved = checkConservation({
    databaseFile: node.databaseFile,
    ledger,
    violations,
    endpoints,
    inFlightAtKills: interruptions.inFlightTotal,
  })
  return {
    name: fanOut.name,
    form,
    facts: {
      endpoints,
      kills: interruptions.kills,
      duplicates: interruptions.duplicates(),
      inFlightAtKills: interruptions.inFlightTotal,
      inFlightAtOneKillMost: interruptions.inFlightMost,
      ...conserved,
    },
    violations: violations.list(),
  }
}
