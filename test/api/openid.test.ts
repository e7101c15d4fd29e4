/** Signing in with OpenID Connect: who comes in, who does not, and what is never believed. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { openIdProvider } from '../../src/api/openid/provider.ts'
import { openIdRefusalReasons } from '../../src/api/openid/refusals.ts'
import { type Config, configFrom, configWith } from '../../src/config.ts'
import { parseEgressProxy } from '../../src/delivery/egress-proxy.ts'
import { type ProviderExchange, providerExchange } from '../../src/delivery/provider-exchange.ts'
import { createResolver } from '../../src/delivery/resolver.ts'
import { systemClock, after as waiting } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import type { Store } from '../../src/store/store.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { type OpenIdTestProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { startConnectProxy, startSocksProxy } from '../support/proxies.ts'

const publicUrl = 'https://hooks.example.com'
const exchange = providerExchange()
const clock = new VirtualClock(Date.now())
let provider: OpenIdTestProvider
const servers: TestApi[] = []

/** A server that lets people in by the provider, with these settings beside. */
async function server(
  settings: Partial<Config> = {},
  wrapStore: (store: Store) => Store = (store) => store,
  way: ProviderExchange = exchange,
): Promise<TestApi> {
  const made = await startTestApi({
    world: { clock },
    wrapStore,
    config: {
      publicUrl,
      oidcIssuer: provider.issuer,
      oidcClientId: provider.clientId,
      oidcClientSecret: provider.clientSecret,
      oidcName: 'Example',
      ...settings,
    },
    openId: (config) => openIdProvider({ config, clock, log: silentLog, exchange: way }),
  })
  servers.push(made)
  return made
}

let api: TestApi
before(async () => {
  provider = await startOpenIdProvider()
  api = await server()
})
after(async () => {
  await Promise.all(servers.map((made) => made.close()))
  await exchange.close()
  await provider.close()
})
beforeEach(async () => {
  Object.assign(provider, {
    twist: null,
    signsWith: 'own',
    inUserInfo: [],
    trouble: null,
    error: null,
    endsSessions: false,
  })
  await clock.advance(60_000) // tries of the test before are forgotten
})

interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly to?: TestApi
}

async function call(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: unknown,
  sent: Sent = {},
) {
  const reply = await (sent.to ?? api).app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { host: 'hooks.example.com', ...sent.headers },
    ...(method === 'GET' || method === 'DELETE' ? {} : { payload: JSON.stringify(body) }),
  })
  const json = reply.body === '' ? null : JSON.parse(reply.body)
  return { status: reply.statusCode, json, headers: reply.headers }
}
type Reply = Awaited<ReturnType<typeof call>>
const key = { authorization: `Bearer ${bootstrapKey}` }

let count = 0
async function added(role = 'developer', to = api) {
  count += 1
  const email = `ana${count}@example.com`
  const made = await call('POST', '/user', { email, role }, { headers: key, to })
  assert.equal(made.status, 201)
  return { email, id: made.json.user.id as string, sub: `sub-${count}` }
}
const vouched = (email: string, sub: string) => ({ sub, email, email_verified: true, name: 'Ana' })

/** A browser that begins: its cookie, and where it is sent. */
async function begin(to = api) {
  const reply = await call('POST', '/session/openid', {}, { to })
  assert.equal(reply.status, 200, JSON.stringify(reply.json))
  const [cookie = ''] = String(reply.headers['set-cookie']).split(';')
  return { reply, cookie, url: new URL(reply.json.url) }
}

/** Through the provider, and back to our page: what it was sent back with. */
async function throughProvider(url: URL): Promise<URLSearchParams> {
  const answer = await fetch(url, { redirect: 'manual' })
  const location = new URL(answer.headers.get('location') ?? '')
  assert.equal(location.origin + location.pathname, `${publicUrl}/sign-in/openid`)
  return location.searchParams
}

const finish = (returned: URLSearchParams, cookie: string, sent: Sent = {}) =>
  call(
    'POST',
    '/session/openid/finish',
    { returned: returned.toString() },
    { ...sent, headers: { cookie, ...sent.headers } },
  )

async function signIn(to = api, headers: Sent['headers'] = {}): Promise<Reply> {
  const { cookie, url } = await begin(to)
  return finish(await throughProvider(url), cookie, { to, headers })
}

