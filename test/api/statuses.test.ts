/** What every operation answers for reasons that have nothing to do with what it does. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OpenIdProvider } from '../../src/api/openid/provider.ts'
import type { AnyOperation } from '../../src/contract/operation.ts'
import { operations } from '../../src/contract/operations.ts'
import { errorsOf, keepsKeys } from '../../src/contract/statuses.ts'
import { openIdStart } from '../../src/contract/user.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import { type Store, StoreUnavailable } from '../../src/store/store.ts'
import { bootstrapKey, startTestApi, type TestApi, type TestApiOptions } from '../support/api.ts'
import { recordAttempt } from '../support/attempts.ts'

const servers: TestApi[] = []
async function server(options: TestApiOptions = {}): Promise<TestApi> {
  const made = await startTestApi(options)
  servers.push(made)
  return made
}
after(() => Promise.all(servers.map((made) => made.close())))

let api: TestApi
before(async () => {
  api = await server({ config: { bodyBytesMax: 4_000 } })
})

interface Sent {
  readonly token?: string
  readonly path?: string
  readonly payload?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function call(to: TestApi, operation: AnyOperation, sent: Sent = {}) {
  const { token = bootstrapKey, path = pathOf(operation), payload = bodyOf(operation) } = sent
  const reply = await to.app.inject({
    method: operation.method,
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${token}`, ...sent.headers },
    ...(operation.body === null ? {} : { payload }),
  })
  return { status: reply.statusCode, text: `${operation.id}: ${reply.body}`, reply }
}

async function post(to: TestApi, path: string, payload: object) {
  const headers = { authorization: `Bearer ${bootstrapKey}` }
  const url = `/api/v1${path}`
  const reply = await to.app.inject({
    method: 'POST',
    url,
    headers,
    payload: JSON.stringify(payload),
  })
  return JSON.parse(reply.body)
}

async function portalOf(to: TestApi): Promise<{ readonly token: string; readonly key: string }> {
  await post(to, '/app', { name: 'Portal', uid: 'portal' })
  const { token, url } = await post(to, '/auth/app-portal-access/portal', {})
  return { token, key: new URL(url).hash.slice('#key='.length) }
}

/** The token of a person who signed in, for the operations that are theirs alone. */
async function sessionOf(to: TestApi): Promise<Readonly<Record<string, string>>> {
  const { invite } = await post(to, '/user', { email: 'ana@example.com', role: 'owner' })
  const reply = await to.app.inject({
    method: 'POST',
    url: '/api/v1/session/accept-invite',
    payload: JSON.stringify({ token: invite.token, password: 'correct horse battery staple' }),
  })
  const token = /=(phs_\w+)/.exec(String(reply.headers['set-cookie']))?.[1] ?? ''
  const own = operations.filter(({ id }) => id.startsWith('v1.session.'))
  return Object.fromEntries(own.map(({ id }) => [id, token]))
}

const openId: OpenIdProvider = {
  name: 'Example',
  authorizationUrl: async ({ state }) => `state=${state}`,
  exchange: async () => ({ code: 'openid_invalid' }),
  signOutUrl: async () => null,
}

/** What a browser brings that comes back from the sign-in provider. */
async function returningFrom(to: TestApi): Promise<Sent> {
  const { reply } = await call(to, openIdStart)
  const [cookie = ''] = String(reply.headers['set-cookie']).split(';')
  const returned = `code=x&${JSON.parse(reply.body).url}`
  return { headers: { cookie }, payload: JSON.stringify({ returned }) }
}

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly format?: string
  readonly examples?: readonly unknown[]
}

/** The smallest value that the schema takes. */
function smallest(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.anyOf !== undefined) return smallest(schema.anyOf[0] ?? {})
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.examples !== undefined) return schema.examples[0]
  if (schema.format === 'date-time') return '2026-01-01T00:00:00Z'
  switch (schema.type) {
    case 'object': {
      const entries = Object.entries(schema.properties ?? {})
      const needed = entries.filter(([name]) => schema.required?.includes(name) === true)
      return Object.fromEntries(needed.map(([name, part]) => [name, smallest(part)]))
    }
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => smallest(schema.items ?? {}))
    case 'integer':
    case 'number':
      return schema.minimum ?? 0
    case 'boolean':
      return false
    default:
      return 'https://example.com/x'
  }
}

/** Bodies where the rules of an operation ask for more than its schema. */
const bodies: Readonly<Record<string, unknown>> = {
  'v1.message.create': { eventType: 'a.b', payload: {} },
  'v1.message.send-and-wait': { eventType: 'a.b', payload: {} },
  'v1.environment.import': { eventTypes: [{ name: 'a.b', description: '' }] },
  'v1.event-type.import': { text: 'a.b' },
  'v1.event-type.import-openapi': {
    specRaw: JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'x', version: '1' },
      webhooks: { 'a.b': {} },
    }),
  },
}

