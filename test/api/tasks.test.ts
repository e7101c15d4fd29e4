/** Long jobs through the official client: progress, cancel, crash and no duplicates or gaps. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Svix } from 'svix'
import { type ApplicationId, type EndpointId, idTickMs } from '../../src/domain/ids.ts'
import { taskFormat } from '../../src/domain/task.ts'
import { applicationViews } from '../../src/intake/application-views.ts'
import type { Store } from '../../src/store/store.ts'
import { type TaskRunner, taskRunner } from '../../src/upkeep/task-runner.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { recordAttempt } from '../support/attempts.ts'

let api: TestApi
let url: string
let svix: Svix
let runner: TaskRunner
before(async () => {
  api = await startTestApi()
  url = await api.listen()
  svix = new Svix(bootstrapKey, { serverUrl: url })
})
after(() => api.close())
beforeEach(() => {
  runner = runnerOver(api.store)
})

function runnerOver(store: Store, now = () => api.world.clock.now()): TaskRunner {
  const world = { ...api.world, clock: { ...api.world.clock, now } }
  const views = applicationViews({ store })
  return taskRunner({ world, store, views, endpoints: api.endpointWorker, wake() {} })
}

let counter = 0
const since = new Date(Date.now() - 3_600_000)

/** An application with an endpoint and messages whose first attempts got these statuses. */
async function scene(statuses: readonly (number | null)[]) {
  counter += 1
  const app = (await svix.application.create({ name: 'A', uid: `tasks-${counter}` })).id
  const { id: endpoint } = await svix.endpoint.create(app, { url: 'https://a.b' })
  api.claims.length = 0
  const messages: string[] = []
  for (const [n] of statuses.entries()) {
    const eventType = n % 2 === 0 ? 'a.even' : 'a.odd'
    messages.push((await svix.message.create(app, { eventType, payload: { n } })).id)
  }
  for (const [n, status] of statuses.entries()) {
    const claim = api.claims[n]
    if (claim !== undefined && status !== null) await recordAttempt(api, claim, { status })
  }
  const past = api.world.clock.now() + idTickMs
  while (api.world.clock.now() < past) await new Promise(setImmediate) // a replay takes what is past
  return { app, endpoint, messages }
}

/** How many deliveries each message has at the application. */
async function deliveryCounts(
  app: string,
  messages: readonly string[],
): Promise<readonly number[]> {
  const counts: number[] = []
  for (const messageId of messages) {
    const page = await api.store.listMessageDeliveries({
      applicationId: app as ApplicationId, // an id, as the API says
      messageId: messageId as never, // likewise
      page: { limit: 250, order: 'ascending', iterator: null, backwards: false },
    })
    counts.push(page.items.length)
  }
  return counts
}

test('recover sends each failed message again, once, and leaves the others', async () => {
  const { app, endpoint, messages } = await scene([500, 200, 404, null, 500])
  const started = await svix.endpoint.recover(app, endpoint, { since })
  assert.equal(started.status, 'running')
  await runner.runDue()
  const task = await svix.backgroundTask.get(started.id)
  assert.deepEqual([task.status, task.task], ['finished', 'endpoint.recover'])
  assert.deepEqual([task.data.seen, task.data.done], [3, 3])
  assert.deepEqual(await deliveryCounts(app, messages), [2, 1, 2, 1, 2])
  await svix.endpoint.recover(app, endpoint, { since })
  await runner.runDue()
  assert.deepEqual(await deliveryCounts(app, messages), [2, 1, 2, 1, 2], 'they are on their way')
})

test('a task that lost its node in the middle of a page goes on: none twice, none missing', async () => {
  const { app, endpoint, messages } = await scene(Array.from({ length: 120 }, () => 500))
  const { id } = await svix.endpoint.recover(app, endpoint, { since })
  let left = 37
  const dying: Store = {
    ...api.store,
    addDelivery: (input) => (left-- > 0 ? api.store.addDelivery(input) : new Promise(() => {})), // the node is gone
  }
  const lost = runnerOver(dying).runDue()
  while (left >= 0) await new Promise((resolve) => setImmediate(resolve))
  await runner.runDue()
  assert.equal((await svix.backgroundTask.get(id)).status, 'running', 'the lease still holds')
  const later = runnerOver(api.store, () => api.world.clock.now() + 61_000)
  await later.runDue()
  const task = await svix.backgroundTask.get(id)
  assert.deepEqual([task.status, task.data.seen], ['finished', 120])
  assert.ok((await deliveryCounts(app, messages)).every((count) => count === 2))
  assert.ok(lost instanceof Promise)
})

