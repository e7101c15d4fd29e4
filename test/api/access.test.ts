/** Who may do what: the whole matrix of operations and callers, generated from the route table. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { signToken } from '../../src/api/json-web-token.ts'
import type { AnyOperation } from '../../src/contract/operation.ts'
import { operations } from '../../src/contract/operations.ts'
import {
  bootstrapKey,
  jwtSecret,
  organizationId,
  startTestApi,
  type TestApi,
} from '../support/api.ts'

let api: TestApi
/** Of the organisation's first application. */
const found: Record<string, string> = {}
let otherApplication = ''
let portalToken = ''
const otherOrganization = signToken({ sub: 'org_000000000000000000000000001' }, jwtSecret)

before(async () => {
  api = await startTestApi()
  found['app_id'] = JSON.parse((await call('POST', '/app', { name: 'One' })).body).id
  otherApplication = JSON.parse((await call('POST', '/app', { name: 'Two' })).body).id
  await call('POST', '/event-type', { name: 'a.b', description: '' })
  found['event_type_name'] = 'a.b'
  const one = `/app/${found['app_id']}`
  const endpoint = await call('POST', `${one}/endpoint`, { url: 'https://example.com' })
  found['endpoint_id'] = JSON.parse(endpoint.body).id
  const message = await call('POST', `${one}/msg`, { eventType: 'a.b', payload: {} })
  found['msg_id'] = JSON.parse(message.body).id
  found['attempt_id'] = 'atmpt_000000000000000000000000000'
  const access = await call('POST', `/auth/app-portal-access/${found['app_id']}`)
  portalToken = JSON.parse(access.body).token
})
after(() => api.close())

