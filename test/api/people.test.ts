/** Users: how they come in, what they may do, how they are kept out. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'

const password = 'correct horse battery staple'
const rememberedMs = 1_000
const host = 'hooks.example.com'
const clock = new VirtualClock(Date.UTC(2026, 5, 1))
let api: TestApi
before(async () => {
  api = await startTestApi({ world: { clock }, config: { trustedProxies: ['127.0.0.0/8'] } })
})
after(() => api.close())
beforeEach(() => clock.advance(3_600_000)) // tries of the test before are forgotten

interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly from?: string
}

async function call(method: string, path: string, body: unknown = {}, sent: Sent = {}) {
  const reply = await api.app.inject({
    method: method as 'GET', // every method that Fastify knows
    url: `/api/v1${path}`,
    headers: {
      host,
      'x-forwarded-proto': 'https',
      'x-forwarded-for': sent.from ?? '192.0.2.1',
      ...sent.headers,
    },
    ...(method === 'GET' || method === 'DELETE' ? {} : { payload: JSON.stringify(body) }),
  })
  const json = reply.body === '' ? null : JSON.parse(reply.body)
  return { status: reply.statusCode, json, headers: reply.headers }
}
const key = { headers: { authorization: `Bearer ${bootstrapKey}` } }

let count = 0
async function invited(role = 'developer') {
  count += 1
  const email = `person${count}@example.com`
  const made = await call('POST', '/user', { email, role, name: 'Ana' }, key)
  assert.equal(made.status, 201, JSON.stringify(made.json))
  return { email, id: made.json.user.id as string, invite: made.json.invite }
}

/** A browser that signed in: its cookie, and the token that its pages send. */
interface Browser {
  readonly cookie: string
  readonly csrf: string
  readonly session: string
  readonly headers: Readonly<Record<string, string>>
}
function browserOf(reply: Awaited<ReturnType<typeof call>>): Browser {
  assert.equal(reply.status, 200, JSON.stringify(reply.json))
  const [cookie = ''] = String(reply.headers['set-cookie']).split(';')
  const csrf = reply.json.csrfToken
  const headers = { cookie, 'x-posthorn-csrf': csrf, origin: `https://${host}` }
  return { cookie, csrf, session: reply.json.session.id, headers }
}
async function person(role?: string) {
  const { email, id, invite } = await invited(role)
  const body = { token: invite.token, password }
  return { email, id, browser: browserOf(await call('POST', '/session/accept-invite', body)) }
}
const signIn = (email: string, with_ = password, sent: Sent = {}) =>
  call('POST', '/session', { email, password: with_ }, sent)

test('an invitation opens once, within its time, and the newest one only', async () => {
  const { email, id, invite } = await invited()
  assert.equal(invite.url, `https://${host}/sign-in#invite=${invite.token}`)
  assert.equal((await signIn(email)).status, 401, 'before a password is chosen')
  const accept = (token: string) => call('POST', '/session/accept-invite', { token, password })
  const again = (await call('POST', `/user/${id}/invite`, {}, key)).json
  assert.equal((await accept(invite.token)).status, 401, 'an older link')
  const both = await Promise.all([accept(again.token), accept(again.token)])
  assert.equal(both.filter(({ status }) => status === 200).length, 1, 'one of two at once')
  assert.equal((await accept(again.token)).status, 401, 'a used link')
  const late = await invited()
  await clock.advance(3 * 86_400_000)
  assert.equal((await accept(late.invite.token)).status, 401, 'a link that has ended')
  const short = { token: late.invite.token, password: 'short' }
  assert.equal((await call('POST', '/session/accept-invite', short)).status, 422)
})