function refusedWith(reply: Reply, status: number, code: keyof typeof openIdRefusalReasons.en) {
  assert.deepEqual([reply.status, reply.json.code], [status, code])
  assert.equal(reply.json.detail, openIdRefusalReasons.en[code])
  assert.equal(reply.headers['set-cookie'], undefined)
}

test('a user comes in by the provider: the same session as after a password, and it is audited', async () => {
  const methods = await call('GET', '/session/methods', null)
  assert.deepEqual(methods.json.openId, { name: 'Example' })
  const { email, id, sub } = await added('support')
  provider.person = vouched(email.toUpperCase(), sub)
  const { reply, cookie, url } = await begin()
  assert.match(
    String(reply.headers['set-cookie']),
    /^__Host-posthorn-openid=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Strict; Secure$/,
  )
  assert.equal(url.origin + url.pathname, `${provider.issuer}/authorize`)
  const asked = Object.fromEntries(url.searchParams)
  assert.equal(asked['redirect_uri'], `${publicUrl}/sign-in/openid`)
  assert.deepEqual(
    [asked['response_type'], asked['code_challenge_method'], asked['scope']],
    ['code', 'S256', 'openid email profile'],
  )
  const done = await finish(await throughProvider(url), cookie)
  assert.equal(done.status, 200, JSON.stringify(done.json))
  assert.deepEqual([done.json.user.id, done.json.user.role], [id, 'support'])
  assert.deepEqual([done.json.user.hasPassword, done.json.user.invitedUntil], [false, null])
  const [session = '', cleared = ''] = done.headers['set-cookie'] as unknown as readonly string[] // two of them
  assert.match(
    session,
    /^__Host-posthorn=phs_\w+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
  )
  assert.match(cleared, /^__Host-posthorn-openid=; Path=\/; Max-Age=0;/)
  const browser = {
    cookie: session.split(';')[0] ?? '',
    'x-posthorn-csrf': done.json.csrfToken,
    origin: publicUrl,
  }
  assert.equal((await call('GET', '/app', null, { headers: browser })).status, 200)
  assert.equal((await call('GET', '/user', null, { headers: browser })).status, 403)
  const again = await signIn(api, { 'user-agent': 'another' })
  assert.notEqual(again.json.session.id, done.json.session.id, 'a session of its own each time')
  const { data } = (await call('GET', `/audit?resource=${id}`, null, { headers: key })).json
  assert.deepEqual(
    data.map((entry: Record<string, unknown>) => [entry['operation'], entry['outcome']]),
    [
      ['v1.session.openid-finish', 'done'],
      ['v1.session.openid-finish', 'done'],
      ['v1.user.create', 'done'],
    ],
  )
  assert.equal((await call('DELETE', '/session', null, { headers: browser })).status, 204)
})

test('only the browser that began a sign-in ends it, once, in time, with its own state', async () => {
  const { email, sub } = await added()
  provider.person = vouched(email, sub)
  const one = await begin()
  const returned = await throughProvider(one.url)
  refusedWith(await finish(returned, ''), 401, 'openid_ended')
  const other = await begin()
  refusedWith(await finish(returned, other.cookie), 401, 'openid_ended')
  const forged = new URLSearchParams(returned)
  forged.set('state', 'guessed')
  refusedWith(await finish(forged, one.cookie), 401, 'openid_ended')
  refusedWith(await finish(returned, `${one.cookie}x`), 401, 'openid_ended')
  const twice = await finish(returned, `${one.cookie}; ${one.cookie}`)
  refusedWith(twice, 401, 'openid_ended')
  const foreign = { headers: { origin: 'https://evil.example' } }
  const crossed = await finish(returned, one.cookie, foreign)
  assert.deepEqual([crossed.status, crossed.json.code], [403, 'cross_site'])
  const begun = await call('POST', '/session/openid', {}, foreign)
  assert.deepEqual([begun.status, begun.json.code], [403, 'cross_site'])

  const both = await Promise.all([finish(returned, one.cookie), finish(returned, one.cookie)])
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401], 'one of two at once')
  refusedWith(await finish(returned, one.cookie), 401, 'openid_ended')
  // A code that was used, by a browser that began another sign-in.
  const third = await begin()
  const replayed = await throughProvider(third.url)
  replayed.set('code', returned.get('code') ?? '')
  refusedWith(await finish(replayed, third.cookie), 401, 'openid_ended')

  const late = await begin()
  const lateReturn = await throughProvider(late.url)
  await clock.advance(10 * 60_000)
  refusedWith(await finish(lateReturn, late.cookie), 401, 'openid_ended')
  // The flow's token is no credential of the API.
  const token = late.cookie.split('=')[1]
  const asKey = await call('GET', '/app', null, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(asKey.status, 401)
})

