/** G7: receivers of every bad kind at once; attempts end in time and healthy endpoints notice nothing. */
import { setTimeout as wait } from 'node:timers/promises'
import { residentBytesOf } from '../support/machine.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { latenciesOf } from '../support/statistics.ts'
import { abuses, startAbuser } from './support/abuse.ts'
import { Books } from './support/books.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { numberedEvent } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'

const forms = {
  small: { eventsEach: 2, healthyEvents: 50 },
  large: { eventsEach: 25, healthyEvents: 2_000 },
} as const satisfies Record<Form, unknown>

const attemptTimeoutMs = 1_000
const graceMs = 500
const growthMaxBytes = 64 * 2 ** 20
const drainMs = 60_000
const path = '/healthy'

export const abusiveReceivers: Experiment = {
  name: 'abusive-receivers',
  sentence: 'misbehaving receivers cost their own attempts only (G7)',
  run: (form) =>
    inScene(
      {
        node: {
          environment: {
            POSTHORN_ATTEMPT_TIMEOUT_MS: String(attemptTimeoutMs),
            // One attempt is what is judged here; the next is beyond the experiment.
            POSTHORN_RETRY_SCHEDULE_MS: '3600000',
          },
        },
      },
      (scene) => play(scene, form),
    ),
}

async function play(scene: Scene, form: Form): Promise<Report> {
  const { eventsEach, healthyEvents } = forms[form]
  const { node, ledger, api } = scene
  const violations = new Violations()
  const abuser = await startAbuser()
  try {
    const { applicationId } = await arrange(scene, [path])
    const abusedIds: string[] = []
    for (const { name } of abuses) {
      const id = await api.createApplication(`abused by ${name}`)
      await api.createEndpoint(id, `${abuser.origin}/${name}`)
      abusedIds.push(id)
    }
    const residentBefore = residentBytesOf(node.pid)
    const post = (id: string, number: number): Promise<{ readonly status: number }> =>
      api.call('POST', `/api/v1/app/${id}/msg`, { body: numberedEvent(number) })
    const abused = abusedIds.flatMap((id) =>
      Array.from({ length: eventsEach }, (_, number) => post(id, number)),
    )
    const acceptedAt: number[] = []
    for (let number = 0; number < healthyEvents; number++) {
      acceptedAt.push(monotonicMs())
      violations.expect((await post(applicationId, number)).status === 202, 'not accepted')
      await wait(5)
    }
    await Promise.all(abused)
    await ledger.until(() => ledger.distinct >= healthyEvents, drainMs)
    violations.expect(ledger.distinct === healthyEvents, `${ledger.distinct} healthy ones came`)

    const { attempts, longestMs } = await settledBooks(
      node.databaseFile,
      () => healthyEvents + abuser.requests(),
    )
    const seen = healthyEvents + abuser.requests()
    violations.expect(attempts >= seen, `${seen} requests were seen, ${attempts} recorded`)
    // Circuits may open, so that not every event gets its attempt: one of each kind must have.
    const growth = residentBytesOf(node.pid) - residentBefore
    violations.expect(node.running, 'the server died')
    violations.expect(
      attempts >= healthyEvents + abuses.length,
      `${attempts} attempts recorded, at least ${healthyEvents + abuses.length} expected`,
    )
    violations.expect(longestMs <= attemptTimeoutMs + graceMs, `an attempt took ${longestMs} ms`)
    if (form === 'large') {
      violations.expect(growth < growthMaxBytes, `memory grew by ${growth} bytes`)
    }
    const latencies = latenciesOf(
      ledger.arrivals.map(({ at }, index) => at - (acceptedAt[index] ?? at)),
    )
    return {
      name: abusiveReceivers.name,
      form,
      facts: {
        kinds: abuses.length,
        abusiveRequests: abuser.requests(),
        attempts,
        longestAttemptMs: Math.round(longestMs),
        healthyP50Ms: Math.round(latencies.p50Ms),
        healthyP99Ms: Math.round(latencies.p99Ms),
        memoryGrowthMb: Math.round(growth / 2 ** 20),
      },
      violations: violations.list(),
    }
  } finally {
    await abuser.close()
  }
}

/** Waits until every request that was seen is recorded; open circuits go on sending a probe now and then. */
async function settledBooks(
  databaseFile: string,
  seen: () => number,
): Promise<{ readonly attempts: number; readonly longestMs: number }> {
  const deadline = monotonicMs() + drainMs
  for (;;) {
    const books = new Books(databaseFile)
    const found = { attempts: books.attempts(), longestMs: books.longestAttemptMs() }
    books.close()
    if (found.attempts >= seen() || monotonicMs() > deadline) return found
    await wait(50)
  }
}
