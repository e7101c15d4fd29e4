/** Recovery with care: previewed, probed, paced, paused, stopped by itself, and never twice. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ApplicationId } from '../../src/domain/ids.ts'
import {
  added,
  beginRecovery,
  nextMove,
  type OptionsThere,
  observed,
  type Recovery,
} from '../../src/domain/recovery.ts'
import { applicationViews } from '../../src/intake/application-views.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import type { Claim } from '../../src/store/port/deliveries.ts'
import type { Store } from '../../src/store/store.ts'
import { type TaskRunner, taskRunner } from '../../src/upkeep/task-runner.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { recordAttempt } from '../support/attempts.ts'

const clock = new VirtualClock()
let api: TestApi
let url: string
before(async () => {
  api = await startTestApi({ world: { clock } })
  url = await api.listen()
})
after(() => api.close())

function runnerOver(store: Store): TaskRunner {
  return taskRunner({ world: api.world, store, views: applicationViews({ store }), wake() {} })
}

// biome-ignore lint/suspicious/noExplicitAny: each test reads what it expects
type Answer = Readonly<Record<string, any>>

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${bootstrapKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { answered: response.status, ...((await response.json()) as Answer) }
}

let counter = 0
const since = new Date(clock.now() - 3_600_000).toISOString()

/** An application with one endpoint and messages whose first attempts got these statuses. */
async function scene(statuses: readonly (number | null)[]) {
  counter += 1
  const app = `recovery-${counter}`
  await call('POST', '/app', { name: app, uid: app })
  const endpoint = (await call('POST', `/app/${app}/endpoint`, { url: 'https://a.b' }))['id']
  api.claims.length = 0
  for (const [n] of statuses.entries()) {
    const eventType = n % 2 === 0 ? 'a.even' : 'a.odd'
    await call('POST', `/app/${app}/msg`, { eventType, payload: { n } })
  }
  for (const [n, status] of statuses.entries()) {
    const claim = api.claims[n]
    if (claim !== undefined && status !== null) await recordAttempt(api, claim, { status })
  }
  await clock.advance(1_000) // a selection ends before now
  const id = (await call('GET', `/app/${app}`))['id'] as ApplicationId // an id, as the API says
  return { app, id, endpoint }
}

const manual = async (app: string): Promise<readonly Answer[]> =>
  (await call('GET', `/app/${app}/delivery?limit=250`))['data'].filter(
    (delivery: Answer) => delivery['trigger'] === 'manual',
  )

/** What the engine would have done with the deliveries that wait; how many there were. */
async function answerAll({ id }: { readonly id: ApplicationId }, status: number): Promise<number> {
  turn += 1
  const { claims } = await api.store.claimDue({
    now: clock.now(),
    leaseUntil: clock.now() + 60_000,
    token: `test-${turn}`,
    limit: 1_000,
    perEndpoint: 1_000,
    bytesMax: 1e9,
    afterEndpointId: null,
    except: [],
  })
  claimed.push(...claims)
  const mine = claimed.filter(({ delivery }) => delivery.applicationId === id)
  claimed = claimed.filter((claim) => !mine.includes(claim))
  for (const claim of mine) await recordAttempt(api, claim, { status })
  return mine.length
}
let turn = 0
let claimed: Claim[] = []

test('a preview counts by endpoint and type, and what needs no recovery any more', async () => {
  const one = await scene([500, 500, 500, 200, null])
  const { data } = await call('GET', `/app/${one.app}/delivery?state=failed`)
  const [msg] = data.map((delivery: Answer) => delivery['msgId'])
  await call('POST', `/app/${one.app}/msg/${msg}/endpoint/${one.endpoint}/resend`)
  const preview = await call('POST', `/app/${one.app}/delivery/preview`, { since })
  const { matching, alreadyDelivered, onTheWay, toSend, complete } = preview
  assert.deepEqual([matching, alreadyDelivered, onTheWay, toSend, complete], [3, 0, 1, 2, true])
  assert.deepEqual(preview['endpoints'][0].endpointId, one.endpoint)
  assert.deepEqual(preview['eventTypes'], [
    { name: 'a.even', count: 2 },
    { name: 'a.odd', count: 1 },
  ])
  await clock.advance(1_000)
  const untried = { since, states: ['pending'], attempted: false }
  const waiting = await call('POST', `/app/${one.app}/delivery/preview`, untried)
  assert.equal(waiting['matching'], 1)
})