test('what the token says is believed only if it is signed, in time, and meant for this sign-in', async () => {
  const { email, sub } = await added()
  provider.person = vouched(email, sub)
  const seconds = Math.floor(Date.now() / 1000)
  const wrong: Readonly<Record<string, Record<string, unknown>>> = {
    nonce: { nonce: 'of another sign-in' },
    'no nonce': { nonce: undefined },
    expired: { iat: seconds - 600, exp: seconds - 300 },
    issuer: { iss: 'https://login.evil.example' },
    audience: { aud: 'another client' },
    'further audience': { aud: [provider.clientId, 'another'], azp: 'another' },
    'no subject': { sub: undefined },
  }
  for (const [name, change] of Object.entries(wrong)) {
    provider.twist = (claims) => ({ ...claims, ...change })
    refusedWith(await signIn(), 401, 'openid_invalid')
    assert.ok(name)
  }
  provider.twist = null
  provider.signsWith = 'foreign'
  refusedWith(await signIn(), 401, 'openid_invalid')
  provider.signsWith = 'own'
  const { cookie, url } = await begin()
  const mixed = await throughProvider(url)
  mixed.set('iss', 'https://login.evil.example')
  refusedWith(await finish(mixed, cookie), 401, 'openid_invalid')
  assert.equal((await signIn()).status, 200)
})

test('an address that the provider did not verify is nobody’s', async () => {
  const { email, sub } = await added()
  for (const email_verified of [false, undefined, 'false', 1, null]) {
    provider.person = { sub, email, email_verified }
    refusedWith(await signIn(), 401, 'openid_unverified')
  }
  provider.person = { sub, email: 'not an address', email_verified: true }
  refusedWith(await signIn(), 401, 'openid_unverified')
  provider.person = vouched(email, sub)
  provider.inUserInfo = ['email', 'email_verified']
  assert.equal((await signIn()).status, 200, 'the user info says it too')
  provider.person = { sub, email: 'moved@example.com', email_verified: false }
  provider.inUserInfo = []
  assert.equal((await signIn()).json.user.email, email, 'known by the subject from then on')
})

test('who was not added, was locked out or was removed does not come in', async () => {
  provider.person = vouched('stranger@example.com', 'stranger')
  refusedWith(await signIn(), 403, 'openid_unknown_user')
  const { email, id, sub } = await added()
  provider.person = vouched(email, sub)
  assert.equal((await signIn()).status, 200)
  await call('PATCH', `/user/${id}`, { disabled: true }, { headers: key })
  refusedWith(await signIn(), 403, 'openid_locked_out')
  await call('PATCH', `/user/${id}`, { disabled: false }, { headers: key })
  const session = (await signIn()).headers['set-cookie'] as unknown as readonly string[] // two cookies
  await call('DELETE', `/user/${id}`, null, { headers: key })
  refusedWith(await signIn(), 403, 'openid_locked_out')
  await clock.advance(1_000)
  const cookie = session[0]?.split(';')[0] ?? ''
  assert.equal((await call('GET', '/session', null, { headers: { cookie } })).status, 401)
  const again = await call('POST', '/user', { email, role: 'reader' }, { headers: key })
  assert.equal((await signIn()).json.user.id, again.json.user.id, 'added again by an owner')
  // Another account of the provider that has the same address by now.
  provider.person = vouched(email, 'another subject')
  refusedWith(await signIn(), 403, 'openid_other_account')
  const { data } = (
    await call('GET', `/audit?resource=${again.json.user.id}`, null, { headers: key })
  ).json
  assert.deepEqual([data[0].outcome, data[0].actor.kind], ['refused', 'anonymous'])
})

