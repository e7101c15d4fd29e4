/** The network rules through a whole Posthorn: API, store, engine, transport. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { type Config, configFrom, configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { makeAuthority } from '../support/certificates.ts'
import { startConnectProxy } from '../support/proxies.ts'
import { startReceiver } from '../support/receiver.ts'
import { casesOf } from './corpus.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-network-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let folders = 0
async function start(overrides: Partial<Config> = {}): Promise<Posthorn> {
  const world = { clock: systemClock, random: systemRandom, log: silentLog }
  const dataDir = join(folder, String(folders++))
  const posthorn = createPosthorn(configWith({ dataDir, port: 0, ...overrides }), world)
  await posthorn.start()
  return posthorn
}

interface Reply {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, read by the assertions
  readonly json: any
}

async function call(
  posthorn: Posthorn,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const answer = await fetch(`${posthorn.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${posthorn.installation.apiKey}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, text, json: text === '' ? null : JSON.parse(text) }
}

async function application(posthorn: Posthorn): Promise<string> {
  return `/app/${(await call(posthorn, 'POST', '/app', { name: 'Network' })).json.id}`
}

/** Sends one message and gives the first attempt at it, once there is one. */
async function firstAttempt(posthorn: Posthorn, app: string) {
  const sent = await call(posthorn, 'POST', `${app}/msg`, { eventType: 'a.b', payload: { n: 1 } })
  assert.equal(sent.status, 202, sent.text)
  await posthorn.engine.idle()
  const attempts = await call(posthorn, 'GET', `${app}/attempt/msg/${sent.json.id}`)
  return attempts.json.data[0]
}

let posthorn: Posthorn
before(async () => {
  posthorn = await start()
})
after(() => posthorn.stop())

/** A receiver that takes only callers with a certificate of its own authority, and what such a caller sets. */
async function demanding(t: TestContext) {
  const authority = makeAuthority('Private')
  const client = authority.issue({ commonName: 'posthorn' })
  const receiver = await startReceiver({
    tls: {
      ...authority.issue({ commonName: 'x', names: ['127.0.0.1'] }),
      ca: [authority.cert],
      requestCert: true,
      rejectUnauthorized: true,
    },
  })
  t.after(() => receiver.close())
  const settings = { ca: authority.cert, certificate: client.cert, key: client.key }
  return { receiver, settings }
}

test('an endpoint with its own authority and client certificate gets its events', async (t) => {
  const { receiver, settings } = await demanding(t)
  const app = await application(posthorn)
  const endpoint = (await call(posthorn, 'POST', `${app}/endpoint`, { url: receiver.url })).json.id
  const tls = `${app}/endpoint/${endpoint}/tls`

  assert.equal((await call(posthorn, 'PUT', tls, settings)).status, 204)
  const attempt = await firstAttempt(posthorn, app)
  assert.equal(attempt.responseStatusCode, 204, JSON.stringify(attempt))
  assert.equal(receiver.requests.length, 1)
  const { httpVersion, kept, tls: over } = attempt.connection
  assert.deepEqual([httpVersion, kept, over.version], ['1.1', false, 'TLSv1.3'])
  assert.equal(over.certificate.issuer, 'Private')
  assert.ok(Date.parse(over.certificate.expiresAt) > Date.now())

  const shown = await call(posthorn, 'GET', tls)
  assert.equal(shown.json.hasKey, true)
  assert.ok(Date.parse(shown.json.certificateExpiresAt) > Date.now())
  const listed = await call(posthorn, 'GET', `${app}/endpoint`)
  for (const text of [shown.text, listed.text]) assert.doesNotMatch(text, /PRIVATE KEY/)

  // Absent keeps the key; nothing at all removes everything.
  const { key: _, ...withoutKey } = settings
  assert.equal((await call(posthorn, 'PUT', tls, withoutKey)).status, 204)
  assert.equal((await call(posthorn, 'GET', tls)).json.hasKey, true)
  assert.equal((await call(posthorn, 'PUT', tls, {})).status, 204)
  assert.deepEqual((await call(posthorn, 'GET', tls)).json, {
    ca: null,
    certificate: null,
    hasKey: false,
    certificateExpiresAt: null,
  })
})