test('what is recovered is chosen by its last answer', async () => {
  const one = await scene([500, 404, 404, 200, null])
  const preview = (codes: readonly string[], more: object = {}) =>
    call('POST', `/app/${one.app}/delivery/preview`, { since, codes, ...more })
  assert.equal((await preview(['404']))['matching'], 2)
  assert.equal((await preview(['200', '500']))['matching'], 1, 'of the failed ones')
  const states = ['failed', 'succeeded', 'pending']
  assert.equal((await preview(['200', '500'], { states }))['matching'], 2)
  assert.equal((await preview(['connect_timeout'], { states }))['matching'], 0)
  const named = await preview(['404'], { deliveryIds: ['dlv_1srOrx2ZWZBpBUvZwXKQmoEYga2'] })
  assert.deepEqual([named['answered'], named['detail'][0].loc], [422, ['body', 'codes']])
  const body = { since, codes: ['404'], rate: null }
  const { id } = await call('POST', `/app/${one.app}/delivery/recover`, body)
  await runnerOver(api.store).runDue()
  assert.equal((await manual(one.app)).length, 2)
  assert.equal((await call('GET', `/background-task/${id}`))['data'].total, 2)
})

test('a job takes exactly what its list shows: text, payload, view and words', async () => {
  const one = await scene([500, 404, 500, 200, null])
  const path = `/app/${one.app}/delivery`
  const states = ['pending', 'sending', 'succeeded', 'failed', 'canceled']
  const matching = async (asked: object) =>
    (await call('POST', `${path}/preview`, { since, states, ...asked }))['matching']
  assert.equal(await matching({ where: 'n >= 2' }), 3)
  assert.equal(await matching({ where: 'n >= 2', q: 'EVEN' }), 2)
  assert.equal(await matching({ view: 'failed' }), 3)
  assert.equal(await matching({ statuses: ['sending', 'failed'], where: 'n > 1' }), 2)
  assert.equal(await matching({ statuses: ['held'] }), 0)
  const [{ msgId }] = (await call('GET', `${path}?state=failed`))['data']
  assert.equal(await matching({ q: msgId }), 1)
  const odd = await call('POST', `${path}/preview`, { since, where: 'a = "x' })
  assert.deepEqual([odd['answered'], odd['detail'][0].loc], [422, ['body', 'where']])

  const body = { since, statuses: ['failed', 'delivered'], where: 'n >= 2', rate: null }
  await call('POST', `${path}/recover`, { ...body, skipDelivered: false })
  await runnerOver(api.store).runDue()
  const again = await manual(one.app)
  assert.deepEqual(
    again.map(({ eventType }) => eventType).toSorted(), // made in one millisecond
    ['a.even', 'a.odd'],
  )
  await clock.advance(1_000)
  const { id } = await call('POST', `${path}/cancel`, {
    ...{ since, statuses: ['queued', 'failed'], q: 'odd' },
  })
  await runnerOver(api.store).runDue()
  assert.equal((await call('GET', `/background-task/${id}`))['data'].done, 1)
  const purge = { where: 'n = 0', view: 'failed' }
  await call('POST', `/app/${one.app}/msg/expunge-all-contents`, purge)
  await runnerOver(api.store).runDue()
  const all = (await call('GET', `/app/${one.app}/msg`))['data']
  assert.deepEqual(
    all.map(({ payload }: Answer) => payload),
    [{ n: 4 }, { n: 3 }, { n: 2 }, { n: 1 }, { expired: true }],
  )
})

test('a selection without a beginning, or with a foreign endpoint, is refused by field', async () => {
  const { app } = await scene([])
  const other = await scene([])
  const refused = async (body: object) => {
    const { answered, detail } = await call('POST', `/app/${app}/delivery/recover`, body)
    return [answered, detail[0].loc.join('.')]
  }
  assert.deepEqual(await refused({}), [422, 'body.since'])
  assert.deepEqual(await refused({ since, rate: 0 }), [422, 'body.rate'])
  assert.deepEqual(await refused({ since, endpointIds: [other.endpoint] }), [
    422,
    'body.endpointIds.[0]',
  ])
  assert.deepEqual(await refused({ deliveryIds: ['dlv_x'] }), [422, 'body.deliveryIds.[0]'])
  assert.deepEqual(await refused({ since: '2001-01-01T00:00:00Z' }), [422, 'body.since'])
})