function call(
  method: string,
  path: string,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${bootstrapKey}` },
) {
  return api.app.inject({
    method: method as 'GET', // every method that Fastify knows
    url: `/api/v1${path}`,
    headers,
    ...(method === 'GET' ? {} : { payload: JSON.stringify(body) }),
  })
}

function pathOf(operation: AnyOperation, values: Readonly<Record<string, string>>): string {
  const path = operation.path.replaceAll(
    /\{(\w+)\}/g,
    (_whole, name: string) => values[name] ?? 'unknown',
  )
  return withQuery(operation, path)
}

/** Bodies that pass the schema, where what the schema itself makes up would not pass the rules. */
const bodies: Readonly<Record<string, unknown>> = {
  'v1.application.create': { name: 'X' },
  'v1.application.update': { name: 'X' },
  'v1.endpoint.update-headers': { headers: {} },
  'v1.event-type.update': { description: '' },
  'v1.endpoint.create': { url: 'https://example.com' },
  'v1.endpoint.update': { url: 'https://example.com' },
  'v1.event-type.create': { name: 'c.d', description: '' },
  'v1.message.create': { eventType: 'a.b', payload: {} },
  'v1.message.create-batch': { messages: [{ eventType: 'a.b', payload: {} }] },
  'v1.message.precheck': { eventType: 'a.b' },
  'v1.message.send-and-wait': { eventType: 'a.b', payload: {} },
  'v1.endpoint.send-example': { eventType: 'svix.ping' },
  'v1.session.create': { email: 'nobody@example.com', password: 'a wrong password' },
  'v1.session.accept-invite': { token: 'none', password: 'correct horse battery staple' },
  'v1.session.openid-finish': { returned: 'code=x&state=y' },
  'v1.endpoint.recover': { since: '2026-01-01T00:00:00Z' },
}

function bodyOf(operation: AnyOperation): unknown {
  return bodies[operation.id]
}

/** Without a sample body the schema may speak first; that says nothing about anybody's data. */
function hidden(operation: AnyOperation): readonly number[] {
  const sample =
    operation.body === null || operation.bodyOptional === true || bodies[operation.id] !== undefined
  return sample ? [404] : [404, 422]
}

/** With the query parameters that the operation cannot do without. */
function withQuery(operation: AnyOperation, path: string): string {
  const required: unknown = Reflect.get(operation.query, 'required')
  const names = Array.isArray(required) ? required : []
  const values: Readonly<Record<string, string | undefined>> = {
    endpoint_ids: found['endpoint_id'],
  }
  const pairs = names.map((name) => `${name}=${values[String(name)] ?? 'x'}`)
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

test('without credentials every operation that is not public answers 401', async () => {
  for (const operation of operations) {
    const reply = await call(operation.method, pathOf(operation, found), bodyOf(operation), {})
    const open = operation.access === 'public' && !operation.errors.includes(401)
    if (open) assert.ok(reply.statusCode < 300, operation.id)
    else assert.equal(reply.statusCode, 401, operation.id)
  }
})

test('an application’s token reaches nothing of another application, by any operation', async () => {
  const foreign = { ...found, app_id: otherApplication }
  for (const operation of operations.filter(({ path }) => path.includes('{app_id}'))) {
    const headers = { authorization: `Bearer ${portalToken}` }
    const reply = await call(
      operation.method,
      pathOf(operation, foreign),
      bodies[operation.id],
      headers,
    )
    const expected = operation.access === 'organization' ? [403] : hidden(operation)
    assert.ok(expected.includes(reply.statusCode), `${operation.id}: ${reply.body}`)
  }
})

test('an application’s token may do what the contract grants it, and nothing more', async () => {
  for (const operation of operations.filter(({ access }) => access !== 'public')) {
    const headers = { authorization: `Bearer ${portalToken}` }
    const harmless = operation.method === 'DELETE' ? { ...found, endpoint_id: 'unknown' } : found
    const path = pathOf(operation, harmless)
    const reply = await call(operation.method, path, bodyOf(operation), headers)
    if (operation.access === 'organization') assert.equal(reply.statusCode, 403, operation.id)
    else assert.ok(![401, 403, 500].includes(reply.statusCode), `${operation.id} ${reply.body}`)
  }
})

test('another organisation finds nothing of this one, by id', async () => {
  for (const operation of operations.filter(({ path }) => path.includes('{app_id}'))) {
    const headers = { authorization: `Bearer ${otherOrganization}` }
    const path = pathOf(operation, found)
    const reply = await call(operation.method, path, bodyOf(operation), headers)
    // PUT of an unknown application makes a new one, in the caller's own organisation.
    const created = operation.id === 'v1.application.update'
    const expected = created ? [201] : hidden(operation)
    assert.ok(expected.includes(reply.statusCode), `${operation.id} ${reply.body}`)
    if (created) assert.notEqual(JSON.parse(reply.body).id, found['app_id'])
  }
})

test('a read-only token changes nothing and sees no secret', async () => {
  const access = await call('POST', `/auth/app-portal-access/${found['app_id']}`, {
    readOnly: true,
  })
  const headers = { authorization: `Bearer ${JSON.parse(access.body).token}` }
  for (const operation of operations.filter(({ access: who }) => who === 'application')) {
    const path = pathOf(operation, found)
    const reply = await call(operation.method, path, bodyOf(operation), headers)
    const reads = operation.permission === 'read'
    assert.equal(reply.statusCode === 403, !reads, `${operation.id} ${reply.statusCode}`)
  }
})

test('each capability opens its own operations only', async () => {
  const capabilities = [
    ['ViewEndpointSecret', 'read-secret'],
    ['ManageEndpointSecret', 'manage-secrets'],
    ['CreateAttempts', 'replay'],
    ['ManageEndpoint', 'manage-endpoints'],
    ['ManageTransformations', 'manage-transformations'],
  ] as const
  for (const [capability, permission] of capabilities) {
    const body = { capabilities: ['ViewBase', capability] }
    const access = await call('POST', `/auth/app-portal-access/${found['app_id']}`, body)
    const headers = { authorization: `Bearer ${JSON.parse(access.body).token}` }
    for (const operation of operations.filter(({ access: who }) => who === 'application')) {
      const unknown = { ...found, endpoint_id: 'unknown', msg_id: 'unknown' }
      const path = pathOf(operation, unknown)
      const reply = await call(operation.method, path, bodyOf(operation), headers)
      const open = operation.permission === 'read' || operation.permission === permission
      assert.equal(reply.statusCode !== 403, open, `${capability}: ${operation.id}`)
    }
  }
})

function forged(header: unknown, claims: unknown, secret: string, digest = 'sha256'): string {
  const parts = [header, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const text = parts.join('.')
  return `${text}.${createHmac(digest, secret).update(text).digest('base64url')}`
}

test('tokens that are forged, expired, early, malformed or of another kind answer 401', async () => {
  const claims = { sub: organizationId }
  const now = Math.floor(Date.now() / 1000)
  const good = signToken(claims, jwtSecret)
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`
  const refused: Readonly<Record<string, string>> = {
    'alg none': unsigned,
    'another algorithm': forged({ alg: 'HS512' }, claims, jwtSecret, 'sha512'),
    'HS512 header over HS256': forged({ alg: 'HS512' }, claims, jwtSecret),
    'another secret': signToken(claims, 'not-the-secret'),
    'changed body': good.replace(
      /\.[^.]+\./,
      `.${Buffer.from('{"sub":"org_x"}').toString('base64url')}.`,
    ),
    'trailing base64 bits': `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`,
    expired: signToken({ ...claims, exp: now - 16 * 60 }, jwtSecret),
    early: signToken({ ...claims, nbf: now + 16 * 60 }, jwtSecret),
    'expiry is text': signToken({ ...claims, exp: '9999999999' }, jwtSecret),
    'own token one second after expiry': signToken(
      { ...claims, iss: 'posthorn', exp: now - 1 },
      jwtSecret,
    ),
    'no subject': signToken({}, jwtSecret),
    'odd subject': signToken({ sub: 'org_short' }, jwtSecret),
    'application without organisation': signToken({ sub: found['app_id'] }, jwtSecret),
    'the secret itself': jwtSecret,
    'a signing secret': 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    'full-width letters': 'ｓｋ_bootstrap',
    'a long token': 'x'.repeat(12_000),
    'another scheme': '',
  }
  for (const [name, token] of Object.entries(refused)) {
    const authorization = name === 'another scheme' ? `Basic ${bootstrapKey}` : `Bearer ${token}`
    const reply = await call('GET', '/app', undefined, { authorization })
    assert.equal(reply.statusCode, 401, `${name}: ${reply.body}`)
    assert.equal(JSON.parse(reply.body).code, 'authentication_failed', name)
  }
  assert.equal((await call('GET', `/app?token=${bootstrapKey}`, undefined, {})).statusCode, 401)
})