test('the cookie cannot be read or sent by another site, and a new one comes with each sign-in', async () => {
  const { email, browser } = await person()
  const reply = await signIn(email.toUpperCase())
  const cookie = String(reply.headers['set-cookie'])
  assert.match(
    cookie,
    /^__Host-posthorn=phs_\w+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
  )
  assert.notEqual(cookie.split(';')[0], browser.cookie)
  const plain = await call(
    'POST',
    '/session',
    { email, password },
    { headers: { 'x-forwarded-proto': 'http' } },
  )
  assert.match(
    String(plain.headers['set-cookie']),
    /^posthorn=phs_\w+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  )
  const planted = `__Host-posthorn=phs_${'a'.repeat(27)}_${'0'.repeat(64)}`
  const fixed = await call(
    'POST',
    '/session',
    { email, password },
    { headers: { cookie: planted, origin: `https://${host}`, 'x-posthorn-csrf': 'x' } },
  )
  assert.ok([200, 403].includes(fixed.status))
  assert.notEqual(String(fixed.headers['set-cookie']).split(';')[0], planted)
})

test('the cookie alone signs nothing: the page must be ours and know the token of the session', async () => {
  const { browser } = await person()
  const list = async (headers: Readonly<Record<string, string>>) =>
    (await call('GET', '/app', {}, { headers })).status
  assert.equal(await list(browser.headers), 200)
  assert.equal(await list({ cookie: browser.cookie }), 403)
  assert.equal(await list({ ...browser.headers, 'x-posthorn-csrf': 'guessed' }), 403)
  assert.equal(await list({ ...browser.headers, origin: 'https://evil.example' }), 403)
  assert.equal(await list({ ...browser.headers, 'sec-fetch-site': 'cross-site' }), 403)
  assert.equal(
    await list({ ...browser.headers, cookie: `${browser.cookie}; ${browser.cookie}` }),
    401,
  )
  const asked = await call('GET', '/session', {}, { headers: { cookie: browser.cookie } })
  assert.equal(asked.json.csrfToken, browser.csrf, 'a page that was loaded again asks for it')
  const other = await person()
  assert.equal(await list({ ...browser.headers, 'x-posthorn-csrf': other.browser.csrf }), 403)
})

test('roles may what they may', async () => {
  const may = async (role: string) => {
    const { browser } = await person(role)
    const status = async (method: string, path: string, body: unknown = {}) =>
      (await call(method, path, body, browser)).status
    const app = (await call('POST', '/app', { name: 'R', uid: `roles-${count}` }, key)).json.id
    const endpoint = (await call('POST', `/app/${app}/endpoint`, { url: 'https://a.example' }, key))
      .json.id
    const path = `/app/${app}/endpoint/${endpoint}`
    return [
      await status('GET', path),
      await status('POST', `${path}/retry-now`),
      await status('GET', `${path}/secret`),
      await status('PATCH', path, { description: 'x' }),
      await status('GET', '/audit'),
      await status('POST', '/api-key', { name: 'k', role: 'reader' }),
      await status('POST', '/api-key', { name: 'k', role: 'admin' }),
      await status('GET', '/user'),
    ]
  }
  assert.deepEqual(await may('owner'), [200, 200, 200, 200, 200, 201, 201, 200])
  assert.deepEqual(await may('developer'), [200, 200, 200, 200, 200, 201, 403, 403])
  assert.deepEqual(await may('support'), [200, 200, 403, 403, 403, 403, 403, 403])
  assert.deepEqual(await may('auditor'), [200, 403, 403, 403, 200, 403, 403, 200])
  assert.deepEqual(await may('reader'), [200, 403, 403, 403, 403, 403, 403, 403])
})

