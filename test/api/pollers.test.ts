/** Pulling messages, and event types from elsewhere, through the official client. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Svix } from 'svix'
import { settleMs } from '../../src/api/pollers.ts'
import { limits } from '../../src/domain/limits.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { cpuMs, longestTurnMs } from '../support/turns.ts'

const clock = new VirtualClock()
let api: TestApi
let url: string
let svix: Svix
before(async () => {
  api = await startTestApi({ world: { clock } })
  url = await api.listen()
  svix = new Svix(bootstrapKey, { serverUrl: url })
})
after(() => api.close())

let counter = 0
async function scene(count: number) {
  counter += 1
  const app = (await svix.application.create({ name: 'A', uid: `poll-${counter}` })).id
  await svix.eventType.upsert('a.b', { description: '' })
  const { id } = await svix.endpoint.create(app, {
    url: 'https://behind.a.firewall',
    eventTypes: ['a.b'],
    disabled: true,
  })
  const send = async (eventType = 'a.b') => {
    const sent = await svix.message.create(app, { eventType, payload: { n: 1 } })
    await clock.advance(10)
    return sent.id
  }
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    ids.push(await send())
    await send('not.wanted')
  }
  await clock.advance(settleMs)
  return { app, id, ids, send }
}

const poller = () => svix.message.poller

test('a poll gives what the endpoint wants, oldest first, and goes on at its iterator', async () => {
  const { app, id, ids, send } = await scene(3)
  const first = await poller().poll(app, id, { limit: 2 })
  assert.deepEqual([first.data.map((item) => item.id), first.done], [ids.slice(0, 2), false])
  assert.deepEqual(first.data[0]?.payload, { n: 1 })
  const second = await poller().poll(app, id, { limit: 2, iterator: first.iterator })
  assert.deepEqual([second.data.map((item) => item.id), second.done], [ids.slice(2), true])
  const fresh = await send()
  const early = await poller().poll(app, id, { iterator: second.iterator })
  assert.equal(early.data.length, 0, 'a message that may still be overtaken is not shown')
  await clock.advance(settleMs)
  const late = await poller().poll(app, id, { iterator: early.iterator })
  assert.deepEqual(
    late.data.map((item) => item.id),
    [fresh],
  )
  await assert.rejects(poller().poll(app, id, { iterator: 'nonsense' }), { code: 422 })
})

test('a consumer gets the same again until it acknowledges, and can seek', async () => {
  const { app, id, ids } = await scene(2)
  const names = async (iterator?: string) => {
    const page = await poller().consumerPoll(app, id, 'worker', {
      limit: 1,
      ...(iterator === undefined ? {} : { iterator }),
    })
    return { got: page.data.map((item) => item.id), iterator: page.iterator }
  }
  const first = await names()
  assert.deepEqual((await names()).got, [ids[0]])
  const second = await names(first.iterator)
  assert.deepEqual(second.got, [ids[1]])
  assert.deepEqual((await names()).got, [ids[1]], 'the place is kept here')
  await poller().consumerSeek(app, id, 'worker', { after: new Date(clock.now() - 3_600_000) })
  assert.deepEqual((await names()).got, [ids[0]])
})

async function call(method: string, path: string, body?: object, language = 'en') {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${bootstrapKey}`, 'accept-language': language },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? null : JSON.parse(text) }
}

test('the second generation leases offsets and commits them', async () => {
  const { app, id, ids } = await scene(3)
  const base = `/app/${app}/polling-endpoint/${id}/consumer/w`
  const read = async () => (await call('GET', `${base}?limit=2&lease_duration_ms=5000`)).json
  const first = await read()
  assert.deepEqual(
    first.data.map((item: { id: string; offset: number }) => [item.id, item.offset]),
    [
      [ids[0], 1],
      [ids[1], 2],
    ],
  )
  assert.deepEqual((await read()).data, [], 'leased to the first')
  assert.equal((await call('POST', `${base}/commit`, { offset: 9 })).status, 409)
  assert.equal((await call('POST', `${base}/commit`, { offset: 1 })).status, 204)
  await clock.advance(5_000)
  const again = await read()
  assert.deepEqual(
    again.data.map((item: { id: string; offset: number }) => [item.id, item.offset]),
    [
      [ids[1], 2],
      [ids[2], 3],
    ],
  )
  assert.equal((await call('POST', `${base}/commit`, { offset: 3 })).status, 204)
  assert.equal((await call('POST', `${base}/commit`, { offset: 2 })).status, 204)
  assert.deepEqual((await read()).data, [])
  const latest = await call(
    'GET',
    `/app/${app}/polling-endpoint/${id}/consumer/z?starting_position=latest`,
  )
  assert.deepEqual(latest.json, { data: [], done: true })
})

const spec = {
  openapi: '3.1.0',
  components: {
    schemas: {
      Pet: { type: 'object', properties: { owner: { $ref: '#/components/schemas/Owner' } } },
      Owner: { type: 'object' },
      Unused: { type: 'object' },
    },
  },
  webhooks: {
    'pet.new': {
      post: {
        summary: 'A pet arrived',
        tags: ['Pets'],
        requestBody: {
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/Pet' },
              example: { owner: {} },
            },
          },
        },
      },
    },
    'pet.gone': { post: { description: 'It left', deprecated: true } },
  },
}

test('webhooks of an OpenAPI document become event types; a dry run changes nothing', async () => {
  await svix.eventType.upsert('old.type', { description: '' })
  const dry = await svix.eventType.importOpenapi({ spec, dryRun: true })
  assert.deepEqual(
    dry.data.toModify?.map(({ name }) => name),
    ['pet.new', 'pet.gone'],
  )
  await assert.rejects(svix.eventType.get('pet.new'), { code: 404 })
  const specRaw = JSON.stringify(spec)
  const { data } = await svix.eventType.importOpenapi({ specRaw, replaceAll: true })
  assert.ok(data.modified.includes('pet.new') && data.modified.includes('old.type'))
  const imported = await svix.eventType.get('pet.new')
  assert.deepEqual([imported.description, imported.groupName], ['A pet arrived', 'Pets'])
  assert.deepEqual(Object.keys(imported.schemas[1].components.schemas).sort(), ['Owner', 'Pet'])
  assert.equal((await svix.eventType.get('old.type')).archived, true)
  const yaml = `
openapi: 3.1.0
webhooks:
  yaml.made:
    post:
      description: "made of YAML: ñ"
      requestBody:
        content:
          application/json: { schema: { type: object, required: [id] } }
`
  const made = await svix.eventType.importOpenapi({ specRaw: yaml, dryRun: true })
  assert.deepEqual(
    made.data.toModify?.map(({ name, description, schemas }) => [name, description, schemas]),
    [['yaml.made', 'made of YAML: ñ', { 1: { type: 'object', required: ['id'] } }]],
  )
  const bomb = ['a: &a [x, x]', ...'bcdefghijklmnop'.split('').map(laughs)].join('\n')
  const unreadable = [bomb, 'a: [', 'x'.repeat(1_100_000), '&a [*a]', '['.repeat(100_000), '\t- x']
  for (const specRaw of ['openapi: 3.1.0', ...unreadable]) {
    await assert.rejects(
      svix.eventType.importOpenapi({ specRaw }),
      { code: 422 },
      specRaw.slice(0, 20),
    )
  }
  await assert.rejects(svix.eventType.importOpenapi({}), { code: 422 })
  const odd = { webhooks: { 'not a name': { post: {} } } }
  await assert.rejects(svix.eventType.importOpenapi({ spec: odd }), { code: 422 })
})

test('a text of any kind becomes event types; what differs is a version, what is not said stays', async () => {
  const read = async (text: string, dryRun = false) =>
    (await call('POST', '/event-type/import', { text, dryRun })).json
  const changes = (answer: { readonly data: readonly Record<string, string>[] }) =>
    answer.data.map(({ name, change, version }) => [name, change, version])
  const asyncApi = (payload: object) =>
    JSON.stringify({
      asyncapi: '3.0.0',
      channels: {
        lights: { messages: { lit: { $ref: '#/components/messages/light.lit' } } },
        old: { subscribe: { message: { oneOf: [{ name: 'light/out', summary: 'It went out' }] } } },
      },
      components: {
        messages: {
          'light.lit': {
            title: 'Lit',
            tags: [{ name: 'Lights' }],
            payload,
            examples: [{ payload: { at: 1 } }],
          },
        },
      },
    })
  const first = asyncApi({ type: 'object', properties: { at: { type: 'integer' } } })
  const dry = await read(first, true)
  assert.equal(dry.format, 'asyncapi')
  assert.deepEqual(changes(dry), [
    ['light.lit', 'created', '1'],
    ['light.out', 'created', null],
  ])
  assert.equal((await call('GET', '/event-type/light.lit')).status, 404)
  await read(first)
  const made = (await call('GET', '/event-type/light.lit')).json
  assert.deepEqual([made.description, made.groupName], ['Lit', 'Lights'])
  assert.deepEqual(made.schemas['1'].examples, [{ at: 1 }])
  assert.deepEqual(changes(await read(first)), [
    ['light.lit', 'same', '1'],
    ['light.out', 'same', null],
  ])
  const second = asyncApi({ type: 'object', properties: { at: { type: 'string' } } })
  assert.deepEqual(changes(await read(second))[0], ['light.lit', 'changed', '2'])
  assert.equal(Object.keys((await call('GET', '/event-type/light.lit')).json.schemas).length, 2)

  const csv =
    'nombre;descripción;grupo;ejemplo\r\nlight.lit;"Se ""encendió""; sí";;\nlist.one;;Own;"{""a"":\n1}"\n'
  const listed = await read(csv)
  assert.deepEqual(
    [listed.format, ...changes(listed)],
    ['list', ['light.lit', 'changed', '2'], ['list.one', 'created', '1']],
  )
  const after = (await call('GET', '/event-type/light.lit')).json
  assert.deepEqual([after.description, after.groupName], ['Se "encendió"; sí', 'Lights'])
  assert.deepEqual(changes(await read('list.one\nlist.two\n')), [
    ['list.one', 'same', '1'],
    ['list.two', 'created', null],
  ])
  for (const [text, place] of [
    ['good.one\nnot a name', 'line 2'],
    ['name,example\ngood.one,{', 'line 2'],
    ['\n\n', 'text'],
    ['{"asyncapi":"3.0.0"}', 'text'],
    ['openapi: [', 'text'],
  ]) {
    const refused = await call('POST', '/event-type/import', { text })
    assert.equal(refused.status, 422, text)
    assert.ok(JSON.stringify(refused.json.detail[0].loc).includes(place ?? ''), text)
  }
})

test('an environment’s event types travel to another', async () => {
  const exported = await svix.environment.export()
  assert.ok(exported.eventTypes.some(({ name }) => name === 'pet.new'))
  await svix.eventType.delete('pet.new', { expunge: true })
  const { eventTypes } = exported
  await svix.environment.import({ eventTypes })
  assert.equal((await svix.eventType.get('pet.new')).groupName, 'Pets')
  const connectors = [{ name: 'x', transformation: 'y' }]
  await assert.rejects(svix.environment.import({ connectors }), { code: 422 })
})

test('an event type has a bounded number of versions; what has more keeps them', async () => {
  const versions = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [n + 1, { title: `${n + 1}` }]))
  const max = limits.schemaVersionsMax
  const type = { name: 'many.versions', description: '', schemas: versions(max) }
  assert.equal((await call('POST', '/event-type', type)).status, 201)
  for (const [language, told] of [
    ['en', `at most ${max} versions of its schema, not ${max + 1}`],
    ['es', `como máximo ${max} versiones de su esquema, no ${max + 1}`],
  ] as const) {
    const body = { description: '', schemas: versions(max + 1) }
    const refused = await call('PUT', '/event-type/many.versions', body, language)
    assert.equal(refused.status, 422)
    assert.ok(JSON.stringify(refused.json.detail).includes(told), JSON.stringify(refused.json))
  }
  const text = 'name,example\nother.type,{}\nmany.versions,{"a":1}'
  const imported = await call('POST', '/event-type/import', { text })
  assert.equal(imported.status, 422)
  assert.match(imported.json.detail[0].msg, /^many\.versions: an event type has at most/)
  assert.equal((await call('GET', '/event-type/other.type')).status, 404, 'nothing is imported')

  const key = { organizationId: api.organizationId, name: 'many.versions' }
  const before = (await api.store.findEventType(key)) ?? assert.fail('it is there')
  const stored = { ...before, schemas: versions(max + 5), updatedAt: clock.now() + 1 }
  await api.store.putEventType(stored)
  const patched = await call('PATCH', '/event-type/many.versions', { description: 'Changed' })
  assert.equal(Object.keys(patched.json.schemas).length, max + 5)
})

test('a page of event types with large schemas ends early, and the official client walks them all', async () => {
  const schemas = { 1: { description: 'x'.repeat(1_500_000) } }
  const names = ['large.a', 'large.b', 'large.c', 'large.d']
  for (const name of names) await svix.eventType.create({ name, description: '', schemas })
  const walked: string[] = []
  const counts: number[] = []
  for (let iterator: string | null = 'large'; iterator !== null; ) {
    const page = await svix.eventType.list({ withContent: true, limit: 250, iterator })
    const large = page.data.filter(({ name }) => name.startsWith('large.'))
    for (const { schemas: read } of large) assert.deepEqual(read, schemas)
    walked.push(...large.map(({ name }) => name))
    counts.push(large.length)
    iterator = page.done ? null : page.iterator
  }
  assert.deepEqual([walked, counts], [names, [3, 1]])
  const { eventTypes } = await svix.environment.export()
  assert.deepEqual(
    eventTypes.flatMap(({ name }) => (name.startsWith('large.') ? [name] : [])),
    names,
  )
  for (const name of names) await svix.eventType.delete(name, { expunge: true })
})

test('thousands of types that share schemas are taken in by turns, and hold up nobody', async () => {
  const text = { type: 'string', description: 'A text of some length' }
  const properties = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`member${n}`, text]))
  const many = <Item>(count: number, made: (n: number) => readonly [string, Item]) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => made(n)))
  const schemas = many(300, (n) => [`S${n}`, { type: 'object', title: `S${n}`, properties }])
  const webhooks = many(5_000, (n) => {
    const schema = { $ref: `#/components/schemas/S${n % 300}` }
    return [
      `shared.n${n}`,
      { post: { requestBody: { content: { 'application/json': { schema } } } } },
    ]
  })
  const shared = { openapi: '3.1.0', webhooks, components: { schemas } }
  const copies = JSON.stringify(Array.from({ length: 5_000 }, (_, n) => schemas[`S${n % 300}`]))
  const before = process.threadCpuUsage()
  JSON.parse(copies)
  const atOnceMs = cpuMs(before)

  const body = { text: JSON.stringify(shared), dryRun: true }
  const turnMs = await longestTurnMs(async () => {
    const { json } = await call('POST', '/event-type/import', body)
    assert.equal(json.data.length, 5_000)
  })
  assert.ok(turnMs < atOnceMs / 2, `a turn took ${turnMs} ms; all at once ${atOnceMs} ms`)
})

/** Each line stands for the one before ten times. */
function laughs(name: string): string {
  const before = String.fromCharCode(name.charCodeAt(0) - 1)
  return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`
}
