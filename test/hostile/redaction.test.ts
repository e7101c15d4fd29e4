/**
 * Secrets planted wherever there is room for one, in a server that logs everything and does
 * everything; then searched for where they have no business: logs, metrics, the database's files,
 * answers to readers, the audit log, exports, operational webhooks, and the console's pages in a real
 * browser.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'
import { configWith } from '../../src/config.ts'
import { createPosthorn, defaultOrganizationId, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { jsonLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { buildConsole } from '../support/console.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import {
  startDatabaseTelltale,
  startMailTelltale,
  startProviderTelltale,
  startProxyTelltale,
} from '../support/telltales.ts'
import { casesOf } from './corpus.ts'
import { renderedPages } from './rendered.ts'

interface Input {
  readonly place: string
  readonly canary: string
}
const cases = casesOf<Input, { readonly allowed_in: readonly string[] }>('redaction')
const canaries: Record<string, string> = Object.fromEntries(
  cases.map(({ id, input }) => [id, input.canary]),
)
const canary = (id: string): string => canaries[id] ?? ''
const bootstrapKey = canary('redact-more-bootstrap-key')

const folder = mkdtempSync(join(tmpdir(), 'posthorn-redaction-'))
const log: string[] = []
const world = {
  clock: systemClock,
  random: systemRandom,
  log: jsonLog({ clock: systemClock, level: 'debug', write: (line) => log.push(line) }),
}
/** What was shown, by who was shown it. */
const shown = new Map<string, string>()
let server: Posthorn
let receiver: Receiver
let operational: Receiver

before(async () => {
  buildConsole()
  receiver = await startReceiver({ script: () => ({ status: 200, body: 'ok' }) })
  operational = await startReceiver()
  const config = configWith({
    port: 0,
    dataDir: folder,
    apiKey: bootstrapKey,
    jwtSecret: canary('redact-more-jwt-secret'),
    encryptionKey: canary('redact-more-encryption-key'),
    metricsToken: canary('redact-more-metrics-token'),
    logLevel: 'debug',
    allowNetworks: ['127.0.0.0/8'],
    passwordCost: 10,
  })
  server = createPosthorn(config, world)
  await server.start()
})
after(async () => {
  await server.stop()
  await receiver.close()
  await operational.close()
  rmSync(folder, { recursive: true })
})

async function call(
  method: string,
  path: string,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${bootstrapKey}` },
) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers,
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, text, headers: answer.headers }
}
const api = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  call(method, `/api/v1${path}`, body, headers)
async function made(path: string, body: unknown) {
  const { status, text } = await api('POST', path, body)
  assert.ok(status < 300, `${path}: ${text}`)
  return JSON.parse(text)
}

/** Everything that a secret may be part of, done once. */
async function plant(): Promise<{ readonly app: string; readonly endpoint: string }> {
  await made('/operational-webhook/endpoint', { url: operational.url })
  const { id: app } = await made('/app', { name: 'Canaries' })
  const path = `/app/${app}/endpoint`
  const { id: endpoint } = await made(path, {
    url: `${receiver.url}/?token=${canary('redact-more-url-query')}`,
    secret: canary('redact-more-endpoint-secret'),
    headers: { 'X-Key': canary('redact-more-header') },
    authentication: {
      kind: 'basic',
      username: 'ana',
      secret: canary('redact-more-basic'),
    },
  })
  await made(path, {
    url: 'http://127.0.0.1:9999/',
    authentication: {
      kind: 'oauth2',
      tokenUrl: 'http://127.0.0.1:9999/token',
      clientId: 'client',
      secret: canary('redact-more-oauth'),
    },
  })
  const key = `-----BEGIN PRIVATE KEY-----\n${canary('redact-more-tls-key')}\n-----END PRIVATE KEY-----`
  const url = receiver.url
  const refused = [
    await api('POST', path, { url, tls: { key } }),
    await api('POST', `/app/${app}/endpoint-test`, { url, tls: { key } }),
    await api('POST', path, {
      url: `https://ana:${canary('redact-more-url-password')}@example.com/`,
    }),
    await api('PUT', `${path}/${endpoint}/tls`, { key }),
    await api('POST', '/app', { name: 5, uid: `${canary('redact-validation')} no uid` }),
  ]
  assert.deepEqual(
    refused.map(({ status }) => status),
    [422, 422, 422, 422, 422],
    refused.map(({ text }) => text).join(),
  )
  await made(`/app/${app}/msg`, {
    eventType: 'a.b',
    payload: { card: canary('redact-payload') },
  })
  const request = await receiver.next()
  assert.ok(request.body.includes(canary('redact-payload')), 'the receiver gets the payload')
  assert.ok(JSON.stringify(request.headers).includes(canary('redact-more-header')))
  await made(`${path}/${endpoint}/secret/rotate`, {}).catch(() => null)
  await api('PATCH', `${path}/${endpoint}`, { description: 'changed' })
  await api('POST', `${path}/${endpoint}/checkup`)
  await people()
  await tokens(app)
  await strangers()
  return { app, endpoint }
}

