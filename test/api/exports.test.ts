/** Lists as files, a part at a time: whole, safe in a spreadsheet, and no more than the caller may see. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { listText } from '../../src/api/pagination.ts'
import { type Client, createClient, type ExportPart } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { recordAttempt } from '../support/attempts.ts'

let api: TestApi
let url: string
let client: Client
before(async () => {
  api = await startTestApi()
  url = await api.listen()
  client = createClient({ url, key: bootstrapKey })
})
after(() => api.close())

type Query = Parameters<Client['exportPart']>[2]

/** All parts, in order. */
async function whole(
  ask: (iterator: string | undefined) => Promise<ExportPart>,
): Promise<{ readonly text: string; readonly rows: number }> {
  let [text, rows, iterator] = ['', 0, undefined as string | undefined]
  for (;;) {
    const part = await ask(iterator)
    text += part.text
    rows += part.rows
    if (part.next === null) return { text, rows }
    iterator = part.next
  }
}

const all = (app: string, list: 'delivery' | 'msg', query: Query) =>
  whole((iterator) => client.exportPart(app, list, { ...query, iterator }))

const idsOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).id as string]))

test('an export goes on where its last part ended, also at a server that started anew', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-export-'))
  const servers: Posthorn[] = []
  const started = async (): Promise<Client> => {
    const world = { clock: systemClock, random: systemRandom, log: silentLog }
    const server = createPosthorn(configWith({ port: 0, dataDir }), world)
    servers.push(server)
    await server.start()
    return createClient({ url: server.url, key: server.installation.apiKey })
  }
  try {
    const one = await started()
    await one.applications.create({ name: 'Large', uid: 'large' })
    const sent: string[] = []
    const filler = 'x'.repeat(300_000)
    for (let n = 0; n < 18; n += 1) {
      // Line ends between the tokens are the sender's own, and no ends of rows.
      const payload = `{\n  "n": ${n}.0,\r\n  "filler": "${filler}"\n}`
      const body = `{"eventType":"a.b","payload":${payload}}`
      sent.unshift((await one.messages.create('large', body)).id)
    }
    const first = await one.exportPart('large', 'msg', {})
    assert.ok(first.next !== null && first.rows > 0 && first.rows < sent.length, 'one part of more')
    await one.messages.create('large', { eventType: 'a.b', payload: {} }) // newer: not of the rest
    await servers.pop()?.stop()
    const other = await started()
    const rest = await whole((iterator) =>
      other.exportPart('large', 'msg', { iterator: iterator ?? first.next ?? '' }),
    )
    assert.deepEqual(idsOf(first.text + rest.text), sent)
    assert.equal(first.rows + rest.rows, sent.length)
    assert.match(first.text, /"payload":\{ {3}"n": 17\.0,/, 'as it came, on one line')
    const table = await whole((iterator) =>
      other.exportPart('large', 'msg', { iterator, format: 'csv', with_content: false }),
    )
    assert.equal(table.text.match(/eventType/g)?.length, 1, 'one heading')
    assert.equal(table.rows, sent.length + 1)
  } finally {
    await servers.pop()?.stop()
    rmSync(dataDir, { recursive: true })
  }
})

