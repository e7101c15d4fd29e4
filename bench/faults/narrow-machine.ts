/**
 * One node where something is short or in the way: descriptors, memory, the database's write lock,
 * an orchestrator's patience. What was answered 2xx arrives, the node answers all the while, and every
 * request that a receiver saw is on record.
 */
import { execFileSync, spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../support/monotonic.ts'
import { checkOrder } from './support/cluster-books.ts'
import { checkConservation } from './support/conservation.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { Interruptions } from './support/interruptions.ts'
import { postUntilAccepted } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'

const limitMs = 120_000
const producers = 8

interface Run {
  readonly scene: Scene
  readonly form: Form
  readonly violations: Violations
  readonly facts: Record<string, number>
}

/** Posts `count` events of that size, each until it is accepted. */
async function produce(
  { scene, violations }: Run,
  input: { readonly applicationId: string; readonly count: number; readonly bytes?: number },
): Promise<readonly string[]> {
  const text = 'x'.repeat(input.bytes ?? 10)
  const deadlineAt = monotonicMs() + limitMs
  const ids: string[] = []
  let next = 0
  const post = async (): Promise<void> => {
    while (next < input.count) {
      const number = next++
      const body = JSON.stringify({ eventType: 'fault.tried', payload: { number, text } })
      const idempotencyKey = `${input.applicationId}-${number}`
      const { api } = scene
      const { applicationId } = input
      ids.push(await postUntilAccepted({ api, applicationId, body, idempotencyKey, deadlineAt }))
    }
  }
  await Promise.all(Array.from({ length: producers }, post))
  violations.expect(new Set(ids).size === input.count, 'two keys share a message')
  return ids
}

async function arrived({ scene, violations }: Run, deliveries: number): Promise<void> {
  const { ledger } = scene
  const all = await ledger.until(() => ledger.distinct >= deliveries, limitMs)
  violations.expect(all, `${ledger.distinct} of ${deliveries} deliveries arrived`)
  violations.expect(ledger.wrongSignatures === 0, `${ledger.wrongSignatures} wrong signatures`)
}

/** While `work` goes on the API answers. Notes how long that took, and what a receiver held open. */
async function answering({ scene, violations, facts }: Run, work: Promise<unknown>): Promise<void> {
  let [going, longest, most] = [true, 0, 0]
  // A failure waits until the loop has ended, so that the scene is taken down before it is told.
  const ended = work.then(
    () => [],
    (error: unknown) => [error],
  )
  void ended.then(() => {
    going = false
  })
  while (going) {
    const startedAt = monotonicMs()
    const { status } = await scene.api.call('GET', '/api/v1/health/ping')
    violations.expect(status === 204 || status === 200, `the API answered ${status}`)
    longest = Math.max(longest, monotonicMs() - startedAt)
    most = Math.max(most, scene.ledger.open)
    await wait(50)
  }
  for (const error of await ended) throw error
  facts['longestPingMs'] = Math.round(longest)
  facts['openAtOnceMost'] = most
}

function experiment(input: {
  readonly name: string
  readonly sentence: string
  readonly scene: Parameters<typeof inScene>[0]
  readonly endpoints: number
  readonly play: (run: Run) => Promise<{ readonly inFlightAtKills: number }>
}): Experiment {
  const { name, sentence } = input
  const run = (form: Form): Promise<Report> =>
    inScene(input.scene, async (scene) => {
      const violations = new Violations()
      const facts: Record<string, number> = {}
      const { inFlightAtKills } = await input.play({ scene, form, violations, facts })
      await scene.node.stop()
      const conserved = checkConservation({
        databaseFile: scene.node.databaseFile,
        ledger: scene.ledger,
        violations,
        endpoints: input.endpoints,
        inFlightAtKills,
      })
      return { name, form, facts: { ...facts, ...conserved }, violations: violations.list() }
    })
  return { name, sentence, run }
}

const slowly = { behave: () => ({ status: 200, delayMs: 300 }) }

export const fewDescriptors = experiment({
  name: 'few-descriptors',
  sentence:
    'with 256 file descriptors, more to send than fits and 400 idle clients, nothing breaks and all arrives',
  scene: {
    ledger: { behave: () => ({ status: 200, delayMs: 600 }) },
    node: {
      wrapper: ['sh', '-c', 'ulimit -n 256; exec "$@"', 'sh'],
      environment: { POSTHORN_IN_FLIGHT_MAX: '1024', POSTHORN_RETRY_SCHEDULE_MS: retries() },
    },
  },
  endpoints: 40,
  async play(run) {
    const [applications, endpoints] = [25, 40]
    const count = run.form === 'large' ? 2 : 1
    const made = await Promise.all(
      Array.from({ length: applications }, async (_, one) => {
        const paths = Array.from({ length: endpoints }, (_unused, path) => `/${one}-${path}`)
        return (await arrange(run.scene, paths)).applicationId
      }),
    )
    const idle = await idleClients(run.scene.node.options.port)
    try {
      const sent = Promise.all(
        made.map((applicationId) => produce(run, { applicationId, count })),
      ).then(() => arrived(run, applications * endpoints * count))
      await answering(run, sent)
    } finally {
      for (const socket of idle) socket.destroy()
    }
    run.facts['deliveries'] = applications * endpoints * count
    return { inFlightAtKills: 0 }
  },
})

const idleCount = 400

/** Connections that are opened and never used: each took a descriptor of those that deliveries need. */
function idleClients(port: number): Promise<readonly Socket[]> {
  const dial = (): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket))
      socket.on('error', () => resolve(socket)) // closed already, for another's sake
    })
  return Promise.all(Array.from({ length: idleCount }, dial))
}

