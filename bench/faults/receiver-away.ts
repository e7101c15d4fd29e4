/**
 * A receiver on a bad day: its network cuts every connection again and again, it restarts all the time,
 * and its host vanishes behind kept connections. Nothing is lost, order is kept, and what is sent in
 * vain is little.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../support/monotonic.ts'
import { Books } from './support/books.ts'
import { checkOrder } from './support/cluster-books.ts'
import { checkConservation } from './support/conservation.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { numberedEvent, postUntilAccepted } from './support/persistent-producer.ts'
import { inScene, type Scene } from './support/scene.ts'
import { SteadyLoad } from './support/steady-load.ts'
import { TcpProxy } from './support/tcp-proxy.ts'

const forms = {
  small: { perSecond: 50, days: 900, cutEveryMs: 150, upMs: 250, downMs: 60, vanishings: 1 },
  large: {
    perSecond: 100,
    days: 60_000,
    cutEveryMs: 3_000,
    upMs: 2_000,
    downMs: 300,
    vanishings: 10,
  },
} as const satisfies Record<Form, unknown>

const drainMs = 60_000
const attemptTimeoutMs = 800
/** As RELIABILITY asks of a receiver that restarts. */
const attemptsPerDeliveryMax = 2
/** Each endpoint has few of the kept connections: ten failures in a row would open its circuit. */
const wide = { endpoints: 10, events: 5 }
const fifty = wide.endpoints * wide.events
const triesMax = 20

interface Day {
  readonly scene: Scene
  readonly proxy: TcpProxy
  readonly form: Form
  readonly violations: Violations
  readonly facts: Record<string, number>
  readonly expected: { deliveries: number }
}

export const receiverAway: Experiment = {
  name: 'receiver-away',
  sentence:
    'a receiver that is cut off, restarts all the time and vanishes behind 50 kept connections loses nothing and stays in order',
  run: (form) =>
    inScene(
      {
        ledger: {
          behave: (path) => ({ status: 200, delayMs: path.startsWith('/wide') ? 150 : 5 }),
        },
        node: {
          environment: {
            POSTHORN_ATTEMPT_TIMEOUT_MS: String(attemptTimeoutMs),
            POSTHORN_RETRY_SCHEDULE_MS: Array<string>(30).fill('250').join(','),
            POSTHORN_POLL_MS: '100',
          },
        },
      },
      (scene) => play(scene, form),
    ),
}

async function play(scene: Scene, form: Form): Promise<Report> {
  const proxy = await TcpProxy.start(Number(new URL(scene.origin).port))
  const violations = new Violations()
  const facts: Record<string, number> = {}
  const day: Day = { scene, proxy, form, violations, facts, expected: { deliveries: 0 } }
  try {
    await flapping(day)
    await restarting(day)
    await vanishing(day)
    await scene.node.stop()
  } finally {
    await proxy.close()
  }
  const conserved = checkConservation({
    databaseFile: scene.node.databaseFile,
    ledger: scene.ledger,
    violations,
    deliveries: day.expected.deliveries,
    inFlightAtKills: 0,
    answersLost: true,
  })
  const order = checkOrder(scene.ledger, violations)
  const { deliveries } = day.expected
  violations.expect(
    conserved['succeeded'] === deliveries,
    `${conserved['succeeded']} of ${deliveries} deliveries succeeded`,
  )
  return {
    name: receiverAway.name,
    form,
    facts: { ...facts, deliveries, ...conserved, ...order },
    violations: violations.list(),
  }
}

/** The network cuts every connection, again and again. */
async function flapping(day: Day): Promise<void> {
  const { days, cutEveryMs } = forms[day.form]
  await underLoad(day, 'flap', async () => {
    const until = monotonicMs() + days
    while (monotonicMs() < until) {
      await wait(cutEveryMs)
      day.proxy.cut()
      day.facts['cuts'] = (day.facts['cuts'] ?? 0) + 1
    }
  })
}

