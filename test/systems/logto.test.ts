/** Logto, row by row of the acceptance list. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/domain/json.ts'
import type { Received, Receiver, Script } from '../support/receiver.ts'
import { catalogFile, refusedField, type System, startSystem, without } from './system.ts'

let logto: System
before(async () => {
  logto = await startSystem('logto')
})
after(() => logto.close())

const catalog = catalogFile('logto')

function example(name: string): JsonObject {
  const event = catalog.events.find((candidate) => candidate.name === name)
  assert.ok(event, name)
  return event.example
}

async function alone() {
  const app = await logto.application({ profile: 'logto' })
  const post = (fields: JsonObject) => logto.api('POST', `${app}/endpoint`, fields)
  const webhook = async (fields: JsonObject) => {
    const created = await post({ name: 'A webhook', eventTypes: ['PostSignIn'], ...fields })
    assert.equal(created.status, 201, JSON.stringify(created.body))
    return created.body
  }
  const raise = (eventType: string, payload: JsonObject = example(eventType)) =>
    logto.api('POST', `${app}/msg`, { eventType, payload })
  return { app, post, webhook, raise }
}

async function listening(fields: JsonObject = {}, script: Script = [{ status: 200 }]) {
  const receiver = await logto.receiver(script)
  const own = await alone()
  const hook = await own.webhook({ url: `${receiver.url}/hook`, ...fields })
  return { ...own, receiver, hook, path: `${own.app}/endpoint/${hook.id}` }
}

async function signingKey(path: string): Promise<string> {
  return (await logto.api('GET', `${path}/secret`)).body.signingKey
}

/** Only what Logto publishes about checking: HMAC-SHA256 of the raw body, hex, by the signing key. */
function verify(key: string, rawBody: Buffer | string, expected: string | undefined): boolean {
  return createHmac('sha256', key).update(rawBody).digest('hex') === expected
}

function signatureOf(request: Received): string | undefined {
  return request.headers['logto-signature-sha-256']
}

function bodies(receiver: Receiver) {
  return receiver.requests.map((request) => Object(request.json()))
}