function bodyOf(operation: AnyOperation): string {
  const { body, id } = operation
  return JSON.stringify(bodies[id] ?? (body === null ? {} : smallest(body as Schema))) // a schema is JSON
}

function pathOf({ path, query }: AnyOperation): string {
  const filled = path.replace('{catalog_name}', 'logto').replaceAll(/\{\w+\}/g, 'unknown')
  const { required = [], properties = {} } = query as Schema // a schema is JSON
  const needed = required.map((name) => `${name}=${smallest(properties[name] ?? {})}`)
  return needed.length === 0 ? filled : `${filled}?${needed.join('&')}`
}

test('beyond the rate every operation answers 429, and says when to come again', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1))
  const limited = await server({ config: { apiRatePerSecond: 1 }, world: { clock } })
  const [first] = operations
  assert.ok(first)
  await call(limited, first)
  for (const operation of operations) {
    const { status, text, reply } = await call(limited, operation)
    assert.equal(status, 429, text)
    assert.equal(reply.headers['retry-after'], '1', text)
  }
})

test("a session's cookie without the session's token gets 403 from every operation that asks who", async () => {
  const cookie = `posthorn=phs_${'a'.repeat(27)}_${'0'.repeat(64)}`
  const asking = operations.filter(({ access }) => access !== 'public')
  for (const operation of asking.filter(({ id }) => id !== 'v1.session.get')) {
    const reply = await api.app.inject({
      method: operation.method,
      url: `/api/v1${pathOf(operation)}`,
      headers: { cookie },
    })
    assert.equal(reply.statusCode, 403, operation.id)
    assert.equal(JSON.parse(reply.body).code, 'cross_site', operation.id)
  }
})

const readsOfBins = ['list', 'get', 'wait', 'stream'].map((name) => `v1.inspector.request.${name}`)

test('while the store cannot answer, every operation that needs it says 503', async () => {
  let broken = false
  const wrapStore = (store: Store): Store =>
    new Proxy(store, {
      get(target, name, receiver) {
        const found: unknown = Reflect.get(target, name, receiver)
        if (!broken || typeof found !== 'function' || name === 'close') return found
        return async () => {
          throw new StoreUnavailable('disconnected', 'The test says so.')
        }
      },
    })
  const without = await server({ wrapStore, openId: () => openId })
  const portal = await portalOf(without)
  const reader = await post(without, '/api-key', { name: 'Reader', role: 'reader' })
  const tokens: Readonly<Record<string, string>> = {
    'v1.authentication.portal-session': portal.key,
    'v1.authentication.logout': portal.token,
    ...(await sessionOf(without)),
    // What is masked for a reader is asked for.
    ...Object.fromEntries(readsOfBins.map((id) => [id, reader.token])),
  }
  const returning: Readonly<Record<string, Sent>> = {
    'v1.session.openid-finish': await returningFrom(without),
    'v1.api-key.create': { payload: '{"name":"k","role":"reader"}' },
  }
  broken = true
  const wrong: string[] = []
  for (const operation of operations) {
    const token = tokens[operation.id] ?? bootstrapKey
    const { status, text } = await call(without, operation, { token, ...returning[operation.id] })
    const as = operation.withoutStore === true ? status < 500 : status === 503
    if (!as) wrong.push(`${status} ${text.slice(0, 200)}`)
  }
  assert.deepEqual(wrong, [])
})

test('a body beyond the limit gets 413 from every operation that reads one', async () => {
  const payload = JSON.stringify({ name: 'x'.repeat(5_000) })
  for (const operation of operations.filter(({ body }) => body !== null)) {
    const { status, text } = await call(api, operation, { payload })
    assert.equal(status, 413, text)
  }
})

test('a used idempotency key with another request gets 409 from every operation that keeps keys', async () => {
  const wrapStore = (store: Store): Store =>
    new Proxy(store, {
      get(target, name, receiver) {
        if (name === 'reserveKey') return async () => ({ kind: 'mismatch' })
        const found: unknown = Reflect.get(target, name, receiver)
        return typeof found === 'function' ? found.bind(target) : found
      },
    })
  const used = await server({ wrapStore })
  const headers = { 'idempotency-key': 'used-before' }
  // Message create keeps its keys in the accept commit: see `access.test.ts`.
  const own = operations.filter((one) => keepsKeys(one) && one.id !== 'v1.message.create')
  for (const operation of own) {
    const { status, text } = await call(used, operation, { headers })
    assert.equal(status, 409, text)
  }
})