test('newcomers of allowed domains come in with the role of the settings; removed ones stay out', async () => {
  const open = await server({ oidcDefaultRole: 'reader', oidcAllowedDomains: ['example.com'] })
  provider.person = { ...vouched('new@example.com', 'new'), name: `Luz\u0000 ${'x'.repeat(400)}` }
  const first = await signIn(open)
  assert.deepEqual([first.json.user.email, first.json.user.role], ['new@example.com', 'reader'])
  assert.equal(first.json.user.name.length, 256)
  assert.equal((await signIn(open)).json.user.id, first.json.user.id)
  provider.person = vouched('new@sub.example.com', 'sub')
  refusedWith(await signIn(open), 403, 'openid_unknown_user')
  provider.person = { ...vouched('new2@example.com', 'two'), email_verified: false }
  refusedWith(await signIn(open), 401, 'openid_unverified')
  const path = `/user/${first.json.user.id}`
  assert.equal((await call('DELETE', path, null, { headers: key, to: open })).status, 204)
  provider.person = vouched('new@example.com', 'new')
  refusedWith(await signIn(open), 403, 'openid_locked_out')
  provider.person = vouched('new@example.com', 'made anew at the provider')
  refusedWith(await signIn(open), 403, 'openid_locked_out')
  const { data } = (
    await call('GET', '/audit?operation=v1.user.create', null, { headers: key, to: open })
  ).json
  assert.deepEqual(data[0].after, { email: 'new@example.com', role: 'reader' })
})

test('roles follow the claim at each sign-in, and the last owner stays one', async () => {
  const mapped = await server({
    oidcRoleClaim: 'realm_access.roles',
    oidcRoles: [
      ['hook-staff', 'support'],
      ['hook-admins', 'owner'],
    ],
    oidcAllowedDomains: ['*'],
  })
  const withRoles = (roles: unknown) => ({
    ...vouched('boss@anywhere.example', 'boss'),
    realm_access: { roles },
  })
  const roleNow = async () => (await signIn(mapped)).json.user.role
  provider.person = withRoles(['hook-staff', 'hook-admins'])
  assert.equal(await roleNow(), 'owner', 'of several, the one that may most')
  provider.person = withRoles(['hook-staff'])
  assert.equal(await roleNow(), 'owner', 'nobody else would be one')
  await added('owner', mapped)
  assert.equal(await roleNow(), 'support')
  provider.person = withRoles('hook-admins')
  assert.equal(await roleNow(), 'owner', 'one value, not a list')
  provider.person = withRoles(['other'])
  refusedWith(await signIn(mapped), 403, 'openid_no_role')
  provider.person = vouched('boss@anywhere.example', 'boss')
  refusedWith(await signIn(mapped), 403, 'openid_no_role')
  const { data } = (
    await call('GET', '/audit?operation=v1.user.patch', null, { headers: key, to: mapped })
  ).json
  assert.deepEqual([data[1].before, data[1].after], [{ role: 'owner' }, { role: 'support' }])
  const fallback = await server({
    oidcRoleClaim: 'https://a.example/roles',
    oidcRoles: [['x', 'owner']],
    oidcDefaultRole: 'reader',
    oidcAllowedDomains: ['*'],
  })
  provider.person = { ...vouched('one@a.example', 'one'), 'https://a.example/roles': ['x'] }
  assert.equal((await signIn(fallback)).json.user.role, 'owner', 'a claim named by a URL')
  provider.person = vouched('two@a.example', 'two')
  assert.equal((await signIn(fallback)).json.user.role, 'reader', 'without the claim')
})