/** The receiver ends and comes back at the same place, again and again. */
async function restarting(day: Day): Promise<void> {
  const { days, upMs, downMs } = forms[day.form]
  const perDelivery = await underLoad(day, 'restart', async () => {
    const until = monotonicMs() + days
    while (monotonicMs() < until) {
      await wait(upMs - downMs)
      await day.proxy.shut()
      await wait(downMs)
      await day.proxy.reopen()
      day.facts['restarts'] = (day.facts['restarts'] ?? 0) + 1
    }
  })
  day.facts['attemptsPerDelivery'] = Math.round(perDelivery * 100) / 100
  day.violations.expect(
    perDelivery <= attemptsPerDeliveryMax,
    `${perDelivery} attempts for each delivery to a receiver that restarts`,
  )
}

/** Events to an ordered and a parallel endpoint while `act` goes on; attempts for each delivery. */
async function underLoad(day: Day, name: string, act: () => Promise<void>): Promise<number> {
  const { scene, proxy, form, violations } = day
  const { api, ledger } = scene
  const applicationId = await api.createApplication(name)
  const origin = `http://127.0.0.1:${proxy.port}`
  await api.createEndpoint(applicationId, `${origin}/ordered-${name}`, {
    policy: { ordering: 'fifo' },
  })
  await api.createEndpoint(applicationId, `${origin}/parallel-${name}`)
  const before = ledger.distinct
  const { perSecond } = forms[form]
  const load = new SteadyLoad({ apis: [api], applicationId, pairs: 1, perSecond })
  load.start()
  await act()
  await load.stop()
  const deliveries = load.accepted.size * 2
  day.expected.deliveries += deliveries
  const all = await ledger.until(() => ledger.distinct - before >= deliveries, drainMs)
  violations.expect(all, `${name}: ${ledger.distinct - before} of ${deliveries} deliveries came`)
  const books = new Books(scene.node.databaseFile)
  const attempts = books.attemptsOf(applicationId)
  books.close()
  return attempts / deliveries
}

/** Fifty connections are kept, and their other end is gone: each costs one attempt, and it goes. */
async function vanishing(day: Day): Promise<void> {
  const { scene, proxy, form, violations, facts } = day
  const { api, ledger } = scene
  const applicationId = await api.createApplication('wide')
  for (let at = 0; at < wide.endpoints; at++) {
    await api.createEndpoint(applicationId, `http://127.0.0.1:${proxy.port}/wide-${at}`)
  }
  let number = 0
  const sendAll = async (): Promise<number> => {
    const wanted = ledger.distinct + fifty
    const posts = Array.from({ length: wide.events }, () => {
      const idempotencyKey = `wide-${++number}`
      const deadlineAt = monotonicMs() + drainMs
      const body = numberedEvent(number)
      return postUntilAccepted({ api, applicationId, body, idempotencyKey, deadlineAt })
    })
    await Promise.all(posts)
    day.expected.deliveries += fifty
    return wanted
  }
  const sendAndSee = async (): Promise<void> => {
    const wanted = await sendAll()
    const all = await ledger.until(() => ledger.distinct >= wanted, drainMs)
    violations.expect(all, `${ledger.distinct} of ${wanted} deliveries came`)
  }
  for (let turn = 0; turn < forms[form].vanishings; turn++) {
    // On a busy machine the fifty may not be under way together at once.
    for (let left = triesMax; proxy.through < fifty && left > 0; left--) await sendAndSee()
    const kept = proxy.through
    proxy.vanish()
    const wanted = await sendAll()
    await wait(attemptTimeoutMs / 2)
    proxy.comeBack()
    const all = await ledger.until(() => ledger.distinct >= wanted, drainMs)
    violations.expect(all, `after ${turn}: ${ledger.distinct} of ${wanted} deliveries came`)
    violations.expect(kept >= fifty, `${kept} connections were kept`)
    violations.expect(
      proxy.vanished <= kept - fifty,
      `${proxy.vanished} of ${kept} dead connections are still held`,
    )
    facts['deadConnections'] = (facts['deadConnections'] ?? 0) + kept
  }
}
