/** Keys and sessions that end: made, scoped, used, expired, revoked. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { Config } from '../../src/config.ts'
import { operations } from '../../src/contract/operations.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { inject, unhurried } from '../support/inject.ts'

const clock = new VirtualClock()
let api: TestApi
let app = ''
let other = ''
before(async () => {
  api = await startTestApi({ world: { clock } })
  app = (await call('POST', '/app', { name: 'One', uid: 'one' })).json.id
  other = (await call('POST', '/app', { name: 'Two' })).json.id
})
after(() => api.close())

async function call(
  method: string,
  path: string,
  body: unknown = {},
  token = bootstrapKey,
  from?: { readonly address: string; readonly agent: string },
) {
  const reply = await inject(api.app, {
    method: method as 'GET', // every method that Fastify knows
    url: `/api/v1${path}`,
    headers: {
      authorization: `Bearer ${token}`,
      ...(from === undefined ? {} : { 'user-agent': from.agent }),
    },
    ...(from === undefined ? {} : { remoteAddress: from.address }),
    ...(method === 'GET' || method === 'DELETE' ? {} : { payload: JSON.stringify(body) }),
  })
  return { status: reply.statusCode, json: reply.body === '' ? null : JSON.parse(reply.body) }
}

async function makeKey(settings: object): Promise<{ readonly id: string; readonly token: string }> {
  const role = 'scopes' in settings ? {} : { role: 'admin' }
  const made = await call('POST', '/api-key', { name: 'A key', ...role, ...settings })
  assert.equal(made.status, 201, JSON.stringify(made.json))
  return made.json
}

test('a key says from where it was last used, noted at most once a minute, to those who may list keys', async () => {
  const { id, token } = await makeKey({ name: 'Worker', role: 'reader' })
  const used = async () => {
    const { data } = (await call('GET', '/api-key')).json
    const key = data.find((one: { readonly id: string }) => one.id === id)
    return [key.lastUsedAt, key.lastUsedFrom]
  }
  assert.deepEqual(await used(), [null, null])
  const office = { address: '192.0.2.7', agent: `curl/8.5 ${'x'.repeat(400)}` }
  const noted = { address: '192.0.2.7', userAgent: office.agent.slice(0, 256) }
  const at = clock.now()
  assert.equal((await call('GET', '/app', {}, token, office)).status, 200)
  assert.deepEqual(await used(), [new Date(at).toISOString(), noted])
  await clock.advance(59_000)
  const elsewhere = { address: '2001:db8::9', agent: 'worker/2' }
  await call('GET', '/app', {}, token, elsewhere)
  assert.deepEqual(await used(), [new Date(at).toISOString(), noted], 'within the minute')
  await clock.advance(1_000)
  await call('GET', '/app', {}, token, elsewhere)
  const later = new Date(clock.now()).toISOString()
  assert.deepEqual(await used(), [later, { address: '2001:db8::9', userAgent: 'worker/2' }])
  assert.equal((await call('GET', '/api-key', {}, token)).status, 403, 'a reader lists no keys')
  await call('DELETE', `/api-key/${id}`)
})

test('a key works until it is revoked, and is shown and stored nowhere', async () => {
  const { id, token } = await makeKey({ name: 'Deploy' })
  assert.match(token, /^phk_[0-9A-Za-z]{27}_[0-9a-f]{72}$/)
  assert.equal((await call('GET', '/app', {}, token)).status, 200)
  const listed = (await call('GET', '/api-key')).json.data
  assert.deepEqual(
    listed.map((key: { name: string; lastUsedAt: string }) => [key.name, key.lastUsedAt]),
    [['Deploy', new Date(clock.now()).toISOString()]],
  )
  const stored = JSON.stringify(await api.store.findRecord({ kind: 'api-key', id }))
  assert.ok(!stored.includes(token) && !JSON.stringify(listed).includes(token))
  const hash = JSON.parse(stored).body.hash
  assert.equal((await call('GET', '/app', {}, hash)).status, 401, 'the stored hash is no key')
  const typo = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`
  assert.equal((await call('GET', '/app', {}, typo)).status, 401)
  assert.equal((await call('DELETE', `/api-key/${id}`)).status, 204)
  assert.equal((await call('GET', '/app', {}, token)).status, 401, 'at once')
  assert.equal((await call('DELETE', `/api-key/${id}`)).status, 404)
})

test('a wrong checksum is refused before any look at the database', async () => {
  const { token } = await makeKey({})
  const { findRecord } = api.store
  let looks = 0
  Object.assign(api.store, {
    findRecord: (input: Parameters<typeof findRecord>[0]) => {
      looks += 1
      return findRecord(input)
    },
  })
  await call('GET', '/app', {}, `${token.slice(0, -8)}00000000`)
  assert.equal(looks, 0)
  await call('GET', '/app', {}, token)
  assert.equal(looks, 1)
  Object.assign(api.store, { findRecord })
})

test('a key expires at its time', async () => {
  const { token } = await makeKey({ expiresAt: new Date(clock.now() + 5_000).toISOString() })
  assert.equal((await call('GET', '/app', {}, token)).status, 200)
  await clock.advance(5_000)
  assert.equal((await call('GET', '/app', {}, token)).status, 401)
  const past = { name: 'x', role: 'admin', expiresAt: new Date(clock.now()).toISOString() }
  assert.equal((await call('POST', '/api-key', past)).status, 422)
})

test('a rolled key works until the overlap ends; its successor may the same, for as long', async () => {
  const end = new Date(clock.now() + 90_000).toISOString()
  const old = await makeKey({ name: 'Shop', role: 'sender', applicationId: 'one', expiresAt: end })
  const works = async (token: string) =>
    (await call('GET', '/app/one/endpoint', {}, token)).status === 200
  const rolled = await call('POST', `/api-key/${old.id}/roll`, { gracePeriodSeconds: 60 })
  assert.equal(rolled.status, 201, JSON.stringify(rolled.json))
  const { id, token, createdAt: _, lastUsedAt: __, lastUsedFrom: ___, ...like } = rolled.json
  const application = (await call('GET', '/app/one')).json.id
  assert.deepEqual(like, {
    name: 'Shop',
    role: 'sender',
    scopes: ['read', 'send'],
    prefix: `phk_${id.slice(4, 12)}`,
    applicationId: application,
    expiresAt: end,
  })
  assert.notEqual(id, old.id)
  assert.equal((await call('POST', `/api-key/${old.id}/roll`)).status, 409, 'it has a successor')
  assert.deepEqual([await works(old.token), await works(token)], [true, true])
  await clock.advance(60_000)
  assert.deepEqual([await works(old.token), await works(token)], [false, true])
  // At once: also for who rolls the key that they call with.
  const admin = await makeKey({})
  const now = { gracePeriodSeconds: 0 }
  const next = await call('POST', `/api-key/${admin.id}/roll`, now, admin.token)
  assert.equal((await call('GET', '/api-key', {}, admin.token)).status, 401)
  assert.equal((await call('GET', '/api-key', {}, next.json.token)).status, 200)
  assert.equal((await call('POST', '/api-key/key_unknown/roll')).status, 404)
  const long = { gracePeriodSeconds: 604_801 }
  assert.equal((await call('POST', `/api-key/${id}/roll`, long)).status, 422)
})

test('of two that roll a key at the same moment one gets a key', async () => {
  const { id } = await makeKey({ name: 'Contended' })
  const roll = () => call('POST', `/api-key/${id}/roll`)
  const statuses = (await Promise.all([roll(), roll()])).map(({ status }) => status)
  assert.deepEqual(statuses.toSorted(), [201, 409])
  const listed = (await call('GET', '/api-key?limit=250')).json.data
  const named = listed.filter(({ name }: { name: string }) => name === 'Contended')
  assert.equal(named.length, 2, 'the old one and its successor')
})

test('a reader reads and sees no secret; a sender reads and sends; neither administers', async () => {
  const reader = (await makeKey({ role: 'reader' })).token
  const sender = (await makeKey({ role: 'sender' })).token
  const values: Readonly<Record<string, string>> = { app_id: 'unknown' }
  for (const operation of operations.filter(({ access }) => access !== 'public')) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? 'unknown')
    const allowed = async (token: string) =>
      (await call(operation.method, `${path}?${unhurried[operation.id] ?? ''}`, {}, token))
        .status !== 403
    const { permission, id } = operation
    assert.equal(await allowed(reader), permission === 'read', `reader: ${id}`)
    assert.equal(await allowed(sender), ['read', 'send'].includes(permission), `sender: ${id}`)
  }
})

test('a key is made of permissions that its maker has, keeps them when it is rolled, and gives no more', async () => {
  const scopes = ['read', 'administer', 'manage-people', 'read-people']
  const maker = await makeKey({ name: 'Maker', scopes })
  const as = async (path: string, body: object) =>
    (await call('POST', path, body, maker.token)).status
  const listed = (await call('GET', '/api-key?limit=250')).json.data
  const own = listed.find(({ id }: { id: string }) => id === maker.id)
  assert.deepEqual([own.role, own.scopes.toSorted()], ['custom', scopes.toSorted()])
  const reader = await call('POST', '/api-key', { name: 'r', role: 'reader' })
  assert.deepEqual(reader.json.scopes, ['read'])

  assert.equal(await as('/api-key', { name: 'less', scopes: ['read'] }), 201)
  for (const more of [{ scopes: ['send'] }, { role: 'sender' }, { role: 'admin' }]) {
    assert.equal(await as('/api-key', { name: 'more', ...more }), 403)
  }
  // Nor by another's hands: a portal session, a person, or a link for one who may more.
  assert.equal(await as('/auth/app-portal-access/one', {}), 403)
  assert.equal(await as('/auth/app-portal-access/one', { readOnly: true }), 403)
  assert.equal(
    await as('/auth/app-portal-access/one', { readOnly: true, viewPayloads: false }),
    200,
  )
  assert.equal(await as('/user', { email: 'o@example.com', role: 'owner' }), 403)
  const { user } = (await call('POST', '/user', { email: 'o@example.com', role: 'owner' })).json
  assert.equal(await as(`/user/${user.id}/invite`, {}), 403)
  for (const [method, body] of [
    ['PATCH', { role: 'reader' }],
    ['DELETE', {}],
  ] as const) {
    assert.equal((await call(method, `/user/${user.id}`, body, maker.token)).status, 403)
  }
  assert.equal(await as('/user', { email: 'r@example.com', role: 'reader' }), 201)

  for (const wrong of [
    {},
    { role: 'reader', scopes: ['read'] },
    { scopes: [] },
    { scopes: ['read', 'read'] },
    { scopes: ['everything'] },
  ]) {
    assert.equal((await call('POST', '/api-key', { name: 'x', ...wrong })).status, 422)
  }

  const rolled = await call('POST', `/api-key/${maker.id}/roll`, {})
  assert.deepEqual(rolled.json.scopes.toSorted(), scopes.toSorted())
  assert.equal((await call('GET', '/user', {}, rolled.json.token)).status, 200)
  assert.equal((await call('POST', '/app/one/msg', {}, rolled.json.token)).status, 403)
})

test('keys of a test environment begin apart, and both kinds are accepted in either', async () => {
  const be = async (environment: string | null) => {
    const changed = await call('PATCH', '/installation/settings', { environment })
    assert.equal(changed.status, 200, JSON.stringify(changed.json))
  }
  const works = async (token: string) => (await call('GET', '/app/one', {}, token)).status === 200
  const live = await makeKey({})
  await be('test')
  assert.deepEqual((await call('GET', '/environment')).json, {
    environment: 'test',
    otherUrl: null,
  })
  const tried = await makeKey({ name: 'Tried' })
  assert.match(tried.token, /^phk_test_[0-9A-Za-z]{27}_[0-9a-f]{72}$/)
  assert.match(live.token, /^phk_[0-9A-Za-z]{27}_/)
  assert.deepEqual([await works(live.token), await works(tried.token)], [true, true])
  const another = `phk_${tried.token.slice('phk_test_'.length)}`
  assert.equal(await works(another), false, 'the checksum covers the beginning')
  const listed = (await call('GET', '/api-key?limit=250')).json.data
  const prefixOf = (id: string) => listed.find((key: { id: string }) => key.id === id).prefix
  assert.ok(tried.token.startsWith(prefixOf(tried.id)))
  assert.ok(live.token.startsWith(prefixOf(live.id)))
  await be(null)
  assert.deepEqual([await works(live.token), await works(tried.token)], [true, true])
  const rolled = await call('POST', `/api-key/${tried.id}/roll`)
  assert.match(rolled.json.token, /^phk_[0-9A-Za-z]{27}_/)
  const wrong = await call('PATCH', '/installation/settings', {
    otherEnvironmentUrl: 'javascript:x',
  })
  assert.equal(wrong.status, 422)
})

test('a role or scope of a newer version grants nothing here', async () => {
  const newer = async (given: object) => {
    const { id, token } = await makeKey({ scopes: ['read'] })
    const record = await api.store.findRecord({ kind: 'api-key', id })
    assert.ok(record)
    const body = { ...record.body, ...given }
    await api.store.replaceRecord({ record: { ...record, body }, expectedVersion: record.version })
    const status = async (path: string) => (await call('GET', path, {}, token)).status
    return [await status('/app'), await status('/api-key')]
  }
  assert.deepEqual(await newer({ role: 'keeper' }), [403, 403])
  assert.deepEqual(await newer({ role: 'constructor' }), [403, 403])
  assert.deepEqual(await newer({ scopes: ['read', 'read-everything'] }), [200, 403])
  assert.deepEqual(await newer({ scopes: undefined }), [403, 403])
})

test('a key of one application sees nothing else of the organisation', async () => {
  const { token } = await makeKey({ role: 'admin', applicationId: 'one' })
  assert.equal((await call('GET', `/app/${app}`, {}, token)).status, 200)
  assert.equal((await call('GET', '/app/one/endpoint', {}, token)).status, 200)
  const message = { eventType: 'a.b', payload: {} }
  assert.equal((await call('POST', `/app/${app}/msg`, message, token)).status, 202)
  assert.equal((await call('POST', '/app/one/msg', message, token)).status, 202)
  assert.equal((await call('POST', `/app/${other}/msg`, message, token)).status, 404)
  assert.equal((await call('GET', `/app/${other}`, {}, token)).status, 404)
  assert.equal((await call('GET', '/app', {}, token)).status, 403)
  assert.equal((await call('GET', '/event-type', {}, token)).status, 200)
  assert.equal((await call('POST', '/api-key', { name: 'x', role: 'admin' }, token)).status, 403)
  const foreign = { name: 'x', role: 'admin', applicationId: 'nobody' }
  assert.equal((await call('POST', '/api-key', foreign)).status, 404)
})

async function portal(body: object = {}): Promise<string> {
  return (await call('POST', '/auth/app-portal-access/one', body)).json.token
}
const status = async (token: string) => (await call('GET', '/app/one', {}, token)).status

test('expire-all ends the tokens of an application; new ones work at once', async () => {
  const [first, second] = [await portal(), await portal({ sessionId: 'anna' })]
  assert.deepEqual([await status(first), await status(second)], [200, 200])
  assert.equal((await call('POST', '/auth/app/one/expire-all')).status, 204)
  assert.deepEqual([await status(first), await status(second)], [401, 401])
  await clock.advance(1)
  assert.equal(await status(await portal()), 200)
})

test('expire-all may name sessions, and give them time', async () => {
  await clock.advance(1)
  const [anna, bert] = [await portal({ sessionId: 'anna' }), await portal({ sessionId: 'bert' })]
  await call('POST', '/auth/app/one/expire-all', { sessionIds: ['anna'], expiry: 60 })
  await clock.advance(59_000)
  assert.deepEqual([await status(anna), await status(bert)], [200, 200])
  await clock.advance(2_000)
  assert.deepEqual([await status(anna), await status(bert)], [401, 200])
  const long = await call('POST', '/auth/app/one/expire-all', { expiry: 259_201 })
  assert.equal(long.status, 422)
})

test('logout ends the one token that it is called with', async () => {
  const [mine, theirs] = [await portal(), await portal()]
  assert.equal((await call('POST', '/auth/logout', {}, mine)).status, 204)
  assert.deepEqual([await status(mine), await status(theirs)], [401, 200])
  assert.equal((await call('POST', '/auth/logout', {}, 'nonsense')).status, 204)
})

async function portalKey(body: object = {}): Promise<string> {
  const { url } = (await call('POST', '/auth/app-portal-access/one', body)).json
  return new URL(url).hash.slice('#key='.length)
}

test("a link's key opens nothing itself, and is exchanged for a session once", async () => {
  const key = await portalKey({ readOnly: true, look: { accent: '#0a7', hide: ['catalog'] } })
  assert.equal(await status(key), 401)
  const session = await call('POST', '/auth/portal-session', {}, key)
  assert.equal(session.status, 200)
  assert.equal(await status(session.json.token), 200)
  const change = { url: 'https://a.example/' }
  assert.equal((await call('POST', '/app/one/endpoint', change, session.json.token)).status, 403)
  assert.equal((await call('POST', '/auth/portal-session', {}, key)).status, 401)
  assert.equal((await call('POST', '/auth/portal-session', {}, await portal())).status, 401)
  assert.equal((await call('POST', '/auth/logout', {}, session.json.token)).status, 204)
  assert.equal(await status(session.json.token), 401)
})

test('of two that exchange the same key at once, one gets the session', async () => {
  const key = await portalKey()
  const answers = await Promise.all([1, 2].map(() => call('POST', '/auth/portal-session', {}, key)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401])
})

test('expire-all ends links that nobody has opened, and their sessions', async () => {
  const [unopened, opened] = [await portalKey(), await portalKey()]
  const { token } = (await call('POST', '/auth/portal-session', {}, opened)).json
  await call('POST', '/auth/app/one/expire-all')
  assert.equal(await status(token), 401)
  assert.equal((await call('POST', '/auth/portal-session', {}, unopened)).status, 401)
})

test('origins of a link are origins, not headers', async () => {
  for (const origin of ['https://a.example; script-src *', 'a.example', "'self'", 'https://a/x']) {
    const refused = await call('POST', '/auth/app-portal-access/one', { origins: [origin] })
    assert.equal(refused.status, 422, origin)
  }
})

test('a portal token ends at its own expiry, to the second', async () => {
  await clock.advance(1) // what is issued in the moment of an expire-all ends with it
  const token = await portal({ expiry: 3_600 })
  await clock.advance(3_599_000)
  assert.equal(await status(token), 200)
  await clock.advance(1_001)
  assert.equal(await status(token), 401)
})

/** The origin of a portal's link, asked for over a socket with these headers. */
async function linkFrom(config: Partial<Config>, headers: Readonly<Record<string, string>>) {
  const server = await startTestApi({ config })
  try {
    const { port } = new URL(await server.listen())
    const asked = request({
      ...{ host: '127.0.0.1', port, method: 'POST', path: '/api/v1/auth/app-portal-access/new' },
      headers: { authorization: `Bearer ${bootstrapKey}`, ...headers },
    })
    const answer = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
      asked.on('response', resolve).on('error', reject)
      asked.end('{"application":{"name":"New","uid":"new"}}')
    })
    const { url } = JSON.parse(await text(answer))
    return new URL(url).origin.replace(`:${port}`, ':PORT')
  } finally {
    await server.close()
  }
}

test('a link is built from what the operator said, never from a stranger’s Host', async () => {
  const evil = { host: 'evil.example' }
  const forwarded = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
  const trusted = { trustedProxies: ['127.0.0.0/8'] }
  const publicUrl = 'https://hooks.example.com'
  assert.equal(await linkFrom({}, evil), 'http://127.0.0.1:PORT')
  assert.equal(
    await linkFrom({}, { ...forwarded, forwarded: 'host=evil.example' }),
    'http://127.0.0.1:PORT',
  )
  assert.equal(await linkFrom({}, { host: 'localhost:1234' }), 'http://localhost:1234')
  assert.equal(await linkFrom({ host: 'hooks.lan' }, { host: 'hooks.lan' }), 'http://hooks.lan')
  assert.equal(await linkFrom({ publicUrl }, evil), publicUrl)
  assert.equal(await linkFrom({ publicUrl, ...trusted }, forwarded), publicUrl)
  const told = {
    host: 'inner',
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-host': 'hooks.example.com',
  }
  assert.equal(await linkFrom(trusted, { ...told, 'x-forwarded-proto': 'https' }), publicUrl)
  assert.equal(await linkFrom({ trustedProxies: ['10.0.0.0/8'] }, told), 'http://127.0.0.1:PORT')
})