test('a task that a newer release began is left to its nodes, and holds up no other', async () => {
  const { app, endpoint, messages } = await scene([500])
  const { id } = await svix.endpoint.recover(app, endpoint, { since })
  const found = await api.store.findRecord({ kind: 'task', id })
  const record = found ?? assert.fail('the task')
  const body = { ...record.body, format: taskFormat + 1 }
  await api.store.replaceRecord({ record: { ...record, body }, expectedVersion: record.version })
  const other = await svix.endpoint.recover(app, endpoint, { since })
  await runner.runDue()
  assert.equal((await svix.backgroundTask.get(other.id)).status, 'finished')
  const left = await api.store.findRecord({ kind: 'task', id })
  assert.deepEqual([left?.version, left?.dueAt], [record.version + 1, record.dueAt])
  assert.deepEqual(await deliveryCounts(app, messages), [2])
  assert.equal((await svix.backgroundTask.get(id)).status, 'running')
  await api.store.deleteRecord({ kind: 'task', id })
})

test('a canceled task stops, keeps what it did, and cannot be canceled twice', async () => {
  const { app, endpoint, messages } = await scene(Array.from({ length: 150 }, () => 500))
  const { id } = await svix.endpoint.recover(app, endpoint, { since })
  let cancel = true
  const canceling: Store = {
    ...api.store,
    async replaceRecord(input) {
      const result = await api.store.replaceRecord(input)
      // Between the first step and the second.
      if (cancel && input.record.body['cursor'] !== null) {
        cancel = false
        assert.equal((await post(`/background-task/${id}/cancel`)).status, 200)
      }
      return result
    },
  }
  await runnerOver(canceling).runDue()
  const task = await svix.backgroundTask.get(id)
  assert.deepEqual([task.status, task.data.canceled], ['failed', true])
  const counts = await deliveryCounts(app, messages)
  assert.equal(counts.filter((count) => count === 2).length, 100, 'one page of a hundred')
  assert.equal((await post(`/background-task/${id}/cancel`)).status, 409)
})

