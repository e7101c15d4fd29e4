/** Ultimate Multisite, row by row of the acceptance list. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/domain/json.ts'
import { keepDueRunCounts } from '../../src/intake/run-count.ts'
import type { Script } from '../support/receiver.ts'
import { catalogFile, refusedField, type System, startSystem, without } from './system.ts'

let network: System
before(async () => {
  network = await startSystem('ultimate-multisite')
})
after(() => network.close())

const catalog = catalogFile('ultimate-multisite')
const paymentReceived = example('payment_received')

function example(name: string): JsonObject {
  const event = catalog.events.find((candidate) => candidate.name === name)
  assert.ok(event, name)
  return event.example
}

async function alone() {
  const app = await network.application({ profile: 'ultimate-multisite' })
  const post = (fields: JsonObject) => network.api('POST', `${app}/endpoint`, fields)
  const webhook = async (fields: JsonObject) => {
    const created = await post({ name: 'Payments', eventTypes: ['payment_received'], ...fields })
    assert.equal(created.status, 201, JSON.stringify(created.body))
    return created.body
  }
  const raise = (eventType = 'payment_received', payload = paymentReceived) =>
    network.api('POST', `${app}/msg`, { eventType, payload })
  return { app, post, webhook, raise }
}

async function listening(fields: JsonObject = {}, script: Script = [{ status: 200 }]) {
  const receiver = await network.receiver(script)
  const own = await alone()
  const hook = await own.webhook({ url: `${receiver.url}/hook`, ...fields })
  const path = `${own.app}/endpoint/${hook.id}`
  const runCount = async () => (await network.api('GET', `${path}/summary`)).body.runCount
  const log = async () => (await network.api('GET', `${path}/log`)).body.data
  return { ...own, receiver, hook, path, runCount, log }
}

describe('Ultimate Multisite', () => {
  it('U1: a webhook is made of name, URL and one event', async () => {
    const { post, webhook } = await alone()
    const url = 'http://127.0.0.1:9999/'
    const hook = await webhook({ url })
    assert.deepEqual(
      [hook.name, hook.url, hook.eventTypes],
      ['Payments', url, ['payment_received']],
    )
    const two = { name: 'Two', url, eventTypes: ['payment_received', 'payment_failed'] }
    assert.match(refusedField(await post(two), 'eventTypes'), /only 1/)
    const patched = await network.api('PATCH', `${(await alone()).app}/endpoint/${hook.id}`, {})
    assert.equal(patched.status, 404)
    const { form } = (await network.api('GET', '/profile/ultimate-multisite')).body
    assert.deepEqual(
      form.slice(0, 3).map((field: { name: string; kind: string }) => field.kind),
      ['text', 'url', 'event'],
    )
  })

  it('U2: each rule of the form refuses its field', async () => {
    const { post } = await alone()
    const whole = { name: 'Ok', url: 'http://127.0.0.1:9999/', eventTypes: ['payment_received'] }
    assert.match(refusedField(await post({ ...whole, name: 'x' }), 'name'), /at least 2/)
    refusedField(await post({ ...whole, url: 'ftp://example.com/' }), 'url')
    refusedField(await post({ ...whole, eventTypes: undefined }), 'eventTypes')
    refusedField(await post({ ...whole, integration: 'z' }), 'integration')
    assert.equal((await post(whole)).body.integration, 'manual')
  })

  it('U3: every event is listed with its text and a sample', async () => {
    const { body } = await network.api('GET', `${network.app}/hook/event`)
    assert.equal(body.length, 26)
    for (const { name, description, sample } of body) {
      assert.ok(description.length > 0, name)
      assert.deepEqual(sample, example(name))
    }
  })

  it('U4: Payment Received is flat: payment, membership, customer and the version', async () => {
    const { receiver, raise } = await listening()
    await raise('payment_received', without(paymentReceived, 'wu_version'))
    const body = Object((await receiver.next()).json())
    assert.deepEqual(body, paymentReceived)
    for (const [key, value] of Object.entries(body)) {
      assert.match(key, /^(payment|membership|customer)_|^wu_version$/)
      assert.notEqual(typeof value, 'object', key)
    }
    assert.equal('event' in body || 'event_name' in body, false)
  })

  it('U5: each amount is there as text with its symbol and as a number', async () => {
    const { receiver, raise } = await listening()
    const raw = Object.fromEntries(
      Object.entries(paymentReceived).filter(([key]) => !(`${key}_raw` in paymentReceived)),
    )
    await raise('payment_received', { ...raw, payment_total_raw: 1234.5, payment_currency: 'EUR' })
    const body = Object((await receiver.next()).json())
    assert.deepEqual([body.payment_total, body.payment_total_raw], ['€1,234.50', 1234.5])
    assert.deepEqual([body.membership_amount, body.membership_amount_raw], ['$29.00', 29])
    const amounts = Object.keys(body).filter((key) => key.endsWith('_raw'))
    assert.equal(amounts.length, 5)
    for (const key of amounts) assert.equal(typeof body[key.slice(0, -4)], 'string')
  })

  it('U6: Send Test Event sends the sample and shows what the receiver answered', async () => {
    const { receiver, path } = await listening({}, [{ status: 200, body: 'caught' }])
    const tested = await network.api('POST', `${path}/test`)
    assert.deepEqual([tested.body.succeeded, tested.body.results[0].response], [true, 'caught'])
    assert.deepEqual(receiver.requests[0]?.json(), paymentReceived)
    receiver.answer([{ status: 200 }])
    const empty = await network.api('POST', `${path}/test`, undefined, { 'accept-language': 'es' })
    assert.equal(empty.body.succeeded, false)
    assert.match(empty.body.results[0].error, /sin cuerpo/)
    await receiver.close()
    const failed = await network.api('POST', `${path}/test`)
    assert.equal(failed.body.succeeded, false)
    assert.notEqual(failed.body.results[0].error, null)
  })

  it('U7: a test is neither counted nor logged', async () => {
    const { receiver, raise, path, runCount, log } = await listening()
    await raise()
    await receiver.waitFor(1)
    await network.settled()
    const before = [await runCount(), await log()]
    await network.api('POST', `${path}/test`)
    await network.settled()
    assert.equal(receiver.requests.length, 2)
    assert.deepEqual([await runCount(), await log()], before)
  })

  it('U8: a send adds one to the count and one record; without an answer only the record', async () => {
    const { receiver, raise, runCount, log, path } = await listening()
    await raise()
    await receiver.waitFor(1)
    await network.settled()
    assert.deepEqual([await runCount(), (await log()).length], [1, 1])
    await receiver.close()
    await raise()
    await network.settled()
    const [row] = await log()
    assert.deepEqual([await runCount(), (await log()).length, row.result], [1, 2, 'FAILED'])
    const entry = await network.api('GET', `${path}/log/${row.id}?msg_id=${row.messageId}`)
    assert.notEqual(entry.body.response, '')
    assert.notEqual((await network.api('GET', `${path}/summary`)).body.lastFailedAt, null)
  })

  it('U9: Wait for Response is off: a send returns at once; on: it waits 3 s for a slow receiver', async () => {
    let release = () => {}
    const script = () => ({
      after: new Promise<void>((resolve) => {
        release = resolve
      }),
      status: 200,
      body: 'done',
    })
    const { raise, receiver, app } = await listening({}, script)
    const settings = `${app}/settings`
    const asStored = async () => (await network.api('GET', settings)).body
    assert.deepEqual(await asStored(), { waitForResponse: false, restHooks: true })

    assert.equal((await raise()).status, 202)
    await receiver.waitFor(1)
    release()
    await network.settled()

    const changed = await network.api('PATCH', settings, { waitForResponse: true })
    assert.deepEqual([changed.status, changed.body.waitForResponse], [200, true])
    assert.deepEqual(await asStored(), { waitForResponse: true, restHooks: true })
    let answered = false
    const started = network.clock.now()
    const waiting = raise().finally(() => {
      answered = true
    })
    await receiver.waitFor(2)
    await network.clock.advance(3_000)
    await asStored() // an answer would have come back before this one
    assert.equal(answered, false)
    release()
    const sent = await waiting
    assert.equal(sent.status, 202)
    assert.deepEqual(sent.body.payload, paymentReceived)
    assert.ok(network.clock.now() - started >= 3_000)

    const silent = raise()
    await receiver.waitFor(3)
    await network.clock.advance(45_000)
    assert.equal((await silent).status, 202)
    release()

    await network.api('PATCH', settings, { waitForResponse: false })
    assert.equal((await raise()).status, 202)
    await receiver.waitFor(4)
    release()
    const { policy } = (await network.api('GET', '/profile/ultimate-multisite')).body
    assert.deepEqual([policy.attemptTimeoutMs, policy.redirectsMax], [45_000, 5])
  })

  it('U9: a single send may ask for the answers, whatever the setting', async () => {
    const { app } = await listening({}, [{ status: 200, body: 'done' }])
    const body = { eventType: 'payment_received', payload: paymentReceived }
    const result = await network.api('POST', `${app}/msg-wait?timeout_ms=45000`, body)
    assert.deepEqual([result.body.complete, result.body.answers[0].response], [true, 'done'])
  })

  it('U10: any answer is success, and nothing is tried again', async () => {
    const { receiver, raise, runCount, log } = await listening({}, [{ status: 500 }])
    await raise()
    await receiver.waitFor(1)
    await network.pass(120_000)
    await network.settled()
    assert.equal(receiver.requests.length, 1)
    const [row] = await log()
    assert.deepEqual([row.result, row.status, await runCount()], ['SUCCESS', 500, 1])
  })

  it('U11: a webhook is active when created; inactive it gets nothing', async () => {
    const { receiver, raise, path, hook } = await listening()
    assert.equal(hook.disabled, false)
    await network.api('PATCH', path, { disabled: true })
    await raise()
    await network.settled()
    assert.equal(receiver.requests.length, 0)
    const { rules } = (await network.api('GET', '/profile/ultimate-multisite')).body
    assert.equal(rules.activeByDefault, true)
  })

  it('U12: hidden, integration, count and dates survive, and hidden ones leave the list', async () => {
    const { receiver, raise, path, app, runCount } = await listening({ integration: 'zapier' })
    await network.api('PATCH', path, { hidden: true, runCount: 41 })
    const { body } = await network.api('GET', path)
    assert.deepEqual([body.hidden, body.integration], [true, 'zapier'])
    assert.ok(Date.parse(body.createdAt) > 0 && Date.parse(body.updatedAt) > 0)
    assert.equal((await network.api('GET', `${app}/webhook`)).body.total, 0)
    assert.equal((await network.api('GET', `${app}/webhook?show_hidden=true`)).body.total, 1)
    await network.clock.advance(10)
    await raise()
    await receiver.waitFor(1)
    await network.settled()
    assert.equal(await runCount(), 42)
  })

  it('U13: the list has its columns, is searched, and changes several at once', async () => {
    const { webhook, app } = await alone()
    const ids: string[] = []
    for (const [name, integration] of [
      ['Bookkeeping', 'manual'],
      ['Mailing list', 'zapier'],
      ['Chat', 'zapier'],
    ]) {
      const url = `http://127.0.0.1:9999/${'x'.repeat(60)}/${ids.length}`
      ids.push((await webhook({ name, integration, url })).id)
    }
    const { list } = (await network.api('GET', '/profile/ultimate-multisite')).body
    assert.deepEqual(
      list.columns.map((column: { label: { en: string } }) => column.label.en),
      ['Name', 'Target URL', 'Trigger Event', 'Count', 'Integration', 'Active', 'ID'],
    )
    const found = async (query: string) =>
      (await network.api('GET', `${app}/webhook${query}`)).body.data.map(
        (hook: { name: string }) => hook.name,
      )
    assert.deepEqual(await found('?search=zapier'), ['Chat', 'Mailing list'])
    assert.deepEqual(await found('?search=book'), ['Bookkeeping'])
    const change = (action: string, some: readonly string[]) =>
      network.api('POST', `${app}/webhook/change`, { action, ids: some })
    assert.equal((await change('deactivate', ids)).status, 200)
    const states = async () =>
      (await network.api('GET', `${app}/webhook`)).body.data.map(
        (hook: { active: boolean }) => hook.active,
      )
    assert.deepEqual(await states(), [false, false, false])
    await change('activate', ids.slice(0, 1))
    assert.deepEqual(await states(), [false, false, true])
    await change('delete', ids.slice(1))
    assert.deepEqual(await found(''), ['Bookkeeping'])
    assert.equal((await change('delete', ids)).status, 404)
  })

  it('U14: the payload of an event can be previewed, and changes with the event', async () => {
    const preview = async (name: string) =>
      (await network.api('GET', `${network.app}/hook/sample/${name}`)).body
    assert.deepEqual(await preview('payment_received'), [paymentReceived])
    assert.deepEqual(await preview('domain_created'), [example('domain_created')])
    const unknown = await network.api('GET', `${network.app}/hook/sample/nothing_happened`)
    assert.equal(unknown.status, 404)
  })

  it('U15: Zapier lists, subscribes and unsubscribes with its credentials; 410 ends it', async () => {
    const { app, raise } = await alone()
    const made = await network.api('POST', '/api-key', {
      name: 'Zapier',
      role: 'admin',
      applicationId: app.replace('/app/', ''),
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`zapier:${secret}`).toString('base64')}`,
    })
    const own = basic(made.body.token)
    const wrong = await network.api('GET', `${app}/hook/event`, undefined, basic('wrong'))
    assert.equal(wrong.status, 401)
    assert.equal((await network.api('GET', `${app}/hook/event`, undefined, own)).body.length, 26)
    const foreign = await network.api('GET', `${network.app}/hook/event`, undefined, own)
    assert.equal(foreign.status, 404)
    const receiver = await network.receiver([{ status: 200 }, { status: 410 }])
    const wanted = { targetUrl: receiver.url, event: 'payment_received' }
    const subscribed = await network.api('POST', `${app}/hook`, wanted, own)
    assert.equal(subscribed.status, 201)
    const path = `${app}/endpoint/${subscribed.body.id}`
    assert.equal((await network.api('GET', path)).body.integration, 'zapier')
    await raise()
    await receiver.waitFor(1)
    await network.settled()
    await raise()
    await receiver.waitFor(2)
    await network.settled()
    const ended = (await network.api('GET', path)).body
    assert.deepEqual([ended.disabled, ended.disabledReason], [true, 'gone'])
    const unsubscribe = `${app}/hook/${subscribed.body.id}`
    assert.equal((await network.api('DELETE', unsubscribe, undefined, own)).status, 204)
    assert.equal((await network.api('DELETE', unsubscribe, undefined, own)).status, 404)
  })

  it('U15: credentials may be request parameters; a wrong or doubled secret is refused', async () => {
    const { app } = await alone()
    const made = await network.api('POST', '/api-key', {
      name: 'Zapier',
      role: 'admin',
      applicationId: app.replace('/app/', ''),
    })
    const call = async (
      method: string,
      path: string,
      secrets: readonly string[],
      body?: object,
    ) => {
      const query = new URLSearchParams([['api_key', 'zapier']])
      for (const secret of secrets) query.append('api_secret', secret)
      const response = await fetch(`${network.posthorn.url}/api/v1${app}${path}?${query}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? null : JSON.parse(text) }
    }
    const { token } = made.body
    assert.equal((await call('GET', '/hook/event', [token])).body.length, 26)
    assert.equal((await call('GET', '/hook/event', ['wrong'])).status, 401)
    assert.equal((await call('GET', '/hook/event', [token, token])).status, 401)
    assert.equal((await call('GET', '/endpoint', [token])).status, 401)
    const wanted = { targetUrl: 'http://127.0.0.1:9999/', event: 'payment_received' }
    const subscribed = await call('POST', '/hook', [token], wanted)
    assert.equal(subscribed.status, 201)
    assert.equal((await call('DELETE', `/hook/${subscribed.body.id}`, [token])).status, 204)
  })

  it('U15: Enable API off: no routes, and on again they are back', async () => {
    const { app } = await alone()
    const wanted = { targetUrl: 'http://127.0.0.1:9999/', event: 'payment_received' }
    const { body: hook } = await network.api('POST', `${app}/hook`, wanted)
    const all = async () => [
      await network.api('GET', `${app}/hook/event`),
      await network.api('GET', `${app}/hook/sample/payment_received`),
      await network.api('POST', `${app}/hook`, wanted),
      await network.api('DELETE', `${app}/hook/${hook.id}`),
    ]
    await network.api('PATCH', `${app}/settings`, { restHooks: false })
    for (const { status, body } of await all()) {
      assert.deepEqual([status, body.code], [404, 'not_found'])
    }
    assert.equal((await network.api('GET', `${app}/endpoint/${hook.id}`)).status, 200)
    assert.equal((await network.api('GET', `${network.app}/hook/event`)).status, 200)
    await network.api('PATCH', `${app}/settings`, { restHooks: true })
    assert.deepEqual(
      (await all()).map(({ status }) => status),
      [200, 200, 201, 204],
    )
  })

  it('U16: who may only look may not test', async () => {
    const { path, app, receiver } = await listening()
    const id = app.replace('/app/', '')
    const access = { capabilities: ['ViewBase'] }
    const { body } = await network.api('POST', `/auth/app-portal-access/${id}`, access)
    const reader = { authorization: `Bearer ${body.token}` }
    assert.equal((await network.api('GET', path, undefined, reader)).status, 200)
    assert.equal((await network.api('POST', `${path}/test`, {}, reader)).status, 403)
    assert.equal(receiver.requests.length, 0)
  })

  it('U17: records older than a day are removed, a hundred at a time', async () => {
    const { receiver, raise, log, path, runCount } = await listening()
    for (let count = 1; count <= 120; count++) await raise()
    await receiver.waitFor(120)
    await network.settled()
    await receiver.close()
    await raise()
    await network.settled()
    const lastFailedAt = async () => (await network.api('GET', `${path}/summary`)).body.lastFailedAt
    const failedAt = await lastFailedAt()
    assert.notEqual(failedAt, null)
    const dayMs = 86_400_000
    // Not `advance`: a day of polls is not what is tested here.
    const now = network.clock.now() + dayMs + 1
    const sweep = () => network.posthorn.store.sweep({ now, removeBefore: now - dayMs, limit: 100 })
    await keepDueRunCounts(network.posthorn.store, now)
    const first = await sweep()
    assert.ok(first.messages <= 100 && first.more)
    let more = true
    while (more) more = (await sweep()).more
    assert.deepEqual(await log(), [])
    // The count and the date of the last failure are the webhook's: they stay.
    assert.deepEqual([await runCount(), await lastFailedAt()], [120, failedAt])
    await network.clock.advance(10)
    await network.api('PATCH', path, { runCount: 7 })
    assert.equal(await runCount(), 7)
  })

  it('all 26 events arrive with the documented bodies', async () => {
    const { webhook, raise } = await alone()
    const receiver = await network.receiver()
    for (const { name } of catalog.events) {
      await webhook({ name, url: `${receiver.url}/${name}`, eventTypes: [name] })
    }
    for (const event of catalog.events) await raise(event.name, event.example)
    await receiver.waitFor(26)
    // The body does not name its event: the URL does.
    const sent = new Map(
      receiver.requests.map((request) => [request.path.slice(1), request.json()]),
    )
    for (const event of catalog.events) assert.deepEqual(sent.get(event.name), event.example)
  })
})
