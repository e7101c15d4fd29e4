/** Finding one's way in many messages: counts of a list, and search in payloads. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Client, createClient } from '../../src/client/client.ts'
import { ApiError } from '../../src/client/failures.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { recordAttempt } from '../support/attempts.ts'
import { patience } from '../support/eventually.ts'

let api: TestApi
let client: Client
let url: string
before(async () => {
  api = await startTestApi()
  url = await api.listen()
  client = createClient({ url, key: bootstrapKey })
})
after(() => api.close())

async function arrange(uid: string): Promise<string> {
  await client.applications.create({ name: uid, uid })
  await client.endpoints.create(uid, { url: 'https://example.com', uid: 'ep' })
  return uid
}

interface Summary {
  readonly total: number
  readonly partial: boolean
  readonly bucketSeconds: number
  readonly buckets: readonly { timestamp: string; total: number; states: object }[]
  readonly facets: Readonly<Record<string, readonly { value: string; count: number }[]>>
}

function summary(path: string, query: Readonly<Record<string, string | number>> = {}) {
  return client.call<Summary>('GET', path, { query })
}

test('a summary counts what its list shows, in buckets of a round length', async () => {
  const app = await arrange('counted')
  for (const eventType of ['a.b', 'a.b', 'c.d']) {
    await client.messages.create(app, { eventType, payload: {} })
  }
  const claim = api.claims.at(-1) ?? assert.fail('a claim')
  await recordAttempt(api, claim, { status: 500 })
  const deliveries = await summary(`/app/${app}/summary/delivery`)
  assert.deepEqual([deliveries.total, deliveries.partial], [3, false])
  assert.equal(deliveries.bucketSeconds, 1800)
  assert.ok(deliveries.buckets.length <= 60)
  assert.deepEqual(deliveries.facets['eventType'], [
    { value: 'a.b', count: 2 },
    { value: 'c.d', count: 1 },
  ])
  assert.equal(deliveries.facets['endpointId']?.[0]?.count, 3)
  const failed = await summary(`/app/${app}/summary/delivery`, { state: 'failed' })
  assert.equal(failed.total, deliveries.facets['state']?.find((s) => s.value === 'failed')?.count)
  const messages = await summary(`/app/${app}/summary/msg`, { event_types: 'c.d', buckets: 1 })
  assert.equal(messages.total, 1)
  assert.deepEqual(messages.buckets.at(-1)?.states, {})
  const attempts = await summary(`/app/${app}/summary/attempt/ep`, { status: 2 })
  assert.deepEqual(attempts.facets['statusCode'], [{ value: '500', count: 1 }])
})

test('messages say where they came from and how large they are, and each view holds its own', async () => {
  const app = await arrange('viewed')
  await client.endpoints.patch(app, 'ep', { eventTypes: ['a.*'] })
  const send = async (eventType: string, source?: string): Promise<string> => {
    const headers = source === undefined ? {} : { 'posthorn-source': source }
    const body = { eventType, payload: { n: 1 } }
    const sent = await client.call<{ id: string }>('POST', `/app/${app}/msg`, { body, headers })
    return sent.id
  }
  const failed = await send('a.b', 'cli')
  const claim = api.claims.at(-1) ?? assert.fail('a claim')
  assert.equal(claim.message.id, failed)
  await recordAttempt(api, claim, { status: 500 })
  const forNobody = await send('c.d', 'evil"}')
  const fromConsole = await send('a.b', 'console')
  const tested = await send('c.d', 'test')
  const path = `/app/${app}/endpoint/ep/send-example`
  const example = await client.call<{ id: string }>('POST', path, {
    body: { eventType: 'svix.ping' },
  })
  const { data } = await client.messages.list(app, { with_content: false })
  assert.deepEqual(
    data.map(({ id, source, payloadBytes }) => [id, source, payloadBytes]),
    [
      [example.id, 'test', 16],
      [tested, 'test', 7],
      [fromConsole, 'console', 7],
      [forNobody, 'api', 7],
      [failed, 'cli', 7],
    ],
  )
  const one = await client.messages.get(app, failed)
  assert.deepEqual([one.source, one.payloadBytes], ['cli', 7])
  const view = async (name: string) =>
    (await client.messages.list(app, { view: name })).data.map(({ id }) => id)
  assert.deepEqual(await view('failed'), [failed])
  assert.deepEqual(await view('unsubscribed'), [forNobody])
  assert.deepEqual(await view('test'), [example.id, tested])
  const first = await client.messages.list(app, { view: 'test', limit: 1 })
  assert.deepEqual([first.data.length, first.done], [1, false])
  const part = await client.exportPart(app, 'msg', { view: 'failed' })
  assert.equal(JSON.parse(part.text).id, failed)
  const refused = (error: unknown) => error instanceof ApiError && error.status === 422
  await assert.rejects(view('nonsense'), refused)
  const both = async (where: string) =>
    (await client.exportPart(app, 'msg', { view: 'failed', where })).rows
  assert.deepEqual([await both('n = 1'), await both('n = 2')], [1, 0])
  const counted = await summary(`/app/${app}/summary/msg`, { view: 'test', where: 'n = 1' })
  assert.equal(counted.total, 1)
})

interface Activity {
  readonly data: readonly {
    readonly endpointId: string
    readonly succeeded: number
    readonly failed: number
    readonly p95Ms: number | null
    readonly complete: boolean
    readonly waiting: number
    readonly lastAttempt: { readonly responseStatusCode: number } | null
    readonly slices: readonly { readonly succeeded: number; readonly failed: number }[]
  }[]
}

test('one call says how each endpoint of a list does, hour by hour', async () => {
  const app = await arrange('active')
  const { id } = await client.endpoints.get(app, 'ep')
  const quiet = (await client.endpoints.create(app, { url: 'https://example.com/quiet' })).id
  await client.endpoints.patch(app, quiet, { disabled: true })
  for (const status of [200, 500]) {
    await client.messages.create(app, { eventType: 'a.b', payload: {} })
    await recordAttempt(api, api.claims.at(-1) ?? assert.fail('a claim'), { status })
  }
  const ask = (ids: string) =>
    client.call<Activity>('GET', `/app/${app}/summary/endpoint`, { query: { endpoint_ids: ids } })
  const { data } = await ask(`${quiet},${id}`)
  assert.deepEqual(
    data.map(({ endpointId }) => endpointId),
    [quiet, id],
  )
  assert.deepEqual([data[0]?.succeeded, data[0]?.p95Ms, data[0]?.lastAttempt], [0, null, null])
  const busy = data[1] ?? assert.fail('the second')
  assert.deepEqual([busy.succeeded, busy.failed, busy.complete], [1, 1, true])
  assert.equal(busy.lastAttempt?.responseStatusCode, 500)
  assert.equal(busy.slices.length, 24)
  assert.deepEqual(busy.slices.at(-1), { succeeded: 1, failed: 1 })
  const most = Array.from({ length: 101 }, () => id).join()
  for (const ids of ['ep', '', most]) {
    await assert.rejects(ask(ids), (error) => error instanceof ApiError && error.status === 422)
  }
})

test('applications are found by their names, and those that need attention among them', async () => {
  const applications: string[] = []
  for (const [uid, name] of [
    ['first-1', 'Compañía ÑANDÚ'],
    ['other-1', 'Nandu'],
    ['third-1', 'x'],
  ]) {
    applications.push((await client.applications.create({ name: name ?? '', uid: uid ?? '' })).id)
  }
  const [first = '', second = ''] = applications
  const list = async (query: Readonly<Record<string, string | number | boolean>>) =>
    (await client.applications.list(query)).data.map(({ id }) => id)
  assert.deepEqual(await list({ search: 'ñandú' }), [first])
  assert.deepEqual(await list({ search: 'THER-1' }), [second])
  assert.deepEqual(await list({ search: second.slice(8) }), [second])
  assert.deepEqual(await list({ search: 'nobody' }), [])
  const walked: string[] = []
  let iterator: string | null = null
  do {
    const query: Readonly<Record<string, string | number>> = { search: '-1', limit: 1 }
    const page = await client.applications.list({ ...query, ...(iterator && { iterator }) })
    walked.push(...page.data.map(({ id }) => id))
    iterator = page.done ? null : page.iterator
  } while (iterator !== null)
  assert.deepEqual(walked, applications)

  await client.endpoints.create(first, { url: 'https://example.com' })
  assert.deepEqual(await list({ needs_attention: true }), [])
  await client.messages.create(first, { eventType: 'a.b', payload: {} })
  const failingSince = api.world.clock.now()
  const health = { failingSince, consecutiveFailures: 1, openUntil: null }
  const claim = api.claims.at(-1) ?? assert.fail('a claim')
  await recordAttempt(api, claim, { status: 500, effect: { health } })
  assert.deepEqual(await list({ needs_attention: true }), [first])
  assert.deepEqual(await list({ needs_attention: true, search: 'nandu' }), [])
  const { data } = await client.call<{ readonly data: readonly object[] }>('GET', '/summary/app', {
    query: { application_ids: `${second},${first}` },
  })
  const none = { endpoints: 0, failing: 0, givenUp: 0, paused: 0, waiting: 0 }
  const calm = { ...none, failingSince: null, oldestWaitingAt: null }
  const since = new Date(failingSince).toISOString()
  assert.deepEqual(data, [
    { applicationId: second, ...calm },
    { applicationId: first, ...calm, endpoints: 1, failing: 1, failingSince: since },
  ])
  await assert.rejects(
    list({ search: '' }),
    (error) => error instanceof ApiError && error.status === 422,
  )
})

test('one call says how much of each type comes, who takes it, and whether it is as its schema says', async () => {
  const app = await arrange('drifting')
  const schema = {
    type: 'object',
    required: ['id', 'gone'],
    properties: { id: { type: 'string' }, gone: { type: 'string' }, maybe: { type: 'string' } },
  }
  const schemas = { '1': { type: 'object' }, '2': schema }
  await client.eventTypes.create({ name: 'drift.paid', description: '', schemas })
  const { id } = await client.endpoints.create(app, { url: 'https://example.com/off' })
  await client.endpoints.patch(app, id, { disabled: true })
  await client.endpoints.create(app, { url: 'https://example.com/r', filterTypes: ['drift.*'] })
  for (const n of [1, 2, 3]) {
    const payload = { id: `o_${n}`, card: { number: '4111' }, lines: [{ sku: 'a' }] }
    await client.messages.create(app, { eventType: 'drift.paid', payload })
  }
  const query = { event_types: 'drift.none,drift.paid' }
  const path = `/app/${app}/summary/event-type`
  const { data } = await client.call<TypeActivity>('GET', path, { query })
  const week = [0, 0, 0, 0, 0, 0]
  assert.deepEqual(data, [
    { name: 'drift.none', subscribed: 2, total: 0, exact: true, slices: [...week, 0], drift: null },
    {
      ...{ name: 'drift.paid', subscribed: 2, total: 3, exact: true, slices: [...week, 3] },
      drift: { extra: 2, missing: 1 },
    },
  ])
  const observe = (key: string) =>
    createClient({ url: client.url, key }).call<Observed>('GET', `${path}/drift.paid`)
  const seen = await observe(bootstrapKey)
  assert.deepEqual([seen.messages, seen.messagesMax], [3, 50])
  assert.deepEqual(seen.extra, [
    { path: 'card', type: 'object' },
    { path: 'lines', type: 'array' },
  ])
  assert.deepEqual(seen.unseen, [
    { path: 'gone', type: 'string', required: true },
    { path: 'maybe', type: 'string', required: false },
  ])
  assert.deepEqual(Object.keys(seen.inferred?.properties ?? {}), ['id', 'card', 'lines'])
  // What is masked is a place, of which nothing inside is told.
  await client.call('PUT', '/masking', { body: { paths: ['card'] } })
  const key = { name: 'reads', role: 'reader' }
  const reader = await client.call<{ token: string }>('POST', '/api-key', { body: key })
  const masked = JSON.stringify(await observe(reader.token))
  assert.ok(masked.includes('"card"') && !masked.includes('number'), masked)
  await client.call('PUT', '/masking', { body: { paths: [] } })
})

interface TypeActivity {
  readonly data: readonly object[]
}
interface Observed {
  readonly messages: number
  readonly messagesMax: number
  readonly extra: readonly object[]
  readonly unseen: readonly object[]
  readonly inferred: { readonly properties: object } | null
}

test('an endpoint of a group gets its types, also those that are added later, and lists know them', async () => {
  const app = await arrange('grouped')
  const rules = ['order.*', 'USER_*']
  const { id } = await client.endpoints.create(app, {
    url: 'https://example.com/g',
    filterTypes: rules,
  })
  assert.deepEqual((await client.endpoints.get(app, id)).eventTypes, rules)
  const sent: Record<string, boolean> = {}
  for (const eventType of [
    'order.paid',
    'order.line.added',
    'order',
    'orders.paid',
    'USER_LOGIN',
  ]) {
    const message = await client.messages.create(app, { eventType, payload: {} })
    const { endpoints } = await client.call<{
      readonly endpoints: readonly { endpointId: string; decision: string; rule?: string }[]
    }>('GET', `/app/${app}/msg/${message.id}/routing`)
    const one = endpoints.find(({ endpointId }) => endpointId === id) ?? assert.fail('its line')
    sent[eventType] = one.decision === 'sent'
    assert.equal(one.rule, sent[eventType] ? undefined : 'event_type')
  }
  assert.deepEqual(sent, {
    'order.paid': true,
    'order.line.added': true,
    order: false,
    'orders.paid': false,
    USER_LOGIN: true,
  })
  const listed = async (event_types: string) => {
    const { data } = await client.messages.list(app, { event_types })
    return data.map(({ eventType }) => eventType)
  }
  assert.deepEqual(await listed('order.*'), ['order.line.added', 'order.paid'])
  assert.deepEqual(await listed('USER_*,orders.paid'), ['USER_LOGIN', 'orders.paid'])
  for (const rule of ['*', 'or*', 'order.*.paid', '.*', 'order..*', 'order.**']) {
    const create = client.endpoints.create(app, {
      url: 'https://example.com/x',
      eventTypes: [rule],
    })
    await assert.rejects(create, (error) => {
      assert.ok(error instanceof ApiError)
      const [issue] = error.issues
      assert.deepEqual([error.status, issue?.type], [422, 'event_type_rule_malformed'])
      assert.deepEqual(issue?.loc, ['body', 'eventTypes'])
      return true
    })
  }
  const closed = await client.call<{ readonly id: string }>('POST', '/app', {
    body: { name: 'Closed', profile: 'logto' },
  })
  const refused = client.endpoints.create(closed.id, {
    ...{ url: 'https://example.com/c', eventTypes: ['User.*'] },
  })
  await assert.rejects(
    refused,
    (error) => error instanceof ApiError && error.issues[0]?.type === 'event_type_rule_closed',
  )
})

test('a range that cannot be counted is refused by name', async () => {
  const app = await arrange('ranges')
  const refused = async (query: Readonly<Record<string, string | number>>, name: string) => {
    await assert.rejects(summary(`/app/${app}/summary/msg`, query), (error) => {
      assert.ok(error instanceof ApiError)
      assert.equal(error.status, 422)
      assert.deepEqual((error.issues[0] as { loc?: unknown }).loc, ['query', name])
      return true
    })
  }
  await refused({ after: '2026-01-02T00:00:00Z', before: '2026-01-01T00:00:00Z' }, 'after')
  await refused({ after: '2025-01-01T00:00:00Z', before: '2026-01-01T00:00:00Z' }, 'after')
  await refused({ buckets: 201 }, 'buckets')
})

type FoundDeliveries = Omit<Found, 'data'> & { readonly data: readonly { msgId: string }[] }

interface Found {
  readonly data: readonly { readonly id: string; readonly payload: unknown }[]
  readonly iterator: string | null
  readonly done: boolean
  readonly searchedUntil: string | null
  readonly scanned: number
}

function search(app: string, where: string, more: Readonly<Record<string, string | number>> = {}) {
  return client.call<Found>('GET', `/app/${app}/search/msg`, { query: { where, ...more } })
}

test('one message among ten thousand is found by its payload within two seconds', async () => {
  const app = await arrange('searched')
  const inputs = Array.from({ length: 10_000 }, (_, n) => ({
    eventType: 'order.paid',
    payload: { data: { order: { id: `o_${n}`, total: n }, note: 'ñandú 漢' } },
  }))
  for (let from = 0; from < inputs.length; from += 1000) {
    const messages = inputs.slice(from, from + 1000)
    await client.call('POST', `/app/${app}/msg/batch`, { body: { messages } })
  }
  const began = performance.now()
  let page = await search(app, 'data.order.id = "o_91"')
  const found = [...page.data]
  while (!page.done && found.length === 0) {
    page = await search(app, 'data.order.id = "o_91"', { iterator: page.iterator ?? '' })
    found.push(...page.data)
  }
  const tookMs = performance.now() - began
  assert.deepEqual(
    found.map(({ payload }) => payload),
    [{ data: { order: { id: 'o_91', total: 91 }, note: 'ñandú 漢' } }],
  )
  assert.ok(tookMs < 2_000 * patience, `took ${tookMs.toFixed(0)} ms`)
  const both = await search(app, 'data.order.total >= 9990 and "ñandú"', { limit: 4 })
  assert.deepEqual([both.data.length, both.done], [4, false])
  const rest = await search(app, 'data.order.total >= 9990', { iterator: both.iterator ?? '' })
  assert.equal(rest.data.length, 6)
  assert.ok(rest.searchedUntil !== null)
})

test('a list of deliveries, its counts and its export are narrowed in the same words', async () => {
  const app = await arrange('sought')
  const other = await client.endpoints.create(app, {
    ...{ url: 'https://example.org', uid: 'ep2', description: 'Stock' },
  })
  const { id: third } = await client.endpoints.create(app, { url: 'https://c.d', uid: 'ep3' })
  const sent: string[] = []
  for (let n = 0; n < 6; n++) {
    const body = {
      eventType: 'a.b',
      payload: { total: n },
      tags: [`mark-${n}`],
      eventId: `key-${n}`,
    }
    sent.push((await client.call<{ id: string }>('POST', `/app/${app}/msg`, { body })).id)
  }
  await client.endpoints.patch(app, 'ep2', { paused: true })
  const path = `/app/${app}/delivery`
  const counts = async (query: Readonly<Record<string, string>>) => {
    const page = await client.call<FoundDeliveries>('GET', path, {
      query: { limit: 250, ...query },
    })
    const { total } = await summary(`/app/${app}/summary/delivery`, query)
    const { rows } = await client.exportPart(app, 'delivery', query)
    assert.deepEqual([total, rows], [page.data.length, page.data.length], JSON.stringify(query))
    return page
  }
  const number = async (query: Readonly<Record<string, string>>) =>
    (await counts(query)).data.length
  assert.equal(await number({}), 18)
  assert.equal(await number({ endpoint_id: `ep,${other.id}` }), 12)
  assert.equal(await number({ where: 'total >= 4' }), 6)
  assert.equal(await number({ where: 'total >= 4', endpoint_id: 'ep2,ep3' }), 4)
  assert.equal(await number({ q: 'STOCK' }), 6)
  assert.equal(await number({ q: 'MARK-5' }), 3, 'a tag')
  assert.equal(await number({ q: 'key-' }), 18)
  assert.equal(await number({ q: third }), 6)
  assert.equal(await number({ tag: 'mark-3', q: 'stock' }), 1)
  // A message by its id, or by its event id, is that message alone.
  for (const q of [sent[1] ?? '', 'key-1']) {
    const { data, done } = await counts({ q })
    assert.deepEqual([data.map(({ msgId }) => msgId), done], [Array(3).fill(sent[1]), true])
  }
  const page = await counts({ where: 'total = 0' })
  assert.deepEqual([page.scanned, page.done, page.searchedUntil === null], [18, true, false])
  const messages = (q: string) =>
    client.call<Found>('GET', `/app/${app}/search/msg`, { query: { q, where: 'total > 1' } })
  assert.deepEqual(
    (await messages('MARK-3')).data.map(({ id }) => id),
    [sent[3]],
  )
  assert.deepEqual(
    (await messages('key-2')).data.map(({ id }) => id),
    [sent[2]],
  )
  assert.deepEqual((await messages('key-1')).data, [])
  for (const message of sent.slice(0, 2)) {
    await client.call('POST', `/app/${app}/msg/${message}/endpoint/ep2/resend`)
  }
  assert.equal(await number({ status: 'held' }), 2)
  assert.equal(await number({ status: 'held,queued', where: 'total < 1' }), 1)
  assert.equal(await number({ status: 'queued,retrying' }), 0)
  assert.equal(await number({ status: 'held,queued,retrying' }), 2)
  assert.equal(await number({ status: 'held', state: 'failed' }), 0)
  const unknown = client.call('GET', path, { query: { endpoint_id: 'ep,nobody' } })
  await assert.rejects(unknown, (error) => error instanceof ApiError && error.status === 404)
})

test('endpoints are listed and exported by text, type, label and how they do', async () => {
  const app = await arrange('places')
  const make = (uid: string, more: object) =>
    client.call('POST', `/app/${app}/endpoint`, {
      body: { url: `https://${uid}.example`, uid, ...more },
    })
  await make('billing', { eventTypes: ['order.*'], metadata: { team: 'money', tier: 'a' } })
  await make('stock', { eventTypes: ['stock.*'], metadata: { team: 'goods' }, paused: true })
  await make('old', { eventTypes: ['user.*'], disabled: true })
  await client.messages.create(app, { eventType: 'order.paid', payload: {} })
  for (const claim of api.claims.filter(
    ({ delivery }) => delivery.messageId === api.claims.at(-1)?.message.id,
  )) {
    const { uid } = await client.endpoints.get(app, claim.delivery.endpointId)
    await recordAttempt(api, claim, { status: uid === 'billing' ? 500 : 200 })
  }
  const found = async (query: Readonly<Record<string, string>>) => {
    const { data, done } = await client.endpoints.list(app, query)
    const { rows } = await client.exportPart(app, 'endpoint', query)
    assert.deepEqual([done, rows], [true, data.length])
    return data.map(({ uid }) => uid)
  }
  assert.deepEqual(await found({ q: 'BILLING.ex' }), ['billing'])
  assert.deepEqual(await found({ q: 'money' }), ['billing'])
  assert.deepEqual(await found({ event_types: 'stock.added,order.*' }), ['stock', 'billing', 'ep'])
  assert.deepEqual(await found({ label: 'team' }), ['stock', 'billing'])
  assert.deepEqual(await found({ label: 'team:money,tier' }), ['billing'])
  assert.deepEqual(await found({ state: 'paused,disabled' }), ['old', 'stock'])
  assert.deepEqual(await found({ state: 'failing' }), ['billing'])
  assert.deepEqual(await found({ state: 'healthy', label: 'team' }), [])
  const first = await client.endpoints.list(app, { label: 'team', limit: 1 })
  assert.deepEqual([first.data[0]?.uid, first.done], ['stock', false])
  const more = { label: 'team', limit: 1, iterator: first.iterator ?? '' }
  const second = await client.endpoints.list(app, more)
  assert.deepEqual([second.data[0]?.uid], ['billing'])
  const file = await client.exportPart(app, 'endpoint', { format: 'csv', label: 'tier' })
  assert.match(file.text, /^"id","uid","name","url","eventTypes","channels","labels",/)
  assert.match(
    file.text,
    /"billing","billing\.example","https:\/\/billing\.example.*","order\.\*",.*"team:money tier:a"/,
  )
})

test('what is done to many endpoints is done to those that fit, part by part, and to no others', async () => {
  const app = await arrange('many')
  for (let n = 0; n < 60; n++) {
    const metadata = { team: n % 2 === 0 ? 'a' : 'b' }
    const eventTypes = n < 3 ? null : ['order.*', 'user.in.*']
    await client.call('POST', `/app/${app}/endpoint`, {
      body: { url: 'https://a.b', uid: `many-${n}`, metadata, ...(eventTypes && { eventTypes }) },
    })
  }
  interface Part {
    readonly changed: readonly string[]
    readonly unchanged: number
    readonly iterator: string | null
    readonly done: boolean
  }
  const change = async (body: object) => {
    const parts: Part[] = []
    for (let iterator: string | null = null; ; ) {
      const sent = { ...body, ...(iterator === null ? {} : { iterator }) }
      const part: Part = await client.call('POST', `/app/${app}/endpoint/change`, { body: sent })
      parts.push(part)
      iterator = part.iterator
      if (part.done) return parts
    }
  }
  const changedBy = async (body: object) => (await change(body)).flatMap(({ changed }) => changed)
  const having = async (query: Readonly<Record<string, string | number>>) =>
    (await client.endpoints.list(app, { limit: 250, ...query })).data
  const [first, ...rest] = await change({ action: 'pause', filter: { label: ['team'] } })
  assert.deepEqual([first?.changed.length, rest.length], [50, 1])
  assert.equal((await having({ state: 'paused' })).length, 60)
  const b = (await having({ label: 'team:b' })).map(({ id }) => id)
  assert.deepEqual(await changedBy({ action: 'resume', ids: b }), b)
  assert.deepEqual((await change({ action: 'resume', ids: b }))[0]?.unchanged, 30)
  assert.equal((await having({ state: 'paused' })).length, 30)
  const added = { action: 'add-event-types', eventTypes: ['user.*'], filter: { label: ['team:b'] } }
  assert.equal((await changedBy(added)).length, 29, 'one gets everything and stays so')
  assert.deepEqual((await client.endpoints.get(app, 'many-5')).eventTypes, ['order.*', 'user.*'])
  assert.equal((await changedBy({ action: 'delete', filter: { state: ['paused'] } })).length, 30)
  assert.equal((await having({})).length, 31)
  for (const odd of [
    { action: 'pause' },
    { action: 'pause', filter: {}, ids: b },
    { ...added, eventTypes: null },
  ]) {
    await assert.rejects(change(odd), (error) => error instanceof ApiError && error.status === 422)
  }
})

test('a search that cannot be read is refused, and says why', async () => {
  const app = await arrange('refused-searches')
  const odd: readonly (readonly [where: string, why: RegExp])[] = [
    [' ', /something to look for/],
    ['a = "x', /quote is not closed/],
    ['a $regex 1', /expected path = value|text/],
    ['{"a":', /JSON/],
    ['{"a":{"$regex":"(a+)+$"}}', /unknown operator/],
    ['a > "x"', /number/],
    ['1', /text in quotes/],
    [`a = "${'x'.repeat(2_100)}"`, /2048 characters/],
    [Array.from({ length: 240 }, () => 'a=1').join(' and '), /too many/],
  ]
  for (const [where, why] of odd) {
    await assert.rejects(search(app, where), (error) => {
      assert.ok(error instanceof ApiError, where)
      assert.equal(error.status, 422, where)
      const issue = error.issues[0] as { loc: unknown; msg: string } // of the contract
      assert.deepEqual(issue.loc, ['query', 'where'])
      assert.match(issue.msg, why)
      return true
    })
  }
})

test('failures are grouped into issues, which people answer and which end by themselves', async () => {
  const app = await arrange('issues')
  const attempt = async (status: number) => {
    await client.messages.create(app, { eventType: 'a.b', payload: {} })
    await recordAttempt(api, api.claims.at(-1) ?? assert.fail('a claim'), { status })
  }
  const path = { app_id: app }
  const list = async (state?: 'open' | 'resolved') =>
    client.request('v1.issue.list', { path, query: state === undefined ? {} : { state: [state] } })
  for (const status of [500, 503, 503, 0]) await attempt(status)
  const { data, open } = await list()
  const told = data.map(({ kind, answers, count, state }) => [kind, answers, count, state])
  assert.deepEqual(told.sort(), [
    ['5xx', ['503', '500'], 3, 'open'],
    ['connect_timeout', ['connect_timeout'], 1, 'open'],
  ])
  assert.equal(open, 2)
  const issue = data.find(({ kind }) => kind === '5xx') ?? assert.fail('the answers')
  const say = (body: { state?: 'acknowledged' | 'resolved' | 'ignored'; note?: string }) =>
    client.request('v1.issue.patch', { path: { ...path, issue_id: issue.id }, body })
  const known = await say({ state: 'acknowledged', note: ' their deploy ' })
  assert.deepEqual(
    [known.state, known.note, known.by],
    ['acknowledged', 'their deploy', 'Bootstrap key'],
  )
  assert.equal((await list()).open, 1)
  const stateOf = async () => (await list()).data.find(({ id }) => id === issue.id)?.state
  await say({ state: 'resolved' })
  assert.equal(await stateOf(), 'resolved')
  await attempt(500) // more of it
  assert.equal(await stateOf(), 'open')
  await attempt(200) // it answers well again
  assert.equal((await list('open')).data.length, 0)
  await say({ state: 'ignored' })
  await attempt(500)
  assert.equal(await stateOf(), 'ignored')
  await assert.rejects(
    client.request('v1.issue.patch', { path: { ...path, issue_id: 'ep_none.5xx' }, body: {} }),
    (error) => error instanceof ApiError && error.status === 404,
  )
  const link = `/auth/app-portal-access/${app}`
  const { token } = await client.call<{ token: string }>('POST', link, { body: {} })
  const customer = createClient({ url: client.url, key: token })
  await assert.rejects(
    customer.request('v1.issue.list', { path }),
    (error) => error instanceof ApiError && error.status === 403,
  )
})

interface Overall {
  readonly data: readonly {
    readonly id: string
    readonly application: { readonly id: string; readonly uid: string | null; name: string }
    readonly endpoint?: { name: string; url: string; disabled: boolean; paused: boolean } | null
    readonly payload?: unknown
    readonly masked?: readonly string[]
  }[]
  readonly iterator: string | null
  readonly prevIterator?: string
  readonly done: boolean
  readonly scanned?: number
}

interface OverallCounts {
  readonly total: number
  readonly partial: boolean
  readonly countedSince: string | null
  readonly facets: {
    readonly application: readonly { readonly uid: string | null; readonly count: number }[]
    readonly state: readonly { readonly value: string; readonly count: number }[]
    readonly eventType: readonly { readonly value: string; readonly count: number }[]
    readonly answer: readonly { readonly value: string; readonly count: number }[]
  }
}

test('deliveries and messages of all applications are one list, which stays in order while rows come', async () => {
  const apps = [await arrange('all-1'), await arrange('all-2')]
  const after = new Date(Date.now() - 1).toISOString()
  const send = async (app: string, payload: Readonly<Record<string, unknown>> = {}) =>
    (await client.messages.create(app, { eventType: 'all.sent', payload })).id
  const sent = [await send('all-1', { n: 1 }), await send('all-2', { n: 2 }), await send('all-1')]
  const claims = api.claims.slice(-3)
  await recordAttempt(api, claims[0] ?? assert.fail('a claim'), { status: 500 })
  await recordAttempt(api, claims[1] ?? assert.fail('a claim'), { status: 200 })
  const newest = claims.map(({ delivery }) => delivery.id as string).toReversed()
  const before = '2100-01-01T00:00:00Z'
  const list = async (path: string, query: Readonly<Record<string, string | number>> = {}) =>
    client.call<Overall>('GET', path, { query: { after, before, ...query } })
  const ids = async (path: string, query = {}) =>
    (await list(path, query)).data.map(({ id }) => id as string)

  const first = await list('/delivery', { limit: 2 })
  assert.deepEqual(
    first.data.map(({ id, application, endpoint }) => [id, application.uid, endpoint?.name]),
    [
      [newest[0], 'all-1', 'example.com'],
      [newest[1], 'all-2', 'example.com'],
    ],
  )
  const late = await send('all-2')
  const next = await list('/delivery', { limit: 2, iterator: first.iterator ?? '' })
  assert.deepEqual([next.data.map(({ id }) => id), next.done], [[newest[2]], true])
  const newer = await list('/delivery', { iterator: first.prevIterator ?? '' })
  assert.deepEqual(
    [newer.data.map(({ id }) => id), newer.done],
    [[api.claims.at(-1)?.delivery.id], true],
  )

  assert.deepEqual(await ids('/delivery', { app_id: 'all-1' }), [newest[0], newest[2]])
  assert.deepEqual(await ids('/delivery', { app_id: apps.join(), state: 'failed' }), [newest[2]])
  assert.deepEqual(await ids('/delivery', { code: '500' }), [newest[2]])
  assert.deepEqual(await ids('/delivery', { code: '5xx,204' }), [newest[2]])
  assert.deepEqual(await ids('/delivery', { code: '2xx,4xx' }), [newest[1]])
  assert.deepEqual(await ids('/delivery', { status: 'delivered' }), [newest[1]])
  assert.deepEqual(await ids('/delivery', { where: 'n = 2' }), [newest[1]])
  assert.deepEqual(await ids('/delivery', { q: sent[0] ?? '' }), [newest[2]])
  assert.deepEqual(await ids('/delivery', { q: sent[0] ?? '', app_id: 'all-2' }), [])
  assert.deepEqual(await ids('/delivery', { q: newest[1] ?? '' }), [newest[1]])
  assert.deepEqual(await ids('/delivery', { q: 'nowhere' }), [])
  assert.deepEqual(await ids('/msg'), [late, ...sent.toReversed()])
  assert.deepEqual(await ids('/msg', { q: sent[1] ?? '' }), [sent[1]])
  assert.deepEqual(await ids('/msg', { where: 'n >= 1', app_id: 'all-1' }), [sent[0]])
  assert.deepEqual(await ids('/msg', { view: 'failed' }), [sent[0]])
  const whole = await list('/msg', { q: sent[1] ?? '' })
  assert.deepEqual([whole.data[0]?.payload, whole.scanned], [{ n: 2 }, 1])

  const counts = await client.call<OverallCounts>('GET', '/summary/delivery', {
    query: { after, before, state: 'failed,succeeded' },
  })
  assert.deepEqual([counts.total, counts.partial, counts.countedSince], [2, false, null])
  const { application, state, answer, eventType } = counts.facets
  assert.deepEqual(
    new Set(application.map(({ uid, count }) => `${uid} ${count}`)),
    new Set(apps.map((uid) => `${uid} 1`)),
  )
  assert.deepEqual(
    [state, answer].map((facet) => facet.map(({ value }) => value)),
    [
      ['failed', 'succeeded'],
      ['200', '500'],
    ],
  )
  assert.deepEqual(eventType, [{ value: 'all.sent', count: 2 }])
  const sought = { where: 'n = 2', app_id: 'all-2' }
  const found = await client.call<OverallCounts>('GET', '/summary/delivery', {
    query: { after, before, ...sought },
  })
  assert.equal(found.total, 1)
  const asked = { after, before, state: 'failed' }
  const lines = await client.exportPart('', 'delivery', asked)
  const line = JSON.parse(lines.text)
  assert.deepEqual([lines.rows, line.id, line.application.uid], [1, newest[2], 'all-1'])
  const csv = await client.exportPart('', 'delivery', { ...asked, format: 'csv' })
  const [heading, cells] = csv.text
    .replaceAll('"', '')
    .split('\r\n')
    .map((text) => text.split(','))
  assert.deepEqual(heading?.slice(0, 3), ['applicationId', 'application', 'id'])
  assert.deepEqual(cells?.slice(1, 3), ['all-1', newest[2]])
  const waits = claims[2] ?? assert.fail('a claim')
  await recordAttempt(api, waits, { status: 500, retryAt: api.world.clock.now() + 60_000 })
  assert.deepEqual(await ids('/delivery', { status: 'retrying' }), [newest[0]])
  await client.endpoints.patch('all-1', 'ep', { disabled: true })
  const held = await list('/delivery', { status: 'held' })
  assert.deepEqual(
    held.data.map(({ id, endpoint }) => [id, endpoint?.disabled]),
    [[newest[0], true]],
  )
})

test('the lists of all applications are for who sees all of them, masked as each of them is', async () => {
  const app = await arrange('all-mine')
  await client.messages.create(app, { eventType: 'all.masked', payload: { card: 4111, n: 9 } })
  const refusal = async (
    path: string,
    query: Readonly<Record<string, string>> = {},
    key?: string,
  ) => {
    const asking = key === undefined ? client : createClient({ url, key })
    const status = (error: unknown): number => {
      if (error instanceof ApiError) return error.status
      throw error
    }
    const asked: Promise<unknown> =
      path === '/export/delivery'
        ? asking.exportPart('', 'delivery', query)
        : asking.call('GET', path, { query })
    return asked.then(() => 200, status)
  }
  const keyOf = async (body: object) =>
    (await client.call<{ token: string }>('POST', '/api-key', { body: { name: 'x', ...body } }))
      .token
  const own = await keyOf({ role: 'admin', applicationId: app })
  const portal = await client.call<{ token: string }>('POST', `/auth/app-portal-access/${app}`, {
    body: {},
  })
  const reader = await keyOf({ role: 'reader' })
  await client.call('PUT', '/masking', { body: { paths: ['card'] } })
  for (const path of ['/delivery', '/msg', '/summary/delivery', '/export/delivery']) {
    assert.equal(await refusal(path, {}, own), 403, path)
    assert.equal(await refusal(path, {}, portal.token), 403, path)
    assert.equal(await refusal(path, {}, reader), 200, path)
    assert.equal(await refusal(path, {}, 'nobody'), 401, path)
    assert.equal(await refusal(path, { app_id: 'nobody' }), 404, path)
    assert.equal(await refusal(path, { app_id: Array(21).fill(app).join() }), 422, path)
    assert.equal(await refusal(path, { before: 'soon' }), 400, path)
    assert.equal(await refusal(path, { where: 'card = 4111' }, reader), 422, path)
    assert.equal(await refusal(path, { where: 'n = 9' }, reader), 200, path)
  }
  assert.equal(await refusal('/msg', { iterator: 'app_1' }), 422)
  const asReader = createClient({ url, key: reader })
  const { data } = await asReader.call<Overall>('GET', '/msg', { query: { app_id: app } })
  assert.deepEqual([data[0]?.payload, data[0]?.masked], [{ card: '[masked]', n: 9 }, ['card']])
  await client.call('PUT', '/masking', { body: { paths: [] } })
})