async function post(path: string, body?: object, token = bootstrapKey): Promise<Response> {
  return fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'accept-language': 'es' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

test('replay-missing sends what a new endpoint wants and never got, and nothing else', async () => {
  const { app, messages } = await scene([200, 200, 200])
  await svix.eventType.upsert('a.even', { description: '' })
  const late = await svix.endpoint.create(app, { url: 'https://late.b', eventTypes: ['a.even'] })
  const got = await svix.message.create(app, { eventType: 'a.even', payload: {} })
  const preview = async () => {
    const base = `${url}/api/v1/app/${app}/endpoint/${late.id}/replay-missing/preview`
    const response = await fetch(base, {
      method: 'POST',
      headers: { authorization: `Bearer ${bootstrapKey}` },
      body: JSON.stringify({ since }),
    })
    assert.equal(response.status, 200)
    // biome-ignore lint/suspicious/noExplicitAny: the test reads fields of a documented answer
    return (await response.json()) as any
  }
  const before = await preview()
  assert.ok(before.oldest !== null && before.oldest <= before.newest)
  const { seen, missing, eventTypes, complete } = before
  assert.ok(seen === 3 || seen === 4, 'the last message may be of this very moment')
  assert.deepEqual([missing, eventTypes, complete], [2, [{ name: 'a.even', count: 2 }], true])
  const { id } = await svix.endpoint.replayMissing(app, late.id, { since })
  await runner.runDue()
  assert.equal((await svix.backgroundTask.get(id)).data.done, 2)
  const after = await preview()
  assert.deepEqual([after.missing, after.oldest, after.eventTypes], [0, null, []])
  assert.deepEqual(await deliveryCounts(app, [...messages, got.id]), [2, 1, 2, 2])
})

test('bulk replay goes by type, status and status class', async () => {
  const { app, endpoint, messages } = await scene([500, 404, 200, 500])
  const replay = async (filter: object) => {
    const { id } = await svix.endpoint.bulkReplay(app, endpoint, { since, ...filter })
    await runner.runDue()
    return (await svix.backgroundTask.get(id)).data.done
  }
  assert.equal(await replay({ statusCodeClass: 400 }), 1)
  assert.equal(await replay({ status: 0 }), 1)
  assert.equal(await replay({ eventTypes: ['a.even'], status: 2 }), 1)
  assert.deepEqual(await deliveryCounts(app, messages), [2, 2, 2, 1])
  assert.equal(await replay({ until: since }), 0)
})

test('an ordered endpoint gets its replays in its old order, what it got before it was ordered first', async () => {
  const { app, endpoint, messages } = await scene([200, 200])
  const patched = await fetch(`${url}/api/v1/app/${app}/endpoint/${endpoint}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${bootstrapKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ordering: 'fifo' }),
  })
  assert.equal(patched.status, 200)
  for (let n = 0; n < 120; n++) {
    messages.push((await svix.message.create(app, { eventType: 'a.even', payload: { n } })).id)
  }
  const past = api.world.clock.now() + idTickMs
  while (api.world.clock.now() < past) await new Promise(setImmediate) // a replay takes what is past
  const { id } = await svix.endpoint.bulkReplay(app, endpoint, { since })
  await runner.runDue()
  const task = await svix.backgroundTask.get(id)
  assert.deepEqual([task.status, task.data.done], ['finished', messages.length])
  const { items } = await api.store.listNumberedDeliveries({
    applicationId: app as ApplicationId, // ids, as the API says
    endpointId: endpoint as EndpointId,
    ...{ afterSequence: 120, since: 0, until: Date.now() + 60_000, limit: 250 },
    ...{ states: null, eventTypes: null, channel: null, tag: null },
  })
  assert.deepEqual(
    items.map(({ delivery }) => delivery.messageId as string),
    messages,
  )
})

test('purging drops every payload of one application only', async () => {
  const { app, messages } = await scene([200, 200])
  const other = await scene([200])
  const { id, task } = await svix.message.expungeAllContents(app)
  assert.equal(task, 'application.purge_content')
  await runner.runDue()
  assert.equal((await svix.backgroundTask.get(id)).data.done, 2)
  const payload = async (owner: string, message = '') =>
    (await svix.message.get(owner, message, { withContent: true })).payload
  assert.deepEqual(await payload(app, messages[0]), { expired: true })
  assert.deepEqual(await payload(other.app, other.messages[0]), { n: 0 })
})

test('purging by a filter drops what fits and no more; a filter with a slip drops nothing', async () => {
  const { app, messages } = await scene([200, 200])
  const purge = (body: object) =>
    fetch(`${url}/api/v1/app/${app}/msg/expunge-all-contents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bootstrapKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  assert.equal((await purge({ eventType: ['a.even'] })).status, 422)
  assert.equal((await purge({ since: '2100-01-01T00:00:00Z', until: since })).status, 422)
  const asked = await purge({ eventTypes: ['a.even'], since })
  assert.equal(asked.status, 202)
  await runner.runDue()
  const { id } = (await asked.json()) as { readonly id: string } // the contract's type
  assert.equal((await svix.backgroundTask.get(id)).data.done, 1)
  const payload = async (message = '') =>
    (await svix.message.get(app, message, { withContent: true })).payload
  assert.deepEqual(await payload(messages[0]), { expired: true })
  assert.deepEqual(await payload(messages[1]), { n: 1 })
})

test('statistics count messages by application and by event type', async () => {
  const one = await scene([null, null, null])
  const two = await scene([null])
  const until = new Date(Date.now() + 1000)
  const appIds = [one.app, two.app, 'nobody']
  const started = await svix.statistics.aggregateAppStats({ since, until, appIds })
  assert.deepEqual(started.unresolvedAppIds, ['nobody'])
  const types = await svix.statistics.aggregateEventTypes()
  await runner.runDue()
  const { counts } = (await svix.backgroundTask.get(started.id)).data
  assert.deepEqual(counts, { [one.app]: 3, [two.app]: 1 })
  const byType = (await svix.backgroundTask.get(types.id)).data.counts
  assert.ok(byType['a.even'] >= 3 && byType['a.odd'] >= 1)
})

test('tasks are listed newest first, and a portal sees those of its own application only', async () => {
  const { app, endpoint } = await scene([500])
  const other = await scene([500])
  const mine = await svix.endpoint.recover(app, endpoint, { since })
  const theirs = await svix.endpoint.recover(other.app, other.endpoint, { since })
  const listed = await svix.backgroundTask.list({ limit: 2 })
  assert.deepEqual(
    listed.data.map(({ id }) => id),
    [theirs.id, mine.id],
  )
  const { token } = await svix.authentication.appPortalAccess(app, {})
  const portal = new Svix(token, { serverUrl: url })
  assert.equal((await portal.backgroundTask.get(mine.id)).id, mine.id)
  await assert.rejects(portal.backgroundTask.get(theirs.id), { code: 404 })
  await assert.rejects(svix.backgroundTask.get('qtask_missing'), { code: 404 })
  await assert.rejects(svix.endpoint.recover(app, endpoint, { since: new Date(0) }), { code: 422 })
})

/** An application with so many endpoints, and the ids of them. */
async function manyEndpoints(
  count: number,
  profile = 'standard',
  settings: (n: number) => object = () => ({}),
) {
  counter += 1
  const uid = `tasks-${counter}`
  const { id: app } = await json(post('/app', { name: 'Many', uid, profile }))
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const body = { url: `https://h${n}.example`, ...settings(n) }
    const made = await post(`/app/${app}/endpoint`, body)
    assert.equal(made.status, 201, await made.clone().text())
    ids.push((await json(made)).id)
  }
  return { app, ids }
}

// biome-ignore lint/suspicious/noExplicitAny: the test reads fields of a documented answer
async function json(response: Response | Promise<Response>): Promise<any> {
  return (await response).json()
}

function get(path: string) {
  const headers = { authorization: `Bearer ${bootstrapKey}`, 'accept-language': 'es' }
  return json(fetch(`${url}/api/v1${path}`, { headers }))
}

const taskOf = (id: string) => get(`/background-task/${id}`)

async function started(path: string, body: object): Promise<string> {
  const response = await post(path, body)
  assert.equal(response.status, 202, await response.clone().text())
  return (await json(response)).id
}

test('many endpoints are changed by a job, each by itself, and it tells what became of each', async () => {
  const { app, ids } = await manyEndpoints(60)
  await svix.endpoint.patch(app, ids[0] ?? '', { disabled: true })
  await svix.endpoint.delete(app, ids[1] ?? '')
  const path = `/app/${app}/endpoint/change-all`
  const id = await started(path, { action: 'disable', ids })
  await runner.runDue()
  const { status, task, data } = await taskOf(id)
  assert.deepEqual([status, task, data.action], ['finished', 'endpoint.change', 'disable'])
  assert.deepEqual([data.total, data.seen, data.done], [60, 60, 58])
  assert.deepEqual(data.tally, { changed: 58, unchanged: 1, gone: 1 })
  const fates = data.results.map((one: { id: string; fate: string }) => [one.id, one.fate])
  assert.deepEqual(fates.slice(-2), [
    [ids[1], 'gone'],
    [ids[0], 'unchanged'],
  ])
  assert.deepEqual(data.results[0].name, 'h59.example')
  const [entry] = (await get(`/audit?resource_id=${ids[7]}&limit=5`)).data
  assert.deepEqual([entry.operation, entry.requestId], ['v1.endpoint.change-several', id])
  const [listed] = (await get('/background-task?task=endpoint.change')).data
  assert.deepEqual([listed.id, listed.data.results], [id, undefined], 'a list is short')

  const unknown = { action: 'add-event-types', eventTypes: ['is.nowhere'], ids: ids.slice(2, 4) }
  const all = await started(path, { action: 'enable', filter: { state: ['disabled'] } })
  const odd = await started(path, unknown)
  await runner.runDue()
  assert.deepEqual((await taskOf(all)).data.tally, { changed: 59 })
  assert.deepEqual((await taskOf(odd)).data.tally, { unchanged: 2 }, 'they get everything')
  for (const body of [{ action: 'pause' }, { action: 'pause', ids, eventTypes: ['a.b'] }]) {
    assert.equal((await post(path, body)).status, 422)
  }
})

test('those whose own rules are against it stay, with the reason in the reader’s language', async () => {
  assert.equal((await post('/catalog/cotalker/install')).status, 200)
  const { app, ids } = await manyEndpoints(3, 'cotalker', (n) => ({
    ...{ name: `Hook ${n}`, code: `hook_${n}`, trigger: 'create-edit-delete-user' },
  }))
  const id = await started(`/app/${app}/endpoint/change-all`, { action: 'delete', filter: {} })
  await runner.runDue()
  const { data } = await taskOf(id)
  assert.deepEqual([data.tally, data.done], [{ refused: 3 }, 0])
  assert.deepEqual([data.results[0].code, data.results[0].id], ['conflict', ids[2]])
  assert.match(data.results[0].why, /[a-z]/)
  const test = await started(`/app/${app}/endpoint/test-all`, { filter: {} })
  await runner.runDue()
  assert.deepEqual((await taskOf(test)).data.tally, { refused: 3 }, 'its profile has no tests')
})

test('a job over endpoints whose node died goes on with what was in hand, and knows what it did', async () => {
  const { app, ids } = await manyEndpoints(30)
  const id = await started(`/app/${app}/endpoint/change-all`, { action: 'delete', ids })
  let dead: () => void = () => {}
  const gone = new Promise<void>((resolve) => {
    dead = resolve
  })
  const dying: Store = {
    ...api.store,
    replaceRecord(input) {
      const tally = Object(input.record.body['work'])['tally'] ?? {}
      if (Object.keys(tally).length === 0) return api.store.replaceRecord(input)
      dead() // 25 are deleted, and it is not written down
      return new Promise(() => {})
    },
  }
  void runnerOver(dying).runDue()
  await gone
  assert.deepEqual((await taskOf(id)).data.tally, {})
  await runnerOver(api.store, () => api.world.clock.now() + 61_000).runDue()
  assert.deepEqual((await taskOf(id)).data.tally, { changed: 30 })
})

test('many endpoints are sent a test by a job, beside other jobs, and it tells what each answered', async () => {
  await svix.eventType.upsert('a.even', { description: '' })
  const { app, ids } = await manyEndpoints(7)
  const id = await started(`/app/${app}/endpoint/test-all`, { ids, eventTypes: ['a.even'] })
  const canceled = await started(`/app/${app}/endpoint/test-all`, { ids })
  assert.equal((await post(`/background-task/${canceled}/cancel`)).status, 200)
  await runner.runDue()
  const { status, data } = await taskOf(id)
  assert.deepEqual([status, data.total, data.tally], ['finished', 7, { succeeded: 7 }])
  assert.deepEqual([data.results[0].status, data.results.length], [200, 7])
  assert.deepEqual((await taskOf(canceled)).data.tally, undefined)
  const all = await started(`/app/${app}/endpoint/test-all`, { filter: {} })
  await runner.runDue()
  assert.deepEqual((await taskOf(all)).data.tally, { succeeded: 7 })
})

test('an application’s own token starts and sees its own jobs over endpoints, and moves them only with the right to', async () => {
  const { app, ids } = await manyEndpoints(1)
  const other = await manyEndpoints(1)
  const tokenOf = async (capabilities: readonly string[]) =>
    (await json(post(`/auth/app-portal-access/${app}`, { capabilities }))).token
  const manager = await tokenOf(['ViewBase', 'ManageEndpoint'])
  const replayer = await tokenOf(['ViewBase', 'CreateAttempts'])
  const path = `/app/${app}/endpoint/change-all`
  const body = { action: 'pause', ids: [...ids, ...other.ids] }
  assert.equal((await post(path, body, replayer)).status, 403)
  assert.equal((await post(`/app/${other.app}/endpoint/change-all`, body, manager)).status, 404)
  const { id } = await json(post(path, body, manager))
  assert.equal((await post(`/background-task/${id}/pause`, {}, replayer)).status, 403)
  await runner.runDue()
  assert.deepEqual((await taskOf(id)).data.tally, { gone: 1, changed: 1 })
})