async function people(): Promise<void> {
  const password = canary('redact-password')
  const { invite, user } = await made('/user', { email: 'ana@example.com', role: 'reader' })
  canaries['redact-more-invite'] = invite.token
  const accepted = await api(
    'POST',
    '/session/accept-invite',
    { token: invite.token, password },
    {},
  )
  assert.equal(accepted.status, 200, accepted.text)
  canaries['redact-more-session-token'] =
    /=(phs_\w+)/.exec(accepted.headers.get('set-cookie') ?? '')?.[1] ?? ''
  await api('POST', '/session', { email: 'nobody@example.com', password }, {})
  const cookie = `posthorn=${canary('redact-session')}`
  await api('GET', '/session', {}, { cookie })
  await api('PATCH', `/user/${user.id}`, { name: 'Ana' })
}

async function tokens(app: string): Promise<void> {
  canaries['redact-more-issued-key'] = (await made('/api-key', { name: 'k', role: 'reader' })).token
  const portal = await made(`/auth/app-portal-access/${app}`, {})
  canaries['redact-more-portal-token'] = portal.token
  canaries['redact-more-portal-link'] = new URL(portal.url).hash.slice('#key='.length)
  const link = { authorization: `Bearer ${canary('redact-more-portal-link')}` }
  assert.equal((await api('POST', '/auth/portal-session', {}, link)).status, 200)
  await api('GET', '/app', {}, { authorization: `Bearer ${canary('redact-api-token')}` })
  await api('GET', `/app?token=${canary('redact-api-token')}`, {}, {})
}