test('what cannot be read gets 400, and what is refused 422, naming where', async () => {
  for (const operation of operations) {
    const errors = errorsOf(operation)
    const { properties = {} } = operation.query as Schema // a schema is JSON
    const { path } = operation
    const base = path.replaceAll(/\{\w+\}/g, 'unknown')
    for (const [name, { type }] of Object.entries(properties)) {
      if (!['integer', 'number', 'boolean'].includes(type ?? '')) continue
      const { status, text } = await call(api, operation, { path: `${base}?${name}=neither` })
      assert.equal(status, 400, text)
    }
    const bad: Sent | null = path.includes('{')
      ? { path: path.replaceAll(/\{\w+\}/g, '%20') }
      : keepsKeys(operation)
        ? { headers: { 'idempotency-key': 'ñ' } }
        : operation.body !== null
          ? { payload: '[]' }
          : 'limit' in properties
            ? { path: `${base}?limit=0` }
            : null
    if (bad === null) continue
    const { status, text } = await call(api, operation, bad)
    assert.equal(status, 422, text)
    assert.ok(errors.includes(422), text)
  }
})

test('a key of one application is refused outside of that application’s paths', async () => {
  await post(api, '/app', { name: 'One', uid: 'one' })
  const key = { name: 'One', role: 'admin', applicationId: 'one' }
  const { token } = await post(api, '/api-key', key)
  for (const operation of operations) {
    if (operation.access !== 'organization' || operation.path.includes('{app_id}')) continue
    const { status, text } = await call(api, operation, { token })
    assert.equal(status, 403, text)
  }
})

test('the systems’ own operations refuse by their profile’s rules', async () => {
  const send = async (path: string, payload: object, method: 'POST' | 'PATCH' = 'POST') => {
    const reply = await api.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${bootstrapKey}` },
      payload: JSON.stringify(payload),
    })
    return reply.statusCode
  }
  await post(api, '/catalog/logto/install', {})
  await post(api, '/app', { name: 'Logto', uid: 'logto', profile: 'logto' })
  const hook = { url: 'https://example.com/', name: 'Hook', eventTypes: ['User.Created'] }
  assert.equal(await send('/app/logto/endpoint-test', hook), 200)
  await post(api, '/app', { name: 'Cotalker', uid: 'cotalker', profile: 'cotalker' })
  const event = { url: 'https://example.com/', eventTypes: ['a.b'] }
  assert.equal(await send('/app/cotalker/endpoint-test', event), 409, 'it has no tests')
  const message = { eventType: 'a.b', payload: {}, eventId: 'once' }
  await post(api, '/app', { name: 'Standard', uid: 'standard' })
  const { id } = await post(api, '/app/standard/endpoint', { url: 'https://example.com/' })
  await send('/app/standard?force=true', { profile: 'cotalker' }, 'PATCH')
  assert.equal(await send(`/app/standard/endpoint/${id}/test`, { eventTypes: ['a.b'] }), 409)
  await send('/app/standard/msg', message)
  assert.equal(await send('/app/standard/msg-wait', message), 409)
})

test('what others write at the same moment is given up with 409', async () => {
  let contended = false
  const answers: Readonly<Record<string, string>> = {
    insertRecord: 'exists',
    replaceRecord: 'conflict',
  }
  const wrapStore = (store: Store): Store =>
    new Proxy(store, {
      get(target, name, receiver) {
        if (name === 'withAudit') return () => wrapStore(target)
        const found: unknown = Reflect.get(target, name, receiver)
        if (typeof found !== 'function') return found
        const answer = contended ? answers[String(name)] : undefined
        return answer === undefined ? found.bind(target) : async () => answer
      },
    })
  const busy = await server({ wrapStore })
  await post(busy, '/app', { name: 'Busy', uid: 'busy' })
  const { user } = await post(busy, '/user', { email: 'bea@example.com', role: 'owner' })
  const { id } = await post(busy, '/app/busy/endpoint', { url: 'https://example.com/' })
  await post(busy, '/app/busy/msg', { eventType: 'a.b', payload: {} })
  await recordAttempt(busy, busy.claims.at(-1) ?? assert.fail('a claim'), { status: 500 })
  contended = true
  for (const [method, path, payload] of [
    ['PATCH', '/app/busy/settings', '{"restHooks":true}'],
    ['POST', `/user/${user.id}/invite`, '{}'],
    ['PATCH', `/app/busy/issue/${id}.5xx`, '{"state":"acknowledged"}'],
  ] as const) {
    const url = `/api/v1${path}`
    const headers = { authorization: `Bearer ${bootstrapKey}` }
    const reply = await busy.app.inject({ method, url, headers, payload })
    assert.equal(reply.statusCode, 409, reply.body)
  }
})