test('a provider that is away, failing, slow, endless or another is told apart, in bounded time', async () => {
  const { email, sub } = await added()
  provider.person = vouched(email, sub)
  for (const [path, kind] of [
    ['/token', 'failing'],
    ['/token', 'endless'],
  ] as const) {
    provider.trouble = { path, kind }
    const reply = await signIn()
    refusedWith(reply, 503, 'openid_unavailable')
    assert.equal(reply.headers['retry-after'], '5')
  }
  provider.trouble = { path: '/token', kind: 'silent' }
  const before = provider.asked.length
  const slow = signIn()
  while (!provider.asked.slice(before).includes('/token')) await waiting(systemClock, 5)
  await clock.advance(15_000)
  refusedWith(await slow, 503, 'openid_unavailable')
  provider.trouble = null
  provider.error = 'access_denied'
  refusedWith(await signIn(), 401, 'openid_denied')
  provider.error = null

  for (const kind of ['failing', 'endless'] as const) {
    provider.trouble = { path: '/.well-known/openid-configuration', kind }
    const fresh = await server()
    refusedWith(await call('POST', '/session/openid', {}, { to: fresh }), 503, 'openid_unavailable')
  }
  provider.trouble = null
  const away = await server({ oidcIssuer: 'http://127.0.0.1:9' })
  refusedWith(await call('POST', '/session/openid', {}, { to: away }), 503, 'openid_unavailable')
  const another = await server({ oidcIssuer: `${provider.issuer}/other` })
  refusedWith(
    await call('POST', '/session/openid', {}, { to: another }),
    503,
    'openid_misconfigured',
  )
  const stranger = await server({ oidcClientSecret: 'not the secret' })
  refusedWith(await signIn(stranger), 503, 'openid_misconfigured')
})

test('the provider is described once an hour, and one address has so many steps', async () => {
  const fresh = await server()
  const described = () => provider.asked.filter((path) => path.startsWith('/.well-known')).length
  const before = described()
  await Promise.all([begin(fresh), begin(fresh), begin(fresh)])
  await begin(fresh)
  assert.equal(described() - before, 1)
  await clock.advance(3_600_000)
  await begin(fresh)
  assert.equal(described() - before, 2)
  const statuses: number[] = []
  for (let step = 0; step < 45; step++) {
    statuses.push((await call('POST', '/session/openid', {}, { to: fresh })).status)
  }
  assert.deepEqual([...new Set(statuses)].sort(), [200, 429])
})

test('a user who is changed at the same moment begins again', async () => {
  let contended = false
  const wrapStore = (store: Store): Store => ({
    ...store,
    replaceRecord: async (input) =>
      contended && input.record.kind === 'user' ? 'conflict' : store.replaceRecord(input),
  })
  const busy = await server({}, wrapStore)
  const { email, sub } = await added('reader', busy)
  provider.person = vouched(email, sub)
  contended = true
  assert.equal((await signIn(busy)).status, 409)
  contended = false
  assert.equal((await signIn(busy)).status, 200)
})

test('signing out leads to the provider where it offers that, and only who came by it', async () => {
  const { email, sub } = await added()
  provider.person = vouched(email, sub)
  const offering = await server()
  const leave = async (to: TestApi) => {
    const signedIn = await signIn(to)
    const [session = ''] = signedIn.headers['set-cookie'] as unknown as readonly string[] // two of them
    const [cookie = ''] = session.split(';')
    const headers = { cookie, 'x-posthorn-csrf': signedIn.json.csrfToken, origin: publicUrl }
    const left = await call('DELETE', '/session', null, { headers, to })
    assert.match(String(left.headers['set-cookie']), /^__Host-posthorn=; Path=\/; Max-Age=0;/)
    assert.equal((await call('GET', '/session', null, { headers, to })).status, 401)
    return left
  }
  assert.equal((await leave(api)).status, 204, 'the provider offers nothing of that')
  provider.endsSessions = true
  await call('POST', '/user', { email, role: 'developer' }, { headers: key, to: offering })
  const { status, json } = await leave(offering)
  assert.equal(status, 200)
  const url = new URL(json.url)
  assert.equal(url.origin + url.pathname, `${provider.issuer}/end`)
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    kept: '1',
    client_id: provider.clientId,
    post_logout_redirect_uri: `${publicUrl}/`,
  })

  // With a password nobody was signed in there.
  const made = await call(
    'POST',
    '/user',
    { email: 'by@example.com', role: 'reader' },
    {
      headers: key,
      to: offering,
    },
  )
  const token = new URL(made.json.invite.url).hash.slice('#invite='.length)
  const entered = await call(
    'POST',
    '/session/accept-invite',
    { token, password: 'a long enough password' },
    { to: offering },
  )
  const [cookie = ''] = String(entered.headers['set-cookie']).split(';')
  const headers = { cookie, 'x-posthorn-csrf': entered.json.csrfToken, origin: publicUrl }
  assert.equal((await call('DELETE', '/session', null, { headers, to: offering })).status, 204)
})