describe('Logto', () => {
  it('L1: two webhooks on PostSignIn are both called', async () => {
    const { receiver, webhook, raise } = await listening()
    const second = await logto.receiver()
    await webhook({ url: second.url })
    await raise('PostSignIn')
    await logto.settled()
    assert.deepEqual([receiver.requests.length, second.requests.length], [1, 1])
  })

  it('L2: the catalog has 31 names in three families; an unknown one is refused', async () => {
    const { body } = await logto.api('GET', '/catalog/logto')
    assert.deepEqual(
      body.events.map((event: { name: string }) => event.name),
      catalog.events.map((event) => event.name),
    )
    const families = body.events.map((event: { category: string }) => event.category)
    const count = (family: string) => families.filter((name: string) => name === family).length
    assert.deepEqual([count('interaction'), count('data'), count('exception')], [4, 24, 3])
    const development = body.events.filter((event: { development?: boolean }) => event.development)
    assert.equal(development.length, 2)
    const { post } = await alone()
    const url = 'http://127.0.0.1:9999/'
    refusedField(await post({ name: 'x', url, eventTypes: ['PostLunch'] }), 'eventTypes')
  })

  it('L3: a webhook has at least one event, and each once', async () => {
    const { post } = await alone()
    const fields = { name: 'x', url: 'http://127.0.0.1:9999/' }
    refusedField(await post(fields), 'eventTypes')
    refusedField(await post({ ...fields, eventTypes: [] }), 'eventTypes')
    const repeated = ['PostSignIn', 'PostSignIn', 'PostRegister']
    const created = await post({ ...fields, eventTypes: repeated })
    assert.deepEqual(created.body.eventTypes, ['PostSignIn', 'PostRegister'])
  })

  it('L4: an interaction body carries the client’s address and user agent', async () => {
    const { receiver, raise, hook } = await listening()
    await raise('PostSignIn', without(example('PostSignIn'), 'event', 'interactionEvent', 'hookId'))
    const body = Object((await receiver.next()).json())
    assert.deepEqual(body, { ...example('PostSignIn'), hookId: hook.id })
    const keys = ['event', 'interactionEvent', 'createdAt', 'sessionId', 'userAgent', 'userId']
    assert.deepEqual(
      Object.keys(body).sort(),
      [...keys, 'userIp', 'user', 'application', 'hookId'].sort(),
    )
    const { userIp, interactionEvent } = Object(receiver.requests[0]?.json())
    assert.deepEqual([userIp, interactionEvent], ['203.0.113.24', 'SignIn'])
  })

  it('L5: data bodies hold the route, or the interaction that caused them', async () => {
    const data = catalog.events.filter((event) => Reflect.get(event, 'category') === 'data')
    const names = data.map((event) => event.name)
    const { receiver, raise, hook } = await listening({ eventTypes: names })
    let count = 0
    for (const event of data) {
      for (const body of [event.example, ...(event.variants ?? [])]) {
        await raise(event.name, without(body, 'event', 'hookId'))
        await receiver.waitFor(++count)
        const sent = Object(receiver.requests.at(-1)?.json())
        assert.deepEqual(sent, { ...body, hookId: hook.id }, event.name)
        assert.notEqual('matchedRoute' in sent, 'interactionEvent' in sent, event.name)
      }
    }
    assert.ok(count >= 26, `${count} bodies`)
  })

  it('L6: membership deltas are capped at 5000 each, and absent when empty', async () => {
    const name = 'Organization.Membership.Updated'
    const { receiver, raise } = await listening({ eventTypes: [name] })
    const ids = Array.from({ length: 5_001 }, (_, index) => `u${index}`)
    await raise(name, { organizationId: 'org1', addedUserIds: ids, removedUserIds: [] })
    const first = Object((await receiver.next()).json())
    assert.equal(first.addedUserIds.length, 5_000)
    assert.equal('removedUserIds' in first, false)
    const none = { addedUserIds: [], removedUserIds: [], addedApplicationIds: [] }
    await raise(name, { organizationId: 'org1', ...none, removedApplicationIds: [] })
    const second = Object((await receiver.next()).json())
    assert.deepEqual(Object.keys(second).sort(), ['createdAt', 'event', 'hookId', 'organizationId'])
  })

  it('L7: the signature is the hex HMAC of the raw body, as Logto’s vectors are', async () => {
    const payload = JSON.stringify({ bar: 'bar', foo: 'foo' })
    const vector = '436958f1dbfefab37712fb3927760490fbf7757da8c0b2306ee7b485f0360eee'
    const empty = 'c76356efa19d219d1d7e08ccb20b1d26db53b143156f406c99dcb8e0876d6c55'
    assert.ok(verify('foo', payload, vector) && verify('foo', '{}', empty))
    const { receiver, raise, path, webhook } = await listening()
    const second = await logto.receiver()
    const other = await webhook({ url: second.url })
    await raise('PostSignIn')
    const [request, twin] = [await receiver.next(), await second.next()]
    assert.ok(verify(await signingKey(path), request.body, signatureOf(request)))
    // hookId is inside the signed bytes: the same event, another body, another signature.
    assert.equal(Object(twin.json()).hookId, other.id)
    assert.notEqual(signatureOf(request), signatureOf(twin))
    assert.equal(verify(await signingKey(path), twin.body, signatureOf(twin)), false)
  })

  it('L8: the key has 32 characters, and a new one is in force at once', async () => {
    const { receiver, raise, path } = await listening()
    const old = await signingKey(path)
    assert.match(old, /^[A-Za-z0-9]{32}$/)
    assert.equal((await logto.api('POST', `${path}/secret/rotate`)).status, 204)
    const fresh = await signingKey(path)
    assert.match(fresh, /^[A-Za-z0-9]{32}$/)
    await raise('PostSignIn')
    const request = await receiver.next()
    assert.ok(verify(fresh, request.body, signatureOf(request)))
    assert.equal(verify(old, request.body, signatureOf(request)), false)
    const { previousUntil } = (await logto.api('GET', `${path}/secret`)).body
    assert.equal(previousUntil, undefined)
  })

  it('L8: a key brought from Logto goes on verifying, at creation and when it is replaced', async () => {
    const [first, next] = ['keyOfTheFirstWebhookInLogto00001', 'keyOfTheFirstWebhookInLogto00002']
    const { receiver, raise, path } = await listening({ secret: first })
    for (const key of [first, next]) {
      if (key === next) await logto.api('POST', `${path}/secret/rotate`, { key })
      assert.equal(await signingKey(path), key)
      await raise('PostSignIn')
      const request = await receiver.next()
      assert.ok(verify(key, request.body, signatureOf(request)))
    }
    // One that is no text is not shown as if it were.
    const key = `whsec_${Buffer.alloc(32, 200).toString('base64')}`
    await logto.api('POST', `${path}/secret/rotate`, { key })
    assert.equal(await signingKey(path), undefined)
  })

  it('L9: our user agent and content type may be replaced, the signature never', async () => {
    const plain = await listening()
    await plain.raise('PostSignIn')
    const request = await plain.receiver.next()
    assert.equal(request.headers['user-agent'], 'Logto (https://logto.io/)')
    assert.equal(request.headers['content-type'], 'application/json')
    const headers = {
      'User-Agent': 'Mine/1',
      'Content-Type': 'application/json; charset=utf-8',
      'Logto-Signature-Sha-256': 'forged',
    }
    const custom = await listening({ headers })
    await custom.raise('PostSignIn')
    const replaced = await custom.receiver.next()
    assert.equal(replaced.headers['user-agent'], 'Mine/1')
    assert.equal(replaced.headers['content-type'], 'application/json; charset=utf-8')
    assert.ok(verify(await signingKey(custom.path), replaced.body, signatureOf(replaced)))
    const names = replaced.rawHeaders.map(([name]) => name.toLowerCase())
    assert.equal(new Set(names).size, names.length)
  })

  it('L10: any 2xx is success; a redirect to nowhere and a 404 are not', async () => {
    const gone = await logto.receiver()
    await gone.close()
    const { receiver, raise, path } = await listening({}, [
      { status: 204 },
      { status: 302, headers: { location: `${gone.url}/` } },
      { status: 404 },
    ])
    for (let count = 1; count <= 3; count++) {
      await raise('PostSignIn')
      await receiver.waitFor(count)
      await logto.settled()
    }
    const { data } = (await logto.api('GET', `${path}/log`)).body
    const results = data.map((row: { result: string; status: number | null }) => row.result)
    assert.deepEqual(results, ['FAILED', 'FAILED', 'SUCCESS'])
    assert.equal(data[1].status, null)
  })

  it('L11: three retries on 500 and above, none on 4xx', async () => {
    const failing = await listening({}, [{ status: 500 }])
    await failing.raise('PostSignIn')
    for (const [count, ms] of [
      [1, 300],
      [2, 600],
      [3, 1_200],
      [4, 60_000],
    ] as const) {
      await failing.receiver.waitFor(count)
      await logto.pass(ms)
    }
    await logto.settled()
    assert.equal(failing.receiver.requests.length, 4)
    const refused = await listening({}, [{ status: 429 }])
    await refused.raise('PostSignIn')
    await refused.receiver.waitFor(1)
    await logto.pass(60_000)
    await logto.settled()
    assert.equal(refused.receiver.requests.length, 1)
  })

  it('L12: after ten seconds it has failed, without a status and without a retry', async () => {
    const { receiver, raise, path } = await listening({}, [{ instead: 'hang' }])
    await raise('PostSignIn')
    await receiver.waitFor(1)
    await logto.clock.advance(9_000)
    assert.equal((await logto.api('GET', `${path}/log`)).body.data.length, 0)
    await logto.clock.advance(2_000)
    await logto.pass(60_000)
    await logto.settled()
    const { data } = (await logto.api('GET', `${path}/log`)).body
    assert.equal(data.length, 1)
    assert.equal(data[0].status, null)
    assert.ok(data[0].durationMs >= 9_000 && data[0].durationMs <= 11_000)
    assert.equal(receiver.requests.length, 1)
  })

  it('L13: one log entry for a delivery, however often it was tried', async () => {
    const { receiver, raise, path } = await listening({}, [
      { status: 500 },
      { status: 500 },
      { status: 500 },
      { status: 200 },
    ])
    await raise('PostSignIn')
    for (const [count, ms] of [
      [1, 300],
      [2, 600],
      [3, 1_200],
    ] as const) {
      await receiver.waitFor(count)
      await logto.pass(ms)
    }
    await receiver.waitFor(4)
    await logto.settled()
    const { data } = (await logto.api('GET', `${path}/log`)).body
    assert.deepEqual(
      data.map((row: { result: string; status: number }) => [row.result, row.status]),
      [['SUCCESS', 200]],
    )
  })

  it('L14: a dead receiver never delays the sign-in; waiting is only for who asks', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { receiver, raise, app } = await listening({}, () => ({ status: 200, after: held }))
    assert.equal((await raise('PostSignIn')).status, 202)
    await receiver.waitFor(1)
    release()
    await logto.settled()
    // What the FAQ says is missing: a sign-in that waits for the answer.
    receiver.answer([{ status: 403, body: 'not from there' }])
    const payload = example('PostSignIn')
    const decided = await logto.api('POST', `${app}/msg-wait`, { eventType: 'PostSignIn', payload })
    assert.equal(decided.status, 200)
    assert.equal(decided.body.complete, true)
    const [answer] = decided.body.answers
    assert.deepEqual(
      [answer.succeeded, answer.responseStatusCode, answer.response],
      [false, 403, 'not from there'],
    )
    // Past the deadline the caller goes on without the answer; the delivery does too.
    let open = () => {}
    const late = new Promise<void>((resolve) => {
      open = resolve
    })
    receiver.answer(() => ({ status: 200, after: late }))
    const path = `${app}/msg-wait?timeout_ms=500`
    const asking = logto.api('POST', path, { eventType: 'PostSignIn', payload })
    await receiver.waitFor(3)
    await logto.clock.advance(500)
    const undecided = await asking
    assert.deepEqual([undecided.body.complete, undecided.body.answers], [false, []])
    open()
    await logto.settled()
    const attempts = await logto.api('GET', `${app}/attempt/msg/${undecided.body.message.id}`)
    assert.equal(attempts.body.data[0].responseStatusCode, 200)
  })

  it('L15: at most ten requests are open to a webhook at once', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let open = 0
    let most = 0
    const { receiver, raise } = await listening({}, async () => {
      open += 1
      most = Math.max(most, open)
      await held
      open -= 1
      return { status: 200 }
    })
    await Promise.all(Array.from({ length: 20 }, () => raise('PostSignIn')))
    await receiver.waitFor(10)
    assert.equal(receiver.requests.length, 10)
    release()
    await receiver.waitFor(20)
    await logto.settled()
    assert.equal(most, 10)
  })

  it('L16: a refused request raises its exception event and no data event', async () => {
    const eventTypes = ['User.Created', 'PostRegister', 'Identifier.Lockout']
    const { receiver, raise } = await listening({ eventTypes })
    const failed = { ...example('User.Created'), status: 422 }
    await raise('User.Created', failed)
    await raise('Identifier.Lockout')
    await logto.settled()
    assert.deepEqual(
      bodies(receiver).map((body) => body.event),
      ['Identifier.Lockout'],
    )
    assert.deepEqual(
      Object.keys(example('Identifier.Lockout')).sort(),
      Object.keys(bodies(receiver)[0]).sort(),
    )
  })

  it('L17: 24-hour counts, a rate with two decimals, and its colour', async () => {
    const { receiver, raise, path, app } = await listening({}, (request) => ({
      status: request.number === 10 ? 404 : 200,
    }))
    const summary = async () => (await logto.api('GET', `${path}/summary`)).body
    assert.deepEqual(
      [(await summary()).requests, (await summary()).successRate, (await summary()).level],
      [0, null, null],
    )
    for (let count = 1; count <= 10; count++) {
      await raise('PostSignIn')
      await receiver.waitFor(count)
    }
    await logto.settled()
    const day = await summary()
    assert.deepEqual(
      [day.requests, day.succeeded, day.successRate, day.level],
      [10, 9, '90.00', 'warning'],
    )
    const list = await logto.api('GET', `${app}/webhook?with_summary=true`)
    assert.equal(list.body.data[0].summary.successRate, '90.00')
  })

  it('L18: disabled it gets nothing; it can be enabled again and deleted', async () => {
    const { receiver, raise, path, app } = await listening()
    await logto.api('PATCH', path, { disabled: true })
    await raise('PostSignIn')
    await logto.settled()
    assert.equal(receiver.requests.length, 0)
    const listed = (await logto.api('GET', `${app}/webhook`)).body.data
    assert.equal(listed[0].active, false)
    await logto.api('PATCH', path, { disabled: false })
    await raise('PostSignIn')
    await receiver.waitFor(1)
    assert.equal((await logto.api('DELETE', path)).status, 204)
    assert.equal((await logto.api('GET', path)).status, 404)
  })

  it('L19: a test sends each chosen event with unsaved settings and the stored key, unlogged', async () => {
    const { path, receiver } = await listening({ eventTypes: ['PostSignIn', 'User.Created'] })
    const draft = await logto.receiver([{ status: 204 }])
    const unsaved = { url: `${draft.url}/draft`, headers: { 'X-Draft': 'yes' } }
    const ok = await logto.api('POST', `${path}/test`, unsaved)
    assert.equal(ok.body.succeeded, true)
    assert.equal(receiver.requests.length, 0)
    assert.deepEqual(
      bodies(draft)
        .map((body) => body.event)
        .sort(),
      ['PostSignIn', 'User.Created'],
    )
    const key = await signingKey(path)
    for (const request of draft.requests) {
      assert.equal(request.headers['x-draft'], 'yes')
      assert.ok(verify(key, request.body, signatureOf(request)))
    }
    draft.answer([{ status: 500, body: 'broken' }])
    const failed = await logto.api('POST', `${path}/test`, {
      ...unsaved,
      eventTypes: ['PostSignIn'],
    })
    const [result] = failed.body.results
    assert.deepEqual(
      [failed.body.succeeded, result.responseStatusCode, result.response],
      [false, 500, 'broken'],
    )
    await draft.close()
    const dead = await logto.api('POST', `${path}/test`, { ...unsaved, eventTypes: ['PostSignIn'] })
    assert.equal(dead.body.results[0].responseStatusCode, null)
    assert.notEqual(dead.body.results[0].error, null)
    const nobody = path.replace(/ep_.{27}/, 'ep_0000000000000000000000000aa')
    assert.equal((await logto.api('POST', `${nobody}/test`)).status, 404)
    await logto.settled()
    assert.deepEqual((await logto.api('GET', `${path}/log`)).body.data, [])
    assert.equal((await logto.api('GET', `${path}/summary`)).body.requests, 0)
  })

  it('L20: recent requests by event, page by page, with body and response, secrets masked', async () => {
    const eventTypes = ['PostSignIn', 'User.Created']
    const { receiver, raise, path } = await listening({ eventTypes }, [
      { status: 200, body: 'thanks' },
    ])
    const secret = { accessToken: 'canary', password: 'canary', nested: [{ apiKey: 'canary' }] }
    for (let count = 0; count < 21; count++) await raise('PostSignIn')
    await raise('User.Created', { data: secret })
    await receiver.waitFor(22)
    await logto.settled()
    const filtered = await logto.api('GET', `${path}/log?event_types=User.Created`)
    assert.equal(filtered.body.data.length, 1)
    const page = await logto.api('GET', `${path}/log`)
    assert.deepEqual([page.body.data.length, page.body.done], [20, false])
    const rest = await logto.api('GET', `${path}/log?iterator=${page.body.iterator}`)
    assert.equal(rest.body.data.length, 2)
    const [row] = filtered.body.data
    const entry = await logto.api('GET', `${path}/log/${row.id}?msg_id=${row.messageId}`)
    assert.equal(entry.body.response, 'thanks')
    assert.equal(entry.body.trigger.event, 'User.Created')
    assert.equal(JSON.stringify(entry.body).includes('canary'), false)
    // The receiver got them: only the shown copy is masked.
    assert.ok(receiver.requests.some((request) => request.body.includes('canary')))
  })

  it('L21: custom headers are unique, have a key and a value, and are printable ASCII', async () => {
    const { post } = await alone()
    const fields = { name: 'x', url: 'http://127.0.0.1:9999/', eventTypes: ['PostSignIn'] }
    for (const headers of [
      { 'X-A': '1', 'x-a': '2' },
      { 'X-A': '' },
      { '': 'value' },
      { 'X-A': 'ñandú' },
      { 'X A': '1' },
    ]) {
      refusedField(await post({ ...fields, headers }), 'headers')
    }
    assert.equal((await post({ ...fields, headers: { 'X-A': '1' } })).status, 201)
  })

  it('all 31 events arrive with the documented bodies, signed', async () => {
    const names = catalog.events.map((event) => event.name)
    const { receiver, raise, hook, path } = await listening({ eventTypes: names })
    const key = await signingKey(path)
    for (const event of catalog.events)
      await raise(event.name, without(event.example, 'event', 'hookId'))
    await receiver.waitFor(31)
    const sent = new Map(bodies(receiver).map((body) => [body.event, body]))
    for (const event of catalog.events) {
      assert.deepEqual(sent.get(event.name), { ...event.example, hookId: hook.id }, event.name)
    }
    for (const request of receiver.requests)
      assert.ok(verify(key, request.body, signatureOf(request)))
  })
})