test('a recovery sends each message once, leaves out what arrived, and ends with its counts', async () => {
  const one = await scene([500, 500, 200, 500])
  const { id } = await call('POST', `/app/${one.app}/delivery/recover`, { since, rate: null })
  const runner = runnerOver(api.store)
  await runner.runDue()
  assert.equal((await manual(one.app)).length, 3)
  assert.equal(await answerAll(one, 200), 3)
  await later(runner)
  const { status, data } = await call('GET', `/background-task/${id}`)
  assert.deepEqual([status, data.total, data.done, data.succeeded], ['finished', 3, 3, 3])
  const again = await call('POST', `/app/${one.app}/delivery/recover`, { since, rate: null })
  await runner.runDue()
  const second = (await call('GET', `/background-task/${again['id']}`))['data']
  assert.deepEqual([second.total, second.done, second.skipped], [0, 0, 3])
})

const later = async (runner: TaskRunner, ms = 1_000): Promise<void> => {
  await clock.advance(ms)
  return runner.runDue()
}

test('a probe goes first alone: the others follow its success and stay when it fails', async () => {
  const good = await scene([500, 500, 500])
  const bad = await scene([500, 500, 500])
  const runner = runnerOver(api.store)
  const start = async (app: string) =>
    (await call('POST', `/app/${app}/delivery/recover`, { since, probe: true, rate: null }))['id']
  const [goodTask, badTask] = [await start(good.app), await start(bad.app)]
  await runner.runDue()
  assert.equal((await manual(good.app)).length, 1)
  await answerAll(good, 200)
  await answerAll(bad, 503)
  await later(runner)
  assert.equal((await manual(good.app)).length, 3)
  assert.equal((await manual(bad.app)).length, 1)
  await answerAll(good, 200)
  await later(runner)
  const [passed, stopped] = [
    await call('GET', `/background-task/${goodTask}`),
    await call('GET', `/background-task/${badTask}`),
  ]
  assert.deepEqual([passed['status'], passed['data'].succeeded], ['finished', 3])
  assert.equal(stopped['status'], 'failed')
  assert.deepEqual(stopped['data'].stopped, [{ endpointId: bad.endpoint, reason: 'probe_failed' }])
})

test('a rate is kept, a pause holds it, and after the pause nothing is missing or doubled', async () => {
  const one = await scene(Array.from({ length: 30 }, () => 500))
  const { id } = await call('POST', `/app/${one.app}/delivery/recover`, { since, rate: 5 })
  const runner = runnerOver(api.store)
  const sent = async () => (await manual(one.app)).length
  await runner.runDue()
  assert.equal(await sent(), 1)
  await later(runner)
  assert.equal(await sent(), 6)
  const paused = await call('POST', `/background-task/${id}/pause`)
  assert.deepEqual([paused['status'], paused['data'].paused], ['running', true])
  assert.equal((await call('POST', `/background-task/${id}/pause`))['answered'], 409)
  await later(runner, 60_000)
  assert.equal(await sent(), 6)
  await call('POST', `/background-task/${id}/resume`)
  assert.equal((await call('POST', `/background-task/${id}/resume`))['answered'], 409)
  await runner.runDue()
  assert.equal(await sent(), 16, 'a pause saves up two seconds at most')
  for (let second = 0; second < 4; second++) {
    await answerAll(one, 200)
    await later(runner)
  }
  const messages = (await manual(one.app)).map((delivery) => delivery['msgId'])
  assert.deepEqual([messages.length, new Set(messages).size], [30, 30])
})

test('a person who pauses in the middle of a step is obeyed, and what was done is counted', async () => {
  const one = await scene(Array.from({ length: 12 }, () => 500))
  const { id } = await call('POST', `/app/${one.app}/delivery/recover`, { since, rate: null })
  let left = 7
  const pausing: Store = {
    ...api.store,
    async addDelivery(input) {
      left -= 1
      if (left === 0) await call('POST', `/background-task/${id}/pause`)
      return api.store.addDelivery(input)
    },
  }
  await runnerOver(pausing).runDue()
  const { data } = await call('GET', `/background-task/${id}`)
  assert.deepEqual([data.paused, data.done, data.total], [true, 12, 12])
  assert.equal((await manual(one.app)).length, 12)
  await call('POST', `/background-task/${id}/cancel`)
  assert.equal((await call('GET', `/background-task/${id}`))['status'], 'failed')
})

