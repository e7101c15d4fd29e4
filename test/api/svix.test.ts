/** Every operation of the contract through the official Svix clients, over real HTTP. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ApiException, messageInRaw, Svix } from 'svix'
import { ApiException as ApiException1, Svix as Svix1 } from 'svix1'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { recordAttempt } from '../support/attempts.ts'

let api: TestApi
let url: string
let svix: Svix
before(async () => {
  api = await startTestApi()
  url = await api.listen()
  svix = new Svix(bootstrapKey, { serverUrl: url })
})
after(() => api.close())

/** The refusal of a call: always the SDK's own exception, with a body that it could parse. */
async function refusal(
  call: Promise<unknown>,
): Promise<{ readonly status: number; readonly body: { code?: string; detail?: unknown } }> {
  const error = await call.then(
    () => assert.fail('the call was not refused'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ApiException || error instanceof ApiException1, String(error))
  return { status: error.code, body: error.body }
}

let counter = 0
async function application(): Promise<{ readonly id: string; readonly uid: string }> {
  counter += 1
  const uid = `app-${counter}`
  const { id } = await svix.application.create({ name: 'An application', uid })
  return { id, uid }
}

test('applications: create, get by id and uid, list, patch, replace, delete', async () => {
  const created = await svix.application.create({
    name: 'First',
    uid: 'first',
    metadata: { a: 'b' },
  })
  assert.match(created.id, /^app_[0-9A-Za-z]{27}$/)
  assert.ok(created.createdAt instanceof Date)
  assert.deepEqual((await svix.application.get('first')).id, created.id)
  assert.deepEqual((await svix.application.get(created.id)).metadata, { a: 'b' })
  assert.equal((await svix.application.getOrCreate({ name: 'Other', uid: 'first' })).name, 'First')
  assert.equal((await refusal(svix.application.create({ name: 'X', uid: 'first' }))).status, 409)

  const patched = await svix.application.patch('first', { name: 'Renamed', throttleRate: 7 })
  assert.equal(patched.name, 'Renamed')
  assert.equal(patched.throttleRate, 7)
  assert.deepEqual(patched.metadata, { a: 'b' })
  assert.equal((await svix.application.patch('first', { uid: null })).uid, null)
  assert.equal((await refusal(svix.application.get('first'))).status, 404)

  const replaced = await svix.application.upsert(created.id, { name: 'Whole' })
  assert.equal(replaced.id, created.id)
  assert.equal(replaced.throttleRate, null)
  const made = await svix.application.upsert('not-there', { name: 'New' })
  assert.equal(made.uid, null, 'the path value is not used as uid')

  const page = await svix.application.list({ limit: 1 })
  assert.equal(page.data.length, 1)
  assert.equal(page.done, false)
  const next = await svix.application.list({ limit: 1, iterator: page.iterator })
  assert.notEqual(next.data[0]?.id, page.data[0]?.id)
  const back = await svix.application.list({ limit: 1, iterator: next.prevIterator ?? null })
  assert.equal(back.data[0]?.id, page.data[0]?.id)

  await svix.application.delete(created.id)
  assert.equal((await refusal(svix.application.get(created.id))).status, 404)
  assert.equal((await refusal(svix.application.delete(created.id))).status, 404)
})

test('event types: create, revive, patch, replace, flags and groups, delete', async () => {
  const schemas = { 1: { type: 'object', examples: [{ n: 1 }, { n: 2 }] } }
  const created = await svix.eventType.create({
    name: 'order.paid',
    description: 'Paid',
    schemas,
    groupName: 'orders',
    featureFlags: ['beta'],
  })
  assert.equal(created.groupName, 'orders')
  assert.deepEqual(created.featureFlags, ['beta'])
  const again = await refusal(svix.eventType.create({ name: 'order.paid', description: '' }))
  assert.equal(again.status, 409)
  assert.equal(again.body.code, 'event_type_exists')
  assert.deepEqual((await svix.eventType.get('order.paid')).schemas, schemas)
  assert.equal((await svix.eventType.patch('order.paid', { deprecated: true })).deprecated, true)
  const listed = await svix.eventType.list({})
  assert.equal(listed.data.find(({ name }) => name === 'order.paid')?.schemas, null)
  await svix.eventType.delete('order.paid')
  assert.ok(!(await svix.eventType.list({})).data.some(({ name }) => name === 'order.paid'))
  const archived = await svix.eventType.list({ includeArchived: true, withContent: true })
  assert.equal(archived.data.find(({ name }) => name === 'order.paid')?.archived, true)
  await svix.eventType.create({ name: 'order.paid', description: 'Back' })
  assert.equal((await svix.eventType.upsert('order.new', { description: 'New' })).name, 'order.new')
  await svix.eventType.delete('order.new', { expunge: true })
  assert.equal((await refusal(svix.eventType.get('order.new'))).status, 404)
  const broken = svix.eventType.create({
    name: 'order.bad',
    description: '',
    schemas: { 1: { type: 'nonsense' } },
  })
  assert.equal((await refusal(broken)).status, 422)
})

test('endpoints: create, get, list, patch, replace, delete', async () => {
  const { uid: app } = await application()
  await svix.eventType.upsert('user.created', { description: '' })
  const created = await svix.endpoint.create(app, {
    url: 'https://EXAMPLE.com',
    uid: 'e1',
    eventTypes: ['user.created'],
    channels: ['a'],
    headers: { 'X-Custom': 'one' },
    metadata: { k: 'v' },
  })
  assert.equal(created.url, 'https://example.com/')
  assert.deepEqual(created.channels, ['a'])
  assert.deepEqual((await svix.endpoint.getHeaders(app, 'e1')).headers, { 'X-Custom': 'one' })
  assert.equal((await refusal(svix.endpoint.create(app, { url: 'nope' }))).status, 422)
  assert.equal(
    (await refusal(svix.endpoint.create(app, { url: 'https://a.b', uid: 'e1' }))).status,
    409,
  )
  const unknown = svix.endpoint.create(app, { url: 'https://a.b', eventTypes: ['no.such'] })
  assert.equal((await refusal(unknown)).status, 422)

  const patched = await svix.endpoint.patch(app, 'e1', { eventTypes: null, disabled: true })
  assert.equal(patched.eventTypes, null)
  assert.equal(patched.disabled, true)
  assert.deepEqual(patched.metadata, { k: 'v' })
  const replaced = await svix.endpoint.upsert(app, 'e1', {
    url: 'https://example.com/x',
    uid: 'e1',
  })
  assert.equal(replaced.disabled, false)
  assert.deepEqual(replaced.metadata, {})
  const second = await svix.endpoint.upsert(app, 'new-one', { url: 'https://example.com/2' })
  assert.equal(second.uid, null)

  const list = await svix.endpoint.list(app, {})
  assert.deepEqual(
    list.data.map(({ id }) => id),
    [second.id, created.id],
  )
  await svix.endpoint.delete(app, second.id)
  assert.equal((await refusal(svix.endpoint.get(app, second.id))).status, 404)
})

test('endpoint headers and secrets: merge, redact, rotate with overlap', async () => {
  const { uid: app } = await application()
  const { id } = await svix.endpoint.create(app, { url: 'https://example.com' })
  await svix.endpoint.setHeaders(app, id, { headers: { 'X-A': '1', Authorization: 'Bearer x' } })
  assert.deepEqual(await svix.endpoint.getHeaders(app, id), {
    headers: { 'X-A': '1' },
    sensitive: ['Authorization'],
  })
  await svix.endpoint.patchHeaders(app, id, {
    headers: { 'x-a': '2', 'X-B': '3' },
    deleteHeaders: ['authorization'],
  })
  assert.deepEqual(await svix.endpoint.getHeaders(app, id), {
    headers: { 'x-a': '2', 'X-B': '3' },
    sensitive: [],
  })
  const bad = svix.endpoint.setHeaders(app, id, { headers: { 'webhook-id': 'x' } })
  assert.equal((await refusal(bad)).status, 422)

  const first = (await svix.endpoint.getSecret(app, id)).key
  assert.match(first, /^whsec_/)
  await svix.endpoint.rotateSecret(app, id, {})
  const second = (await svix.endpoint.getSecret(app, id)).key
  assert.notEqual(first, second)
  for (let n = 0; n < 9; n++) await svix.endpoint.rotateSecret(app, id, {})
  const full = await refusal(svix.endpoint.rotateSecret(app, id, {}))
  assert.equal(full.status, 400)
  assert.equal(full.body.code, 'limit_reached')
  const { secrets } = (
    await api.store.loadApplicationView(
      (
        await svix.application.get(app)
      ).id as never, // an id, as the API says
    )
  )?.endpoints[0] ?? { secrets: [] }
  assert.equal(secrets.length, 11)
  assert.equal(secrets[0]?.expiresAt, null)
  await svix.endpoint.rotateSecret(app, id, { gracePeriodSeconds: 0 }).catch(() => {})
  const odd = svix.endpoint.rotateSecret(app, id, { key: 'whsec_short' })
  assert.equal((await refusal(odd)).status, 422)
  const bare = Buffer.alloc(75, 'k').toString('base64')
  const kept = await svix.endpoint.create(app, { url: 'https://example.com', secret: bare })
  assert.equal((await svix.endpoint.getSecret(app, kept.id)).key, `whsec_${bare}`)
})

test('messages: create, list by filters, get, expunge', async () => {
  const { uid: app, id: appId } = await application()
  await svix.endpoint.create(app, { url: 'https://example.com' })
  const sent = await svix.message.create(app, {
    eventType: 'user.created',
    payload: { hello: 'world' },
    eventId: 'evt-1',
    channels: ['c1'],
    tags: ['t1'],
  })
  assert.match(sent.id, /^msg_/)
  assert.deepEqual(sent.payload, {}, 'SDK 2 asks for no content')
  const got = await svix.message.get(app, 'evt-1', { withContent: true })
  assert.deepEqual([got.id, got.payload], [sent.id, { hello: 'world' }])
  await svix.message.create(appId, { eventType: 'user.deleted', payload: { n: 2 } })

  const types = async (options: Parameters<typeof svix.message.list>[1]) =>
    (await svix.message.list(app, options)).data.map(({ eventType }) => eventType)
  assert.deepEqual(await types({}), ['user.deleted', 'user.created'])
  assert.deepEqual(await types({ eventTypes: ['user.created', 'x.y'] }), ['user.created'])
  assert.deepEqual(await types({ channel: 'c1' }), ['user.created'])
  assert.deepEqual(await types({ tag: 't1' }), ['user.created'])
  assert.deepEqual(await types({ before: new Date(sent.timestamp.getTime() - 60_000) }), [])
  assert.deepEqual(await types({ after: new Date(sent.timestamp.getTime() - 60_000), limit: 1 }), [
    'user.created',
  ])

  const taken = svix.message.create(app, { eventType: 'a.b', payload: {}, eventId: 'evt-1' })
  assert.equal((await refusal(taken)).status, 409)
  const missing = await refusal(svix.message.create('nobody', { eventType: 'a.b', payload: {} }))
  assert.equal(missing.status, 404)
  assert.equal(missing.body.detail, 'Application not found')

  await svix.message.expungeContent(app, sent.id)
  const gone = await svix.message.get(app, sent.id, { withContent: true })
  assert.deepEqual(gone.payload, { expired: true })
})

test('a message may bring its application, whose uid must be the one in the path', async () => {
  const payload = {}
  const made = await svix.message.create('brought', {
    eventType: 'a.b',
    payload,
    application: { name: 'Brought along', uid: 'brought' },
  })
  assert.match(made.id, /^msg_/)
  assert.equal((await svix.application.get('brought')).name, 'Brought along')
  const other = svix.message.create('brought', {
    eventType: 'a.b',
    payload,
    application: { name: 'X', uid: 'another' },
  })
  const refused = await refusal(other)
  assert.equal(refused.status, 422)
  assert.match(JSON.stringify(refused.body), /application_uid_mismatch/)
})

test('raw payloads keep their text and media type', async () => {
  const { uid: app } = await application()
  const { id } = await svix.message.create(app, messageInRaw('raw.sent', '<a>1</a>', 'text/xml'))
  const stored = await api.store.findMessage({
    applicationId: (await svix.application.get(app)).id as never, // an id, as the API says
    idOrEventId: id,
    withPayload: true,
  })
  assert.equal(Buffer.from(stored?.payload ?? []).toString(), '<a>1</a>')
  assert.equal(stored?.contentType, 'text/xml')
  assert.deepEqual((await svix.message.get(app, id)).payload, {})
})

test('attempts: lists, filters, statuses, one, expunge, resend', async () => {
  const { uid: app } = await application()
  const endpoint = await svix.endpoint.create(app, { url: 'https://example.com' })
  api.claims.length = 0
  const good = await svix.message.create(app, { eventType: 'a.good', payload: {} })
  const bad = await svix.message.create(app, { eventType: 'a.bad', payload: {} })
  const waiting = await svix.message.create(app, { eventType: 'a.waits', payload: {} })
  const [first, second] = api.claims
  assert.ok(first && second)
  const attempt = await recordAttempt(api, first, { status: 200, body: 'thanks' })
  await recordAttempt(api, second, { status: 500, body: 'broken' })

  const { messageAttempt } = svix
  const byEndpoint = await messageAttempt.listByEndpoint(app, endpoint.id, { withContent: true })
  assert.deepEqual(
    byEndpoint.data.map(({ status, response }) => [status, response]),
    [
      [2, 'broken'],
      [0, 'thanks'],
    ],
  )
  const failed = await messageAttempt.listByEndpoint(app, endpoint.id, { status: 2 })
  assert.deepEqual(
    failed.data.map(({ msgId }) => msgId),
    [bad.id],
  )
  const class500 = await messageAttempt.listByEndpoint(app, endpoint.id, { statusCodeClass: 500 })
  assert.equal(class500.data.length, 1)
  assert.equal(
    (await messageAttempt.listByEndpoint(app, endpoint.id, { status: 1 })).data.length,
    0,
  )
  const withMessage = await messageAttempt.listByEndpoint(app, endpoint.id, { withMsg: true })
  assert.equal(withMessage.data[0]?.msg?.id, bad.id)

  const byMessage = await messageAttempt.listByMsg(app, good.id, { endpointId: endpoint.id })
  assert.equal(byMessage.data[0]?.id, attempt.id)
  assert.equal(byMessage.data[0]?.response, '{}', 'SDK 2 asks for lists without content')
  const one = await messageAttempt.get(app, good.id, attempt.id)
  assert.equal(one.response, 'thanks')
  assert.equal(one.statusText, 'success')

  const messages = await messageAttempt.listAttemptedMessages(app, endpoint.id, {})
  assert.deepEqual(
    messages.data.map(({ id, status }) => [id, status]),
    [
      [waiting.id, 3],
      [bad.id, 2],
      [good.id, 0],
    ],
  )
  const destinations = await messageAttempt.listAttemptedDestinations(app, bad.id, {})
  assert.deepEqual(
    destinations.data.map(({ id, statusText }) => [id, statusText]),
    [[endpoint.id, 'fail']],
  )

  await messageAttempt.expungeContent(app, good.id, attempt.id)
  assert.equal((await messageAttempt.get(app, good.id, attempt.id)).response, 'EXPUNGED')
  await messageAttempt.resend(app, bad.id, endpoint.id)
  await svix.message.expungeContent(app, bad.id)
  const gone = await refusal(messageAttempt.resend(app, bad.id, endpoint.id))
  assert.equal(gone.status, 400)
  assert.equal(gone.body.code, 'missing_payload')
  const stats = await svix.endpoint.getStats(app, endpoint.id, {})
  assert.deepEqual([stats.success, stats.fail], [1, 1])
  const range = svix.endpoint.getStats(app, endpoint.id, { since: new Date(0), until: new Date() })
  assert.equal((await refusal(range)).body.code, 'invalid_range')
})

test('examples: the ping, and the examples of a schema by number', async () => {
  const { uid: app } = await application()
  const { id } = await svix.endpoint.create(app, { url: 'https://example.com' })
  const ping = await svix.endpoint.sendExample(app, id, { eventType: 'svix.ping' })
  assert.deepEqual(ping.payload, { success: true })
  await svix.eventType.upsert('with.examples', {
    description: '',
    schemas: { 1: { type: 'object', examples: [{ n: 1 }, { n: 2 }] } },
  })
  const second = { eventType: 'with.examples', exampleIndex: 1 }
  assert.deepEqual((await svix.endpoint.sendExample(app, id, second)).payload, { n: 2 })
  await svix.eventType.upsert('without.examples', { description: '' })
  const none = await refusal(svix.endpoint.sendExample(app, id, { eventType: 'without.examples' }))
  assert.equal(none.status, 400)
  assert.equal(none.body.code, 'invalid_scheme')
})

test('a portal token sees its own application, as far as its capabilities go', async () => {
  const { id, uid } = await application()
  const other = await application()
  const endpoint = await svix.endpoint.create(uid, { url: 'https://example.com' })
  const access = await svix.authentication.appPortalAccess(uid, { featureFlags: ['beta'] })
  assert.ok(access.url.startsWith(`${url}/portal#key=`))
  const portal = new Svix(access.token, { serverUrl: url })
  assert.equal((await portal.application.get(id)).id, id)
  assert.equal((await portal.endpoint.list(uid)).data.length, 1)
  assert.equal((await refusal(portal.application.get(other.id))).status, 404)
  assert.equal((await refusal(portal.endpoint.list(other.uid))).status, 404)
  assert.equal((await refusal(portal.application.list())).status, 403)
  const message = portal.message.create(uid, { eventType: 'a.b', payload: {} })
  assert.equal((await refusal(message)).status, 403)

  const readOnly = await svix.authentication.appPortalAccess(uid, { readOnly: true, expiry: 3600 })
  const reader = new Svix(readOnly.token, { serverUrl: url })
  assert.equal((await reader.endpoint.list(uid)).data.length, 1)
  assert.equal((await refusal(reader.endpoint.getSecret(uid, endpoint.id))).status, 403)
  const patch = reader.endpoint.patch(uid, endpoint.id, { description: 'x' })
  assert.equal((await refusal(patch)).status, 403)
  await portal.authentication.logout()
})

test('recover sends failed messages of the range again', async () => {
  const { uid: app } = await application()
  const { id } = await svix.endpoint.create(app, { url: 'https://example.com' })
  const since = new Date(Date.now() - 60_000)
  const task = await svix.endpoint.recover(app, id, { since })
  assert.match(task.id, /^qtask_/)
  assert.equal(task.task, 'endpoint.recover')
  const long = svix.endpoint.recover(app, id, { since: new Date(0) })
  assert.equal((await refusal(long)).status, 422)
})

test('a taken uid is refused, and operational endpoints keep the rules of endpoints', async () => {
  const { uid, id } = await application()
  const other = await application()
  const replace = svix.application.upsert(other.id, { name: 'x', uid })
  assert.equal((await refusal(replace)).status, 409)
  assert.equal((await refusal(svix.application.patch(other.id, { uid }))).status, 409)
  const endpoint = { url: 'https://example.com/', uid: 'first' }
  await svix.endpoint.create(id, endpoint)
  const second = await svix.endpoint.create(id, { url: 'https://example.com/2' })
  assert.equal((await refusal(svix.endpoint.upsert(id, second.id, endpoint))).status, 409)
  assert.equal((await refusal(svix.endpoint.patch(id, second.id, { uid: 'first' }))).status, 409)

  const operational = svix.operationalWebhook.endpoint
  await operational.create(endpoint)
  const made = await operational.upsert('unknown', { url: 'https://example.com/made' })
  assert.equal((await refusal(operational.upsert(made.id, endpoint))).status, 409)
  for (let n = 0; n < 10; n++) await operational.rotateSecret(made.id, {})
  assert.equal((await refusal(operational.rotateSecret(made.id, {}))).status, 400)
})

test('health answers, and unknown paths and ids are the SDK’s own exception', async () => {
  await svix.health.get()
  assert.equal((await refusal(svix.application.get('no-such-app'))).status, 404)
  assert.equal((await refusal(svix.endpoint.get('no-such-app', 'x'))).status, 404)
  assert.equal((await refusal(svix.connector.list())).status, 404)
  const wrongKey = new Svix('sk_wrong', { serverUrl: url })
  assert.equal((await refusal(wrongKey.application.list())).status, 401)
  const bad = await refusal(svix.application.create({ name: '' }))
  assert.equal(bad.status, 422)
  assert.ok(Array.isArray(bad.body.detail))
})

test('the last 1.x client works against a server URL with a slash at its end', async () => {
  const old = new Svix1(bootstrapKey, { serverUrl: `${url}/` })
  const app = await old.application.create({ name: 'Old', uid: 'old-client' })
  const endpoint = await old.endpoint.create(app.id, { url: 'https://example.com/old' })
  const sent = await old.message.create(app.id, { eventType: 'old.sent', payload: { a: 1 } })
  assert.equal((await old.message.list(app.id, { eventTypes: ['old.sent'] })).data[0]?.id, sent.id)
  await old.endpoint.headersUpdate(app.id, endpoint.id, { headers: { 'X-Old': '1' } })
  assert.deepEqual((await old.endpoint.getHeaders(app.id, endpoint.id)).headers, { 'X-Old': '1' })
  assert.equal((await old.messageAttempt.listByMsg(app.id, sent.id)).data.length, 0)
  assert.equal((await refusal(old.application.get('missing'))).status, 404)
})
