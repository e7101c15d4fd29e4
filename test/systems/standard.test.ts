/** What the systems are made of, on an endpoint of the standard profile: nothing belongs to one. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/domain/json.ts'
import type { Script } from '../support/receiver.ts'
import { type System, startSystem } from './system.ts'

let standard: System
before(async () => {
  standard = await startSystem('standard')
  const eventType = { name: 'user.updated', description: 'A user was changed.' }
  await standard.api('POST', '/event-type', eventType)
})
after(() => standard.close())

async function listening(fields: JsonObject, script: Script = [{ status: 200 }]) {
  const receiver = await standard.receiver(script)
  const app = await standard.application({})
  const created = await standard.api('POST', `${app}/endpoint`, { url: receiver.url, ...fields })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const raise = (payload: JsonObject, more: JsonObject = {}) =>
    standard.api('POST', `${app}/msg`, { eventType: 'user.updated', payload, ...more })
  return { receiver, app, raise, path: `${app}/endpoint/${created.body.id}` }
}

describe('any endpoint', () => {
  it('can be limited to scopes of any kind', async () => {
    const { receiver, raise } = await listening({ scope: { region: ['eu', 'us'] } })
    await raise({ id: 1 })
    await raise({ id: 2 }, { scope: { region: 'asia' } })
    await raise({ id: 3 }, { scope: { region: 'us' } })
    await standard.settled()
    assert.deepEqual(
      receiver.requests.map((request) => request.json()),
      [{ id: 3 }],
    )
  })

  it('can send only what was edited, signed as it is sent', async () => {
    const { receiver, raise, path } = await listening({ payload: 'changes' })
    await raise({ id: 1, name: 'new' }, { previous: { id: 1, name: 'old' } })
    const request = await receiver.next()
    const diff = { '/name': { previous: 'old', changedTo: 'new' } }
    assert.deepEqual(request.json(), { name: 'new', diff })
    const { key } = (await standard.api('GET', `${path}/secret`)).body
    const signed = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
      .update(`${request.headers['webhook-id']}.${request.headers['webhook-timestamp']}.`)
      .update(request.body)
      .digest('base64')
    assert.equal(request.headers['webhook-signature'], `v1,${signed}`)
  })

  it('can be signed as Logto signs, and authenticated in every way', async () => {
    const { receiver, raise, path } = await listening({
      signature: 'logto-hmac',
      authentication: { kind: 'basic', username: 'ana', secret: 's3cret' },
    })
    await raise({ id: 1 })
    const first = await receiver.next()
    const { key } = (await standard.api('GET', `${path}/secret`)).body
    const bytes = Buffer.from(key.slice('whsec_'.length), 'base64')
    const expected = createHmac('sha256', bytes).update(first.body).digest('hex')
    assert.equal(first.headers['logto-signature-sha-256'], expected)
    assert.equal(first.headers['webhook-signature'], undefined)
    const basic = `Basic ${Buffer.from('ana:s3cret').toString('base64')}`
    assert.equal(first.headers['authorization'], basic)
    const bearer = { authentication: { kind: 'bearer', secret: 'token-1' } }
    assert.equal((await standard.api('PATCH', path, bearer)).status, 200)
    await raise({ id: 2 })
    assert.equal((await receiver.next()).headers['authorization'], 'Bearer token-1')
    // A change that leaves the secret out keeps it; null takes the authentication away.
    await standard.api('PATCH', path, { authentication: { kind: 'bearer' } })
    await raise({ id: 3 })
    assert.equal((await receiver.next()).headers['authorization'], 'Bearer token-1')
    await standard.api('PATCH', path, { authentication: null })
    await raise({ id: 4 })
    assert.equal((await receiver.next()).headers['authorization'], undefined)
    await standard.settled()
    const { body } = await standard.api('GET', `${path}/log`)
    assert.equal(body.data.length, 4)
  })

  it('shows who sends in a test before it is saved, or says which field lacks something', async () => {
    const receiver = await standard.receiver([{ status: 200 }])
    const token = JSON.stringify({ access_token: 'token-2', token_type: 'Bearer' })
    const server = await standard.receiver([{ status: 200, body: token }])
    const app = await standard.application({})
    const tried = (authentication: JsonObject) =>
      standard.api('POST', `${app}/endpoint-test`, {
        ...{ url: receiver.url, eventTypes: ['user.updated'], authentication },
      })
    const oauth2 = { kind: 'oauth2', tokenUrl: server.url, clientId: 'c', secret: 's' }
    assert.equal((await tried(oauth2)).body.succeeded, true)
    assert.equal((await receiver.next()).headers['authorization'], 'Bearer token-2')
    const faultOf = async (authentication: JsonObject) => {
      const { status, body } = await tried(authentication)
      return [status, body.detail[0].loc]
    }
    const key = { kind: 'api-key', name: 'webhook-id' }
    assert.deepEqual(await faultOf(key), [422, ['body', 'authentication', 'secret']])
    const reserved = { ...key, secret: 's' }
    assert.deepEqual(await faultOf(reserved), [422, ['body', 'authentication', 'name']])
    assert.equal(receiver.requests.length, 1)
  })

  it('keeps the secret of a client only for the server that it was given for', async () => {
    const token = JSON.stringify({ access_token: 'token-3', token_type: 'Bearer' })
    const [server, another] = [
      await standard.receiver([{ status: 200, body: token }]),
      await standard.receiver([{ status: 200, body: token }]),
    ]
    const client = { kind: 'oauth2', tokenUrl: `${server.url}/one`, clientId: 'c' }
    const { path, raise, receiver } = await listening({
      authentication: { ...client, secret: 'open-sesame' },
    })
    const changed = (authentication: JsonObject, language = 'en') =>
      standard.api('PATCH', path, { authentication }, { 'accept-language': language })
    const elsewhere = { ...client, tokenUrl: `${another.url}/one` }
    for (const language of ['en', 'es']) {
      const { status, body } = await changed(elsewhere, language)
      assert.deepEqual([status, body.detail[0].loc], [422, ['body', 'authentication', 'secret']])
      assert.match(body.detail[0].msg, language === 'en' ? /secret again/ : /volver a dar/)
    }
    assert.equal((await changed({ ...client, tokenUrl: `${server.url}/two` })).status, 200)
    await raise({ id: 1 })
    assert.equal((await receiver.next()).headers['authorization'], 'Bearer token-3')
    assert.equal((await server.next()).path, '/two')
    assert.equal((await changed({ ...elsewhere, secret: 'another' })).status, 200)
    assert.equal(another.requests.length, 0)
  })

  it('can have any policy: statuses, schedule, order and what follows an exhausted try', async () => {
    const policy = {
      successStatuses: [[200, 209]],
      retryScheduleMs: [30_000],
      retryJitter: 0,
      ordering: 'fifo',
      whenExhausted: 'skip',
    }
    const { receiver, raise } = await listening({ policy }, (request) => ({
      status: Object(request.json()).id === 1 ? 210 : 204,
    }))
    await raise({ id: 1 })
    await raise({ id: 2 })
    await receiver.waitFor(1)
    await standard.pass(30_000)
    await receiver.waitFor(3)
    await standard.settled()
    assert.deepEqual(
      receiver.requests.map((request) => Object(request.json()).id),
      [1, 1, 2],
    )
  })

  it('can carry a code, which is then unique and fixed', async () => {
    const { app, path } = await listening({ name: 'Orders', code: 'orders' })
    const url = 'http://127.0.0.1:9999/'
    assert.equal(
      (await standard.api('POST', `${app}/endpoint`, { url, code: 'orders' })).status,
      422,
    )
    assert.equal((await standard.api('PATCH', path, { code: 'other' })).status, 422)
    const other = await standard.application({})
    assert.equal(
      (await standard.api('POST', `${other}/endpoint`, { url, code: 'orders' })).status,
      201,
    )
  })
})

describe('another profile', () => {
  const fit = (app: string, profile: string, headers: JsonObject = {}) =>
    standard.api('GET', `${app}/profile-fit?profile=${profile}`, undefined, headers)

  it('is given once it is known which endpoints break its rules, and nothing of them is lost', async () => {
    const app = await standard.application({})
    const make = async (fields: JsonObject): Promise<string> =>
      (await standard.api('POST', `${app}/endpoint`, fields)).body.id
    assert.equal((await fit(app, 'none')).status, 422)
    assert.equal((await fit(app, 'ciam')).body.misfitCount, 0)

    const url = 'https://example.com/hook'
    const nameless = await make({ url, eventTypes: ['user.updated'], headers: { 'X-A': 'b' } })
    const twin = await make({ url: `${url}?#part`, name: 'Twin' })
    await make({ url: `${url}/alone`, name: 'Alone' })
    const told = (await fit(app, 'ultimate-multisite')).body
    assert.deepEqual([told.endpointCount, told.currentProfile], [3, 'standard'])
    const reasons = (id: string): readonly string[] =>
      told.misfits
        .find((each: { id: string }) => each.id === id)
        ?.reasons.map(({ field }: { field: string }) => field)
    assert.deepEqual(reasons(nameless), ['name', 'eventTypes'])
    const spanish = (await fit(app, 'ultimate-multisite', { 'accept-language': 'es' })).body
    assert.match(spanish.misfits[0].reasons[0].msg, /^se requiere un nombre/)
    const ofCiam = (await fit(app, 'ciam')).body.misfits
    const twins = ofCiam.find(({ id }: { id: string }) => id === twin).reasons
    assert.ok(twins.some(({ msg }: { msg: string }) => /has this URL/.test(msg)))

    const before = (await standard.api('GET', `${app}/endpoint`)).body
    for (const [method, body] of [
      ['PATCH', { profile: 'ciam' }],
      ['PUT', { name: 'Account', profile: 'ciam' }],
    ] as const) {
      const refused = await standard.api(method, app, body)
      assert.deepEqual([refused.status, refused.body.code], [409, 'profile_misfit'])
      assert.match(refused.body.detail, /^3 of 3 endpoints .*profile-fit\?profile=ciam/)
    }
    assert.equal((await standard.api('GET', app)).body.profile, 'standard')
    // What keeps the profile, or changes something else, is not asked.
    const kept = { profile: 'standard', name: 'Renamed' }
    assert.equal((await standard.api('PATCH', app, kept)).status, 200)

    const forced = await standard.api('PATCH', `${app}?force=true`, { profile: 'ciam' })
    assert.deepEqual([forced.status, forced.body.profile], [200, 'ciam'])
    const after = (await standard.api('GET', `${app}/endpoint`)).body
    const stored = ({ data }: typeof after) =>
      data.map(({ id, url, eventTypes, disabled }: JsonObject) => [id, url, eventTypes, disabled])
    assert.deepEqual(stored(after), stored(before))
    const next = await standard.api('PATCH', `${app}/endpoint/${nameless}`, { description: 'x' })
    assert.equal(next.status, 422, 'its next change says what to mend')
    assert.equal((await standard.api('PATCH', app, { profile: 'standard' })).status, 200)
  })

  it('counts as the rules count: the newest are those beyond a bound', async () => {
    const many = await standard.application({})
    for (let n = 0; n < 21; n++) {
      const fields = { url: `https://example.com/${n}`, name: `Number ${n}` }
      assert.equal((await standard.api('POST', `${many}/endpoint`, fields)).status, 201)
    }
    const { misfits, misfitCount } = (await fit(many, 'ciam')).body
    const beyond = misfits.filter(({ reasons }: { reasons: { msg: string }[] }) =>
      reasons.some(({ msg }) => /at most 20 webhooks/.test(msg)),
    )
    assert.equal(misfitCount, 21, 'each has all events, which modyo does not have')
    assert.deepEqual(
      beyond.map(({ name }: { name: string }) => name),
      ['Number 20'],
    )
  })
})