test('tokens that a Svix server minted work, with fifteen minutes for its clock', async () => {
  const now = Math.floor(Date.now() / 1000)
  const organization = {
    iss: 'svix-server',
    sub: organizationId,
    iat: now,
    nbf: now + 600,
    exp: now - 600,
  }
  const kid = forged({ alg: 'HS256', typ: 'JWT', kid: '../../dev/null' }, organization, jwtSecret)
  for (const token of [signToken(organization, jwtSecret), kid]) {
    const reply = await call('GET', '/app', undefined, { authorization: `Bearer ${token}` })
    assert.equal(reply.statusCode, 200, reply.body)
  }
  const portal = signToken(
    { iss: 'svix-server', sub: found['app_id'], org: organizationId },
    jwtSecret,
  )
  const reply = await call('GET', `/app/${found['app_id']}`, undefined, {
    authorization: `Bearer ${portal}`,
  })
  assert.equal(reply.statusCode, 200)
})

test('portal tokens see event types without a flag, or with one of theirs', async () => {
  await call('POST', '/event-type', { name: 'beta.only', description: '', featureFlags: ['beta'] })
  for (const [featureFlags, sees] of [
    [[], false],
    [['beta'], true],
    [['other'], false],
  ] as const) {
    const access = await call('POST', `/auth/app-portal-access/${found['app_id']}`, {
      featureFlags,
    })
    const headers = { authorization: `Bearer ${JSON.parse(access.body).token}` }
    const list = await call('GET', '/event-type', undefined, headers)
    const names = JSON.parse(list.body).data.map(({ name }: { name: string }) => name)
    assert.equal(names.includes('beta.only'), sees)
    const one = await call('GET', '/event-type/beta.only', undefined, headers)
    assert.equal(one.statusCode, sees ? 200 : 404)
  }
})

test('a repeated POST gets the first answer, another body a conflict, a failed one a free key', async () => {
  const headers = { authorization: `Bearer ${bootstrapKey}`, 'idempotency-key': 'once' }
  const first = await call('POST', '/app', { name: 'Once' }, headers)
  const again = await call('POST', '/app', { name: 'Once' }, headers)
  assert.equal(first.statusCode, 201)
  assert.deepEqual([again.statusCode, again.body], [201, first.body])
  const other = await call('POST', '/app', { name: 'Twice' }, headers)
  assert.equal(other.statusCode, 409)
  assert.equal(JSON.parse(other.body).code, 'idempotency_mismatch')
  const elsewhere = await call(
    'POST',
    `/app/${found['app_id']}/endpoint`,
    { url: 'https://a.b' },
    headers,
  )
  assert.equal(elsewhere.statusCode, 201, 'a key is bound to its path')

  const freed = { ...headers, 'idempotency-key': 'freed' }
  assert.equal((await call('POST', '/app', { name: '' }, freed)).statusCode, 422)
  assert.equal((await call('POST', '/app', { name: 'Now' }, freed)).statusCode, 201)

  const together = { ...headers, 'idempotency-key': 'together' }
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => call('POST', '/app', { name: 'Together' }, together)),
  )
  assert.equal(new Set(replies.map(({ body }) => JSON.parse(body).id)).size, 1)
})

