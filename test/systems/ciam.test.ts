/** Skillmine Auth (CIAM), row by row of the acceptance list. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/domain/json.ts'
import type { Receiver, Script } from '../support/receiver.ts'
import { catalogFile, refusedField, type System, startSystem } from './system.ts'

let ciam: System
before(async () => {
  ciam = await startSystem('ciam')
})
after(() => ciam.close())

const catalog = catalogFile('ciam')
const documented = catalog.events.filter((event) => event.documented)

/** An application of its own: limits count per application. */
async function alone() {
  const app = await ciam.application({ profile: 'ciam' })
  const post = (fields: JsonObject, headers: JsonObject = {}) =>
    ciam.api('POST', `${app}/endpoint`, fields, headers)
  const webhook = async (fields: JsonObject) => {
    const created = await post({ name: 'A webhook', eventTypes: ['USER_LOGIN'], ...fields })
    assert.equal(created.status, 201, JSON.stringify(created.body))
    return created.body
  }
  const raise = (eventType: string, payload: JsonObject = { sub: 'u1' }) =>
    ciam.api('POST', `${app}/msg`, { eventType, payload })
  return { app, post, webhook, raise }
}

async function listening(fields: JsonObject = {}, script: Script = [{ status: 200 }]) {
  const receiver = await ciam.receiver(script)
  const own = await alone()
  const hook = await own.webhook({ url: `${receiver.url}/hook`, ...fields })
  return { ...own, receiver, hook }
}

function eventTypes(receiver: Receiver): readonly string[] {
  return receiver.requests.map((request) => Object(request.json()).event_type)
}

/** RFC 6238 with the defaults that the guide leaves open: SHA-1, 6 digits, 30 seconds. */
function codeAt(key: Buffer, now: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)))
  const hash = createHmac('sha1', key).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 15
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