test('sessions end: by oneself, by an owner, by a new password, by removal, by time', async () => {
  const alive = async (browser: Browser) =>
    (await call('GET', '/session', {}, browser)).status === 200
  const { email, id, browser } = await person()
  const second = browserOf(await signIn(email))
  const third = browserOf(await signIn(email))
  const list = (await call('GET', '/session/list', {}, third)).json.data
  assert.deepEqual(
    list.map((each: { id: string; current: boolean }) => [each.id, each.current]),
    [
      [third.session, true],
      [second.session, false],
      [browser.session, false],
    ],
  )
  assert.equal((await call('DELETE', `/session/${browser.session}`, {}, third)).status, 204)
  await clock.advance(rememberedMs)
  assert.deepEqual([await alive(browser), await alive(second)], [false, true])
  const stranger = await person()
  assert.equal(
    (await call('DELETE', `/session/${second.session}`, {}, stranger.browser)).status,
    404,
  )
  const seen = await call('GET', `/user/${id}/session`, {}, key)
  assert.ok(seen.json.data.some((one: { id: string }) => one.id === second.session))
  assert.equal((await call('DELETE', `/user/${id}/session/${second.session}`, {}, key)).status, 204)
  await clock.advance(rememberedMs)
  assert.equal(await alive(second), false)

  const fourth = browserOf(await signIn(email))
  const wrong = { current: 'not this one', password: 'another long password' }
  assert.equal((await call('POST', '/session/password', wrong, third)).status, 409)
  const change = { current: password, password: 'another long password' }
  const renewed = browserOf(await call('POST', '/session/password', change, third))
  await clock.advance(rememberedMs)
  assert.deepEqual(
    [await alive(third), await alive(fourth), await alive(renewed)],
    [false, false, true],
  )
  assert.equal((await signIn(email)).status, 401)

  assert.equal((await call('DELETE', '/session', {}, renewed)).status, 204)
  const last = browserOf(await signIn(email, change.password))
  await clock.advance(12 * 3_600_000)
  assert.equal(await alive(last), false, 'after twelve hours')
  const removed = browserOf(await signIn(email, change.password))
  assert.equal((await call('DELETE', `/user/${id}`, {}, key)).status, 204)
  await clock.advance(rememberedMs)
  assert.equal(await alive(removed), false)
  assert.equal((await signIn(email, change.password)).status, 401)
})

test('a user who is locked out or demoted is so within a second', async () => {
  const { id, browser } = await person()
  assert.equal((await call('PATCH', `/user/${id}`, { role: 'reader' }, key)).status, 200)
  await clock.advance(rememberedMs)
  assert.equal((await call('POST', '/app', { name: 'x' }, browser)).status, 403)
  assert.equal((await call('PATCH', `/user/${id}`, { disabled: true }, key)).status, 200)
  await clock.advance(rememberedMs)
  assert.equal((await call('GET', '/app', {}, browser)).status, 401)
})

test('wrong passwords wait longer and longer, for known and unknown addresses alike', async () => {
  const { email } = await person()
  const tries = async (who: string) => {
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) {
      statuses.push((await signIn(who, 'a wrong password', { from: `198.51.100.${n}` })).status)
    }
    return statuses
  }
  const wanted = [401, 401, 401, 401, 401, 429, 429]
  assert.deepEqual(await tries(email), wanted)
  assert.deepEqual(await tries('nobody@example.com'), wanted)
  const locked = await signIn(email)
  assert.deepEqual([locked.status, locked.headers['retry-after']], [429, '1'])
  await clock.advance(1_000)
  assert.equal((await signIn(email)).status, 200)
})

test('one client address has ten tries, and more with time', async () => {
  const from = '203.0.113.9'
  const statuses: number[] = []
  for (let n = 0; n < 12; n++) {
    const body = { token: 'phi_none', password }
    statuses.push((await call('POST', '/session/accept-invite', body, { from })).status)
  }
  assert.deepEqual(statuses, [...Array(10).fill(401), 429, 429])
  await clock.advance(5_000)
  assert.equal(
    (await call('POST', '/session/accept-invite', { token: 'x', password }, { from })).status,
    401,
  )
})

test('the last owner stays one, also when two owners demote each other at once', async () => {
  const owners = (await call('GET', '/user?limit=250', {}, key)).json.data.filter(
    ({ role }: { role: string }) => role === 'owner',
  )
  const one = await person('owner')
  const two = await person('owner')
  for (const { id } of owners) await call('DELETE', `/user/${id}`, {}, key)
  const answers = await Promise.all([
    call('PATCH', `/user/${one.id}`, { role: 'reader' }, two.browser),
    call('DELETE', `/user/${two.id}`, {}, one.browser),
  ])
  assert.equal(answers.filter(({ status }) => status === 409).length, 1)
  const left = (await call('GET', '/user?limit=250', {}, key)).json.data.filter(
    ({ role }: { role: string }) => role === 'owner',
  )
  assert.equal(left.length, 1)
  assert.equal((await call('PATCH', `/user/${left[0].id}`, { disabled: true }, key)).status, 409)
  assert.equal((await call('DELETE', `/user/${left[0].id}`, {}, key)).status, 409)
})