/** What never was asked for: a uid that is taken, and bytes that are no proper HTTP. */
async function strangers(): Promise<void> {
  const now = Date.now()
  const uid = canary('redact-sql-error')
  await server.store.createApplication({
    id: server.ids.next('application'),
    organizationId: defaultOrganizationId,
    uid,
    name: 'Taken',
    metadata: {},
    throttleRate: null,
    profile: 'standard',
    enabled: true,
    configVersion: 1,
    createdAt: now,
    updatedAt: now,
  })
  const { id } = await made('/app', { name: 'Other' })
  assert.equal((await api('PATCH', `/app/${id}`, { uid })).status, 409)
  const { port } = new URL(server.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.end(
    `GET /api/v1/app HTTP/1.1\r\nhost: x\r\nuser-agent: ${canary('redact-newline')}\r\n\r\n`,
  )
  socket.resume()
  await once(socket, 'close')
}

/** Lists and pages as somebody sees them who only reads, and what leaves in bulk. */
async function look({ app, endpoint }: { readonly app: string; readonly endpoint: string }) {
  const reader = { authorization: `Bearer ${canary('redact-more-issued-key')}` }
  const pages = [
    '/app',
    `/app/${app}/endpoint`,
    `/app/${app}/endpoint/${endpoint}`,
    `/app/${app}/endpoint/${endpoint}/headers`,
    `/app/${app}/endpoint/${endpoint}/history`,
    `/app/${app}/endpoint/${endpoint}/tls`,
    `/app/${app}/endpoint/${endpoint}/secret`,
    `/app/${app}/delivery`,
    `/app/${app}/attempt/endpoint/${endpoint}`,
    `/app/${app}/webhook`,
    '/background-task',
    '/event-type',
    '/openapi.json',
  ]
  for (const page of pages) shown.set(`reader ${page}`, (await api('GET', page, {}, reader)).text)
  const exports = ['/audit?limit=250', '/audit/export?format=ndjson', '/audit/export?format=csv']
  for (const path of [...exports, '/user', '/api-key', '/node', '/encryption', '/installation']) {
    shown.set(`export ${path}`, (await api('GET', path)).text)
  }
  shown.set('export environment', (await api('POST', '/environment/export')).text)
  const metrics = { authorization: `Bearer ${canary('redact-more-metrics-token')}` }
  shown.set('metrics', (await call('GET', '/metrics', {}, metrics)).text)
  shown.set('metrics refused', (await call('GET', '/metrics', {}, reader)).text)
  shown.set('operational webhooks', operational.requests.map(({ body }) => String(body)).join('\n'))
  shown.set('log', log.join(''))
  for (const name of readdirSync(folder).filter((each) => each.startsWith('posthorn.db'))) {
    shown.set(`database ${name}`, readFileSync(join(folder, name)).toString('latin1'))
  }
}

/** The pages of whoever only reads, and those of an owner that hold no endpoint. */
async function browse({ app, endpoint }: { readonly app: string; readonly endpoint: string }) {
  const list = JSON.parse((await api('GET', `/app/${app}/attempt/endpoint/${endpoint}`)).text)
  const { id: attempt, msgId } = list.data[0]
  const one = `/app/${app}/endpoints/${endpoint}`
  const reading = [
    ...['/', '/applications', '/catalog', '/settings', '/profile'],
    `/app/${app}/endpoints`,
    ...['', '/settings', '/signing', '/history', '/checkup', '/tls'].map((tab) => one + tab),
    `/app/${app}/deliveries`,
    `/app/${app}/messages`,
    `/app/${app}/messages/${msgId}`,
    `/app/${app}/messages/${msgId}/attempts/${attempt}`,
    `/app/${app}/statistics`,
    `/app/${app}/recovery`,
  ]
  const owning = ['/applications', '/settings', '/audit', '/users', '/keys']
  const reader = canary('redact-more-issued-key')
  for (const [who, key, paths] of [
    ['reader', reader, reading],
    ['owner', bootstrapKey, owning],
  ] as const) {
    const rendered = await renderedPages(server.url, key, paths)
    for (const [path, text] of rendered) shown.set(`page of ${who} ${path}`, text)
  }
}

/** Where a canary may be seen after all, by the case's own words. */
const mayShow: Readonly<Record<string, (place: string) => boolean>> = {
  // The preview of what is masked shows whoever may set it a message as it is.
  'event pages': (place) =>
    place.startsWith('database') ||
    place === 'page of owner /settings' ||
    /^page of reader \/app\/\w+\/(messages|deliveries)/.test(place),
  'the database': (place) => place.startsWith('database'),
  'endpoint and attempt answers': (place) =>
    (/^reader \/app\/\w+\/(endpoint|attempt|webhook)/.test(place) && !/history$/.test(place)) ||
    /^page of reader \/app\//.test(place) ||
    /^page of \w+ \/applications \(first row\)$/.test(place), // its endpoints
}

/** As it is, escaped for JSON and URLs, in hex, and in base64 at any place of what was encoded; each also cut. */
function spellings(value: string): readonly string[] {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.from('\0'.repeat(before) + value).toString('base64')
    return text.replace(/=+$/, '').slice(before + 1, -1)
  })
  const url64 = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  const plain = value.replace(/^whsec_/, '')
  const whole = [
    ...[value, plain, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)],
    ...[Buffer.from(value).toString('hex'), ...base64, ...url64],
  ]
  // Canaries begin alike: what is their own is the end.
  return [...new Set(whole.flatMap((text) => [text, text.slice(-10)]))]
}