test('wrong methods, unknown paths, slashes and encodings answer as the contract says', async () => {
  const put = await call('PUT', '/app')
  assert.equal(put.statusCode, 405)
  assert.equal(put.headers['allow'], 'GET, POST')
  assert.equal(JSON.parse(put.body).code, 'method_not_allowed')
  const nothing = await call('GET', '/no/such/path')
  assert.deepEqual([nothing.statusCode, JSON.parse(nothing.body).code], [404, 'not_found'])
  const headers = { authorization: `Bearer ${bootstrapKey}` }
  for (const url of ['/api/v1/app/', '//api/v1/app', '/api/v1//app//', '/api/v1/app?']) {
    assert.equal((await api.app.inject({ url, headers })).statusCode, 200, url)
  }
  const encoded = await api.app.inject({
    url: `/api/v1/app/${found['app_id']?.replace('_', '%5F')}`,
    headers,
  })
  assert.equal(encoded.statusCode, 200)
  const odd = await call('GET', '/app/not%20an%20id')
  assert.equal(odd.statusCode, 422)
  assert.deepEqual(JSON.parse(odd.body).detail[0].loc, ['path', 'app_id_or_uid', '__all__'])
})

test('any origin may call, and preflights are answered without credentials', async () => {
  const preflight = await api.app.inject({
    method: 'OPTIONS',
    url: '/api/v1/app',
    headers: {
      origin: 'https://portal.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization, svix-req-id',
    },
  })
  assert.equal(preflight.statusCode, 204)
  assert.equal(preflight.headers['access-control-allow-origin'], '*')
  assert.equal(preflight.headers['access-control-allow-headers'], 'authorization, svix-req-id')
  assert.equal(preflight.headers['access-control-max-age'], '600')
  const headers = { origin: 'https://portal.example' }
  const refused = await api.app.inject({ url: '/api/v1/app', headers })
  assert.equal(refused.headers['access-control-allow-origin'], '*', 'errors must be readable too')
})

test('lists read event types in four spellings, refuse bad pages, and take loose times', async () => {
  const list = async (query: string) => {
    const reply = await call('GET', `/app/${found['app_id']}/msg?${query}`)
    return reply.statusCode === 200 ? JSON.parse(reply.body).data.length : reply.statusCode
  }
  for (const query of [
    'event_types=a.b,x.y',
    'event_types=x.y&event_types=a.b',
    'event_types[]=a.b',
    'event_types%5B0%5D=a.b&event_types%5B1%5D=x.y',
  ]) {
    assert.equal(await list(query), 1, query)
  }
  assert.equal(await list('event_types=x.y'), 0)
  assert.equal(await list('limit=251'), 422)
  assert.equal(await list('limit=0'), 422)
  assert.equal(await list('limit=abc'), 400)
  assert.equal(await list('iterator=app_000000000000000000000000001'), 422)
  assert.equal(await list('iterator=msg_short'), 422)
  assert.equal(await list('with_content=maybe'), 400)
  assert.equal(await list('before=notadate'), 400)
  assert.equal(
    await list('after=2020-01-01%2000:00:00%20UTC&before=2020-01-02T00:00:00%2B02:00'),
    0,
  )
  assert.equal(await list('unknown=1'), 1)
})

test('the OpenAPI document names every operation, and its references resolve', async () => {
  const reply = await api.app.inject({ url: '/api/v1/openapi.json' })
  const document = JSON.parse(reply.body)
  assert.equal(document.openapi, '3.1.0')
  const named = Object.values<Record<string, { operationId: string }>>(document.paths)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId }) => operationId)
  assert.deepEqual(named.sort(), operations.map(({ id }) => id).sort())
  for (const [, reference = ''] of reply.body.matchAll(
    /"\$ref":"#\/components\/schemas\/(\w+)"/g,
  )) {
    assert.ok(document.components.schemas[reference], reference)
  }
  assert.doesNotMatch(reply.body, new RegExp(`${bootstrapKey}|${jwtSecret}`))
})