test('deliveries are exported by every filter of their list, as a table that runs nothing', async () => {
  const app = 'filtered'
  await client.applications.create({ name: app, uid: app })
  const names = ['=cmd()', '＠sum', 'Plain, "quoted"']
  const endpoints = []
  for (const [n, description] of names.entries()) {
    const made = { url: `https://e${n}.example.com/secret-path`, uid: `e${n}`, description }
    endpoints.push(await client.endpoints.create(app, made))
  }
  api.claims.length = 0
  for (const eventType of ['a.b', 'c.d']) {
    await client.messages.create(app, { eventType, payload: {} })
  }
  for (const [n, claim] of api.claims.entries()) {
    await recordAttempt(api, claim, { status: [500, 500, 0][n] ?? 200 })
  }
  await client.endpoints.patch(app, 'e2', { paused: true })
  const every = await all(app, 'delivery', {})
  const listed = await client.call<{ data: unknown[] }>('GET', `/app/${app}/delivery`)
  assert.deepEqual(
    every.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    listed.data,
    'each line is an item of the list',
  )
  const counted = async (query: Query): Promise<number> => (await all(app, 'delivery', query)).rows
  assert.equal(await counted({ status: 'delivered' }), 3)
  assert.equal(await counted({ status: 'retrying,held,failed' }), 3)
  assert.equal(await counted({ state: 'succeeded', status: 'failed' }), 0)
  assert.equal(await counted({ code: '500' }), 2)
  assert.equal(await counted({ code: '500,connect_timeout' }), 3)
  type Answer = { readonly data: readonly unknown[]; readonly total: number }
  const got = (path: string): Promise<Answer> => client.call('GET', `/app/${app}/${path}`)
  assert.equal((await got('delivery?code=500')).data.length, 2)
  assert.equal((await got('delivery?code=500,connect_timeout&state=failed')).data.length, 3)
  assert.equal((await got('summary/delivery?code=200')).total, 3)
  assert.equal((await got('summary/delivery?code=connect_timeout&event_types=a.b')).total, 1)
  assert.equal(await counted({ endpoint_id: 'e0,e1' }), 4)
  assert.equal(await counted({ endpoint_id: endpoints[2]?.id ?? '', event_types: 'c.*' }), 1)
  assert.equal(await counted({ q: 'PLAIN' }), 2)
  assert.equal(await counted({ after: '2199-01-01T00:00:00Z' }), 0)
  const { text } = await all(app, 'delivery', { format: 'csv' })
  const [heading, ...rows] = text.trimEnd().split('\r\n')
  assert.equal(heading?.split(',').length, 13)
  assert.equal(rows.length, 6)
  assert.doesNotMatch(text, /(^|,)"?[=+@＠-]/m)
  assert.match(text, /,"'=cmd\(\)",.*\r\n/)
  assert.match(text, /,"Plain, ""quoted""",/)
  assert.doesNotMatch(text, /secret-path/, 'the path of a URL may hold a key')
  for (const [query, status] of [
    ['endpoint_id=ep_none', 404],
    ['status=lost', 422],
    ['iterator=-dlv_000000000000000000000000000', 422],
    ['format=xls', 422],
  ] as const) {
    const headers = { authorization: `Bearer ${bootstrapKey}` }
    const response = await fetch(`${url}/api/v1/app/${app}/export/delivery?${query}`, { headers })
    assert.equal(response.status, status, query)
  }
})

test('a page that looked at enough says where to go on, though nothing on it was found', () => {
  const ways = { idOf: (id: string) => id, render: (id: string) => JSON.stringify(id) }
  const text = (items: string[], towards: 'older' | 'newer') =>
    listText({ items, done: false, scannedTo: { id: 'dlv_5', towards } }, ways)
  assert.equal(text([], 'older'), '{"data":[],"iterator":"dlv_5","done":false}')
  assert.equal(
    text([], 'newer'),
    '{"data":[],"iterator":null,"prevIterator":"-dlv_5","done":false}',
  )
  const found = '{"data":["dlv_9"],"iterator":"dlv_5","prevIterator":"-dlv_9","done":false}'
  assert.equal(text(['dlv_9'], 'older'), found)
})

test('a delivery in memory says until when the circuit of its endpoint holds it back', async () => {
  const app = 'circuit'
  await client.applications.create({ name: app, uid: app })
  await client.endpoints.create(app, { url: 'https://example.com' })
  api.claims.length = 0
  const ids: string[] = []
  for (let n = 0; n < 2; n += 1) {
    ids.unshift((await client.messages.create(app, { eventType: 'a.b', payload: { n } })).id)
  }
  const openUntil = api.world.clock.now() + 60_000
  const health = { failingSince: 1, consecutiveFailures: 10, openUntil }
  const [first] = api.claims
  assert.ok(first !== undefined)
  await recordAttempt(api, first, { status: 500, effect: { health } })
  const until = new Date(openUntil).toISOString()
  const seen = (rows: readonly { msgId?: string; state?: string; circuitOpenUntil?: unknown }[]) =>
    rows.map(({ msgId, state, circuitOpenUntil }) => [msgId, state, circuitOpenUntil])
  const expected = [
    [ids[0], 'sending', until],
    [ids[1], 'failed', null],
  ]
  type Rows = { readonly data: readonly { readonly id: string; readonly msgId: string }[] }
  const { data } = await client.call<Rows>('GET', `/app/${app}/delivery`)
  assert.deepEqual(seen(data), expected)
  const one = await client.call<object>('GET', `/app/${app}/delivery/${data[0]?.id}`)
  assert.deepEqual(seen([one]), [expected[0]])
  const exported = (await all(app, 'delivery', {})).text.trim().split('\n')
  assert.deepEqual(seen(exported.map((line) => JSON.parse(line))), expected)
  const { data: destinations } = await client.messages.destinations(app, ids[0] ?? '')
  assert.equal(Reflect.get(destinations[0] ?? {}, 'circuitOpenUntil'), until)
})

test('messages are exported by their payload, and masked as for whoever asks', async () => {
  const app = 'masked'
  await client.applications.create({ name: app, uid: app })
  for (let n = 0; n < 40; n += 1) {
    const payload = { n, email: `=person${n}@example.com` }
    await client.messages.create(app, { eventType: 'a.b', payload, tags: ['#vip'] })
  }
  const found = await all(app, 'msg', { where: 'n >= 38', format: 'csv' })
  assert.equal(found.rows, 2)
  assert.match(found.text, /,"#vip",/)
  assert.match(found.text, /"\{""n"":39,""email"":""=person39@example\.com""\}"/)
  assert.equal((await all(app, 'msg', { q: '#VIP', where: 'n < 1' })).rows, 1)
  await client.call('PUT', '/masking', { body: { paths: ['email'] } })
  const made = await client.call<{ token: string }>('POST', '/api-key', {
    body: { name: 'reader', role: 'reader' },
  })
  const reader = createClient({ url, key: made.token })
  for (const format of ['csv', 'ndjson']) {
    const part = await reader.exportPart(app, 'msg', { format })
    assert.equal(part.rows, 40)
    assert.doesNotMatch(part.text, /person/)
    assert.match(part.text, /\[masked\]/)
  }
  const ask = reader.exportPart(app, 'msg', { where: 'email ~ "person7"' })
  await assert.rejects(ask, { status: 422 }, 'a search would tell what is masked')
  const audit = await client.call<{ data: readonly { operation: string }[] }>('GET', '/audit')
  assert.ok(audit.data.some(({ operation }) => operation === 'v1.message.export'))
})
