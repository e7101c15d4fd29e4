/** Cotalker, row by row of the acceptance list. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/domain/json.ts'
import type { Receiver } from '../support/receiver.ts'
import { catalogFile, refusedField, type System, startSystem, without } from './system.ts'

let cotalker: System
before(async () => {
  cotalker = await startSystem('cotalker')
})
after(() => cotalker.close())

const catalog = catalogFile('cotalker')
const userTrigger = 'create-edit-delete-user'
const documented = [
  userTrigger,
  'create-edit-delete-task',
  'create-edit-delete-survey',
  'create-edit-delete-property',
  'logout-user',
]
const scopes: Readonly<Record<string, JsonObject>> = {
  'create-edit-delete-task': { workflow: ['w1'] },
  'create-edit-delete-survey': { survey: ['s1'], group: ['g1'] },
}
/** Where every event of these tests happened. */
const everywhere = { scope: { workflow: 'w1', survey: 's1', group: 'g1' } }

let counter = 0
async function hook(receiver: Receiver, fields: JsonObject = {}) {
  counter += 1
  const trigger = String(fields['trigger'] ?? userTrigger)
  return cotalker.webhook({
    name: `Webhook ${counter}`,
    url: `${receiver.url}/hook`,
    trigger,
    scope: scopes[trigger] ?? {},
    ...fields,
  })
}

/** An application of its own, so that other tests' endpoints stay out of it. */
async function alone() {
  const app = await cotalker.application({ profile: 'cotalker' })
  const webhook = async (fields: JsonObject) => {
    const created = await cotalker.api('POST', `${app}/endpoint`, {
      trigger: userTrigger,
      ...fields,
    })
    assert.equal(created.status, 201, JSON.stringify(created.body))
    return created.body
  }
  const raise = (eventType: string, payload: JsonObject, more: JsonObject = {}) =>
    cotalker.api('POST', `${app}/msg`, { eventType, payload, ...more })
  const log = async (id: string) => (await cotalker.api('GET', `${app}/endpoint/${id}/log`)).body
  return { app, webhook, raise, log }
}

function bodies(receiver: Receiver) {
  return receiver.requests.map((request) => Object(request.json()))
}