test('a secret is nowhere but where it has to be', async () => {
  const planted = await plant()
  await look(planted)
  await browse(planted)
  assert.ok((shown.get('log') ?? '').length > 1_000, 'the log says a lot')
  assert.ok((shown.get('export /audit?limit=250') ?? '').includes('v1.endpoint.create'))
  const pageOf = (path: string) => shown.get(`page of ${path}`) ?? ''
  assert.ok(pageOf('owner /audit').includes('v1.endpoint.create'), 'the pages are really there')
  assert.ok(pageOf(`reader /app/${planted.app}/endpoints`).includes('127.0.0.1'))
  const found: string[] = []
  for (const { id, expect } of cases.filter((each) => !(each.id in saidBack))) {
    const value = canary(id)
    assert.ok(value.length > 8 && value !== '(made)', `${id} was not planted`)
    const forms = spellings(value)
    for (const [place, text] of shown) {
      if (expect.allowed_in.some((where) => mayShow[where]?.(place) === true)) continue
      // A made-up application keeps its uid: that is data, and only the refusal must not tell of it.
      if (
        id === 'redact-sql-error' &&
        /^(database|reader \/app$|page of .* \/applications)/.test(place)
      )
        continue
      if (forms.some((form) => text.includes(form))) found.push(`${id} in ${place}`)
    }
  }
  assert.deepEqual(found, [])
})

/** Who says what back: played apart, as all other deliveries would go through that proxy too. */
const saidBack: Readonly<Record<string, string>> = {
  'redact-more-smtp': 'mail',
  'redact-more-proxy': 'proxy',
  'redact-more-oidc': 'provider',
  'redact-more-dsn-echo': 'database',
}

