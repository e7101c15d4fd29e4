/** G2: kill -9 of the whole process, again and again, under load. Nothing acknowledged is lost. */
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../support/monotonic.ts'
import { spreadOf } from '../support/statistics.ts'
import { checkConservation } from './support/conservation.ts'
import { type Experiment, type Form, Violations } from './support/experiment.ts'
import { Interruptions } from './support/interruptions.ts'
import { numberedEvent, postUntilAccepted } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'

const forms = {
  small: { events: 180, kills: 3, producers: 12, limitMs: 30_000 },
  large: { events: 10_000, kills: 200, producers: 32, limitMs: 1_200_000 },
} as const satisfies Record<Form, unknown>

const paths = ['/a', '/b']
const drainMs = 20_000
/** The receiver takes up to this long, so that a kill finds requests in flight. */
const answerDelayMaxMs = 20
const firstDeliveryMaxMs = 2_000

export const killRestart: Experiment = {
  name: 'kill-restart',
  sentence: 'kill -9 of the whole process under load loses nothing that was answered 2xx (G2)',
  run: (form) =>
    inScene(
      {
        ledger: {
          behave: (_, count) => ({ status: 200, delayMs: (count * 7) % answerDelayMaxMs }),
        },
      },
      (scene) => play(scene, form),
    ),
}

async function play(scene: Scene, form: Form): ReturnType<Experiment['run']> {
  const { events, kills, producers, limitMs } = forms[form]
  const { node, ledger, api } = scene
  const { applicationId, endpointIds } = await arrange(scene, paths)
  const interruptions = new Interruptions({ ledger, applicationId, endpointIds })
  const violations = new Violations()
  const accepted: string[] = []
  const deadlineAt = monotonicMs() + limitMs

  let next = 0
  const produce = async (): Promise<void> => {
    while (next < events) {
      const number = next++
      // The load lasts as long as the kills do: event n waits for kill n * kills / events.
      while (interruptions.kills < Math.floor((number * kills) / events)) await wait(2)
      const body = numberedEvent(number)
      const idempotencyKey = `event-${number}`
      accepted.push(
        await postUntilAccepted({ api, applicationId, body, idempotencyKey, deadlineAt }),
      )
    }
  }
  const producing = Promise.all(Array.from({ length: producers }, produce))

  const restartMs: number[] = []
  while (interruptions.kills < kills && monotonicMs() < deadlineAt) {
    const due = Math.floor(((interruptions.kills + 0.5) * events) / kills)
    while (accepted.length < due && monotonicMs() < deadlineAt) await wait(1)
    await node.kill()
    await ledger.settled()
    interruptions.note(node.databaseFile)
    const arrivedBefore = ledger.arrivals.length
    const startedAt = monotonicMs()
    node.spawn()
    await ledger.until(() => ledger.arrivals.length > arrivedBefore, drainMs)
    restartMs.push((ledger.arrivals[arrivedBefore]?.at ?? Number.POSITIVE_INFINITY) - startedAt)
  }
  await producing
  const delivered = (): boolean =>
    paths.every((path) => accepted.every((id) => ledger.count(path, id) > 0))
  await ledger.until(() => ledger.distinct >= events * paths.length, drainMs)
  violations.expect(delivered(), 'an event that was answered 2xx never came')
  await node.stop()

  for (const sentence of interruptions.unexplained()) violations.add(sentence)
  violations.expect(new Set(accepted).size === events, 'two keys share a message')
  const restart = spreadOf(restartMs)
  if (form === 'large') {
    violations.expect(
      restart.max <= firstDeliveryMaxMs,
      `the slowest restart took ${Math.round(restart.max)} ms to its first delivery`,
    )
  }
  const conserved = checkConservation({
    databaseFile: node.databaseFile,
    ledger,
    violations,
    endpoints: paths.length,
    inFlightAtKills: interruptions.inFlightTotal,
  })
  return {
    name: killRestart.name,
    form,
    facts: {
      events: accepted.length,
      kills: interruptions.kills,
      duplicates: interruptions.duplicates(),
      inFlightAtKills: interruptions.inFlightTotal,
      inFlightAtOneKillMost: interruptions.inFlightMost,
      restartToFirstDeliveryMedianMs: Math.round(restart.median),
      restartToFirstDeliveryMaxMs: Math.round(restart.max),
      ...conserved,
    },
    violations: violations.list(),
  }
}
