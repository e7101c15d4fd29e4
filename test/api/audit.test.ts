/** The audit log over the API: what leaves an entry, what an entry says, and taking a change back. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { auditTitle } from '../../src/api/audit-titles.ts'
import { isAudited } from '../../src/contract/operation.ts'
import { operations } from '../../src/contract/operations.ts'
import { statusesOf } from '../../src/contract/statuses.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { doings } from './doings.ts'

const clock = new VirtualClock(Date.UTC(2026, 5, 1))
let api: TestApi
before(async () => {
  api = await startTestApi({ world: { clock } })
})
after(() => api.close())

async function call(method: string, path: string, body: unknown = {}, token = bootstrapKey) {
  const reply = await api.app.inject({
    method: method as 'GET', // every method that Fastify knows
    url: `/api/v1${path}`,
    remoteAddress: '192.0.2.7',
    headers: { authorization: `Bearer ${token}`, 'x-request-id': 'asked-1' },
    ...(method === 'GET' || method === 'DELETE' ? {} : { payload: JSON.stringify(body) }),
  })
  const json =
    /^[[{]/.test(reply.body) && !reply.body.includes('}\n') ? JSON.parse(reply.body) : null
  return { status: reply.statusCode, json, text: reply.body, headers: reply.headers }
}

const listed = async (query = '') => (await call('GET', `/audit?limit=250&${query}`)).json.data

test('every operation that changes or reveals something leaves an entry, and no other does', async () => {
  const audited = operations.filter(isAudited).map(({ id }) => id)
  const known = new Map(doings.map((doing) => [doing.id, doing]))
  assert.deepEqual(
    audited.filter((id) => !known.has(id)),
    [],
    'say in doings.ts how to do these',
  )
  for (const id of audited) {
    const doing = known.get(id)
    assert.ok(doing)
    const { method, path, body, token } = await doing.prepare({ call, api })
    await clock.advance(10)
    const since = new Date(clock.now()).toISOString()
    const reply = await call(method, path, body, token)
    assert.ok(reply.status < 300, `${id} answered ${reply.status}: ${reply.text}`)
    const entries = await listed(`after=${since}`)
    assert.ok(entries.length > 0, `${id} left no entry`)
    for (const entry of entries) {
      assert.equal(entry.operation, id)
      assert.deepEqual([entry.address, entry.requestId], ['192.0.2.7', 'asked-1'])
    }
  }
})

test('every answer names its request, as the log and the caller do', async () => {
  assert.equal((await call('GET', '/app')).headers['x-request-id'], 'asked-1')
  const named = async (name: string) => {
    const headers = { 'x-request-id': name }
    const reply = await api.app.inject({ url: '/api/v1/app', headers })
    return [reply.statusCode, String(reply.headers['x-request-id'])] as const
  }
  const [status, first] = await named('not a name')
  assert.equal(status, 401)
  assert.match(first, /^[0-9a-f]{12}-\w+$/)
  assert.notEqual((await named(''))[1], first)
})

test('what changes nothing or carries traffic leaves no entry', async () => {
  const app = (await call('POST', '/app', { name: 'Quiet' })).json.id
  const before = (await listed()).length
  const message = { eventType: 'a.b', payload: { a: 1 } }
  assert.equal((await call('POST', `/app/${app}/msg`, message)).status, 202)
  await call('GET', `/app/${app}/endpoint`)
  assert.equal((await call('PATCH', `/app/${app}`, { uid: 'no space' })).status, 422)
  assert.equal((await call('DELETE', `/app/${app}/endpoint/unknown`)).status, 404)
  assert.equal((await listed()).length, before)
})

async function makeEndpoint(settings: object = {}) {
  const app = (await call('POST', '/app', { name: 'App' })).json.id
  const url = 'https://ana:CANARY1@example.com/hook?token=CANARY2&empty='
  const made = await call('POST', `/app/${app}/endpoint`, {
    url,
    headers: { 'X-Key': 'CANARY3' },
    secret: `whsec_${Buffer.from('CANARY4-CANARY4-CANARY4-').toString('base64')}`,
    ...settings,
  })
  assert.equal(made.status, 201, made.text)
  return { app, path: `/app/${app}/endpoint/${made.json.id}`, id: made.json.id }
}

test('an entry says who, what, before and after, with fingerprints for secrets', async () => {
  const { path, id, app } = await makeEndpoint()
  const key = (await call('POST', '/api-key', { name: 'Deploy', role: 'admin' })).json
  await call('PATCH', path, { description: 'second' }, key.token)
  await call('POST', `${path}/secret/rotate`)
  const [rotated, patched, created] = await listed(`resource=${id}`)
  assert.deepEqual(patched.actor, { kind: 'key', id: key.id, name: 'Deploy' })
  assert.deepEqual(created.actor, { kind: 'key', id: 'bootstrap', name: 'Bootstrap key' })
  assert.deepEqual(patched.resource, { kind: 'endpoint', id })
  assert.deepEqual([patched.applicationId, patched.outcome], [app, 'done'])
  assert.deepEqual([patched.before.description, patched.after.description], ['', 'second'])
  assert.deepEqual(patched.changed, ['description'])
  assert.equal(created.before, null)
  assert.deepEqual(rotated.changed, ['secrets'])
  assert.match(rotated.after.secrets[0].fingerprint, /^~[\w-]{10}$/)
  assert.equal(rotated.after.secrets[1].fingerprint, patched.after.secrets[0].fingerprint)
  const all = (await call('GET', '/audit/export')).text + JSON.stringify(await listed())
  for (const secret of [
    'CANARY',
    Buffer.from('CANARY4').toString('base64').slice(0, 8),
    key.token,
  ]) {
    assert.ok(!all.includes(secret), `${secret} is in the audit log`)
  }
})

test('an entry says in words what was done, in the language of whoever reads it', async () => {
  const { id, path } = await makeEndpoint()
  for (const [language, title] of [
    ['en-GB', 'Create an endpoint'],
    ['es-MX', 'Crea un endpoint'],
  ] as const) {
    const inLanguage = async (url: string) => {
      const headers = { authorization: `Bearer ${bootstrapKey}`, 'accept-language': language }
      return (await api.app.inject({ url: `/api/v1${url}`, headers })).body
    }
    const [entry] = JSON.parse(await inLanguage(`/audit?resource=${id}`)).data
    assert.equal(entry.title, title)
    assert.equal(JSON.parse(await inLanguage(`/audit/${entry.id}`)).title, title)
    assert.equal(JSON.parse(await inLanguage(`${path}/history`)).data[0].title, title)
    assert.equal(JSON.parse(await inLanguage(`/audit/export?resource=${id}`)).title, title)
    assert.match(await inLanguage(`/audit/export?resource=${id}&format=csv`), new RegExp(title))
  }
  for (const { id: operation, summary } of operations.filter(isAudited)) {
    const both = (['en', 'es'] as const).map((language) => auditTitle(operation, language))
    assert.ok(summary.startsWith(both[0] ?? '-') && both[1] !== both[0], `${operation}: ${both}`)
    assert.ok(!both.includes(operation), operation)
  }
  assert.equal(auditTitle('v9.thing.unknown', 'es'), 'v9.thing.unknown')
})

test('a list is filtered and paged, and one entry is found by id', async () => {
  const { id } = await makeEndpoint()
  const [entry] = await listed(`resource=${id}&operation=v1.endpoint.create&actorKind=key`)
  assert.deepEqual((await call('GET', `/audit/${entry.id}`)).json, entry)
  assert.equal((await call('GET', '/audit/unknown')).status, 404)
  const first = (await call('GET', '/audit?limit=1')).json
  const second = (await call('GET', `/audit?limit=1&iterator=${first.iterator}`)).json
  assert.ok(second.data[0].id < first.data[0].id)
  assert.equal((await call('GET', '/audit?after=never')).status, 400)
  assert.deepEqual(await listed('application=app_none'), [])
})

test('the export is a stream of lines, oldest first, safe to open in a spreadsheet', async () => {
  await call('POST', '/api-key', { name: '=cmd()', role: 'reader' }).then(({ json }) =>
    call('DELETE', `/api-key/${json.id}`, {}, bootstrapKey),
  )
  const json = await call('GET', '/audit/export?format=ndjson')
  assert.match(String(json.headers['content-type']), /x-ndjson/)
  const lines = json.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ id }) => id),
    lines.map(({ id }) => id).toSorted(),
  )
  assert.equal(lines.at(-1).operation, 'v1.audit.export', 'the export tells of itself')
  const csv = await call('GET', '/audit/export?format=csv')
  const rows = csv.text.trim().split('\r\n')
  assert.equal(rows.length, lines.length + 2)
  assert.doesNotMatch(csv.text, /(^|,)"[=+@-]/m)
  // The same a part at a time: it goes on after any entry, with the names in the first part alone.
  const until = `before=${encodeURIComponent(new Date(api.world.clock.now() + 1_000).toISOString())}`
  const third = lines[2].id
  const part = await call('GET', `/audit/export?format=csv&part=true&${until}`)
  assert.ok(part.text.startsWith(csv.text))
  assert.equal(part.headers['posthorn-next'], undefined, 'it is the last')
  assert.equal(Number(part.headers['posthorn-rows']), rows.length - 1)
  const rest = await call('GET', `/audit/export?format=csv&part=true&iterator=${third}&${until}`)
  assert.ok(rest.text.startsWith(`${rows.slice(4).join('\r\n')}\r\n`))
  assert.equal((await call('GET', `/audit/export?iterator=${third}`)).status, 422)
  assert.equal((await call('GET', `/audit/export?part=true&iterator=-${third}`)).status, 422)
})

test('a change is taken back, and the way back is in the history too', async () => {
  const { path, id } = await makeEndpoint({ url: 'https://example.com/one', description: 'first' })
  await call('PATCH', path, { description: 'second', url: 'https://example.com/two' })
  const [change] = (await call('GET', `${path}/history`)).json.data
  const back = await call('POST', `${path}/revert`, { entry: change.id })
  assert.equal(back.status, 200, back.text)
  assert.deepEqual([back.json.endpoint.url, back.json.kept], ['https://example.com/one', []])
  assert.equal((await call('GET', path)).json.description, 'first')
  const history = (await call('GET', `${path}/history`)).json.data
  assert.deepEqual(
    history.map(({ operation }: { operation: string }) => operation),
    ['v1.endpoint.revert', 'v1.endpoint.patch', 'v1.endpoint.create'],
  )
  assert.equal(history[0].resource.id, id)
})

test('an endpoint that was changed since is reverted only when told', async () => {
  const { path } = await makeEndpoint({ url: 'https://example.com/one' })
  await call('PATCH', path, { description: 'second' })
  const [change, made] = (await call('GET', `${path}/history`)).json.data
  await call('PATCH', path, { description: 'third' })
  assert.equal((await call('POST', `${path}/revert`, { entry: change.id })).status, 409)
  assert.equal((await call('GET', path)).json.description, 'third')
  const forced = await call('POST', `${path}/revert`, { entry: change.id, force: true })
  assert.deepEqual([forced.status, forced.json.endpoint.description], [200, ''])
  assert.equal((await call('POST', `${path}/revert`, { entry: made.id })).status, 422)
  const other = await makeEndpoint()
  assert.equal((await call('POST', `${other.path}/revert`, { entry: change.id })).status, 422)
})

test('what the log has as fingerprints stays as it is, and the answer says so', async () => {
  const { path } = await makeEndpoint()
  await call('PATCH', path, {
    url: 'https://example.com/plain',
    headers: { 'X-Key': 'other' },
    description: 'second',
  })
  const [change] = (await call('GET', `${path}/history`)).json.data
  const back = await call('POST', `${path}/revert`, { entry: change.id })
  assert.deepEqual(back.json.kept, ['headers', 'url'])
  assert.equal(back.json.endpoint.url, 'https://example.com/plain')
  assert.equal(back.json.endpoint.description, '')
})

test('a change is taken back without leading a secret to where it was not given for', async () => {
  const { path } = await makeEndpoint()
  const tokens = (host: string) => ({
    ...{ kind: 'oauth2', tokenUrl: `https://${host}.example.com/token`, clientId: 'c' },
  })
  const given = (host: string, secret?: string) =>
    call('PATCH', path, { authentication: { ...tokens(host), secret } })
  assert.equal((await given('theirs', 'made-up')).status, 200)
  assert.equal((await given('ours', 'the-real-one')).status, 200)
  const [change] = (await call('GET', `${path}/history`)).json.data
  const back = await call('POST', `${path}/revert`, { entry: change.id })
  assert.deepEqual(back.json.kept, ['credentials'])
  assert.deepEqual(back.json.endpoint.authentication, { ...tokens('ours'), hasSecret: true })

  // What goes on with the same secret, and what had none, is as it was.
  await call('PATCH', path, { authentication: { ...tokens('ours'), clientId: 'other' } })
  const [renamed] = (await call('GET', `${path}/history`)).json.data
  const again = await call('POST', `${path}/revert`, { entry: renamed.id })
  assert.deepEqual(again.json.kept, [])
  assert.equal(again.json.endpoint.authentication.clientId, 'c')
  const first = (await call('GET', `${path}/history`)).json.data.at(-2)
  const without = await call('POST', `${path}/revert`, { entry: first.id, force: true })
  assert.deepEqual(without.json.kept, ['credentials'])
  assert.equal(without.json.endpoint.authentication ?? null, null)
})

test('a portal token sees the history of its endpoints, but not who at the organisation', async () => {
  const { app, path } = await makeEndpoint()
  const grant = await call('POST', `/auth/app-portal-access/${app}`, { sessionId: 'ana' })
  const { token } = grant.json
  await call('PATCH', path, { description: 'by the customer' }, token)
  const [own, made] = (await call('GET', `${path}/history`, {}, token)).json.data
  assert.deepEqual([own.actor.kind, own.actor.name], ['portal', 'ana'])
  assert.deepEqual(made.actor, { kind: 'key', id: null, name: null })
  assert.deepEqual([own.address, made.address], [null, null])
  assert.equal((await call('GET', '/audit', {}, token)).status, 403)
})

test('a reader has no business with the audit log', async () => {
  const reader = (await call('POST', '/api-key', { name: 'r', role: 'reader' })).json.token
  for (const path of ['/audit', '/audit/export', '/audit/aud_x']) {
    assert.equal((await call('GET', path, {}, reader)).status, 403)
  }
})

test('each of these of an application that is not there is not found, whatever its body asks', async () => {
  const ofApplication = operations.filter(({ path }) => path.startsWith('/app/{app_id}'))
  const byId = new Map(ofApplication.map((operation) => [operation.id, operation]))
  const wrong: string[] = []
  for (const { id, prepare } of doings) {
    const operation = byId.get(id)
    if (operation === undefined || !statusesOf(operation).includes(404)) continue
    const { method, path, body } = await prepare({ call, api })
    const elsewhere = path.replace(/^\/app\/\w+/, '/app/of-nobody')
    const { status } = await call(method, elsewhere, body)
    if (status !== 404) wrong.push(`${id} answered ${status}`)
  }
  assert.deepEqual(wrong, [])
})