test('what the operator’s own servers say back tells nobody what they were shown', async () => {
  const mail = await startMailTelltale()
  const provider = await startProviderTelltale()
  const proxy = await startProxyTelltale(provider.port)
  const inUrl = (id: string): string => encodeURIComponent(canary(id))
  const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-telltales-'))
  const lines: string[] = []
  const write = (line: string): void => void lines.push(line)
  const config = configWith({
    ...{ port: 0, dataDir, apiKey: bootstrapKey, logLevel: 'debug', passwordCost: 10 },
    smtpUrl: `smtp://ana:${inUrl('redact-more-smtp')}@127.0.0.1:${mail.port}`,
    egressProxy: `http://ana:${inUrl('redact-more-proxy')}@127.0.0.1:${proxy.port}`,
    oidcIssuer: `http://127.0.0.1:${provider.port}`,
    ...{ oidcClientId: 'posthorn', oidcClientSecret: canary('redact-more-oidc') },
    publicUrl: 'http://127.0.0.1:8071',
  })
  const own = createPosthorn(config, {
    ...world,
    log: jsonLog({ ...world, level: 'debug', write }),
  })
  const answers: string[] = []
  const ask = async (method: string, path: string, body: object = {}, cookie?: string) => {
    const answer = await fetch(`${own.url}/api/v1${path}`, {
      method,
      headers: cookie === undefined ? { authorization: `Bearer ${bootstrapKey}` } : { cookie },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    answers.push(text)
    return { text, json: text.startsWith('{') ? JSON.parse(text) : null, headers: answer.headers }
  }
  try {
    await own.start()
    // A delivery through the proxy, and what is seen of it.
    const { id: app } = (await ask('POST', '/app', { name: 'Through' })).json
    const { id: endpoint } = (
      await ask('POST', `/app/${app}/endpoint`, { url: 'http://203.0.113.7/' })
    ).json
    const event = { eventType: 'a.b', payload: {} }
    await ask('POST', `/app/${app}/msg-wait?timeout_ms=10000`, event)
    await ask('POST', `/app/${app}/endpoint-test`, { url: 'http://203.0.113.7/' })
    await ask('GET', `/app/${app}/attempt/endpoint/${endpoint}`)
    // A notice by mail.
    const operational = '/operational-webhook/endpoint'
    const { id: notice } = (await ask('POST', operational, { url: 'mailto:ana@example.com' })).json
    const tested = await ask('POST', `${operational}/${notice}/test`)
    assert.match(tested.text, /535 5\.7\.8 not accepted/)
    // A sign-in that the provider refuses.
    const started = await ask('POST', '/session/openid', {}, '')
    const [cookie = ''] = (started.headers.get('set-cookie') ?? '').split(';')
    const state = new URL(started.json.url).searchParams.get('state')
    const iss = encodeURIComponent(`http://127.0.0.1:${provider.port}`)
    await ask(
      'POST',
      '/session/openid/finish',
      { returned: `code=x&state=${state}&iss=${iss}` },
      cookie,
    )
    for (const path of ['/installation', '/audit?limit=250', operational]) await ask('GET', path)
    await fetch(`${own.url}/metrics`).then(async (metrics) => answers.push(await metrics.text()))
  } finally {
    await own.stop()
    await Promise.all([mail.close(), proxy.close(), provider.close()])
  }
  assert.ok(mail.shown[0]?.includes(canary('redact-more-smtp')), 'the mail server was shown it')
  assert.ok(proxy.shown[0]?.includes(canary('redact-more-proxy')), 'the proxy was shown it')
  assert.ok(provider.shown[0] !== undefined, 'the provider was shown it')
  assert.ok(lines.join('').includes('session.openid_failed'), 'the log tells of the refusal')
  const stored = readdirSync(dataDir).filter((name) => name.startsWith('posthorn.db'))
  const places = {
    log: lines.join(''),
    answers: answers.join('\n'),
    database: stored.map((name) => readFileSync(join(dataDir, name)).toString('latin1')).join(''),
  }
  rmSync(dataDir, { recursive: true })
  const found = ['redact-more-smtp', 'redact-more-proxy', 'redact-more-oidc'].flatMap((id) =>
    Object.entries(places).flatMap(([place, text]) =>
      spellings(canary(id)).flatMap((form) =>
        text.includes(form) ? [`${id} in ${place}: ${form}`] : [],
      ),
    ),
  )
  assert.deepEqual(found, [])
})

test('a database that says the password back tells it nobody', async () => {
  const secret = canary('redact-more-dsn-echo')
  for (const code of ['28P01', '42501', 'P0001', 'XX000']) {
    const database = await startDatabaseTelltale(code)
    const databaseUrl = `postgres://posthorn:${encodeURIComponent(secret)}@127.0.0.1:${database.port}/x`
    const away = createPosthorn(configWith({ port: 0, dataDir: folder, databaseUrl }), world)
    const refused = await away.start().catch((error: unknown) => error)
    await away.stop()
    await database.close()
    const told = inspect(refused, { depth: 9 })
    assert.ok(refused instanceof Error && told.includes(code), told)
    assert.deepEqual(
      spellings(secret).filter((form) => told.includes(form)),
      [],
      told,
    )
    assert.equal(database.shown[0], secret, 'the database was shown it')
  }
  const found = spellings(secret).filter((form) => log.join('').includes(form))
  assert.deepEqual(found, [])
})

test('every line of the log is one JSON object, whatever callers send', () => {
  for (const line of log) {
    assert.equal(line.indexOf('\n'), line.length - 1)
    assert.equal(typeof JSON.parse(line).event, 'string')
  }
})

test('a database that does not answer tells nobody its password (redact-dsn)', async () => {
  const secret = canary('redact-dsn')
  const databaseUrl = `postgres://posthorn:${secret}@127.0.0.1:1/posthorn`
  const away = createPosthorn(configWith({ port: 0, dataDir: folder, databaseUrl }), world)
  await assert.rejects(away.start(), (error: unknown) => {
    assert.ok(error instanceof Error)
    const told = [error.message, error.stack, String(error.cause)].join('\n')
    assert.ok(!told.includes(secret), told)
    return true
  })
  await away.stop()
  assert.ok(!log.join('').includes(secret))
})