describe('Cotalker', () => {
  it('C1: one trigger a webhook; the 13 events of the five arrive, each at its own', async () => {
    const receivers = new Map<string, Receiver>()
    for (const trigger of documented) {
      const receiver = await cotalker.receiver()
      receivers.set(trigger, receiver)
      await hook(receiver, { trigger })
    }
    const events = catalog.events.filter((event) => event.documented)
    assert.equal(events.length, 13)
    for (const event of events) await cotalker.raise(event.name, event.example, everywhere)
    await cotalker.settled()
    for (const trigger of documented) {
      const { body } = await cotalker.api('GET', `/catalog/cotalker?name=${trigger}`)
      const names = body.events.map((event: { name: string }) => event.name)
      const receiver = receivers.get(trigger)
      assert.ok(receiver)
      const got = bodies(receiver).map((sent) => `${sent.type}.${sent.event}`)
      assert.deepEqual(got, names, trigger)
    }
    const both = { name: 'x', url: 'http://127.0.0.1:9999/', eventTypes: ['COTUser.create'] }
    refusedField(await cotalker.api('POST', `${cotalker.app}/endpoint`, both), 'trigger')
    const mixed = { ...both, trigger: 'create-edit-delete-task', scope: { workflow: ['w1'] } }
    refusedField(await cotalker.api('POST', `${cotalker.app}/endpoint`, mixed), 'eventTypes')
    const unknown = { name: 'x', url: 'http://127.0.0.1:9999/', trigger: 'create-planet' }
    refusedField(await cotalker.api('POST', `${cotalker.app}/endpoint`, unknown), 'trigger')
  })

  it('C2: the next event is sent only after the one before was received', async () => {
    const { webhook, raise } = await alone()
    const receiver = await cotalker.receiver([{ status: 500 }, { status: 200 }])
    await webhook({ name: 'Order', url: receiver.url })
    for (const number of [1, 2, 3]) await raise('COTUser.create', { data: { _id: `u${number}` } })
    await cotalker.settled()
    assert.equal(receiver.requests.length, 1)
    await cotalker.pass(30_000)
    await receiver.waitFor(4)
    assert.deepEqual(
      bodies(receiver).map((body) => body.data._id),
      ['u1', 'u1', 'u2', 'u3'],
    )
  })

  it('C3: two more tries, 30 seconds apart; then it has failed and the queue moves on', async () => {
    const { app, webhook, raise, log } = await alone()
    const receiver = await cotalker.receiver((request) => ({
      status: Object(request.json()).data._id === 'bad' ? 500 : 200,
    }))
    const { id } = await webhook({ name: 'Retry', url: receiver.url })
    const start = cotalker.clock.now()
    await raise('COTUser.create', { data: { _id: 'bad' } })
    await raise('COTUser.create', { data: { _id: 'good' } })
    await cotalker.pass(29_999)
    assert.equal(receiver.requests.length, 1)
    await cotalker.clock.advance(1)
    await receiver.waitFor(2)
    await cotalker.pass(30_000)
    await receiver.waitFor(4)
    await cotalker.settled()
    assert.deepEqual(
      bodies(receiver).map((body) => body.data._id),
      ['bad', 'bad', 'bad', 'good'],
    )
    const { data } = await log(id)
    assert.deepEqual(
      data.map((row: { executedAt: string; result: string }) => [
        Date.parse(row.executedAt) - start,
        row.result,
      ]),
      [
        [60_000, 'SUCCESS'],
        [60_000, 'FAILED'],
        [30_000, 'FAILED'],
        [0, 'FAILED'],
      ],
    )
    await cotalker.pass(120_000)
    assert.equal(receiver.requests.length, 4)
    const { body } = await cotalker.api('GET', `${app}/endpoint/${id}`)
    assert.equal(body.disabled, false)
  })

  it('C4: 200 to 209 is success, everything else has failed, redirects included', async () => {
    const { webhook, raise, log } = await alone()
    const elsewhere = await cotalker.receiver()
    const statuses = [200, 204, 209, 210, 226, 301, 404, 500]
    const receiver = await cotalker.receiver((request) => ({
      status: Number(Object(request.json()).data._id),
      headers: { location: elsewhere.url },
    }))
    const { id } = await webhook({
      name: 'Statuses',
      url: receiver.url,
      policy: { retryScheduleMs: [] },
    })
    for (const status of statuses) await raise('COTUser.create', { data: { _id: `${status}` } })
    await cotalker.settled()
    const { data } = await log(id)
    const results = data.map((row: { status: number; result: string }) => [row.status, row.result])
    assert.deepEqual(
      results.reverse(),
      statuses.map((status) => [status, status <= 209 ? 'SUCCESS' : 'FAILED']),
    )
    assert.equal(elsewhere.requests.length, 0)
  })

  it('C5: without an answer the log shows status 409 and why', async () => {
    const { app, webhook, raise, log } = await alone()
    const closed = await cotalker.receiver()
    await closed.close()
    const { id } = await webhook({ name: 'Closed', url: closed.url })
    await raise('COTUser.create', { data: { _id: 'u1' } })
    await cotalker.settled()
    const [row] = (await log(id)).data
    assert.equal(row.status, 409)
    assert.equal(row.result, 'FAILED')
    const entry = await cotalker.api(
      'GET',
      `${app}/endpoint/${id}/log/${row.id}?msg_id=${row.messageId}`,
    )
    assert.notEqual(entry.body.response, '')
  })

  it('C6: the body has its parts, by kind of event', async () => {
    const receiver = await cotalker.receiver()
    await hook(receiver)
    await hook(receiver, { trigger: 'logout-user' })
    const user = { _id: 'u1', email: 'a@example.com' }
    await cotalker.raise('COTUser.create', { company: 'c1', data: user })
    const created = Object((await receiver.next()).json())
    const parts = ['company', 'createdAt', 'data', 'event', 'extraData', 'type']
    assert.deepEqual(Object.keys(created).sort(), parts)
    assert.deepEqual([created.company, created.type, created.event], ['c1', 'COTUser', 'create'])
    assert.deepEqual([created.data, created.extraData], [user, null])
    assert.equal(created.createdAt, new Date(cotalker.clock.now()).toISOString())
    await cotalker.raise(
      'COTUser.edit',
      { company: 'c1', data: { ...user, email: 'b@example.com' } },
      { previous: user },
    )
    const edited = Object((await receiver.next()).json())
    assert.deepEqual(Object.keys(edited).sort(), [...parts, 'diff'].sort())
    const extraData = { userId: 'u1', timestamp: 1795228095186 }
    await cotalker.raise('Auth.logout', { company: 'c1', data: null, extraData })
    const logout = Object((await receiver.next()).json())
    assert.deepEqual([logout.type, logout.event, logout.data], ['Auth', 'logout', null])
    assert.deepEqual(logout.extraData, extraData)
  })

  it('C7: an edit sends only the edited fields, and the log shows nothing else', async () => {
    const { app, webhook, raise, log } = await alone()
    const receiver = await cotalker.receiver()
    const { id } = await webhook({ name: 'Edits', url: receiver.url })
    const previous = {
      _id: 'u1',
      name: { names: 'Ana', lastName: 'Torres' },
      email: 'ana@example.com',
    }
    const data = { ...previous, name: { names: 'Ana María', lastName: 'Torres Ruiz' } }
    await raise('COTUser.edit', { company: 'c1', data }, { previous })
    const diff = {
      '/name/names': { previous: 'Ana', changedTo: 'Ana María' },
      '/name/lastName': { previous: 'Torres', changedTo: 'Torres Ruiz' },
    }
    const body = Object((await receiver.next()).json())
    assert.deepEqual(body.diff, diff)
    assert.deepEqual(body.data, { _id: 'u1', name: previous.name })
    await cotalker.settled()
    const [row] = (await log(id)).data
    const path = `${app}/endpoint/${id}/log/${row.id}?msg_id=${row.messageId}`
    assert.deepEqual((await cotalker.api('GET', path)).body.trigger, diff)
  })

  it('C8: the code is suggested, well formed, unique, and fixed once saved', async () => {
    const { app, webhook } = await alone()
    const base = { url: 'http://127.0.0.1:9999/', trigger: userTrigger }
    const first = await webhook({ ...base, name: 'Órdenes de Compra' })
    assert.equal(first.code, 'ordenes_de_compra')
    const suggestion = await cotalker.api('GET', `${app}/webhook/code?name=Ordenes%20de%20compra`)
    assert.equal(suggestion.body.code, 'ordenes_de_compra_2')
    for (const code of ['Mayúscula', 'with space', 'a-b', '']) {
      const refused = await cotalker.api('POST', `${app}/endpoint`, { ...base, name: 'x', code })
      refusedField(refused, 'code')
    }
    const taken = { ...base, name: 'x', code: 'ordenes_de_compra' }
    refusedField(await cotalker.api('POST', `${app}/endpoint`, taken), 'code')
    const path = `${app}/endpoint/${first.id}`
    const renamed = await cotalker.api('PATCH', path, { name: 'Otro nombre' })
    assert.deepEqual([renamed.body.name, renamed.body.code], ['Otro nombre', 'ordenes_de_compra'])
    const changed = await cotalker.api('PATCH', path, { code: 'otro' }, { 'accept-language': 'es' })
    assert.match(refusedField(changed, 'code'), /no se puede cambiar/)
  })

  it('C9: the identifier is made by the server and never taken from a form', async () => {
    const { app, webhook } = await alone()
    const fields = { name: 'Identifier', url: 'http://127.0.0.1:9999/', id: 'ep_mine' }
    const created = await webhook(fields)
    assert.match(created.id, /^ep_[0-9A-Za-z]{27}$/)
    await cotalker.api('PATCH', `${app}/endpoint/${created.id}`, { id: 'ep_other', name: 'Same' })
    assert.equal((await cotalker.api('GET', `${app}/endpoint/${created.id}`)).body.id, created.id)
    const { form } = (await cotalker.api('GET', '/profile/cotalker')).body
    const identifier = form.find((field: { name: string }) => field.name === 'id')
    assert.equal(identifier.kind, 'read-only')
  })

  it('C10: task needs a workflow, survey a survey and a group, others nothing', async () => {
    const { form } = (await cotalker.api('GET', '/profile/cotalker')).body
    const shownFor = (trigger: string) =>
      form
        .filter((field: { visibleFor?: string[] }) => field.visibleFor?.includes(trigger))
        .map((field: { label: { en: string } }) => field.label.en)
    assert.deepEqual(shownFor('create-edit-delete-task'), ['Workflow'])
    assert.deepEqual(shownFor('create-edit-delete-survey'), ['Survey', 'Group'])
    assert.deepEqual(shownFor(userTrigger), [])
    const base = { name: 'Conditional', url: 'http://127.0.0.1:9999/' }
    const post = (fields: JsonObject) =>
      cotalker.api('POST', `${cotalker.app}/endpoint`, { ...base, ...fields })
    refusedField(await post({ trigger: 'create-edit-delete-task' }), 'workflow')
    const survey = 'create-edit-delete-survey'
    refusedField(await post({ trigger: survey, scope: { group: ['g'] } }), 'survey')
    refusedField(await post({ trigger: survey, scope: { survey: ['s'], group: [] } }), 'group')
    const spanish = { 'accept-language': 'es' }
    const task = { ...base, trigger: 'create-edit-delete-task', scope: {} }
    const path = `${cotalker.app}/endpoint`
    const unlimited = await cotalker.api('POST', path, task, spanish)
    assert.match(refusedField(unlimited, 'workflow'), /un valor de Flujo de trabajo/)
    // A scope that the trigger's events never carry would keep the webhook silent.
    const workflow = { workflow: ['w1'] }
    refusedField(await post({ trigger: userTrigger, scope: workflow }), 'workflow')
    const both = { ...workflow, survey: ['s1'] }
    refusedField(await post({ trigger: 'create-edit-delete-task', scope: both }), 'survey')
  })

  it('C10: a trigger that was changed is not limited by the scope of the one before', async () => {
    const { app, webhook, raise } = await alone()
    const receiver = await cotalker.receiver()
    const trigger = 'create-edit-delete-task'
    const fields = { name: 'Moved', url: receiver.url, trigger, scope: { workflow: ['w1'] } }
    const { id } = await webhook(fields)
    const path = `${app}/endpoint/${id}`
    const moved = await cotalker.api('PATCH', path, { trigger: userTrigger })
    assert.deepEqual([moved.status, moved.body.scope], [200, null])
    await raise('COTUser.create', { _id: 'u1' })
    assert.equal(Object((await receiver.next()).json()).data._id, 'u1')
  })

  it('C11: only the chosen workflow, or survey and group, fires', async () => {
    const tasks = await cotalker.receiver()
    const surveys = await cotalker.receiver()
    await hook(tasks, { trigger: 'create-edit-delete-task', scope: { workflow: ['w9'] } })
    await hook(surveys, {
      trigger: 'create-edit-delete-survey',
      scope: { survey: ['s9'], group: ['g9'] },
    })
    const data = { data: { _id: 'x' } }
    await cotalker.raise('COTTask.create', data, { scope: { workflow: 'w8' } })
    await cotalker.raise('COTTask.create', data)
    await cotalker.raise('COTSurvey.create', data, { scope: { survey: 's9', group: 'g8' } })
    await cotalker.settled()
    assert.equal(tasks.requests.length + surveys.requests.length, 0)
    await cotalker.raise('COTTask.create', data, { scope: { workflow: 'w9' } })
    await cotalker.raise('COTSurvey.create', data, { scope: { survey: 's9', group: 'g9' } })
    await cotalker.settled()
    assert.deepEqual([tasks.requests.length, surveys.requests.length], [1, 1])
  })

  it('C12: the panel deactivates one or many, and hides them until asked', async () => {
    const { app, webhook } = await alone()
    const base = { url: 'http://127.0.0.1:9999/' }
    const ids: string[] = []
    for (const name of ['one', 'two', 'three']) ids.push((await webhook({ ...base, name })).id)
    const change = { action: 'deactivate', ids: ids.slice(0, 2) }
    assert.equal((await cotalker.api('POST', `${app}/webhook/change`, change)).status, 200)
    const names = async (query = '') =>
      (await cotalker.api('GET', `${app}/webhook${query}`)).body.data.map(
        (item: { name: string }) => item.name,
      )
    assert.deepEqual(await names(), ['three'])
    assert.deepEqual(await names('?show_disabled=true'), ['three', 'two', 'one'])
    const { list } = (await cotalker.api('GET', '/profile/cotalker')).body
    assert.deepEqual(
      list.columns.map((column: { label: { en: string } }) => column.label.en),
      ['Name', 'Trigger', 'Url'],
    )
    assert.deepEqual([list.showsDisabled, list.pageSize], [false, 10])
  })

  it('C13: deactivating stops, activating restarts, and there is no delete', async () => {
    const { app, webhook, raise } = await alone()
    const receiver = await cotalker.receiver()
    const { id } = await webhook({ name: 'Toggle', url: receiver.url })
    const path = `${app}/endpoint/${id}`
    await cotalker.api('PATCH', path, { disabled: true })
    await raise('COTUser.create', { data: { _id: 'while off' } })
    await cotalker.settled()
    assert.equal(receiver.requests.length, 0)
    await cotalker.api('PATCH', path, { disabled: false })
    await raise('COTUser.create', { data: { _id: 'while on' } })
    await cotalker.settled()
    assert.deepEqual(
      bodies(receiver).map((body) => body.data._id),
      ['while on'],
    )
    const refused = await cotalker.api('DELETE', path, undefined, { 'accept-language': 'es' })
    assert.equal(refused.status, 409)
    assert.match(refused.body.detail, /se desactivan/)
    const many = { action: 'delete', ids: [id] }
    assert.equal((await cotalker.api('POST', `${app}/webhook/change`, many)).status, 409)
  })

  it('C14: a log row for each try, newest first, with what was sent and answered', async () => {
    const { app, webhook, raise, log } = await alone()
    const receiver = await cotalker.receiver([
      { status: 500, body: 'not now' },
      { status: 200, body: 'ok' },
    ])
    const { id } = await webhook({ name: 'Log', url: receiver.url })
    const task = { _id: 'u1', email: 'a@example.com' }
    await raise('COTUser.create', { company: 'c1', data: task })
    await cotalker.pass(30_000)
    await receiver.waitFor(2)
    await cotalker.settled()
    const { data } = await log(id)
    assert.deepEqual(
      data.map((row: { result: string; status: number; retry: number }) => [
        row.result,
        row.status,
        row.retry,
      ]),
      [
        ['SUCCESS', 200, 2],
        ['FAILED', 500, 1],
      ],
    )
    const first = data[1]
    const path = `${app}/endpoint/${id}/log/${first.id}?msg_id=${first.messageId}`
    const { body } = await cotalker.api('GET', path)
    assert.equal(body.response, 'not now')
    assert.deepEqual(body.trigger, receiver.requests[0]?.json())
  })

  it('C15: subscriptions and their logs can be read over the API, page by page', async () => {
    const { app, webhook, raise } = await alone()
    const receiver = await cotalker.receiver()
    const { id } = await webhook({ name: 'Read', url: receiver.url })
    for (const number of [1, 2, 3]) await raise('COTUser.create', { data: { _id: `u${number}` } })
    await cotalker.settled()
    const list = await cotalker.api('GET', `${app}/webhook`)
    assert.deepEqual([list.body.total, list.body.data[0].id], [1, id])
    const one = await cotalker.api('GET', `${app}/endpoint/${id}`)
    assert.equal(one.body.trigger, userTrigger)
    const page = await cotalker.api('GET', `${app}/endpoint/${id}/log?limit=2`)
    assert.deepEqual([page.body.data.length, page.body.done], [2, false])
    const next = await cotalker.api(
      'GET',
      `${app}/endpoint/${id}/log?limit=2&iterator=${page.body.iterator}`,
    )
    assert.deepEqual([next.body.data.length, next.body.done], [1, true])
    const keys = ['id', 'result', 'eventType', 'executedAt', 'status', 'retry', 'durationMs']
    assert.deepEqual(
      Object.keys(next.body.data[0]).sort(),
      [...keys, 'messageId', 'subscription'].sort(),
    )
    assert.equal(next.body.data[0].subscription, id)
    const other = await cotalker.application({ profile: 'cotalker' })
    assert.equal((await cotalker.api('GET', `${other}/endpoint/${id}/log`)).status, 404)
  })

  it('all 16 events arrive with the documented bodies, whole where the webhook asks for it', async () => {
    const receivers = await Promise.all(
      [...documented, 'create-edit-delete-note'].map(async (trigger) => {
        const receiver = await cotalker.receiver()
        await hook(receiver, { trigger, payload: 'full' })
        return receiver
      }),
    )
    for (const event of catalog.events) {
      await cotalker.raise(event.name, without(event.example, 'type', 'event'), everywhere)
    }
    await cotalker.settled()
    const sent = receivers.flatMap(bodies)
    const byName = new Map(sent.map((body) => [`${body.type}.${body.event}`, body]))
    for (const event of catalog.events) {
      assert.deepEqual(byName.get(event.name), event.example, event.name)
    }
    assert.equal(sent.length, 16)
  })
})
