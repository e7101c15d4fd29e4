/** What Posthorn adds: batches, canceling, routing, filters, deliveries; and hosted Svix's extras. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { Svix } from 'svix'
import { signToken } from '../../src/api/json-web-token.ts'
import { patternSentences } from '../../src/api/pattern-sentences.ts'
import { shownSettings } from '../../src/config/shown.ts'
import { configWith, settings } from '../../src/config.ts'
import { operations } from '../../src/contract/operations.ts'
import { makeId } from '../../src/domain/ids.ts'
import { noteLimits } from '../../src/domain/note.ts'
import { bootstrapKey, jwtSecret, startTestApi, type TestApi } from '../support/api.ts'
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

async function call(
  method: string,
  path: string,
  body?: string,
  token = bootstrapKey,
): Promise<Answered> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  return { status: response.status, text, json: text === '' ? null : JSON.parse(text) }
}

interface Answered {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read fields of documented answers
  readonly json: any
}

let counter = 0
async function application(): Promise<string> {
  counter += 1
  return (await svix.application.create({ name: 'An application', uid: `more-${counter}` })).id
}

test('a batch is stored as sent, each message on its own merit', async () => {
  const app = await application()
  const body = `{"messages":[
    {"eventType":"a.b","payload":{"n":1.0, "big":9007199254740993},"eventId":"one"},
    {"eventType":"a.b","payload":{"n":2},"eventId":"one"},
    {"eventType":"a.b"},
    {"eventType":"a.b","data":{"last":true}}]}`
  const reply = await call('POST', `/app/${app}/msg/batch?with_content=true`, body)
  assert.equal(reply.status, 200, reply.text)
  assert.deepEqual(
    reply.json.data.map(({ status }: { status: number }) => status),
    [202, 409, 422, 202],
  )
  assert.equal(reply.json.accepted, 2)
  assert.ok(reply.text.includes('{"n":1.0, "big":9007199254740993}'), 'bytes were changed (I3)')
  assert.equal((await svix.message.list(app)).data.length, 2)
  const many = { messages: Array.from({ length: 1001 }, () => ({ eventType: 'a.b', payload: {} })) }
  assert.equal((await call('POST', `/app/${app}/msg/batch`, JSON.stringify(many))).status, 422)
})

test('a thousand messages in one batch become a thousand messages', async () => {
  const app = await application()
  const messages = Array.from({ length: 1000 }, (_, n) => ({ eventType: 'a.b', payload: { n } }))
  const reply = await call('POST', `/app/${app}/msg/batch`, JSON.stringify({ messages }))
  assert.equal(reply.json.accepted, 1000)
  const ids = reply.json.data.map((item: { message: { id: string } }) => item.message.id)
  assert.equal(new Set(ids).size, 1000)
})

test('precheck says whether anybody would get such a message', async () => {
  const app = await application()
  await svix.eventType.upsert('seen.type', { description: '' })
  const active = async (eventType: string) =>
    (await svix.message.precheck(app, { eventType })).active
  assert.equal(await active('seen.type'), false)
  const { id } = await svix.endpoint.create(app, { url: 'https://a.b', eventTypes: ['seen.type'] })
  assert.deepEqual([await active('seen.type'), await active('other.type')], [true, false])
  await svix.endpoint.patch(app, id, { disabled: true })
  assert.equal(await active('seen.type'), false)
})

test('bulk expunge drops the payloads it finds and names what it did not', async () => {
  const app = await application()
  const one = await svix.message.create(app, { eventType: 'a.b', payload: { secret: 1 } })
  const { results } = await svix.message.bulkExpungeContent(app, { ids: [one.id, 'missing'] })
  assert.deepEqual(results, { [one.id]: 'expunged', missing: 'not-found' })
  const { payload } = await svix.message.get(app, one.id, { withContent: true })
  assert.deepEqual(payload, { expired: true })
})

test('a message with deliverAt waits, is listed as waiting, and can be taken back', async () => {
  const app = await application()
  const endpoint = await svix.endpoint.create(app, { url: 'https://a.b' })
  api.claims.length = 0
  const deliverAt = new Date(Date.now() + 3_600_000)
  const sent = await svix.message.create(app, { eventType: 'a.b', payload: {}, deliverAt })
  assert.deepEqual(sent.deliverAt, deliverAt)
  assert.equal(api.claims.length, 0, 'it was sent at once')
  const [delivery] = (await call('GET', `/app/${app}/delivery`)).json.data
  assert.deepEqual(
    [delivery.state, delivery.endpointId, Date.parse(delivery.nextAttempt)],
    ['pending', endpoint.id, deliverAt.getTime()],
  )
  assert.deepEqual((await call('POST', `/app/${app}/msg/${sent.id}/cancel`)).json, { canceled: 1 })
  assert.deepEqual((await call('POST', `/app/${app}/msg/${sent.id}/cancel`)).json, { canceled: 0 })
  const { data } = await svix.messageAttempt.listAttemptedDestinations(app, sent.id)
  assert.equal(data[0]?.statusText, 'fail', 'older clients know no canceled')
  const path = `/app/${app}/msg/${sent.id}/endpoint?expanded_statuses=true`
  assert.equal((await call('GET', path)).json.data[0].statusText, 'canceled')
  const twice = { payloadRetentionHours: 5, payloadRetentionPeriod: 9 }
  const kept = JSON.stringify({ eventType: 'a.b', payload: {}, ...twice })
  const ambiguous = await call('POST', `/app/${app}/msg`, kept)
  assert.equal(ambiguous.status, 422)
  assert.deepEqual(ambiguous.json.detail[0].loc, ['body', 'payloadRetentionHours'])
  for (const beyond of [90_000_000, -90_000_000]) {
    const deliverAt = new Date(Date.now() + beyond)
    const refused = svix.message.create(app, { eventType: 'a.b', payload: {}, deliverAt })
    await assert.rejects(refused, { code: 422 })
  }
})

test('deliveries: list by state, one with its last attempt, cancel one, conflict when it is over', async () => {
  const app = await application()
  await svix.endpoint.create(app, { url: 'https://a.b' })
  api.claims.length = 0
  await svix.message.create(app, { eventType: 'a.b', payload: {} })
  const [claim] = api.claims
  assert.ok(claim)
  await recordAttempt(api, claim, { status: 500 })
  const one = (await call('GET', `/app/${app}/delivery/${claim.delivery.id}`)).json
  assert.deepEqual(
    [one.state, one.lastAttempt.responseStatusCode, one.attemptCount],
    ['failed', 500, 1],
  )
  const failed = await call('GET', `/app/${app}/delivery?state=failed,canceled`)
  assert.equal(failed.json.data.length, 1)
  assert.equal((await call('GET', `/app/${app}/delivery?state=pending`)).json.data.length, 0)
  assert.equal((await call('GET', `/app/${app}/delivery?state=odd`)).status, 422)
  const over = await call('POST', `/app/${app}/delivery/${one.id}/cancel`)
  assert.equal(over.status, 409)
  const waiting = await svix.message.create(app, {
    eventType: 'a.b',
    payload: {},
    deliverAt: new Date(Date.now() + 60_000),
  })
  const pending = (await call('GET', `/app/${app}/delivery?state=pending`)).json.data[0]
  assert.equal(pending.msgId, waiting.id)
  const early = await call('POST', `/app/${app}/delivery/${pending.id}/retry-now`)
  assert.deepEqual([early.status, early.json.code], [409, 'conflict'])
  const canceled = await call('POST', `/app/${app}/delivery/${pending.id}/cancel`)
  assert.equal(canceled.json.state, 'canceled')
  const other = await application()
  assert.equal((await call('GET', `/app/${other}/delivery/${one.id}`)).status, 404)

  await svix.message.create(app, { eventType: 'a.b', payload: {} })
  const next = api.claims.at(-1)
  assert.ok(next)
  await recordAttempt(api, next, { status: 500, retryAt: Date.now() + 3_600_000 })
  const retry = (of: string) => call('POST', `/app/${of}/delivery/${next.delivery.id}/retry-now`)
  assert.equal((await retry(other)).status, 404)
  const moved = (await retry(app)).json
  assert.deepEqual([moved.state, moved.attemptCount], ['pending', 1])
  assert.ok(Date.parse(moved.nextAttempt) <= Date.now())
  assert.equal((await retry(app)).status, 409)
})

test('an attempt is signed again with the time of now; secret headers show to few, authentication to nobody', async () => {
  const app = await application()
  const { id } = await svix.endpoint.create(app, { url: 'https://a.b' })
  const endpoint = `/app/${app}/endpoint/${id}`
  await call('PUT', `${endpoint}/headers`, '{"headers":{"X-Api-Key":"sesame","X-Team":"blue"}}')
  const authentication = { kind: 'bearer', token: 'never shown' }
  await call('PATCH', endpoint, JSON.stringify({ authentication }))
  await svix.message.create(app, { eventType: 'a.b', payload: { n: 1 } })
  const claim = api.claims.at(-1)
  assert.ok(claim)
  const attempt = await recordAttempt(api, claim, { status: 500 })
  const path = `/app/${app}/msg/${claim.message.id}/attempt/${attempt.id}/sign-again`
  const { headers, body } = (await call('POST', path)).json
  assert.deepEqual([headers['X-Api-Key'], headers['X-Team']], ['[masked]', 'blue'])
  const { key } = (await call('GET', `${endpoint}/secret`)).json
  assert.deepEqual(new Webhook(key).verify(body, headers), { n: 1 })
  assert.ok(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < 60)
  const all = (await call('POST', path, '{"secrets":true}')).json.headers
  assert.equal(all['X-Api-Key'], 'sesame')
  assert.ok(!JSON.stringify(all).includes('never shown'))

  const { token } = (await call('POST', `/auth/app-portal-access/${app}`)).json
  assert.equal((await call('POST', path, undefined, token)).status, 200)
  assert.equal((await call('POST', path, '{"secrets":true}', token)).status, 403)
  const reader = (await call('POST', '/api-key', '{"name":"Reader","role":"reader"}')).json.token
  assert.equal((await call('POST', path, undefined, reader)).status, 403)
  await call('DELETE', `/app/${app}/msg/${claim.message.id}/content`)
  assert.equal((await call('POST', path)).status, 409)
  await call('DELETE', endpoint)
  assert.equal((await call('POST', path)).status, 404)
})

test('a filter decides by payload, and routing says which rule excluded whom', async () => {
  const app = await application()
  const create = async (settings: object) => {
    const body = JSON.stringify({ url: 'https://a.b', ...settings })
    return (await call('POST', `/app/${app}/endpoint`, body)).json
  }
  const large = await create({ filter: { 'order.total': { $gte: 100 } } })
  const chile = await create({ filter: { 'order.country': 'C*' } })
  const channel = await create({ channels: ['vip'] })
  assert.deepEqual(large.filter, { 'order.total': { $gte: 100 } })
  api.claims.length = 0
  const payload = { order: { total: 250, country: 'Peru' } }
  const sent = await svix.message.create(app, { eventType: 'a.b', payload })
  assert.deepEqual(
    api.claims.map(({ delivery }) => delivery.endpointId),
    [large.id],
  )
  const newer = await create({})
  const { endpoints } = (await call('GET', `/app/${app}/msg/${sent.id}/routing`)).json
  const byId = new Map(
    endpoints.map((item: { endpointId: string }) => [item.endpointId, item]),
  ) as Map<string, Record<string, unknown>>
  assert.equal(byId.get(large.id)?.['decision'], 'sent')
  assert.deepEqual(
    { ...byId.get(chile.id), url: '' },
    {
      endpointId: chile.id,
      url: '',
      decision: 'excluded',
      rule: 'filter',
      path: 'payload.order.country',
      value: 'Peru',
      wanted: 'C*',
    },
  )
  assert.equal(byId.get(channel.id)?.['rule'], 'channel')
  assert.equal(byId.get(newer.id)?.['rule'], 'endpoint_newer')

  const bad = await call(
    'PATCH',
    `/app/${app}/endpoint/${chile.id}`,
    '{"filter":{"a":{"$regex":"x"}}}',
  )
  assert.equal(bad.status, 422)
  assert.deepEqual(bad.json.detail[0].loc, ['body', 'filter', 'a', '$regex'])
  const none = await call('PATCH', `/app/${app}/endpoint/${chile.id}`, '{"filter":null}')
  assert.equal(none.json.filter, null)
  const replaced = await svix.endpoint.upsert(app, large.id, { url: 'https://a.b/new' })
  const after = (await call('GET', `/app/${app}/endpoint/${replaced.id}`)).json
  assert.deepEqual(after.filter, large.filter, 'a PUT that knows no filter keeps it')
})

test('statistics count attempts over time, by endpoint, type and answer, with latencies', async () => {
  const app = await application()
  const { id: endpoint } = await svix.endpoint.create(app, { url: 'https://a.b' })
  api.claims.length = 0
  for (const eventType of ['a.b', 'a.b', 'c.d']) {
    await svix.message.create(app, { eventType, payload: {} })
  }
  for (const [n, status] of [200, 500, 200].entries()) {
    const claim = api.claims[n]
    assert.ok(claim !== undefined)
    await recordAttempt(api, claim, { status })
  }
  const until = new Date(Date.now() + 60_000).toISOString()
  const { json } = await call('GET', `/app/${app}/statistics?until=${until}`)
  const both = { succeeded: 2, failed: 1, p50Ms: 12, p95Ms: 12, p99Ms: 12 }
  assert.deepEqual(json.total, both)
  assert.deepEqual(json.endpoints, [{ endpointId: endpoint, ...both }])
  assert.deepEqual(json.eventTypes, [
    { name: 'a.b', succeeded: 1, failed: 1 },
    { name: 'c.d', succeeded: 1, failed: 0 },
  ])
  assert.deepEqual(json.errors, [{ responseStatusCode: 500, errorClass: null, count: 1 }])
  assert.equal(json.slices.length, 60)
  assert.equal(json.complete, true)
  const long = await call('GET', `/app/${app}/statistics?since=2001-01-01T00:00:00Z`)
  assert.equal(long.status, 422)
  assert.equal((await call('GET', `/app/${app}/statistics?endpoint_id=nobody`)).status, 404)
})

test('changes of different settings at the same moment all stay', async () => {
  const app = await application()
  const { id } = await svix.endpoint.create(app, { url: 'https://a.b' })
  const { name: type } = await svix.eventType.create({ name: 'a.side', description: '' })
  const path = `/app/${app}/endpoint/${id}`
  const before = (await svix.endpoint.getSecret(app, id)).key
  const change = (method: string, at: string, body: object) =>
    call(method, at, JSON.stringify(body))
  const changes = [
    change('PATCH', path, { description: 'Described' }),
    change('PATCH', path, { url: 'https://c.d' }),
    change('POST', `${path}/secret/rotate`, {}),
    change('PATCH', `${path}/headers`, { headers: { 'x-one': '1' } }),
    change('PATCH', `${path}/headers`, { headers: { 'x-two': '2' } }),
    change('PATCH', `${path}/transformation`, { code: 'function handler(w) { return w }' }),
    change('PATCH', `/app/${app}`, { name: 'Renamed' }),
    change('PATCH', `/app/${app}`, { metadata: { team: 'a' } }),
    change('PATCH', `/app/${app}`, { throttleRate: 7 }),
    change('PATCH', `/event-type/${type}`, { description: 'Described' }),
    change('PATCH', `/event-type/${type}`, { deprecated: true }),
    change('PATCH', `/event-type/${type}`, { groupName: 'a' }),
  ]
  for (const { status } of await Promise.all(changes)) assert.ok(status < 300, `${status}`)
  const endpoint = (await call('GET', path)).json
  assert.deepEqual([endpoint.description, endpoint.url], ['Described', 'https://c.d/'])
  assert.notEqual((await svix.endpoint.getSecret(app, id)).key, before)
  assert.deepEqual((await call('GET', `${path}/headers`)).json.headers, {
    'x-one': '1',
    'x-two': '2',
  })
  assert.match((await call('GET', `${path}/transformation`)).json.code, /handler/)
  const { name, metadata, throttleRate } = (await call('GET', `/app/${app}`)).json
  assert.deepEqual([name, metadata, throttleRate], ['Renamed', { team: 'a' }, 7])
  const { description, deprecated, groupName } = (await call('GET', `/event-type/${type}`)).json
  assert.deepEqual([description, deprecated, groupName], ['Described', true, 'a'])
})

test('a change that names the version it read is refused when that was changed since', async () => {
  const app = await application()
  const { id } = await svix.endpoint.create(app, { url: 'https://a.b' })
  const path = `${url}/api/v1/app/${app}/endpoint/${id}`
  const change = async (method: string, ifMatch: string) => {
    const reply = await fetch(path, {
      method,
      headers: { authorization: `Bearer ${bootstrapKey}`, 'if-match': ifMatch },
      body: JSON.stringify({ url: 'https://a.b', description: ifMatch }),
    })
    return { status: reply.status, body: await reply.text() }
  }
  const read = (await call('GET', `/app/${app}/endpoint/${id}`)).json.updatedAt
  assert.equal((await change('PATCH', `"${read}"`)).status, 200)
  assert.equal((await change('PATCH', `"${read}"`)).status, 409)
  assert.equal((await change('PUT', `"${read}"`)).status, 409)
  assert.equal((await change('PUT', '*')).status, 200)
  const odd = await change('PATCH', 'yesterday')
  assert.equal(odd.status, 422)
  assert.match(odd.body, /if-match/)

  const since = async (method: string, path: string, body: object) => {
    const reply = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${bootstrapKey}`, 'if-match': `"${read}"` },
      body: JSON.stringify(body),
    })
    await reply.body?.cancel()
    return reply.status
  }
  const one = `/app/${app}/endpoint/${id}`
  assert.equal(await since('PUT', `${one}/headers`, { headers: { 'x-a': 'late' } }), 409)
  assert.equal(await since('PATCH', `${one}/headers`, { headers: { 'x-a': 'late' } }), 409)
  assert.equal(await since('PUT', `${one}/tls`, {}), 409)
  assert.deepEqual((await call('GET', `${one}/headers`)).json.headers, {})
  const { id: told } = await svix.operationalWebhook.endpoint.create({ url: 'https://a.b' })
  const receiver = `/operational-webhook/endpoint/${told}`
  assert.equal(await since('PUT', receiver, { url: 'https://late.b' }), 409)
  assert.equal(await since('PUT', `${receiver}/headers`, { headers: { 'x-a': 'late' } }), 409)
  assert.equal((await call('GET', receiver)).json.url, 'https://a.b/')
  await svix.application.patch(app, { name: 'Renamed' })
  assert.equal(await since('PATCH', `/app/${app}`, { name: 'Late' }), 409)
  assert.equal(await since('PUT', `/app/${app}`, { name: 'Late' }), 409)
  assert.equal((await call('GET', `/app/${app}`)).json.name, 'Renamed')

  await svix.eventType.create({ name: 'aa.conditional', description: 'First' })
  const { updatedAt } = (await call('GET', '/event-type/aa.conditional')).json
  const describe = async (description: string) => {
    const reply = await fetch(`${url}/api/v1/event-type/aa.conditional`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${bootstrapKey}`, 'if-match': `"${updatedAt}"` },
      body: JSON.stringify({ description }),
    })
    await reply.body?.cancel()
    return reply.status
  }
  assert.equal(await describe('Second'), 200)
  assert.equal(await describe('Third'), 409)
  assert.equal((await call('GET', '/event-type/aa.conditional')).json.description, 'Second')
})

test('a rotation answers with the new secret to the SDKs that read it, and with nothing else', async () => {
  const app = await application()
  const endpoint = await svix.endpoint.create(app, { url: 'https://example.com/hooks' })
  const rotate = async (userAgent: string, key: string) => {
    const response = await fetch(`${url}/api/v1/app/${app}/endpoint/${endpoint.id}/secret/rotate`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bootstrapKey}`,
        'user-agent': userAgent,
        'idempotency-key': key,
      },
      body: '{}',
    })
    return { status: response.status, text: await response.text() }
  }
  const secret = async () => (await svix.endpoint.getSecret(app, endpoint.id)).key
  for (const old of ['curl/8', 'svix-libs/1.99.1/go', 'my svix-libs/2.9.1/rust']) {
    assert.deepEqual(await rotate(old, `key of ${old}`.replaceAll(' ', '-')), {
      status: 204,
      text: '',
    })
  }
  const first = await rotate('svix-libs/2.9.1/rust rust/1.95.0 linux/x86_64', 'once')
  assert.deepEqual(JSON.parse(first.text), { key: await secret() })
  const again = await rotate('svix-libs/2.9.1/rust rust/1.95.0 linux/x86_64', 'once')
  assert.deepEqual(again, first, 'the same key rotated twice')
})

test("SDKs are shown the kinds of task that they know, others all, and one's own by its name", async () => {
  const app = await application()
  await svix.endpoint.create(app, { url: 'https://example.com/hooks' })
  const since = new Date(Date.now() - 3_600_000).toISOString()
  const own = await call('POST', `/app/${app}/delivery/recover`, JSON.stringify({ since }))
  assert.equal(own.status, 202, own.text)
  const idsOf = (data: readonly { id: string }[]) => data.map(({ id }) => id)
  const { json } = await call('GET', '/background-task')
  assert.ok(idsOf(json.data).includes(own.json.id))
  assert.ok(!idsOf((await svix.backgroundTask.list()).data).includes(own.json.id))
  assert.equal((await call('GET', '/background-task?task=delivery.recover')).json.data.length, 1)
})

test('event types are listed from either end, and walked back', async () => {
  for (const name of ['zz.a', 'zz.b', 'zz.c']) {
    await svix.eventType.create({ name, description: '' })
  }
  const down = await call('GET', '/event-type?order=descending&limit=2')
  const names = down.json.data.map(({ name }: { name: string }) => name)
  assert.deepEqual(names, ['zz.c', 'zz.b'])
  const { json: next } = await call(
    'GET',
    `/event-type?order=descending&limit=2&iterator=${down.json.iterator}`,
  )
  assert.equal(next.data[0].name, 'zz.a')
  const { json: back } = await call(
    'GET',
    `/event-type?order=descending&limit=2&iterator=${next.prevIterator}`,
  )
  assert.deepEqual(
    back.data.map(({ name }: { name: string }) => name),
    ['zz.c', 'zz.b'],
  )
})

test('an example may be given by the caller, and goes out as its bytes', async () => {
  const app = await application()
  const { id } = await svix.endpoint.create(app, { url: 'https://example.com/hooks' })
  const path = `/app/${app}/endpoint/${id}/send-example`
  const sent = await call('POST', path, '{"eventType":"zz.a","payload":{"n":1.0}}')
  assert.equal(sent.status, 200, sent.text)
  assert.ok(sent.text.includes('{"n":1.0}'), sent.text)
  assert.equal((await call('POST', path, '{"eventType":"zz.a","payload":[1]}')).status, 422)
  assert.equal((await call('POST', path, '{"eventType":"zz.a","payload":null}')).status, 400)
})

test('an administrator reads every setting of the installation, and no secret', async () => {
  const { json, status } = await call('GET', '/installation')
  assert.equal(status, 200)
  assert.deepEqual([json.version, json.database], ['0.0.0', 'sqlite'])
  const shown = new Map<string, { readonly value: unknown; readonly isDefault: boolean }>(
    json.settings.map((one: { readonly variable: string }) => [one.variable, one]),
  )
  assert.equal(shown.size, Object.keys(settings).length)
  assert.equal(shown.get('POSTHORN_RETENTION_DAYS')?.value, 90)
  const secret = configWith({
    apiKey: 'sk_1',
    jwtSecret: 'sk_2',
    databaseUrl: 'postgres://u:sk_3@h/d',
  })
  const text = JSON.stringify(shownSettings(secret, 'es'))
  assert.ok(!/sk_\d/.test(text) && text.includes('[secret]'), text)
})

test('views are shared by name: with room, once in a list, seen by who reads, changed by who may', async () => {
  const view = { name: 'Fallidas', list: 'deliveries', query: '?status=failed&since=24h' }
  const made = await call('POST', '/view', JSON.stringify(view))
  assert.equal(made.status, 201, made.text)
  assert.equal(made.json.query, 'status=failed&since=24h')
  assert.equal(made.json.createdBy, 'Bootstrap key')
  const again = JSON.stringify({ ...view, name: ' fallidas ' })
  assert.equal((await call('POST', '/view', again)).status, 409)
  const elsewhere = JSON.stringify({ ...view, list: 'messages' })
  const other = await call('POST', '/view', elsewhere)
  assert.equal(other.status, 201)
  const of = (await call('GET', '/view?list=deliveries')).json.data
  assert.deepEqual(
    of.map(({ id }: { readonly id: string }) => id),
    [made.json.id],
  )
  for (const wrong of [{ query: '?' }, { query: 'a=' }, { name: ' ' }, { list: 'issues' }]) {
    assert.equal((await call('POST', '/view', JSON.stringify({ ...view, ...wrong }))).status, 422)
  }
  const nowhere = JSON.stringify({ ...view, name: 'x', applicationId: 'nobody' })
  assert.equal((await call('POST', '/view', nowhere)).status, 404)

  const path = `/view/${made.json.id}`
  const change = async (body: object, ifMatch?: string) => {
    const headers = {
      authorization: `Bearer ${bootstrapKey}`,
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    }
    const url_ = `${url}/api/v1${path}`
    return (await fetch(url_, { method: 'PATCH', headers, body: JSON.stringify(body) })).status
  }
  assert.equal(await change({ name: 'Failed' }, made.json.updatedAt), 200)
  assert.equal(await change({ name: 'Lost' }, made.json.updatedAt), 409, 'changed since')
  assert.equal(await change({ name: 'FAILED', query: 'status=failed' }), 200, 'its own name')
  assert.equal(await change({ query: 'status=' }), 422)
  const reader = (await call('POST', '/api-key', '{"name":"Reader","role":"reader"}')).json.token
  const as = async (method: string, where: string) =>
    (
      await fetch(`${url}/api/v1${where}`, {
        method,
        headers: { authorization: `Bearer ${reader}` },
      })
    ).status
  assert.deepEqual([await as('GET', '/view'), await as('DELETE', path)], [200, 403])
  for (const id of [made.json.id, other.json.id]) {
    assert.equal((await call('DELETE', `/view/${id}`)).status, 204)
  }
  assert.equal((await call('DELETE', path)).status, 404)
  assert.equal(await change({ name: 'x' }), 404)
})

test('a note is left at its moment, of one application or of all, found by time, and removed', async () => {
  const app = await application()
  const other = await application()
  const now = Date.now()
  const hours = (ago: number) => new Date(now - ago * 3_600_000).toISOString()
  const leave = (note: object, token?: string) => call('POST', '/note', JSON.stringify(note), token)
  const made = await leave({ text: ' Deployed 1.4.2 ', applicationId: app })
  assert.equal(made.status, 201, made.text)
  const { id, at, createdAt, ...note } = made.json
  assert.deepEqual(note, {
    ...{ text: 'Deployed 1.4.2', applicationId: app, createdBy: 'Bootstrap key' },
  })
  assert.equal(at, createdAt)
  await leave({ text: 'Everywhere', at: hours(2) })
  await leave({ text: 'Elsewhere', at: hours(3), applicationId: `more-${counter}` })
  await leave({ text: 'Long ago', at: hours(90 * 24 - 1), applicationId: app })
  const told = async (query = ''): Promise<readonly string[]> => {
    const { json, text } = await call('GET', `/note?${query}`)
    assert.ok(Array.isArray(json.data), text)
    return json.data.map((one: { readonly text: string }) => one.text)
  }
  const all = ['Deployed 1.4.2', 'Everywhere', 'Elsewhere', 'Long ago']
  assert.deepEqual(await told(), all, 'by their moments, not by when they were left')
  assert.deepEqual(await told(`app_id=${app}`), [all[0], all[1], all[3]])
  assert.deepEqual(await told(`app_id=${other}`), [all[1], all[2]])
  const between = `since=${hours(3.5)}&until=${hours(1)}`
  assert.deepEqual(await told(between), [all[1], all[2]])
  assert.deepEqual(await told('since=9999-01-01T00:00:00Z'), [])
  assert.deepEqual(await told('until=1970-01-01T00:00:00Z'), [])
  const first = (await call('GET', `/note?limit=1&${between}`)).json
  assert.equal(first.done, false)
  const next = `limit=1&${between}&iterator=${first.iterator}`
  assert.deepEqual(await told(next), [all[2]])
  const last = (await call('GET', `/note?${next}`)).json
  assert.equal(last.done, true, 'what is older is not of that time')
  assert.deepEqual(await told(`${between}&iterator=${last.prevIterator}`), [all[1]])
  assert.deepEqual(await told(`${between}&iterator=-${id.slice(0, -1)}0`), [])

  for (const wrong of [
    ...[{ text: ' ' }, { text: '' }, { text: 'x'.repeat(201) }, { text: '\u0000' }],
    ...[{ at: 'yesterday' }, { at: hours(-1) }, { at: hours(90 * 24) }],
  ]) {
    assert.equal((await leave({ text: 'x', ...wrong })).status, 422, JSON.stringify(wrong))
  }
  assert.equal((await leave({ text: 'x', at: hours(-1 / 120) })).status, 201, 'clocks differ')
  assert.equal((await leave({ text: 'x', applicationId: 'nobody' })).status, 404)
  assert.equal((await call('GET', '/note?app_id=nobody')).status, 404)
  assert.equal((await call('GET', '/note?since=yesterday')).status, 400)
  const reader = (await call('POST', '/api-key', '{"name":"Reader","role":"reader"}')).json.token
  assert.equal((await call('GET', '/note', undefined, reader)).status, 200)
  assert.equal((await leave({ text: 'x' }, reader)).status, 403)
  const link = await call('POST', `/auth/app-portal-access/${app}`, '{}')
  assert.equal((await call('GET', '/note', undefined, link.json.token)).status, 403, 'no customer')
  assert.equal((await call('DELETE', `/note/${id}`, undefined, reader)).status, 403)
  assert.equal((await call('DELETE', `/note/${id}`)).status, 204)
  assert.equal((await call('DELETE', `/note/${id}`)).status, 404)
  const [entry] = (await call('GET', `/audit?resource=${id}`)).json.data
  assert.deepEqual([entry.operation, entry.before.text], ['v1.note.delete', 'Deployed 1.4.2'])
})

test('of more than a thousand notes those of the oldest moments make room', async () => {
  const { store, organizationId: owner, world } = api
  const now = world.clock.now()
  const old = Array.from({ length: noteLimits.notesMax }, (_, index) => {
    const at = now - (index + 1) * 60_000
    const id = makeId('note', { nowMs: at, random: world.random.bytes(15) })
    const body = { text: `${index}`, at, applicationId: '', createdBy: null, createdAt: at }
    return {
      kind: 'note',
      id,
      owner,
      version: 1,
      dueAt: null,
      expiresAt: now + 60_000,
      body,
    } as const
  })
  await Promise.all(old.map((record) => store.insertRecord(record)))
  const { status, text } = await call('POST', '/note', '{"text":"One more"}')
  assert.equal(status, 201, text)
  const kept: string[] = []
  for (let from = ''; ; ) {
    const { data, iterator, done } = (await call('GET', `/note?limit=250${from}`)).json
    kept.push(...data.map(({ id }: { readonly id: string }) => id))
    if (done) break
    from = `&iterator=${iterator}`
  }
  assert.equal(kept.length, noteLimits.notesMax)
  assert.ok(kept.includes(old[0]?.id ?? '') && !kept.includes(old.at(-1)?.id ?? ''))
})

test('owners change settings, each change is in the audit log, and the environment wins', async () => {
  const path = '/installation/settings'
  const shown = async () => (await call('GET', path)).json
  const of = (out: Answered['json'], name: string) =>
    out.data.find((one: { readonly name: string }) => one.name === name)
  assert.equal((await shown()).updatedAt, null)
  const changed = await call(
    'PATCH',
    path,
    '{"retentionDays":30,"egressAddresses":["203.0.113.7"]}',
  )
  assert.equal(changed.status, 200, changed.text)
  const { value, fallback, source, section } = of(changed.json, 'retentionDays')
  assert.deepEqual([value, fallback, source, section], [30, 90, 'stored', 'retention'])
  assert.equal(of(changed.json, 'auditDays').source, 'default')
  assert.deepEqual((await call('GET', '/egress')).json, { addresses: ['203.0.113.7'] })

  const stale = await fetch(`${url}/api/v1${path}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${bootstrapKey}`, 'if-match': '2020-01-01T00:00:00.000Z' },
    body: '{"retentionDays":31}',
  })
  assert.equal(stale.status, 409)
  for (const [body, name] of [
    ['{"retentionDays":0}', 'retentionDays'],
    ['{"retryScheduleMs":[-1]}', 'retryScheduleMs'],
    ['{"portalHide":["nothing"]}', 'portalHide'],
    ['{"egressAddresses":["example.com"]}', 'egressAddresses'],
    ['{"port":80}', 'port'],
  ] as const) {
    const refused = await call('PATCH', path, body)
    assert.equal(refused.status, 422, body)
    assert.deepEqual(refused.json.detail[0].loc, ['body', name])
  }
  await call('PATCH', path, '{"retentionDays":null}')
  assert.equal(of(await shown(), 'retentionDays').source, 'default')
  const { data } = (await call('GET', '/audit?operation=v1.installation.patch-settings')).json
  assert.deepEqual(
    data.map(({ changed: fields }: { readonly changed: string[] }) => fields),
    [['retentionDays'], []],
  )
  assert.deepEqual([data[0].before.retentionDays, data[0].after.retentionDays], [30, undefined])

  const fixed = await startTestApi({ config: { retentionDays: 7 } })
  const locked = await startTestApi({ config: { settingsLocked: true } })
  try {
    const ask = async (server: TestApi, payload: object, token = bootstrapKey) => {
      const headers = { authorization: `Bearer ${token}` }
      const reply = { method: 'PATCH' as const, url: `/api/v1${path}`, headers, payload }
      const { statusCode, body } = await server.app.inject(reply)
      return `${statusCode} ${body}`
    }
    assert.match(await ask(fixed, { retentionDays: 8 }), /^422 .*fixed by POSTHORN_RETENTION_DAYS/)
    assert.match(await ask(fixed, { auditDays: 8 }), /^200 /)
    assert.match(await ask(locked, { auditDays: 8 }), /^422 .*POSTHORN_SETTINGS_LOCKED/)
    const other = signToken({ sub: 'org_000000000000000000000000001' }, jwtSecret)
    assert.match(await ask(fixed, { auditDays: 9 }, other), /^403 /)
  } finally {
    await fixed.close()
    await locked.close()
  }
})

test('every pattern of an operation is told in words, in both languages', () => {
  const untold = new Set<string>()
  const look = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    const pattern: unknown = Reflect.get(schema, 'pattern')
    if (typeof pattern === 'string' && !patternSentences.has(pattern)) untold.add(pattern)
    Object.values(schema).forEach(look)
  }
  for (const { query, body } of operations) [query, body].forEach(look)
  assert.deepEqual([...untold], [])
})

test('a refusal says what the field must be, never the value itself', async () => {
  const endpoint = { url: 'https://example.com/', ordering: 'lifo', disabled: 'yes', secret: 7 }
  const app = await application()
  const refused = async (language: string) => {
    const { statusCode, body } = await api.app.inject({
      ...{ method: 'POST', url: `/api/v1/app/${app}/endpoint`, payload: endpoint },
      headers: { authorization: `Bearer ${bootstrapKey}`, 'accept-language': language },
    })
    assert.equal(statusCode, 422)
    const { detail }: { detail: { loc: string[]; msg: string }[] } = JSON.parse(body)
    return detail.map(({ loc, msg }) => `${loc[1]}: ${msg}`).sort()
  }
  assert.deepEqual(await refused('en'), [
    'disabled: must be true or false, not a string',
    'ordering: must be one of: none, fifo',
    'secret: must be a string or null, not a number',
  ])
  assert.deepEqual(await refused('es'), [
    'disabled: debe ser true o false, no un texto',
    'ordering: debe ser uno de: none, fifo',
    'secret: debe ser un texto o null, no un número',
  ])
})

test('a body that is no JSON, and a schema that is none, say where', async () => {
  const text = '{"eventType": "a.b",\n "payload": {"a": 1,}}'
  const body = await call('POST', `/app/${await application()}/msg`, text)
  assert.equal(body.json.detail[0].msg, 'the body is not valid JSON: line 2, column 21')
  const schema = { type: 'object', properties: { total: { type: 'numbr' } } }
  const type = { name: 'no.schema', description: '', schemas: { 1: schema } }
  const refused = await call('POST', '/event-type', JSON.stringify(type))
  assert.match(refused.json.detail[0].msg, /^not a JSON Schema: \/properties\/total\/type must be /)
})