/** Many short retries: what could not be sent for want of a socket is tried again soon. */
function retries(): string {
  return Array<string>(30).fill('200').join(',')
}

export const littleMemory = experiment({
  name: 'little-memory',
  sentence: 'more waits than fits in a heap of 128 MB: it waits in the table, and all arrives',
  scene: {
    ledger: { behave: () => ({ status: 200, delayMs: 30 }) },
    node: { execArgv: ['--max-old-space-size=128'] },
  },
  endpoints: 1,
  async play(run) {
    const count = run.form === 'large' ? 3_000 : 300
    const { applicationId } = await arrange(run.scene, ['/slow'])
    const sent = produce(run, { applicationId, count, bytes: 64 * 1024 }).then(() =>
      arrived(run, count),
    )
    await answering(run, sent)
    run.facts['megabytes'] = Math.round((count * 64) / 1024)
    return { inFlightAtKills: 0 }
  },
})

export const lockHeld = experiment({
  name: 'lock-held',
  sentence:
    'another program holds the write lock: 503 in time, no false 2xx, and all goes on after',
  scene: {},
  endpoints: 1,
  async play(run) {
    const { scene, violations } = run
    const { applicationId } = await arrange(scene, ['/'])
    const other = new DatabaseSync(scene.node.databaseFile, { timeout: 5_000 }) // the node may be writing
    other.exec('begin immediate')
    const holdMs = run.form === 'large' ? 20_000 : 1_000 // the node waits for 5 s, then answers 503
    let answered = 0
    let held = true
    const posted = scene.api
      .call('POST', `/api/v1/app/${applicationId}/msg`, {
        body: '{"eventType":"fault.held","payload":{}}',
        idempotencyKey: 'held',
      })
      .then(({ status }) => {
        if (held) answered = status
      })
    await wait(holdMs)
    held = false
    other.exec('rollback')
    other.close()
    await posted
    run.facts['answeredWhileHeld'] = answered
    const wanted = run.form === 'large' ? 503 : 0
    violations.expect(answered === wanted, `while the lock was held a post answered ${answered}`)
    await produce(run, { applicationId, count: 100 })
    await arrived(run, 100)
    return { inFlightAtKills: 0 }
  },
})

export const noPatience = experiment({
  name: 'no-patience',
  sentence: 'an orchestrator without patience: SIGTERM, kill -9 after 200 ms, and nothing is lost',
  scene: { ledger: slowly },
  endpoints: 1,
  async play(run) {
    const { scene, form } = run
    const [count, stops] = form === 'large' ? [2_000, 40] : [150, 3]
    const made = await arrange(scene, ['/'])
    const { applicationId, endpointIds } = made
    const interruptions = new Interruptions({ ledger: scene.ledger, applicationId, endpointIds })
    const produced = produce(run, { applicationId, count })
    for (let stop = 0; stop < stops; stop++) {
      const due = ((stop + 0.5) * count) / stops
      await scene.ledger.until(() => scene.ledger.distinct >= due, limitMs)
      const ending = scene.node.stop()
      await Promise.race([ending, wait(200)])
      await scene.node.kill()
      await scene.ledger.settled()
      interruptions.note(scene.node.databaseFile)
      await scene.node.start()
    }
    await produced
    await arrived(run, count)
    for (const sentence of interruptions.unexplained()) run.violations.add(sentence)
    run.facts['duplicates'] = interruptions.duplicates()
    return { inFlightAtKills: interruptions.inFlightTotal }
  },
})

export const oneCore = experiment({
  name: 'one-core',
  sentence:
    'server, receiver and producer share one core with programs that never rest: late, but nothing lost',
  scene: { ledger: {} },
  endpoints: 2,
  async play(run) {
    const { scene, violations } = run
    const [count, busyOnes] = run.form === 'large' ? [2_000, 4] : [150, 2]
    const { api, ledger, origin } = scene
    const applicationId = await api.createApplication('one core')
    await api.createEndpoint(applicationId, `${origin}/ordered`, { policy: { ordering: 'fifo' } })
    await api.createEndpoint(applicationId, `${origin}/parallel`)
    const crowd = crowdOneCore([process.pid, scene.node.pid], busyOnes)
    try {
      const sent = produce(run, { applicationId, count }).then(() => arrived(run, count * 2))
      await answering(run, sent)
    } finally {
      crowd.end()
    }
    Object.assign(run.facts, checkOrder(ledger, violations))
    return { inFlightAtKills: 0 }
  },
})

/** It ends with whoever started it, however that ended. */
const neverRests = 'const parent = process.ppid; while (process.ppid === parent);'

/** Binds those processes and some that are never idle to the first core; `end` lets them go. */
function crowdOneCore(pids: readonly number[], busyOnes: number): { end(): void } {
  const bind = (cores: string, pid: number): void => {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)])
  }
  const said = execFileSync('taskset', ['--cpu-list', '--pid', String(process.pid)], {
    encoding: 'utf8',
  })
  const cores = said.slice(said.lastIndexOf(':') + 1).trim()
  const [core = '0'] = cores.split(/[-,]/)
  for (const pid of pids) bind(core, pid)
  const busy = Array.from({ length: busyOnes }, () =>
    spawn('taskset', ['--cpu-list', core, process.execPath, '--eval', neverRests]),
  )
  return {
    end() {
      for (const each of busy) each.kill('SIGKILL')
      for (const pid of pids) bind(cores, pid)
    },
  }
}

export const narrowMachine: readonly Experiment[] = [
  fewDescriptors,
  littleMemory,
  lockHeld,
  noPatience,
  oneCore,
]