test('an e-mail address belongs to one user, and is free again afterwards', async () => {
  const { email, id } = await invited()
  const again = { email: email.toUpperCase(), role: 'reader' }
  assert.equal((await call('GET', `/user/${id}`, {}, key)).json.email, email)
  assert.equal((await call('POST', '/user', again, key)).status, 409)
  assert.equal((await call('DELETE', `/user/${id}`, {}, key)).status, 204)
  assert.equal((await call('POST', '/user', again, key)).status, 201)
})

test('sign-ins are audited, failed ones too, and no entry holds a password or a token', async () => {
  const { email, id, browser } = await person()
  await signIn(email, 'a wrong password')
  await signIn(email)
  await call('DELETE', '/session', {}, browser)
  const { data } = (await call('GET', `/audit?resource=${id}`, {}, key)).json
  const told = data.map(
    (entry: { operation: string; outcome: string; actor: { kind: string } }) => [
      entry.operation,
      entry.outcome,
      entry.actor.kind,
    ],
  )
  assert.deepEqual(told, [
    ['v1.session.create', 'done', 'user'],
    ['v1.session.create', 'refused', 'anonymous'],
    ['v1.session.accept-invite', 'done', 'user'],
    ['v1.user.create', 'done', 'key'],
  ])
  const all = JSON.stringify((await call('GET', '/audit?limit=250', {}, key)).json)
  for (const secret of [
    password,
    'a wrong password',
    'scrypt$',
    browser.cookie.split('=')[1],
    'phi_',
  ]) {
    assert.ok(!all.includes(secret ?? ''), `${secret} is in the audit log`)
  }
})

test('a role of a newer version opens nothing here, until an owner gives one that is known', async () => {
  const { id, browser } = await person('reader')
  const record = await api.store.findRecord({ kind: 'user', id })
  assert.ok(record)
  const newer = { ...record, body: { ...record.body, role: 'keeper' } }
  await api.store.replaceRecord({ record: newer, expectedVersion: record.version })
  await clock.advance(rememberedMs) // who called before is looked up again
  const status = async (path: string) => (await call('GET', path, {}, browser)).status
  for (const path of ['/app', '/caller', '/audit', '/user'])
    assert.equal(await status(path), 403, path)
  assert.equal((await call('PATCH', `/user/${id}`, { role: 'auditor' }, key)).status, 200)
  await clock.advance(rememberedMs)
  assert.deepEqual([await status('/app'), await status('/audit')], [200, 200])
})

test('keys are no sessions', async () => {
  assert.equal((await call('GET', '/session', {}, key)).status, 404)
  assert.deepEqual((await call('GET', '/session/methods')).json, {
    password: true,
    openId: null,
  })
})

test('roles are listed with what each may do, and that is what a session of the role has', async () => {
  const listed = await call('GET', '/role', {}, key)
  assert.equal(listed.status, 200)
  const { data, permissions, scopes } = listed.json
  assert.deepEqual(
    scopes.map(({ name }: { name: string }) => name),
    permissions,
  )
  const spanish = await call(
    'GET',
    '/role',
    {},
    { ...key, headers: { ...key.headers, 'accept-language': 'es' } },
  )
  const audit = spanish.json.scopes.find(({ name }: { name: string }) => name === 'read-audit')
  assert.deepEqual(audit, {
    name: 'read-audit',
    group: 'Ver',
    description: 'Leer y exportar el registro de auditoría',
  })
  const owner = data.find(({ role }: { role: string }) => role === 'owner')
  assert.deepEqual(owner.permissions, permissions)
  for (const { role, permissions: granted } of data) {
    const { browser } = await person(role)
    const { json } = await call('GET', '/session', {}, { headers: browser.headers })
    assert.deepEqual(json.permissions, granted, role)
  }
})