for (const [kind, start] of [
  ['http', startConnectProxy],
  ['socks5', startSocksProxy],
] as const) {
  test(`the provider is asked through a ${kind} egress proxy where one is set`, async () => {
    const proxy = await start()
    const resolver = createResolver({ clock: systemClock, servers: ['127.0.0.1:9'] })
    const through = parseEgressProxy(`${kind}://127.0.0.1:${proxy.port}`)
    assert(through !== null)
    const way = providerExchange({ proxy: through, resolver, clock: systemClock })
    try {
      const behind = await server({}, (store) => store, way)
      const { email, sub } = await added('reader', behind)
      provider.person = vouched(email, sub)
      assert.equal((await signIn(behind)).status, 200)
      assert.deepEqual([...new Set(proxy.asked)], [new URL(provider.issuer).host])
      await proxy.close()
      const alone = await server({}, (store) => store, way)
      const reply = await call('POST', '/session/openid', {}, { to: alone })
      refusedWith(reply, 503, 'openid_unavailable')
    } finally {
      await Promise.all([way.close(), proxy.close()])
    }
  })
}

test('without an issuer nobody comes in that way', async () => {
  const off = await server({ oidcIssuer: null })
  assert.equal((await call('GET', '/session/methods', null, { to: off })).json.openId, null)
  for (const path of ['/session/openid', '/session/openid/finish']) {
    const reply = await call('POST', path, { returned: '' }, { to: off })
    refusedWith(reply, 401, 'openid_off')
  }
})

test('settings that do not fit are refused by name', () => {
  const sound = {
    POSTHORN_OIDC_ISSUER: 'https://login.example.com/realms/staff',
    POSTHORN_OIDC_CLIENT_ID: 'posthorn',
    POSTHORN_PUBLIC_URL: 'https://hooks.example.com/',
    POSTHORN_OIDC_ROLE_CLAIM: 'groups',
    POSTHORN_OIDC_ROLES: 'cn=a,owner',
  }
  const refusal = (change: Readonly<Record<string, string>>) => {
    try {
      configFrom({ ...sound, POSTHORN_OIDC_ROLES: 'a=owner', ...change })
      return null
    } catch (error) {
      return Reflect.get(Object(error), 'variable')
    }
  }
  assert.equal(refusal({}), null)
  for (const [name, value] of [
    ['POSTHORN_OIDC_ISSUER', 'http://login.example.com'],
    ['POSTHORN_OIDC_ISSUER', 'https://user@login.example.com'],
    ['POSTHORN_OIDC_ISSUER', 'login.example.com'],
    ['POSTHORN_OIDC_CLIENT_ID', ''],
    ['POSTHORN_OIDC_SCOPES', 'email'],
    ['POSTHORN_OIDC_ROLES', 'a=admin'],
    ['POSTHORN_OIDC_ROLES', 'owner'],
    ['POSTHORN_OIDC_ROLES', ''],
    ['POSTHORN_OIDC_DEFAULT_ROLE', 'admin'],
    ['POSTHORN_OIDC_ALLOWED_DOMAINS', 'https://example.com'],
    ['POSTHORN_PUBLIC_URL', ''],
    ['POSTHORN_PUBLIC_URL', 'hooks.example.com'],
    ['POSTHORN_PUBLIC_URL', 'https://hooks.example.com/path'],
  ] as const) {
    assert.equal(refusal({ [name]: value }), name, value)
  }
  const config = configFrom({
    POSTHORN_OIDC_ROLES: 'cn=hooks/admins=owner, staff=support',
    POSTHORN_OIDC_ALLOWED_DOMAINS: '@Example.com, b.example',
    POSTHORN_PUBLIC_URL: 'https://hooks.example.com/',
  })
  assert.deepEqual(config.oidcRoles, [
    ['cn=hooks/admins', 'owner'],
    ['staff', 'support'],
  ])
  assert.deepEqual(config.oidcAllowedDomains, ['example.com', 'b.example'])
  assert.equal(config.publicUrl, 'https://hooks.example.com')
  assert.equal(configWith().publicUrl, null)
})
