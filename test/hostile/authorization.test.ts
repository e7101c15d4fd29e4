/**
 * Who may call what, over real HTTP: every operation of the contract by every kind of caller, against
 * what each may do as it is written down here; and the hostile cases.
 */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { signToken } from '../../src/api/json-web-token.ts'
import { configWith } from '../../src/config.ts'
import type { AnyOperation } from '../../src/contract/operation.ts'
import { operations } from '../../src/contract/operations.ts'
import { createPosthorn, defaultOrganizationId, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { unhurried } from '../support/inject.ts'
import { casesOf } from './corpus.ts'

type Headers = Readonly<Record<string, string>>
interface Sent {
  readonly headers?: Headers
  readonly body?: unknown
  /** In place of `body`, as it is. */
  readonly raw?: string
}

const bootstrapKey = 'sk_bootstrap_key_of_the_matrix'
const jwtSecret = 'the secret that signs tokens of the matrix'
const password = 'correct horse battery staple'
const other = 'org_000000000000000000000000001'
/** Routes of the API, parameters as `:`: noted as they are made. */
const served = new Set<string>()
subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { fastify: FastifyInstance } // what Fastify documents
  fastify.addHook('onRoute', ({ method, url }) => {
    if (!url.startsWith('/api/v1')) return
    for (const each of [method].flat()) {
      if (each !== 'HEAD') served.add(`${each} ${url.replaceAll(/:\w+/g, ':')}`)
    }
  })
})
const folder = mkdtempSync(join(tmpdir(), 'posthorn-authorization-'))
let server: Posthorn