describe('CIAM', () => {
  it('K1: a view that is cancelled leaves no record, because only Create writes one', async () => {
    const { app, webhook } = await alone()
    const list = async () => (await ciam.api('GET', `${app}/webhook`)).body.total
    await ciam.api('GET', '/profile/ciam')
    await ciam.api('GET', '/catalog/ciam?documented=true')
    assert.equal(await list(), 0)
    await webhook({ url: 'http://127.0.0.1:9999/' })
    assert.equal(await list(), 1)
  })

  it('K2: name, events, type and URL are required, a key is not; the type is REST', async () => {
    const { post } = await alone()
    const whole = { name: 'Hook', eventTypes: ['USER_LOGIN'], notificationType: 'REST' }
    const url = 'http://127.0.0.1:9999/a'
    refusedField(await post({ ...whole, name: undefined, url }), 'name')
    refusedField(await post({ ...whole, eventTypes: undefined, url }), 'eventTypes')
    refusedField(await post(whole), 'url')
    refusedField(await post({ ...whole, url, notificationType: 'SMS' }), 'notificationType')
    const spanish = await post({ ...whole, url, name: '' }, { 'accept-language': 'es-CL,es' })
    assert.match(refusedField(spanish, 'name'), /se requiere un nombre/)
    assert.equal((await post({ ...whole, url })).body.notificationType, 'REST')
    const authentication = { kind: 'api-key', name: 'x-our-key', secret: 'k3y' }
    const keyed = await post({ ...whole, url: `${url}/key`, authentication })
    assert.equal(keyed.status, 201)
    assert.equal(JSON.stringify(keyed.body).includes('k3y'), false)
    assert.deepEqual(keyed.body.authentication, {
      kind: 'api-key',
      name: 'x-our-key',
      hasSecret: true,
    })
  })

  it('K3: every documented event has exactly the four parts', async () => {
    assert.equal(documented.length, 92)
    const names = documented.map((event) => event.name)
    const { receiver, raise } = await listening({ eventTypes: names })
    for (const event of documented) await raise(event.name, { current_context: {}, data: {} })
    await receiver.waitFor(92)
    for (const request of receiver.requests) {
      const body = Object(request.json())
      assert.deepEqual(Object.keys(body), ['event_time', 'event_type', 'current_context', 'data'])
      assert.ok(Date.parse(body.event_time) > 0)
    }
    assert.deepEqual([...eventTypes(receiver)].sort(), [...names].sort())
  })

  it('K4: data changes with the type of event, each by its schema', async () => {
    const { receiver, raise } = await listening({ eventTypes: ['ROLE_CREATED', 'APP_CREATED'] })
    await raise('ROLE_CREATED', { role_id: 'r1', role: 'admin' })
    await raise('APP_CREATED', { client_id: 'c1', client_name: 'Shop' })
    await receiver.waitFor(2)
    const data = new Map(
      receiver.requests.map((request) => {
        const body = Object(request.json())
        return [body.event_type, body.data]
      }),
    )
    assert.deepEqual(data.get('ROLE_CREATED'), { role_id: 'r1', role: 'admin' })
    assert.deepEqual(data.get('APP_CREATED'), { client_id: 'c1', client_name: 'Shop' })
    const { body } = await ciam.api('GET', '/event-type/ROLE_CREATED')
    assert.deepEqual(Object.keys(body.schemas['1'].properties.data.properties), ['role_id', 'role'])
  })

  it('K5: the key travels in the header or the query of the chosen name', async () => {
    const guarded: Script = (request) => {
      const inHeader = request.headers['x-our-key']
      const inQuery = new URL(request.path, 'http://host').searchParams.get('our-key')
      return { status: (inHeader ?? inQuery) === 'right' ? 200 : 401 }
    }
    const authentication = { kind: 'api-key', name: 'x-our-key', secret: 'right' }
    const header = await listening({ authentication }, guarded)
    await header.raise('USER_LOGIN')
    await header.receiver.waitFor(1)
    const inQuery = { kind: 'api-key', name: 'our-key', placement: 'query', secret: 'right' }
    const query = await listening({ authentication: inQuery }, guarded)
    await query.raise('USER_LOGIN')
    assert.equal((await query.receiver.next()).path, '/hook?our-key=right')
    const wrong = await listening(
      { authentication: { ...authentication, secret: 'wrong' } },
      guarded,
    )
    await wrong.raise('USER_LOGIN')
    await ciam.settled()
    const attempts = async ({ app, hook }: typeof wrong) =>
      (await ciam.api('GET', `${app}/attempt/endpoint/${hook.id}`)).body.data
    assert.equal((await attempts(header))[0].responseStatusCode, 200)
    assert.equal((await attempts(query))[0].responseStatusCode, 200)
    assert.equal((await attempts(wrong))[0].responseStatusCode, 401)
    // A refusal is about the kind that was chosen, or says which there are.
    const refused = async (chosen: JsonObject) => {
      const fields = { name: 'x', url: 'http://127.0.0.1:9999/', eventTypes: ['LOGOUT'] }
      const { status, body } = await header.post({ ...fields, authentication: chosen })
      assert.equal(status, 422)
      return body.detail.map(({ loc, msg }: { loc: string[]; msg: string }) => [loc.at(-1), msg])
    }
    assert.deepEqual(await refused({ kind: 'oauth2', clientId: 'c', secret: 's' }), [
      ['tokenUrl', 'missing field `tokenUrl`'],
    ])
    assert.deepEqual(await refused({ kind: 'mtls' }), [
      ['kind', 'must be one of api-key, basic, bearer, totp, oauth2'],
    ])
    // Neither key is in what is kept or shown.
    const kept = JSON.stringify([await attempts(header), await attempts(query)])
    assert.equal(kept.includes('right'), false)
    const named = { ...authentication, name: 'X_Key' }
    refusedField(
      await header.post({
        name: 'x',
        url: 'http://127.0.0.1:9999/',
        eventTypes: ['LOGOUT'],
        authentication: named,
      }),
      'authentication',
    )
  })

  it('K6: a fresh one-time code for each request, and OAuth2 with reuse and refresh', async () => {
    // A one-time code, checked by a receiver that knows the key and the time.
    const key = Buffer.from('12345678901234567890')
    const authentication = {
      kind: 'totp',
      name: 'x-otp',
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    }
    const otp = await listening({ authentication }, (request) => ({
      status: request.headers['x-otp'] === codeAt(key, ciam.clock.now()) ? 200 : 401,
    }))
    for (let round = 0; round < 3; round++) {
      await otp.raise('USER_LOGIN')
      await otp.receiver.waitFor(round + 1)
      await ciam.pass(31_000)
    }
    const log = await ciam.api('GET', `${otp.app}/endpoint/${otp.hook.id}/log`)
    assert.deepEqual(
      log.body.data.map((row: { status: number }) => row.status),
      [200, 200, 200],
    )
    assert.equal(new Set(otp.receiver.requests.map((request) => request.headers['x-otp'])).size, 3)
    const noKey = { ...authentication, secret: 'not a key' }
    refusedField(
      await otp.post({
        name: 'x',
        url: 'http://127.0.0.1:9999/',
        eventTypes: ['LOGOUT'],
        authentication: noKey,
      }),
      'secret',
    )

    // A token server of our own: tokens live for two minutes.
    let issued = 0
    const server = await ciam.receiver((request) => {
      const basic = Buffer.from('client-1:s3cret').toString('base64')
      const asked = request.body.toString() === 'grant_type=client_credentials'
      if (request.headers['authorization'] !== `Basic ${basic}` || !asked) return { status: 401 }
      issued += 1
      const token = { access_token: `token-${issued}`, token_type: 'Bearer', expires_in: 120 }
      return { status: 200, body: JSON.stringify(token) }
    })
    const oauth = {
      kind: 'oauth2',
      tokenUrl: `${server.url}/token`,
      clientId: 'client-1',
      secret: 's3cret',
    }
    const guarded = await listening({ authentication: oauth })
    const bearers = () =>
      guarded.receiver.requests.map((request) => request.headers['authorization'])
    await guarded.raise('USER_LOGIN')
    await guarded.raise('USER_LOGIN')
    await guarded.receiver.waitFor(2)
    assert.deepEqual(bearers(), ['Bearer token-1', 'Bearer token-1'])
    assert.equal(server.requests.length, 1)
    await ciam.pass(100_000)
    await guarded.raise('USER_LOGIN')
    await guarded.receiver.waitFor(3)
    assert.equal(bearers()[2], 'Bearer token-2')
    // Refused once: the token is dropped and the retry brings another.
    guarded.receiver.answer([{ status: 401 }, { status: 200 }])
    await guarded.raise('USER_LOGIN')
    await guarded.receiver.waitFor(4)
    await ciam.pass(60_000)
    await guarded.receiver.waitFor(5)
    assert.deepEqual(bearers().slice(3), ['Bearer token-2', 'Bearer token-3'])
  })

  it('K6: a token server that is down, slow or talks nonsense fails the try, and nothing is lost', async () => {
    let answer: JsonObject = { status: 503 }
    const server = await ciam.receiver(() => answer)
    const { receiver, raise, app, hook } = await listening({
      authentication: {
        kind: 'oauth2',
        tokenUrl: `${server.url}/token`,
        clientId: 'c',
        secret: 's',
      },
    })
    await raise('USER_LOGIN')
    await ciam.settled()
    answer = { status: 200, body: '<html>' }
    await ciam.pass(60_000)
    await server.waitFor(2)
    await ciam.settled()
    answer = { instead: 'hang' }
    await ciam.pass(300_000)
    await server.waitFor(3)
    await ciam.clock.advance(10_000)
    await ciam.settled()
    answer = { status: 200, body: JSON.stringify({ access_token: 'late', token_type: 'bearer' }) }
    await ciam.pass(600_000)
    await receiver.waitFor(1)
    await ciam.settled()
    assert.equal(receiver.requests[0]?.headers['authorization'], 'Bearer late')
    const { data } = (await ciam.api('GET', `${app}/attempt/endpoint/${hook.id}`)).body
    const classes = data.map((attempt: { errorClass: string | null }) => attempt.errorClass)
    const failed = 'authentication_failed'
    assert.deepEqual(classes, [null, failed, failed, failed])
  })

  it('K7: only 200 is success', async () => {
    const { receiver, raise, app, hook } = await listening({ policy: { retryScheduleMs: [] } }, [
      { status: 200 },
      { status: 201 },
      { status: 204 },
      { status: 302 },
    ])
    for (let count = 1; count <= 4; count++) {
      await raise('USER_LOGIN')
      await receiver.waitFor(count)
    }
    await ciam.settled()
    const { data } = (await ciam.api('GET', `${app}/endpoint/${hook.id}/log`)).body
    assert.deepEqual(
      data.map((row: { status: number; result: string }) => `${row.status} ${row.result}`),
      ['302 FAILED', '204 FAILED', '201 FAILED', '200 SUCCESS'],
    )
  })

  it('K8: three more tries, after 1, 5 and 10 minutes; success ends the chain', async () => {
    const failing = await listening({}, [{ status: 500 }])
    const start = ciam.clock.now()
    await failing.raise('USER_LOGIN')
    const at: number[] = []
    for (const [count, minutes] of [
      [1, 1],
      [2, 5],
      [3, 10],
      [4, 30],
    ] as const) {
      await failing.receiver.waitFor(count)
      at.push(ciam.clock.now() - start)
      await ciam.pass(minutes * 60_000)
    }
    await ciam.settled()
    assert.deepEqual(at, [0, 60_000, 360_000, 960_000])
    assert.equal(failing.receiver.requests.length, 4)
    const saved = await listening({}, [{ status: 500 }, { status: 200 }])
    await saved.raise('USER_LOGIN')
    await saved.receiver.waitFor(1)
    await ciam.pass(60_000)
    await saved.receiver.waitFor(2)
    await ciam.pass(600_000)
    await ciam.settled()
    assert.equal(saved.receiver.requests.length, 2)
  })

  it('K9: 20 webhooks at most, and one URL once', async () => {
    const { app, post, webhook } = await alone()
    const url = (number: number) => `http://127.0.0.1:9999/${number}`
    const ids: string[] = []
    for (let number = 1; number <= 20; number++) ids.push((await webhook({ url: url(number) })).id)
    const more = { name: 'x', eventTypes: ['LOGOUT'], url: url(21) }
    assert.match(refusedField(await post(more), 'url'), /at most 20/)
    assert.equal((await ciam.api('DELETE', `${app}/endpoint/${ids[0]}`)).status, 204)
    for (const same of [url(2), `${url(2)}?`, `${url(2)}#part`, url(2).replace('http', 'HTTP')]) {
      assert.match(refusedField(await post({ ...more, url: same }), 'url'), /has this URL/)
    }
    const moved = await ciam.api('PATCH', `${app}/endpoint/${ids[1]}`, { url: url(3) })
    refusedField(moved, 'url')
    assert.equal((await post(more)).status, 201)
    // At the same moment too: one of two with one URL, and 20 of 25.
    const rush = await alone()
    const twice = await Promise.all([rush.post(more), rush.post(more)])
    assert.deepEqual(twice.map((answer) => answer.status).sort(), [201, 422])
    const apart = [await rush.webhook({ url: url(22) }), await rush.webhook({ url: url(23) })]
    const moves = apart.map(({ id }) =>
      ciam.api('PATCH', `${rush.app}/endpoint/${id}`, { url: url(24) }),
    )
    const moveStatuses = (await Promise.all(moves)).map((answer) => answer.status)
    assert.deepEqual(moveStatuses.sort(), [200, 422])
    const many = Array.from({ length: 25 }, (_, index) =>
      rush.post({ ...more, url: url(100 + index) }),
    )
    const accepted = (await Promise.all(many)).filter((answer) => answer.status === 201)
    assert.equal(accepted.length, 17)
  })

  it('K10: a webhook is enabled unless said otherwise; disabled it gets nothing', async () => {
    const { receiver, raise, app, hook } = await listening()
    assert.equal(hook.disabled, false)
    await ciam.api('PATCH', `${app}/endpoint/${hook.id}`, { disabled: true })
    await raise('USER_LOGIN')
    await ciam.settled()
    assert.equal(receiver.requests.length, 0)
  })

  it('K11: 92 documented names; merged and colon spellings resolve to the split ones', async () => {
    const { body } = await ciam.api('GET', '/catalog/ciam?documented=true')
    assert.deepEqual(
      body.events.map((event: { name: string }) => event.name),
      documented.map((event) => event.name),
    )
    const { webhook } = await alone()
    const spellings = [
      'USER_MODIFIED:',
      'COMBINEDLOGOUTTOKEN_CHECKED',
      'TOKEN_RENEWEDCODE_OBTAINED:',
      '<p>PHYSICAL_VERIFICATION_CONFIG </p><p> </p>',
      'USER\\_BLOCKED',
    ]
    const hook = await webhook({ url: 'http://127.0.0.1:9999/', eventTypes: spellings })
    assert.deepEqual(hook.eventTypes, [
      'USER_MODIFIED',
      'COMBINED',
      'LOGOUT',
      'TOKEN_CHECKED',
      'TOKEN_RENEWED',
      'CODE_OBTAINED',
      'PHYSICAL_VERIFICATION_CONFIG',
      'USER_BLOCKED',
    ])
  })

  it('K12: changes of webhooks are events themselves, without an endless loop', async () => {
    const selfEvents = ['WEBHOOK_CREATED', 'WEBHOOK_UPDATED', 'WEBHOOK_DELETED']
    const { app, receiver, webhook } = await listening({ eventTypes: selfEvents })
    const other = await webhook({ url: 'http://127.0.0.1:9999/other' })
    await ciam.api('PATCH', `${app}/endpoint/${other.id}`, { disabled: true })
    // Every way in which a webhook changes, and none that changes nothing.
    const path = `${app}/endpoint/${other.id}`
    await ciam.api('PATCH', path, { disabled: true })
    await ciam.api('PUT', `${path}/headers`, { headers: { 'x-a': '1' } })
    await ciam.api('PATCH', `${path}/headers`, { headers: { 'x-b': '2' } })
    await ciam.api('POST', `${path}/secret/rotate`)
    await ciam.api('DELETE', path)
    await ciam.settled()
    const [created, updated, deleted] = selfEvents
    const wanted = [created, ...Array.from({ length: 4 }, () => updated), deleted]
    assert.deepEqual([...eventTypes(receiver)].sort(), wanted.sort())
    const changes = receiver.requests
      .map((request) => Object(request.json()))
      .filter((body) => body.event_type === 'WEBHOOK_UPDATED')
    for (const { data } of changes) {
      assert.deepEqual([data.webhook_id, data.url], [other.id, other.url])
    }
    assert.deepEqual(changes.map(({ data }) => data.changed_fields).sort(), [
      ['disable'],
      ['headers'],
      ['headers'],
      ['signing_key'],
    ])
  })

  it('K12: a receiver that changes its webhook on each event does not keep itself busy', async () => {
    const own = await alone()
    let changes = 0
    const receivers: Receiver[] = []
    const hooks: string[] = []
    for (const number of [0, 1]) {
      // Each answers an event about the other by changing the other again.
      const receiver = await ciam.receiver(async () => {
        changes += 1
        const description = `change ${changes}`
        await ciam.api('PATCH', `${own.app}/endpoint/${hooks[1 - number]}`, { description })
        return { status: 200 }
      })
      receivers.push(receiver)
      const fields = { url: receiver.url, eventTypes: ['WEBHOOK_UPDATED'] }
      hooks.push((await own.webhook(fields)).id)
    }
    await ciam.api('PATCH', `${own.app}/endpoint/${hooks[0]}`, { description: 'begin' })
    await ciam.settled()
    const total = receivers.reduce((sum, receiver) => sum + receiver.requests.length, 0)
    assert.ok(total > 0 && total <= 60, `${total} events in one minute`)
  })

  it('K13: a dead receiver does not slow the source of the events', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { raise, receiver } = await listening({}, () => ({ status: 200, after: held }))
    const sent = await Promise.all(Array.from({ length: 50 }, () => raise('USER_LOGIN')))
    assert.deepEqual(new Set(sent.map((answer) => answer.status)), new Set([202]))
    await receiver.waitFor(1)
    release()
    await receiver.waitFor(50)
    await ciam.settled()
  })

  it('all 156 events arrive with the documented bodies', async () => {
    const names = catalog.events.map((event) => event.name)
    const { receiver, raise } = await listening({ eventTypes: names })
    for (const event of catalog.events) await raise(event.name, event.example)
    await receiver.waitFor(156)
    const sent = new Map(
      receiver.requests.map((request) => [Object(request.json()).event_type, request.json()]),
    )
    for (const event of catalog.events) assert.deepEqual(sent.get(event.name), event.example)
  })
})