test('a node that dies in the middle of a step: the next one counts the same and adds none twice', async () => {
  const one = await scene(Array.from({ length: 9 }, () => 500))
  const { id } = await call('POST', `/app/${one.app}/delivery/recover`, { since, rate: null })
  let left = 4
  const dying: Store = {
    ...api.store,
    addDelivery: (input) => (left-- > 0 ? api.store.addDelivery(input) : new Promise(() => {})), // the node is gone
  }
  void runnerOver(dying).runDue()
  while (left >= 0) await new Promise((resolve) => setImmediate(resolve))
  await later(runnerOver(api.store), 61_000)
  const { data } = await call('GET', `/background-task/${id}`)
  assert.deepEqual([data.done, data.seen, (await manual(one.app)).length], [9, 9, 9])
})

test('waiting deliveries that fit are canceled, and no others', async () => {
  const one = await scene([500, 500, 500, 200])
  await call('POST', `/app/${one.app}/delivery/recover`, { since, rate: null })
  const runner = runnerOver(api.store)
  await runner.runDue()
  await clock.advance(1_000)
  const body = { since, eventTypes: ['a.even'], attempted: false }
  const { id } = await call('POST', `/app/${one.app}/delivery/cancel`, body)
  await runner.runDue()
  const { status, data } = await call('GET', `/background-task/${id}`)
  assert.deepEqual([status, data.done], ['finished', 2])
  const left = await manual(one.app)
  assert.deepEqual(left.map(({ eventType, state }) => `${eventType} ${state}`).sort(), [
    'a.even canceled',
    'a.even canceled',
    'a.odd pending',
  ])
})

test('without a rate of its own a job goes at half of the limit of each endpoint, else at twenty', async () => {
  const one = await scene(Array.from({ length: 60 }, () => 500))
  const of = await call('GET', `/app/${one.app}/endpoint`)
  const path = `/app/${one.app}/endpoint/${of['data'][0].id}`
  const begin = async (): Promise<string> =>
    (await call('POST', `/app/${one.app}/delivery/recover`, { since, skipDelivered: false }))['id']
  const sent = async () => (await manual(one.app)).length
  const runner = runnerOver(api.store)
  const first = await begin()
  await runner.runDue()
  await later(runner)
  assert.equal(await sent(), 21, 'one at once, and twenty after a second')
  assert.equal((await call('GET', `/background-task/${first}`))['data'].rate, 20)
  await call('POST', `/background-task/${first}/cancel`)
  await call('PATCH', path, { throttleRate: 10 })
  const before = await sent()
  const second = await begin()
  const other = runnerOver(api.store)
  await other.runDue()
  await later(other)
  assert.equal((await sent()) - before, 6)
  assert.equal((await call('GET', `/background-task/${second}`))['data'].rate, 5)
  await call('POST', `/background-task/${second}/cancel`)
})

test('named deliveries alone are sent again, also one that had arrived', async () => {
  const one = await scene([200, 500, 500])
  const listed = (await call('GET', `/app/${one.app}/delivery`))['data']
  const deliveryIds = [listed[2].id, listed[0].id]
  const body = { deliveryIds, skipDelivered: false, rate: null }
  await call('POST', `/app/${one.app}/delivery/recover`, body)
  await runnerOver(api.store).runDue()
  const again = (await manual(one.app)).map((delivery) => delivery['msgId'])
  assert.deepEqual(new Set(again), new Set([listed[2].msgId, listed[0].msgId]))
})

test('the rules: five first attempts judge, a probe is waited for six minutes, the end for half a one', () => {
  const options: OptionsThere = { skipDelivered: true, rate: null, probe: false, stopAbove: 0.2 }
  const probing = { ...options, probe: true }
  const start = beginRecovery(10, 0)
  const seen = (succeeded: number, failing: number): Recovery =>
    observed(start, { succeeded, failing, still: [] })
  const move = (recovery: Recovery, now = 0, with_ = options) => nextMove(recovery, with_, now).kind
  assert.equal(move(seen(0, 4)), 'add')
  assert.equal(move(seen(0, 5)), 'stop')
  assert.equal(move(seen(8, 2)), 'add')
  assert.equal(move(seen(7, 3)), 'stop')
  const id = 'dlv_1' as never // any id
  const probed = added(start, [id], { options: probing, now: 0 })
  assert.equal(move(probed, 359_999, probing), 'wait')
  assert.deepEqual(nextMove(probed, probing, 360_000), { kind: 'stop', reason: 'probe_unanswered' })
  const ended = { ...added(start, [id], { options, now: 0 }), endedAt: 0 }
  assert.equal(move(ended, 29_999), 'wait')
  assert.equal(move(ended, 30_000), 'next')
})