test('a client certificate is there from the first: tried before it is saved, and kept as it is made', async (t) => {
  const { receiver, settings: tls } = await demanding(t)
  const { url } = receiver
  const app = await application(posthorn)
  const tried = async (body: object) =>
    (await call(posthorn, 'POST', `${app}/endpoint-test`, { url, eventTypes: ['a.b'], ...body }))
      .json
  assert.equal((await tried({})).succeeded, false)
  assert.equal((await tried({ tls })).succeeded, true)
  const authentication = { kind: 'bearer', secret: 'a-token' }
  assert.equal((await tried({ tls, authentication })).succeeded, true)
  assert.equal(receiver.requests[1]?.headers['authorization'], 'Bearer a-token')

  const made = await call(posthorn, 'POST', `${app}/endpoint`, { url, tls, authentication })
  assert.equal(made.status, 201, made.text)
  const attempt = await firstAttempt(posthorn, app)
  assert.equal(attempt.responseStatusCode, 204, JSON.stringify(attempt))

  const endpoint = `${app}/endpoint/${made.json.id}`
  const stored = async () => (await call(posthorn, 'GET', `${endpoint}/tls`)).json
  assert.deepEqual((await stored()).certificate, tls.certificate)
  const audit = await call(posthorn, 'GET', `/audit?resource=${made.json.id}`)
  for (const { text } of [made, audit]) assert.doesNotMatch(text, /PRIVATE KEY/)
  assert.match(audit.text, /"tlsKey":"~/, 'the log knows that there is a key')

  // Whatever else is changed leaves it alone, and a change may bring it too.
  const changed = (method: string, body: object) => call(posthorn, method, endpoint, body)
  assert.equal((await changed('PATCH', { description: 'x', authentication: null })).status, 200)
  assert.equal((await changed('PUT', { url })).status, 200)
  assert.equal((await stored()).hasKey, true)
  assert.equal((await changed('PATCH', { tls: { ...tls, key: null } })).status, 200)
  assert.equal((await stored()).hasKey, true)
  assert.equal((await changed('PATCH', { tls: null })).status, 200)
  assert.deepEqual(await stored(), {
    ...{ ca: null, certificate: null, hasKey: false, certificateExpiresAt: null },
  })
})

test('TLS settings that do not fit are refused with the field and the caller’s language', async () => {
  const authority = makeAuthority()
  const [one, two] = [1, 2].map((n) => authority.issue({ commonName: String(n) }))
  const app = await application(posthorn)
  const url = 'https://example.com/'
  const endpoint = (await call(posthorn, 'POST', `${app}/endpoint`, { url })).json.id
  const tls = `${app}/endpoint/${endpoint}/tls`
  const mixed = { certificate: one?.cert, key: two?.key }

  const refused = await call(posthorn, 'PUT', tls, mixed, { 'accept-language': 'es' })
  assert.equal(refused.status, 422)
  assert.deepEqual(refused.json.detail[0].loc, ['body', 'key'])
  assert.match(refused.json.detail[0].msg, /no corresponde/)
  assert.equal((await call(posthorn, 'PUT', tls, { ca: 'x' })).json.detail[0].loc[1], 'ca')
  for (const path of [`${app}/endpoint`, `${app}/endpoint-test`]) {
    const faulty = await call(posthorn, 'POST', path, { url, tls: mixed })
    assert.deepEqual(faulty.json.detail[0].loc, ['body', 'tls', 'key'])
  }
  assert.equal((await call(posthorn, 'GET', `${app}/endpoint`)).json.data.length, 1)
  assert.equal((await call(posthorn, 'GET', tls)).json.hasKey, false)
})

test('a delivery cannot call this installation’s API, on the wire or through another', async () => {
  const app = await application(posthorn)
  await call(posthorn, 'POST', `${app}/endpoint`, {
    url: `${posthorn.url}/api/v1${app}/msg`,
    headers: { authorization: `Bearer ${posthorn.installation.apiKey}` },
  })
  const attempt = await firstAttempt(posthorn, app)
  assert.equal(attempt.responseStatusCode, 0)
  assert.match(attempt.response, /leads back to this installation/)

  const looped = { 'posthorn-via': posthorn.installation.id }
  const answer = await call(posthorn, 'GET', '/app', undefined, looped)
  assert.equal(answer.status, 508)
  assert.equal(answer.json.code, 'loop_detected')
  assert.equal(
    (await call(posthorn, 'GET', '/app', undefined, { 'posthorn-via': 'x' })).status,
    200,
  )
})

test('a loop over a second installation ends where it began', async (t) => {
  const other = await start()
  t.after(() => other.stop())
  const [here, there] = await Promise.all([application(posthorn), application(other)])
  const lead = (from: Posthorn, app: string, to: Posthorn, target: string) =>
    call(from, 'POST', `${app}/endpoint`, {
      url: `${to.url}/api/v1${target}/msg`,
      headers: { authorization: `Bearer ${to.installation.apiKey}` },
    })
  await lead(posthorn, here, other, there)
  await lead(other, there, posthorn, here)
  const nested = { eventType: 'a.b', payload: { eventType: 'a.b', payload: {} } }
  await call(posthorn, 'POST', `${here}/msg`, { eventType: 'a.b', payload: nested })
  await posthorn.engine.idle()
  await other.engine.idle()

  const [arrived] = (await call(other, 'GET', `${there}/msg`)).json.data
  const [back] = (await call(other, 'GET', `${there}/attempt/msg/${arrived.id}`)).json.data
  assert.equal(back.responseStatusCode, 508, JSON.stringify(back))
  assert.equal((await call(posthorn, 'GET', `${here}/msg`)).json.data.length, 1)
})

test('custom headers of the corpus arrive byte for byte, exactly once', async (t) => {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const accepted = casesOf<string, string>('custom headers on the wire')
  assert.ok(accepted.length > 5)
  for (const { id, input } of accepted) {
    const headers: Readonly<Record<string, string>> = JSON.parse(input)
    const app = await application(posthorn)
    const saved = await call(posthorn, 'POST', `${app}/endpoint`, { url: receiver.url, headers })
    assert.equal(saved.status, 201, `${id}: ${saved.text}`)
    await firstAttempt(posthorn, app)
    const { rawHeaders } = await receiver.next()
    for (const [name, value] of Object.entries(headers)) {
      const sent = rawHeaders.filter(([given]) => given.toLowerCase() === name.toLowerCase())
      assert.deepEqual(sent, [[name, value]], id)
    }
  }
})

test('URLs are refused when saved by the rule that refuses them when sent', async (t) => {
  const strict = await start({
    allowNetworks: ['127.0.0.2/32'],
    allowHosts: ['hooks.internal'],
    httpsOnly: true,
  })
  t.after(() => strict.stop())
  const app = await application(strict)
  const save = async (url: string, language = 'en'): Promise<Reply> =>
    call(strict, 'POST', `${app}/endpoint`, { url }, { 'accept-language': language })

  for (const url of ['https://127.0.0.2/', 'https://hooks.internal/', 'https://example.com/']) {
    assert.equal((await save(url)).status, 201, url)
  }
  for (const [url, code] of [
    ['http://example.com/', 'url_not_https'],
    ['https://127.0.0.1/', 'url_private_address'],
    ['https://0x7f000001/', 'url_odd_address'],
    ['https://vault.internal/', 'url_private_name'],
    ['https://user@example.com/', 'url_credentials'],
  ] as const) {
    const refused = await save(url)
    assert.equal(refused.status, 422, url)
    assert.equal(refused.json.detail[0].type, code)
  }
  const headed = await call(
    strict,
    'POST',
    `${app}/endpoint`,
    { url: 'https://example.com/', headers: { 'X-Forwarded-For': '::1' } },
    { 'accept-language': 'es' },
  )
  assert.equal(headed.json.detail[0].type, 'header_reserved')
  assert.match(headed.json.detail[0].msg, /Este encabezado no se puede definir/)
  const spanish = await save('https://127.0.0.1/', 'es-CL')
  assert.match(spanish.json.detail[0].msg, /La dirección es privada/)
})

test('the URLs of the corpus are saved or refused alike when an endpoint is made and changed', async (t) => {
  interface Expect {
    readonly verdict: 'accept' | 'reject' | 'block'
    readonly stored?: string
    readonly needs?: string
  }
  // A network of its own closes loopback, which a developer's installation opens.
  const strict = await start({ allowNetworks: ['192.0.2.1/32'] })
  t.after(() => strict.stop())
  const app = await application(strict)
  const url = 'https://example.com/first'
  const endpoint = (await call(strict, 'POST', `${app}/endpoint`, { url })).json.id
  for (const { id, input, expect } of casesOf<string, Expect>('URLs saved')) {
    const accepted = expect.verdict === 'accept' || expect.needs === 'fake-dns'
    const made = await call(strict, 'POST', `${app}/endpoint`, { url: input })
    const changed = await call(strict, 'PATCH', `${app}/endpoint/${endpoint}`, { url: input })
    assert.deepEqual([made.status, changed.status], accepted ? [201, 200] : [422, 422], id)
    const stored = accepted ? (expect.stored ?? changed.json.url) : url
    const kept = await call(strict, 'GET', `${app}/endpoint/${endpoint}`)
    assert.equal(kept.json.url, stored, id)
    await call(strict, 'PATCH', `${app}/endpoint/${endpoint}`, { url })
  }
})

test('with an egress proxy that is down the delivery waits and the endpoint is not charged', async (t) => {
  const proxy = await startConnectProxy({ refuseWith: 503 })
  const behind = await start({ egressProxy: `http://127.0.0.1:${proxy.port}` })
  t.after(() => Promise.all([behind.stop(), proxy.close()]))
  const app = await application(behind)
  await call(behind, 'POST', `${app}/endpoint`, { url: 'https://example.com/' })

  const attempt = await firstAttempt(behind, app)
  assert.equal(attempt.responseStatusCode, 0)
  assert.match(attempt.response, /egress proxy/)
  assert.deepEqual(proxy.asked, ['example.com:443'])
  const { byState } = await behind.store.countDeliveries({ now: Date.now() })
  assert.equal(byState.pending, 1)
})

test('every answer says how a browser is to treat it, pages and data alike', async () => {
  const paths = ['/', '/portal', '/docs', '/api/v1/app', '/api/v1/health', '/in/any', '/nowhere']
  const answers = await Promise.all(paths.map((path) => fetch(`${posthorn.url}${path}`)))
  const headerOf = (answer: Response, name: string): string => answer.headers.get(name) ?? ''
  const checks: Readonly<Record<string, (answer: Response) => boolean>> = {
    'content-security-policy': (answer) => {
      const policy = headerOf(answer, 'content-security-policy')
      return /default-src 'none'/.test(policy) && !/unsafe-(inline|eval)/.test(policy)
    },
    'x-frame-options': (answer) =>
      headerOf(answer, 'x-frame-options') === 'DENY' &&
      /frame-ancestors 'none'/.test(headerOf(answer, 'content-security-policy')),
    'referrer-policy': (answer) => headerOf(answer, 'referrer-policy') === 'no-referrer',
    'cross-origin-opener-policy': (answer) =>
      headerOf(answer, 'cross-origin-opener-policy') === 'same-origin',
    'session cookie': (answer) =>
      answer.headers
        .getSetCookie()
        .every((cookie) => /^__Host-.*; Secure.*; HttpOnly.*; SameSite=(Strict|Lax)/.test(cookie)),
  }
  for (const { id, expect } of casesOf<unknown, { readonly header: string }>(
    'headers of every answer',
  )) {
    const name = Object.keys(checks).find((each) => expect.header.startsWith(each)) ?? id
    for (const [at, answer] of answers.entries()) {
      assert.ok(checks[name]?.(answer), `${id} at ${paths[at]}`)
      assert.equal(headerOf(answer, 'x-content-type-options'), 'nosniff', paths[at])
    }
  }
})

test('network settings that mean nothing stop the start with the variable’s name', () => {
  for (const [variable, value] of [
    ['POSTHORN_ALLOW_NETWORKS', '10.0.0.0/40'],
    ['POSTHORN_EGRESS_PROXY', 'ftp://proxy'],
    ['POSTHORN_HTTPS_ONLY', 'perhaps'],
  ] as const) {
    assert.throws(() => configFrom({ [variable]: value }), { name: 'ConfigError', variable })
  }
})

test('what owners deny is refused from then on, over kept connections too', async (t) => {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const app = await application(posthorn)
  const change = (body: object) => call(posthorn, 'PATCH', '/installation/settings', body)
  await call(posthorn, 'POST', `${app}/endpoint`, { url: receiver.url })
  assert.equal((await firstAttempt(posthorn, app)).responseStatusCode, 204)

  assert.equal((await change({ denyNetworks: ['127.0.0.0/8'] })).status, 200)
  const denied = await firstAttempt(posthorn, app)
  assert.equal(denied.errorClass, 'blocked_address', JSON.stringify(denied))
  assert.equal(receiver.requests.length, 1)
  const other = await call(posthorn, 'POST', `${app}/endpoint`, { url: receiver.url })
  assert.equal(other.json.detail[0].type, 'url_denied_address', other.text)

  assert.equal((await change({ denyNetworks: null })).status, 200)
  assert.equal((await firstAttempt(posthorn, app)).responseStatusCode, 204)
  assert.equal(receiver.connections, 2)

  // Nobody opens metadata services from a browser, by whatever wide network.
  for (const network of ['169.254.169.254', '0.0.0.0/0', 'fe80::/10']) {
    const refused = await change({ allowNetworks: [network] })
    assert.equal(refused.status, 422, network)
    assert.match(refused.text, /POSTHORN_ALLOW_NETWORKS/)
  }
})