before(async () => {
  const config = configWith({
    port: 0,
    dataDir: folder,
    databaseUrl: 'sqlite::memory:',
    apiKey: bootstrapKey,
    jwtSecret,
    metricsToken: 'of the metrics',
    trustedProxies: ['127.0.0.0/8'],
    passwordCost: 10,
  })
  server = createPosthorn(config, { clock: systemClock, random: systemRandom, log: silentLog })
  await server.start()
  await arrange()
})
after(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

async function call(method: string, path: string, sent: Sent = {}) {
  const body = sent.raw ?? JSON.stringify(sent.body ?? {})
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: sent.headers ?? {},
    ...(['GET', 'HEAD', 'DELETE'].includes(method) ? {} : { body }),
  })
  // A stream stands open: its head says what is asked here.
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (isStream) await answer.body?.cancel()
  const text = isStream ? '' : await answer.text()
  return { status: answer.status, text, headers: answer.headers }
}
const api = (method: string, path: string, sent: Sent = {}) => call(method, `/api/v1${path}`, sent)
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` })
const admin = bearer(bootstrapKey)
async function made(path: string, body: unknown, headers = admin) {
  const { status, text } = await api('POST', path, { headers, body })
  assert.ok(status < 300, `${path}: ${text}`)
  return JSON.parse(text)
}

/** Two applications, and everything that may carry a credential of them. */
const ids = { one: '', two: '', endpoint: '', foreign: '', message: '', revoked: '' }
const headersOf: Record<string, Headers> = {}

async function arrange(): Promise<void> {
  ids.one = (await made('/app', { name: 'One' })).id
  ids.two = (await made('/app', { name: 'Two' })).id
  const url = 'https://example.com/hook'
  ids.endpoint = (await made(`/app/${ids.one}/endpoint`, { url })).id
  ids.foreign = (await made(`/app/${ids.two}/endpoint`, { url })).id
  ids.message = (await made(`/app/${ids.one}/msg`, { eventType: 'a.b', payload: {} })).id
  await keys()
  await portals()
  for (const role of ['owner', 'developer', 'support', 'auditor', 'reader']) {
    headersOf[`user ${role}`] = (await person(role)).headers
  }
  headersOf['bootstrap key'] = admin
  headersOf['organisation token'] = bearer(signToken({ sub: defaultOrganizationId }, jwtSecret))
  headersOf['other organisation'] = bearer(signToken({ sub: other }, jwtSecret))
  headersOf['nobody'] = {}
}

async function keys(): Promise<void> {
  for (const role of ['admin', 'sender', 'reader']) {
    headersOf[`key ${role}`] = bearer((await made('/api-key', { name: role, role })).token)
    const scoped = { name: role, role, applicationId: ids.one }
    headersOf[`key ${role} of one application`] = bearer((await made('/api-key', scoped)).token)
  }
  for (const scope of everything) {
    const { token } = await made('/api-key', { name: scope, scopes: [scope] })
    headersOf[`key with ${scope}`] = bearer(token)
  }
  const scopes = { name: 'two scopes', scopes: ['send', 'administer'], applicationId: ids.one }
  headersOf['key with two scopes of one application'] = bearer(
    (await made('/api-key', scopes)).token,
  )
  const revoked = await made('/api-key', { name: 'revoked', role: 'admin' })
  await api('DELETE', `/api-key/${revoked.id}`, { headers: admin })
  headersOf['revoked key'] = bearer(revoked.token)
  const expired = await made('/api-key', { name: 'expired', role: 'admin' })
  const record = await server.store.findRecord({ kind: 'api-key', id: expired.id })
  assert.ok(record)
  const past = { ...record, expiresAt: Date.now() - 1 }
  await server.store.replaceRecord({ record: past, expectedVersion: record.version })
  headersOf['expired key'] = bearer(expired.token)
}

const portalBase = ['ViewBase']
const capabilities: Readonly<Record<string, readonly string[] | null>> = {
  portal: null,
  'portal read-only': portalBase,
  'portal with secrets': [...portalBase, 'ViewEndpointSecret'],
  'portal with replay': [...portalBase, 'CreateAttempts'],
  'portal with endpoints': [...portalBase, 'ManageEndpoint'],
}

async function portals(): Promise<void> {
  for (const [name, granted] of Object.entries(capabilities)) {
    const body = granted === null ? {} : { capabilities: granted }
    headersOf[name] = bearer((await made(`/auth/app-portal-access/${ids.one}`, body)).token)
  }
  const past = Math.floor(Date.now() / 1000) - 1
  const claims = { iss: 'posthorn', sub: ids.one, org: defaultOrganizationId, exp: past }
  headersOf['expired portal'] = bearer(signToken(claims, jwtSecret))
  const ended = (await made(`/auth/app-portal-access/${ids.one}`, { sessionId: 'ended' })).token
  await api('POST', `/auth/app/${ids.one}/expire-all`, {
    headers: admin,
    body: { sessionIds: ['ended'] },
  })
  headersOf['ended portal'] = bearer(ended)
}

/** Another client address each time: one has ten tries. */
function elsewhere(): Headers {
  clients += 1
  return { 'x-forwarded-for': `198.51.100.${clients}` }
}
let clients = 0

async function person(role: string) {
  const email = `${role}-${Math.trunc(performance.now() * 1000)}@example.com`
  const { user, invite } = await made('/user', { email, role })
  const accepted = await api('POST', '/session/accept-invite', {
    headers: elsewhere(),
    body: { token: invite.token, password },
  })
  assert.equal(accepted.status, 200, accepted.text)
  const [cookie = ''] = accepted.headers.get('set-cookie')?.split(';') ?? []
  const csrf = JSON.parse(accepted.text).csrfToken
  const headers = { cookie, 'x-posthorn-csrf': csrf, origin: server.url }
  return { email, id: user.id, headers, cookie, invite: invite.token }
}

/** What each caller may do, written down apart from the code that grants it. */
const everything = [
  'read',
  'read-unmasked',
  'read-secret',
  'send',
  'manage-endpoints',
  'manage-secrets',
  'manage-transformations',
  'replay',
  'read-audit',
  'manage-people',
  'manage-settings',
  'administer',
  'read-configuration',
  'read-people',
  'share-views',
]
const ofApplication = everything.slice(0, 8).filter((permission) => permission !== 'send')
interface Caller {
  readonly may: readonly string[]
  /** Whether only an application is its business: its paths, and what its portal reaches; and whether it is the application's own. */
  readonly scope: 'organisation' | 'key of an application' | 'application'
}
const callers: Readonly<Record<string, Caller>> = {
  'bootstrap key': { may: everything, scope: 'organisation' },
  'organisation token': { may: everything, scope: 'organisation' },
  'key admin': { may: everything, scope: 'organisation' },
  'key sender': { may: ['read', 'send'], scope: 'organisation' },
  'key reader': { may: ['read'], scope: 'organisation' },
  'key admin of one application': { may: everything, scope: 'key of an application' },
  'key sender of one application': { may: ['read', 'send'], scope: 'key of an application' },
  'key reader of one application': { may: ['read'], scope: 'key of an application' },
  portal: { may: ofApplication, scope: 'application' },
  'portal read-only': { may: ['read', 'read-unmasked'], scope: 'application' },
  'portal with secrets': { may: ['read', 'read-unmasked', 'read-secret'], scope: 'application' },
  'portal with replay': { may: ['read', 'read-unmasked', 'replay'], scope: 'application' },
  'portal with endpoints': {
    may: ['read', 'read-unmasked', 'manage-endpoints'],
    scope: 'application',
  },
  'user owner': { may: everything, scope: 'organisation' },
  'user developer': {
    may: everything.filter((permission) => !/-(people|settings)$/.test(permission)),
    scope: 'organisation',
  },
  'user support': { may: ['read', 'replay', 'share-views'], scope: 'organisation' },
  'user auditor': {
    may: ['read', 'read-audit', 'read-configuration', 'read-people'],
    scope: 'organisation',
  },
  'user reader': { may: ['read'], scope: 'organisation' },
  ...Object.fromEntries(
    everything.map((scope) => [
      `key with ${scope}`,
      { may: [scope], scope: 'organisation' } as const,
    ]),
  ),
  'key with two scopes of one application': {
    may: ['send', 'administer'],
    scope: 'key of an application',
  },
}
const strangers = ['nobody', 'revoked key', 'expired key', 'expired portal', 'ended portal']

function isOpenTo({ may, scope }: Caller, operation: AnyOperation): boolean {
  if (!may.includes(operation.permission)) return false
  // A link gives a portal's permissions away: only who has them all makes one without limits.
  const isGift = /^v1\.authentication\.(app-portal|dashboard)-access$/.test(operation.id)
  if (isGift && !ofApplication.every((permission) => may.includes(permission))) return false
  if (scope === 'application') return operation.access === 'application'
  return (
    scope === 'organisation' ||
    operation.access === 'application' ||
    operation.path.includes('{app_id}')
  )
}

function pathOf(operation: AnyOperation, application: string): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    name === 'app_id' ? application : 'unknown',
  )
  const required: unknown = Reflect.get(operation.query, 'required')
  const names = Array.isArray(required) ? required : []
  const quick = unhurried[operation.id]
  const query = [...names.map((name) => `${name}=x`), ...(quick === undefined ? [] : [quick])]
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

/** What is served under `/api/v1` and is no operation, and why. */
const noOperations: Readonly<Record<string, string>> = {
  'GET /api/v1/openapi.json': 'the document of the operations itself',
  'POST /api/v1/console/session': 'how the console signs in on the machine that the server runs on',
  'POST /api/v1/app/:/listen': 'what `posthorn listen` speaks, with a server of its version',
  'POST /api/v1/app/:/listen/:/answer/:':
    'what `posthorn listen` speaks, with a server of its version',
}

test('every route of the API is an operation of the contract, or is told apart with a reason', () => {
  const told = operations.map(({ method, path }) => `${method} /api/v1${path}`)
  const known = [
    ...told.map((route) => route.replaceAll(/\{\w+\}/g, ':')),
    ...Object.keys(noOperations),
  ]
  assert.deepEqual([...served].sort(), known.sort())
})

const closed = operations.filter(({ access }) => access !== 'public')

/** Plays one row of the matrix; what is wrong, a line for each cell. */
async function row(
  caller: string,
  application: string,
  isRight: (status: number, operation: AnyOperation) => boolean,
): Promise<string[]> {
  const wrong: string[] = []
  for (const operation of closed) {
    if (operation.id === 'v1.session.delete') continue // ends the session that plays the row
    const path = pathOf(operation, application)
    const headers = headersOf[caller] ?? {}
    const { status } = await api(operation.method, path, { headers })
    if (!isRight(status, operation)) wrong.push(`${caller}: ${operation.id} answered ${status}`)
  }
  return wrong
}

test('every caller may call what is written down for it, and nothing else', async () => {
  const wrong: string[] = []
  for (const [name, caller] of Object.entries(callers)) {
    wrong.push(
      ...(await row(name, 'unknown', (status, operation) =>
        isOpenTo(caller, operation) ? ![401, 403, 500].includes(status) : status === 403,
      )),
    )
  }
  assert.deepEqual(wrong, [])
})

test('who is nobody, revoked, expired or ended gets 401 from every operation that is not public', async () => {
  const wrong = await Promise.all(
    strangers.map((name) => row(name, ids.one, (status) => status === 401)),
  )
  assert.deepEqual(wrong.flat(), [])
})

test('a caller of one application, and one of another organisation, finds nothing of an application that is not theirs', async () => {
  const scoped = Object.entries(callers).filter(([, { scope }]) => scope !== 'organisation')
  const wrong: string[] = []
  for (const name of [...scoped.map(([caller]) => caller), 'other organisation']) {
    const ofPath = (operation: AnyOperation): boolean => operation.path.includes('{app_id}')
    wrong.push(
      ...(await row(
        name,
        ids.two,
        (status, operation) => !ofPath(operation) || [403, 404, 422].includes(status),
      )),
    )
  }
  assert.deepEqual(wrong, [])
})

test('a bin of one organisation is not there for another, which cannot take its name', async () => {
  const headers = headersOf['bootstrap key'] ?? {}
  const bin = '/inspector/bin/of-the-first'
  assert.equal((await api('PUT', bin, { headers })).status, 201)
  for (const method of ['GET', 'PUT', 'DELETE'] as const) {
    const foreign = await api(method, bin, { headers: headersOf['other organisation'] ?? {} })
    assert.equal(foreign.status, 404, method)
  }
  assert.equal((await api('DELETE', bin, { headers })).status, 204)
})

/** Raw HTTP, where `fetch` would tidy up. */
function raw(path: string, headers: Readonly<Record<string, string | string[]>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${server.url}${path}`, { headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** What the words of the cases are here. `A` and `1` are application one and its organisation. */
const one = (path: string): string => `/app/${ids.one}${path}`
const actions: Readonly<Record<string, () => readonly [string, string, unknown?]>> = {
  'GET event': () => ['GET', one(`/msg/${ids.message}`)],
  'GET events': () => ['GET', one('/msg')],
  'GET endpoints': () => ['GET', one('/endpoint')],
  'GET attempt (response body)': () => ['GET', one(`/msg/${ids.message}/attempt/atmpt_x`)],
  'POST event': () => ['POST', one('/msg'), { eventType: 'a.b', payload: {} }],
  'POST endpoint': () => ['POST', one('/endpoint'), { url: 'https://example.com' }],
  'PATCH endpoint': () => ['PATCH', one(`/endpoint/${ids.endpoint}`), { description: 'x' }],
  'DELETE endpoint': () => ['DELETE', one(`/endpoint/${ids.endpoint}`)],
  'GET endpoint secret': () => ['GET', one(`/endpoint/${ids.endpoint}/secret`)],
  'POST rotate': () => ['POST', one(`/endpoint/${ids.endpoint}/secret/rotate`)],
  'POST replay': () => ['POST', one(`/msg/${ids.message}/endpoint/${ids.endpoint}/resend`)],
  'POST bulk replay': () => [
    'POST',
    one(`/endpoint/${ids.endpoint}/bulk-replay`),
    { since: '2026-01-01T00:00:00Z' },
  ],
  'POST token': () => ['POST', '/api-key', { name: 'x', role: 'reader' }],
  'POST token that may everything': () => ['POST', '/api-key', { name: 'x', role: 'admin' }],
  'GET tokens': () => ['GET', '/api-key'],
  'GET audit log': () => ['GET', '/audit'],
  'GET users': () => ['GET', '/user'],
  'PATCH instance settings': () => ['PATCH', one('/settings'), { restHooks: true }],
  'GET endpoint of application 2, same tenant': () => [
    'GET',
    `/app/${ids.two}/endpoint/${ids.foreign}`,
  ],
  'GET history of an endpoint of application 2': () => [
    'GET',
    `/app/${ids.two}/endpoint/${ids.foreign}/history`,
  ],
  'POST revert on an endpoint of application 2': () => [
    'POST',
    `/app/${ids.two}/endpoint/${ids.foreign}/revert`,
    { entry: 'aud_x' },
  ],
  'PATCH own subscription to point at endpoint of application 2': () => [
    'PATCH',
    one(`/endpoint/${ids.foreign}`),
    { description: 'retargeted' },
  ],
}
const actors: Readonly<Record<string, string>> = {
  'admin of tenant B, ids of tenant A': 'other organisation',
  'no credentials': 'nobody',
  'read-only token of tenant A': 'key reader',
  'portal token for application 1': 'portal',
  'portal token 1 s after expiry': 'expired portal',
  'revoked API token': 'revoked key',
  'expired API token': 'expired key',
  'support user': 'user support',
  'reader user': 'user reader',
  'developer user': 'user developer',
}

const events = (headers: Headers) => async () => (await api('GET', one('/msg'), { headers })).status
/** A whole token of the portal's claims, signed with the server's secret unless told otherwise. */
function signed(header: object, hash = 'sha256', key = jwtSecret): string {
  const text = `${base64(header)}.${base64(claimsOfOne())}`
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`
}

const claimsOfOne = (): object => ({ sub: ids.one, org: defaultOrganizationId })
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A portal token of application one with these changes, signed with the server's secret. */
function portalToken(claims: object, header: object = { alg: 'HS256' }): string {
  const own = { iss: 'posthorn', ...claimsOfOne(), exp: Math.floor(Date.now() / 1000) + 60 }
  const text = `${base64(header)}.${base64({ ...own, ...claims })}`
  return `${text}.${createHmac('sha256', jwtSecret).update(text).digest('base64url')}`
}
const elsewhereOnly = (path: string) => (): Promise<number> => raw(path, headersOf['portal'] ?? {})
const aDay = 86_400

/** Tokens that were tampered with, and keys where no key is looked for. */
const further: Readonly<Record<string, () => Promise<number>>> = {
  'authz-far-alg-lower': () => events(bearer(portalToken({}, { alg: 'hs256' })))(),
  'authz-far-alg-list': () => events(bearer(portalToken({}, { alg: ['HS256'] })))(),
  'authz-far-exp-text': () => events(bearer(portalToken({ exp: '9999999999' })))(),
  'authz-far-exp-past': () => events(bearer(portalToken({ exp: Date.now() / 1000 - 1 })))(),
  'authz-far-exp-huge-negative': () => events(bearer(portalToken({ exp: -1 })))(),
  'authz-far-nbf': () => events(bearer(portalToken({ nbf: Date.now() / 1000 + aDay })))(),
  'authz-far-sub-list': () => events(bearer(portalToken({ sub: [ids.one] })))(),
  'authz-far-sub-object': () => events(bearer(portalToken({ sub: { id: ids.one } })))(),
  'authz-far-org-other': () => events(bearer(portalToken({ org: other })))(),
  'authz-far-parts': () => events(bearer(`${portalToken({})}.AA`))(),
  'authz-far-padding': () => events(bearer(`${portalToken({})}=`))(),
  'authz-far-no-signature': () => events(bearer(portalToken({}).replace(/[^.]*$/, '')))(),
  'authz-far-other-payload': () => {
    const [head, , signature] = portalToken({}).split('.')
    return events(bearer(`${head}.${base64({ sub: ids.one, scope: 'all' })}.${signature}`))()
  },
  'authz-far-scheme-basic': () => events({ authorization: `Token ${bootstrapKey}` })(),
  'authz-far-key-space': () =>
    events({ authorization: `Bearer ${bootstrapKey.replace('_', ' _')}` })(),
  'authz-far-key-upper': () => events(bearer(bootstrapKey.toUpperCase()))(),
  'authz-far-key-header': () => events({ 'x-api-key': bootstrapKey })(),
  'authz-far-key-cookie': () => events({ cookie: `__Host-posthorn=${bootstrapKey}` })(),
  'authz-far-override': () => events({ 'x-original-url': '/api/v1/health' })(),
  'authz-far-forwarded': () => events({ 'x-forwarded-for': '127.0.0.1' })(),
  'authz-far-dots': () => elsewhereOnly(`/api/v1/app/${ids.one}/../${ids.two}/endpoint`)(),
  'authz-far-dots-escaped': () =>
    elsewhereOnly(`/api/v1/app/${ids.one}/%2e%2e/${ids.two}/endpoint`)(),
  'authz-far-anon-slashes': () => raw('//api//v1//app', {}),
  'authz-far-anon-escaped': () => raw('/api/v1/%61pp', {}),
  'authz-far-anon-slash': () => raw('/api/v1/app/', {}),
  'authz-far-anon-case': () => raw('/API/V1/APP', {}),
  'authz-far-anon-head': async () => (await api('HEAD', '/app')).status,
  'authz-far-anon-null': () => raw('/api/v1/app%00', {}),
}

/** Cases whose caller or call is something special. */
const special: Readonly<Record<string, () => Promise<number>>> = {
  ...further,
  'authz-anon-metrics': async () => (await call('GET', '/metrics')).status,
  'authz-portal-metrics': async () =>
    (await call('GET', '/metrics', { headers: headersOf['portal'] ?? {} })).status,
  // What belongs to one organisation is found by its own callers only: the other's log is its own.
  'authz-other-audit': async () => {
    const headers = headersOf['other organisation'] ?? {}
    const entry = JSON.parse((await api('GET', '/audit?limit=1', { headers: admin })).text).data[0]
    assert.ok(!(await api('GET', '/audit?limit=250', { headers })).text.includes(ids.one))
    return (await api('GET', `/audit/${entry.id}`, { headers })).status
  },
  'authz-other-create-token': async () => {
    const headers = headersOf['other organisation'] ?? {}
    const body = { name: 'x', role: 'reader', applicationId: ids.one }
    return (await api('POST', '/api-key', { headers, body })).status
  },
  'authz-checksum': () => {
    const token = headersOf['key admin']?.['authorization'] ?? ''
    return events({ authorization: `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}` })()
  },
  'authz-hash': async () => {
    const listed = await api('GET', '/api-key?limit=1', { headers: admin })
    const [{ id }] = JSON.parse(listed.text).data
    const record = await server.store.findRecord({ kind: 'api-key', id })
    return events(bearer(String(record?.body['hash'])))()
  },
  'authz-whsec': async () => {
    const path = one(`/endpoint/${ids.endpoint}/secret`)
    return events(bearer(JSON.parse((await api('GET', path, { headers: admin })).text).key))()
  },
  'authz-query': async () => (await api('GET', `${one('/msg')}?token=${bootstrapKey}`)).status,
  'authz-basic': () =>
    events({ authorization: `Basic ${Buffer.from(`x:${bootstrapKey}`).toString('base64')}` })(),
  'authz-two-auth': () =>
    raw(`/api/v1${one('/msg')}`, { authorization: [`Bearer ${bootstrapKey}`, 'Bearer x'] }),
  'authz-none-alg': () => events(bearer(`${base64({ alg: 'none' })}.${base64(claimsOfOne())}.`))(),
  'authz-kid': () =>
    events(
      bearer(`${base64({ alg: 'HS256', kid: '../../dev/null' })}.${base64(claimsOfOne())}.AA`),
    )(),
  'authz-long': () => raw(`/api/v1${one('/msg')}`, bearer('x'.repeat(1_000_000))).catch(() => 431), // cut off while it still sends
  'authz-unicode': () =>
    raw(`/api/v1${one('/msg')}`, bearer(Buffer.from('ｓｋ_bootstrap').toString('latin1'))),
  'authz-body-tenant': async () => {
    const body = { eventType: 'a.b', payload: {}, tenant_id: 'A' }
    const headers = headersOf['other organisation'] ?? {}
    return (await api('POST', one('/msg'), { headers, body })).status
  },
  'authz-cursor': async () => {
    const headers = headersOf['other organisation'] ?? {}
    const cursor = JSON.parse((await api('GET', '/app?limit=1', { headers: admin })).text).iterator
    const answer = await api('GET', `/app?iterator=${cursor}`, { headers })
    assert.deepEqual(JSON.parse(answer.text).data ?? [], [], 'a cursor shows nothing of others')
    return answer.status
  },
  'authz-bulk-mixed': async () => {
    const body = { since: '2026-01-01T00:00:00Z', endpointIds: [ids.endpoint, ids.foreign] }
    return (await api('POST', one('/delivery/recover'), { headers: admin, body })).status
  },
  'authz-deleted-tenant': deletedApplication,
  'authz-more-portal-deleted': deletedApplication,
  'authz-csrf-form': async () => {
    const { cookie } = await person('owner')
    const headers = { cookie, origin: 'https://evil.example', 'content-type': 'text/plain' }
    return (await api('POST', one('/endpoint'), { headers, raw: '{"url":"https://a.example"}' }))
      .status
  },
  'authz-csrf-null': async () => {
    const { headers } = await person('owner')
    const from = { ...headers, origin: 'null' }
    return (await api('POST', one('/endpoint'), { headers: from, body: {} })).status
  },
  'authz-session-fix': async () => {
    const planted = `posthorn=phs_${'a'.repeat(27)}_${'0'.repeat(64)}`
    const { email } = await person('reader')
    const headers = { cookie: planted, origin: server.url }
    const answer = await api('POST', '/session', { headers, body: { email, password } })
    assert.ok(!String(answer.headers.get('set-cookie')).includes(planted), 'a session of its own')
    return answer.status
  },
  'authz-openapi': async () => (await api('GET', '/openapi.json')).status,
  'authz-debug': async () => {
    const paths = ['/debug/pprof', '/metrics', '/.env', '/.git/config']
    const statuses = await Promise.all(paths.map(async (path) => (await call('GET', path)).status))
    return statuses.find((status) => status < 400) ?? statuses[0] ?? 0
  },
  'authz-more-signed-out': async () => {
    const { headers } = await person('reader')
    assert.equal((await api('DELETE', '/session', { headers })).status, 204)
    const until = performance.now() + 1_100 // a node remembers a caller for a second
    for (;;) {
      const over = performance.now() > until
      const status = await events(headers)()
      if (status === 401 || over) return status
    }
  },
  'authz-more-cookie-alone': async () => events({ cookie: (await person('reader')).cookie })(),
  'authz-more-login-cross-site': async () => {
    const headers = { origin: 'https://evil.example' }
    return (await api('POST', '/session', { headers, body: { email: 'a@b.example', password } }))
      .status
  },
  'authz-edge-crit': () => events(bearer(signed({ alg: 'HS256', crit: ['exp'] })))(),
  'authz-edge-empty-key': () =>
    events(bearer(signed({ alg: 'HS256', kid: '../../dev/null' }, 'sha256', '')))(),
  'authz-edge-other-hash': () => events(bearer(signed({ alg: 'HS512' }, 'sha512')))(),
  'authz-more-invite-reuse': async () => {
    const { invite: token } = await person('reader')
    const headers = elsewhere()
    return (await api('POST', '/session/accept-invite', { headers, body: { token, password } }))
      .status
  },
}

async function deletedApplication(): Promise<number> {
  const { id } = await made('/app', { name: 'Gone' })
  const { token } = await made(`/auth/app-portal-access/${id}`, {})
  assert.equal((await api('DELETE', `/app/${id}`, { headers: admin })).status, 204)
  return (await api('GET', `/app/${id}/endpoint`, { headers: bearer(token) })).status
}

test('the hostile cases end as they should', async () => {
  assert.equal(await events(bearer(portalToken({})))(), 200, 'what the tampered tokens are made of')
  interface Input {
    readonly actor: string
    readonly action: string
  }
  const cases = casesOf<Input, { readonly status: readonly number[] }>('authorisation')
  const wrong: string[] = []
  for (const { id, input, expect } of cases.filter((each) => each.id !== 'authz-login-rate')) {
    const action = input.action.replace(/ of tenant A$/, '')
    const [method, path, body] = actions[action]?.() ?? []
    const actor = actors[input.actor]
    const play = special[id]
    assert.ok(play || (method && path && actor), `nobody knows how to play ${id}`)
    const status =
      play === undefined
        ? (await api(method ?? '', path ?? '', { headers: headersOf[actor ?? ''] ?? {}, body }))
            .status
        : await play()
    if (!expect.status.includes(status)) wrong.push(`${id}: ${status}, not ${expect.status}`)
  }
  assert.deepEqual(wrong, [])
})

test('twenty wrong passwords in a minute are too many (authz-login-rate)', async () => {
  const statuses: number[] = []
  for (let n = 0; n < 20; n++) {
    const body = { email: 'nobody@example.com', password: 'wrong' }
    statuses.push((await api('POST', '/session', { body })).status)
  }
  assert.equal(statuses.at(-1), 429)
})
