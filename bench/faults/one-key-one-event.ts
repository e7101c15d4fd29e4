/** G15: many concurrent posts of one idempotency key, through kills, make one event. */
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../support/monotonic.ts'
import { checkConservation } from './support/conservation.ts'
import { type Experiment, type Form, Violations } from './support/experiment.ts'
import { Interruptions } from './support/interruptions.ts'
import { numberedEvent, postUntilAccepted } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'

const forms = {
  small: { keys: 12, posts: 10, kills: 2, limitMs: 30_000 },
  large: { keys: 200, posts: 50, kills: 15, limitMs: 240_000 },
} as const satisfies Record<Form, unknown>

/** Between kills of the large form; the small one kills by progress. */
const killEveryMs = 2_000
const drainMs = 20_000
const path = '/once'

export const oneKeyOneEvent: Experiment = {
  name: 'one-key-one-event',
  sentence: 'concurrent posts of one idempotency key make one event, whatever is killed (G15)',
  run: (form) => inScene({ connections: 200 }, (scene) => play(scene, form)),
}

async function play(scene: Scene, form: Form): ReturnType<Experiment['run']> {
  const { keys, posts, kills, limitMs } = forms[form]
  const { node, ledger, api } = scene
  const { applicationId, endpointIds } = await arrange(scene, [path])
  const interruptions = new Interruptions({ ledger, applicationId, endpointIds })
  const violations = new Violations()
  const deadlineAt = monotonicMs() + limitMs
  const idsByKey = new Map<string, Set<string>>()
  let answered = 0

  const postKey = async (number: number): Promise<void> => {
    const idempotencyKey = `key-${number}`
    const ids = new Set<string>()
    idsByKey.set(idempotencyKey, ids)
    // The keys are spread over the kills: key n begins after kill n * kills / keys.
    while (interruptions.kills < Math.floor((number * kills) / keys)) await wait(2)
    const body = numberedEvent(number)
    const one = async (): Promise<void> => {
      ids.add(await postUntilAccepted({ api, applicationId, body, idempotencyKey, deadlineAt }))
      answered += 1
    }
    await Promise.all(Array.from({ length: posts }, one))
  }
  const posting = Promise.all(Array.from({ length: keys }, (_, number) => postKey(number)))

  for (let kill = 0; kill < kills && monotonicMs() < deadlineAt; kill++) {
    const due = Math.floor(((kill + 0.5) * keys * posts) / kills)
    const pause = form === 'large' ? killEveryMs / 2 : 0
    await wait(pause)
    while (answered < due && monotonicMs() < deadlineAt) await wait(1)
    await wait(pause)
    await node.kill()
    await ledger.settled()
    interruptions.note(node.databaseFile)
    node.spawn()
  }
  await posting
  await ledger.until(() => ledger.distinct >= keys, drainMs)
  await node.stop()

  for (const [name, ids] of idsByKey) {
    violations.expect(ids.size === 1, `${name} was answered with ${ids.size} ids`)
    for (const id of ids) violations.expect(ledger.count(path, id) > 0, `${id} never came`)
  }
  violations.expect(ledger.distinct === keys, `${ledger.distinct} events came for ${keys} keys`)
  for (const sentence of interruptions.unexplained()) violations.add(sentence)
  const conserved = checkConservation({
    databaseFile: node.databaseFile,
    ledger,
    violations,
    endpoints: 1,
    inFlightAtKills: interruptions.inFlightTotal,
  })
  violations.expect(conserved['messages'] === keys, `${conserved['messages']} messages stored`)
  return {
    name: oneKeyOneEvent.name,
    form,
    facts: {
      keys,
      posts: answered,
      kills: interruptions.kills,
      duplicates: interruptions.duplicates(),
      inFlightAtKills: interruptions.inFlightTotal,
      ...conserved,
    },
    violations: violations.list(),
  }
}
