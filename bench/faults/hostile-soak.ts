/**
 * Hostile receivers and good ones together for five minutes: memory stays where it is after the
 * first, and the good ones' time within its promise.
 */
import { residentBytesOf } from '../support/machine.ts'
import { rounded } from '../support/statistics.ts'
import { feed, noisyApplication, quietLatencies } from './neighbours.ts'
import { abuses, startAbuser } from './support/abuse.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'

const perSecond = 20
const forms = {
  small: { warmSeconds: 1, seconds: 2, growthMaxMb: 256, p99MaxMs: 2_000 },
  large: { warmSeconds: 60, seconds: 240, growthMaxMb: 16, p99MaxMs: 250 },
} as const satisfies Record<Form, unknown>

export const hostileSoak: Experiment = {
  name: 'hostile-soak',
  sentence: 'hostile receivers and good ones for minutes: flat memory, and good ones in time',
  run: (form) => {
    const environment = { POSTHORN_ATTEMPT_TIMEOUT_MS: '5000' }
    return inScene({ node: { environment } }, (scene) => play(scene, form))
  },
}

async function play(scene: Scene, form: Form): Promise<Report> {
  const { warmSeconds, seconds, growthMaxMb, p99MaxMs } = forms[form]
  const { node } = scene
  const violations = new Violations()
  const abuser = await startAbuser()
  const stop = new AbortController()
  try {
    const { applicationId } = await arrange(scene, ['/quiet'])
    const hostile = await noisyApplication(
      scene,
      abuses.map(({ name }) => `${abuser.origin}/${name}`),
    )
    const feeding = feed(scene, hostile, { perSecond: 10, stopped: stop.signal })
    await quietLatencies(scene, applicationId, { seconds: warmSeconds, perSecond })
    const before = residentBytesOf(node.pid)
    const { p50Ms, p99Ms } = await quietLatencies(scene, applicationId, { seconds, perSecond })
    const grownMb = (residentBytesOf(node.pid) - before) / 2 ** 20
    stop.abort()
    await feeding
    violations.expect(node.running, 'the server died')
    violations.expect(p99Ms <= p99MaxMs, `p99 of the good ones ${p99Ms} ms`)
    violations.expect(grownMb <= growthMaxMb, `memory grew by ${grownMb} MB`)
    return {
      name: hostileSoak.name,
      form,
      facts: {
        kinds: abuses.length,
        hostileRequests: abuser.requests(),
        p50Ms: rounded(p50Ms, 1),
        p99Ms: rounded(p99Ms, 1),
        grownMb: rounded(grownMb, 1),
      },
      violations: violations.list(),
    }
  } finally {
    stop.abort()
    await abuser.close()
  }
}
