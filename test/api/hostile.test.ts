/** The corpora of hostile bodies, headers and requests, each case with its expected outcome. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { documentReader } from '../../src/api/document-reader.ts'
import { signToken } from '../../src/api/json-web-token.ts'
import { Problem } from '../../src/domain/errors.ts'
import { limits } from '../../src/domain/limits.ts'
import { scopeLimits } from '../../src/domain/scope.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import type { Store } from '../../src/store/store.ts'
import { StoreUnavailable } from '../../src/store/store.ts'
import { casesOf } from '../hostile/corpus.ts'
import {
  bootstrapKey,
  jwtSecret,
  organizationId,
  startTestApi,
  type TestApi,
} from '../support/api.ts'
import { patience } from '../support/eventually.ts'

let api: TestApi
let url: string
let port: number
let failNextAccept = false
/** Another credential of the same organisation. */
const otherToken = signToken({ sub: organizationId }, jwtSecret)

before(async () => {
  api = await startTestApi({ wrapStore: failing })
  url = await api.listen()
  port = Number(new URL(url).port)
  await post('/app', '{"name":"Hostile","uid":"hostile"}')
})
after(() => api.close())

function failing(store: Store): Store {
  return {
    ...store,
    async acceptMessage(input) {
      if (!failNextAccept) return store.acceptMessage(input)
      failNextAccept = false
      throw new StoreUnavailable('full', 'disk full (injected)')
    },
  }
}

interface Reply {
  readonly status: number
  readonly text: string
}

async function post(
  path: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bootstrapKey}`, ...headers },
    body,
  })
  return { status: response.status, text: await response.text() }
}

interface Generated {
  readonly open: string
  readonly unit: string
  readonly n: number | string
  readonly close: string
  readonly mirror?: boolean
  readonly chunked?: boolean
}
interface Step {
  readonly key?: string | readonly string[]
  readonly payload?: string
  readonly times?: number
  readonly fault?: string
  readonly token?: number
  readonly kill_server?: boolean
}
interface BodyInput {
  readonly field: 'payload' | 'body' | 'type' | 'id' | 'idempotency'
  readonly raw?: string
  readonly hex?: string
  readonly gen?: Generated
  readonly value?: unknown
  readonly steps?: readonly Step[]
}
interface BodyExpect {
  readonly status?: readonly number[]
  readonly statuses?: readonly number[]
  readonly then?: string
  readonly events?: number
  readonly second_status?: readonly number[]
  readonly max_ms?: number
}

const bodyLimit = 2 * 1024 * 1024

function generate(gen: Generated, overhead: number): string {
  const count = typeof gen.n === 'number' ? gen.n : bodyLimit + 1 - overhead
  const close = gen.mirror === true ? gen.close.repeat(count) : gen.close
  return gen.open + gen.unit.repeat(count) + close
}

/** The request body of a case, and the payload that should be stored. */
function requestOf(input: BodyInput): { readonly body: Buffer; readonly payload: string | null } {
  if (input.field === 'payload') {
    const head = '{"eventType":"a.b","payload":'
    const payload = input.raw ?? generate(input.gen as Generated, head.length)
    return { body: Buffer.from(`${head}${payload}}`), payload }
  }
  if (input.field === 'body') {
    const body =
      input.hex === undefined
        ? Buffer.from(input.raw ?? generate(input.gen as Generated, 0))
        : Buffer.from(input.hex, 'hex')
    return { body, payload: null }
  }
  const message =
    input.field === 'type'
      ? { eventType: input.value, payload: {} }
      : { eventType: 'a.b', eventId: input.value, payload: {} }
  return { body: Buffer.from(JSON.stringify(message)), payload: null }
}

async function storedPayload(text: string): Promise<string> {
  const application = await api.store.findApplication({
    organizationId: api.organizationId,
    idOrUid: 'hostile',
  })
  assert.ok(application)
  const message = await api.store.findMessage({
    applicationId: application.id,
    idOrEventId: JSON.parse(text).id,
    withPayload: true,
  })
  return Buffer.from(message?.payload ?? []).toString()
}

for (const { id, input, expect, why } of casesOf<BodyInput, BodyExpect>('message bodies')) {
  test(`${id}: ${why}`, async () => {
    const { body, payload } = requestOf(input)
    const started = performance.now()
    const reply =
      input.gen?.chunked === true ? await postChunked(body) : await post('/app/hostile/msg', body)
    const elapsed = performance.now() - started
    const bodyOnly = input.field === 'body' && reply.status === 422 // lacks eventType by its nature
    assert.ok(expect.status?.includes(reply.status) || bodyOnly, `${reply.status} ${reply.text}`)
    if (reply.status >= 400)
      assert.ok('detail' in JSON.parse(reply.text), 'no machine-readable body')
    if (expect.then === 'exact' || (expect.then === 'exact_or_rejected' && reply.status < 300)) {
      assert.equal(await storedPayload(reply.text), payload)
      assert.ok(reply.text.includes(payload ?? '\u0000'), 'the answer shows other bytes')
    }
    assert.ok(elapsed < (expect.max_ms ?? 5000), `took ${elapsed} ms`)
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  })
}

test('an eventId may hold dots: it is no part of what is signed', async () => {
  for (const { input } of casesOf<BodyInput, BodyExpect>('dotted event ids')) {
    const reply = await post('/app/hostile/msg', requestOf(input).body)
    assert.equal(reply.status, 202)
    assert.doesNotMatch(JSON.parse(reply.text).id, /\./)
  }
})

/** Writes in pieces without a length and reads the answer, however early it comes. */
function postChunked(body: Buffer): Promise<Reply> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    let writing = true
    socket.on('error', () => {
      writing = false
    })
    socket.on('data', (data) => {
      text += data
      writing = false
    })
    socket.on('close', () => resolve(parseReply(text)))
    socket.write(
      `POST /api/v1/app/hostile/msg HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bootstrapKey}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    const size = 65_536
    const write = (at: number): void => {
      if (!writing || at >= body.length) {
        socket.end()
        return
      }
      const piece = body.subarray(at, at + size)
      socket.write(`${piece.length.toString(16)}\r\n`)
      socket.write(piece)
      socket.write('\r\n', () => write(at + size))
    }
    write(0)
  })
}

test('an answer before the body is over arrives, and a body without end is cut', async () => {
  const large = Buffer.alloc(8 * bodyLimit, 0x20)
  const replies = await Promise.all(Array.from({ length: 20 }, () => postChunked(large)))
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([413]))
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const piece = `10000\r\n${' '.repeat(0x10000)}\r\n`
    const write = (): void => {
      if (!socket.destroyed) socket.write(piece, write)
    }
    socket.on('error', () => {}) // it is cut in the middle of a write
    socket.on('close', () => resolve())
    socket.resume()
    socket.write(
      `POST /api/v1/app/hostile/msg HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bootstrapKey}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      write,
    )
  })
})

function parseReply(text: string): Reply {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
  return { status, text: text.slice(text.indexOf('\r\n\r\n') + 4) }
}

for (const { id, input, expect, why } of casesOf<BodyInput, BodyExpect>('idempotency scripts')) {
  test(`${id}: ${why}`, async () => {
    await post('/app', `{"name":"Keys","uid":"${id}"}`)
    const replies: Reply[] = []
    for (const step of input.steps ?? []) {
      if (step.kill_server === true) continue // keys are in the store: test/flow kills the process
      failNextAccept = step.fault === 'store_error'
      const sent = Array.from({ length: step.times ?? 1 }, () => postWithKey(id, step))
      replies.push(...(await Promise.all(sent)))
    }
    const allowed = expect.statuses
    if (allowed !== undefined) {
      for (const reply of replies) assert.ok(allowed.includes(reply.status), reply.text)
    }
    if (expect.second_status !== undefined) {
      assert.ok(expect.second_status.includes(replies[1]?.status ?? 0), replies[1]?.text)
    }
    const listed = await get(`/app/${id}/msg`)
    assert.equal(JSON.parse(listed.text).data.length, expect.events ?? 0)
    const ids = replies.filter(({ status }) => status < 300).map(({ text }) => JSON.parse(text).id)
    assert.ok(new Set(ids).size <= 1, 'one key made several messages')
  })
}

async function get(path: string): Promise<Reply> {
  const response = await fetch(`${url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${bootstrapKey}` },
  })
  return { status: response.status, text: await response.text() }
}

/** Over a raw socket, since clients refuse to send some of these keys. */
async function postWithKey(app: string, step: Step): Promise<Reply> {
  const body =
    step.payload === 'not json' ? 'not json' : `{"eventType":"a.b","payload":${step.payload}}`
  const keys = typeof step.key === 'string' ? [step.key] : (step.key ?? [])
  return raw(
    `POST /api/v1/app/${app}/msg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
      `Authorization: Bearer ${step.token === 2 ? otherToken : bootstrapKey}\r\n` +
      keys.map((key) => `Idempotency-Key: ${key}\r\n`).join('') +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function raw(text: string | Buffer, waitMs = 2_000 * patience): Promise<Reply> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setTimeout(waitMs, () => socket.destroy())
    socket.on('error', () => {})
    socket.on('data', (data) => {
      answer += data
      if (/\r\n\r\n/.test(answer)) socket.end()
    })
    socket.on('close', () => resolve(parseReply(answer)))
    socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
  })
}

for (const { id, input, expect, why } of casesOf<string, string>('custom headers saved')) {
  test(`${id}: ${why}`, async () => {
    const uid = `ep-${id}`
    const body = `{"url":"https://example.com","uid":"${uid}","headers":${input}}`
    const reply = await post('/app/hostile/endpoint', body)
    const accepted = reply.status === 201
    if (expect === 'accept') assert.ok(accepted, reply.text)
    else if (expect === 'reject') assert.equal(reply.status, 422, reply.text)
    else assert.ok(accepted || reply.status === 422, reply.text)
    if (!accepted) return assert.match(reply.text, /"headers"/, 'the field is not named')
    const view = await api.store.findEndpoint({
      applicationId: JSON.parse((await get('/app/hostile')).text).id,
      idOrUid: uid,
    })
    assert.deepEqual(view?.headers, JSON.parse(input))
  })
}

interface RequestInput {
  readonly raw?: string
  readonly query?: string
}
interface RequestExpect {
  readonly status?: readonly number[]
  readonly max_ms?: number
}

for (const { id, input, expect, why } of casesOf<RequestInput, RequestExpect>('raw requests')) {
  test(`${id}: ${why}`, async () => {
    const path = '/api/v1/app/hostile/msg'
    const text =
      input.raw ??
      `GET ${path}?${input.query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bootstrapKey}\r\n\r\n`
    const started = performance.now()
    // The corpus names another product's paths: play each on its own path and on one of ours.
    for (const request of [
      text,
      text.replace('/v1/events', path).replace('/health', '/api/v1/health'),
    ]) {
      const reply = await raw(request)
      const unauthenticated = reply.status === 401 // ours are behind a key
      assert.ok(
        expect.status?.includes(reply.status) || unauthenticated,
        `${reply.status} ${reply.text}`,
      )
      assert.ok(reply.status < 400 || reply.status === 501 || 'detail' in JSON.parse(reply.text))
    }
    assert.ok(performance.now() - started < 2 * (expect.max_ms ?? 2000) * patience)
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  })
}

test('a store that cannot write answers 503 with Retry-After, and the key stays free', async () => {
  failNextAccept = true
  const response = await fetch(`${url}/api/v1/app/hostile/msg`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bootstrapKey}`, 'idempotency-key': 'after-503' },
    body: '{"eventType":"a.b","payload":{}}',
  })
  assert.equal(response.status, 503)
  assert.ok(Number(response.headers.get('retry-after')) > 0)
  assert.equal(((await response.json()) as { code: string }).code, 'unavailable')
  const again = await post('/app/hostile/msg', '{"eventType":"a.b","payload":{}}', {
    'idempotency-key': 'after-503',
  })
  assert.equal(again.status, 202)
})

test('an application beyond its rate gets 429 with Retry-After, also for a batch, and no other does', async (t) => {
  const limited = await startTestApi({ config: { applicationRatePerSecond: 2 } })
  t.after(() => limited.close())
  const call = (path: string, body: string) =>
    limited.app.inject({
      method: 'POST',
      url: `/api/v1/app${path}`,
      headers: { authorization: `Bearer ${bootstrapKey}` },
      payload: body,
    })
  for (const uid of ['loud', 'quiet']) await call('', `{"name":"A","uid":"${uid}"}`)
  const one = '{"eventType":"a.b","payload":{}}'
  const batch = await call('/loud/msg/batch', `{"messages":[${one},${one},${one}]}`)
  assert.ok(batch.statusCode < 300, batch.body)
  for (const [path, body] of [
    ['/loud/msg', one],
    ['/loud/msg/batch', `{"messages":[${one}]}`],
  ] as const) {
    const refused = await call(path, body)
    assert.equal(refused.statusCode, 429, refused.body)
    assert.ok(Number(refused.headers['retry-after']) >= 1)
    assert.equal(refused.json().code, 'rate_limited')
  }
  assert.equal((await call('/quiet/msg', one)).statusCode, 202)
})

test('compressed bodies are refused, and identity is no compression', async () => {
  const body = '{"eventType":"a.b","payload":{}}'
  assert.equal((await post('/app/hostile/msg', body, { 'content-encoding': 'gzip' })).status, 415)
  const plain = await post('/app/hostile/msg', body, { 'content-encoding': 'identity' })
  assert.equal(plain.status, 202)
  const odd = await post('/app/hostile/msg', body, { 'content-type': 'not a; media type' })
  assert.equal(odd.status, 202, 'the content type is ignored')
})

test('what is wrong with a large list is said by counting, not by comparing each with each', async () => {
  const same = Array.from({ length: 60_000 }, () => '"a"').join(',')
  const before = process.cpuUsage()
  const listed = await post(
    '/app/hostile/msg',
    `{"eventType":"a","payload":{},"channels":[${same}]}`,
  )
  const { user, system } = process.cpuUsage(before)
  assert.equal(listed.status, 422)
  assert.match(listed.text, /channels.*must not have more than 10 items/s)
  // Comparing each with each takes fifteen seconds and more, in which nobody else is served.
  assert.ok(user + system < 5_000_000, `${(user + system) / 1e6} s`)
  const members = (count: number) => Array.from({ length: count }, (_, n) => `"${n}":1`).join(',')
  for (const [count, told] of [
    [limits.jsonMembersMax + 1, `more than ${limits.jsonMembersMax} members`],
    [limits.jsonNamesMax, `more than ${limits.jsonNamesMax} different names`],
  ] as const) {
    const wide = await post('/app/hostile/msg', `{"eventType":"a","payload":{${members(count)}}}`)
    assert.equal(wide.status, 422)
    assert.match(wide.text, new RegExp(told))
  }
  const empty = await post(
    '/app/hostile/msg',
    `{"eventType":"a","payload":{"a":[${'[],'.repeat(200_000)}0]}}`,
  )
  assert.equal(empty.status, 422)
  assert.match(empty.text, /lists and objects/)
})

test('a scope has as many kinds as are matched quickly', async () => {
  const kinds = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`kind_${n}`, ['1']]))
  for (const [path, body] of [
    ['endpoint', { url: 'https://example.com/' }],
    ['msg', { eventType: 'a.b', payload: {} }],
  ] as const) {
    const { kindsMax } = scopeLimits
    const send = (count: number) =>
      post(`/app/hostile/${path}`, JSON.stringify({ ...body, scope: kinds(count) }))
    assert.ok((await send(kindsMax)).status < 300, path)
    const refused = await send(kindsMax + 1)
    assert.equal(refused.status, 422)
    assert.match(refused.text, /scope.*not have more than 16 properties/s)
  }
})

test('lists and names of an import are read once, however they are written', async () => {
  const before = process.cpuUsage()
  const quotes = JSON.stringify({ text: `a${'"a'.repeat(300_000)}` })
  assert.equal((await post('/event-type/import', quotes)).status, 422)
  const dots = `${'.'.repeat(300_000)}a`
  const spec = { openapi: '3.1.0', webhooks: { [`a${dots}`]: { post: {} } } }
  assert.equal((await post('/event-type/import/openapi', JSON.stringify({ spec }))).status, 422)
  const nested = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
  const schema = `{"content":{"application/json":{"schema":${nested}}}}`
  const deep = `{"openapi":"3.1.0","webhooks":{"a.b":{"post":{"requestBody":${schema}}}}}`
  const keys = Array.from({ length: 40_000 }, (_, n) => `k${n}: v`).join('\n')
  for (const specRaw of [
    deep,
    `a: ${'['.repeat(300_000)}`,
    `openapi: 3.1.0\n${keys}`,
    '? '.repeat(2_000),
    ': '.repeat(300_000),
  ]) {
    const { status } = await post('/event-type/import/openapi', JSON.stringify({ specRaw }))
    assert.equal(status, 422, specRaw.slice(0, 40))
  }
  // A heading of the table's own language, not a member that every object has.
  const headings = JSON.stringify({ text: 'constructor,name\nx,listed.once', dryRun: true })
  assert.match((await post('/event-type/import', headings)).text, /listed\.once/)
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 30_000_000, `${(user + system) / 1e6} s`)
})

test('what takes longer to read than its deadline is refused, and holds up nobody', async () => {
  const clock = new VirtualClock()
  const reader = documentReader(clock)
  try {
    const place = { field: 'text', formats: 'openapi' } as const
    // Half a million empty places take minutes: no machine is fast enough for the deadline.
    const slow = assert.rejects(reader.types(`a: [${','.repeat(500_000)}]`, place), (fault) => {
      assert.ok(fault instanceof Problem)
      assert.equal(fault.status, 422)
      assert.match(fault.issues?.[0]?.msg.en ?? '', /longer than 10 s/)
      assert.match(fault.issues?.[0]?.msg.es ?? '', /más de 10 s/)
      return true
    })
    const after = reader.types('webhooks: {a.b: {post: {summary: S}}}', place)
    const waiting = Array.from({ length: 15 }, () => reader.types('webhooks: {}', place))
    const busy = { status: 503, retryAfterSeconds: 10 }
    await assert.rejects(reader.types('webhooks: {}', place), busy)
    const judged = reader.judge([{ loc: ['schemas', '1'], schema: { type: 'nonsense' } }], true)
    await assert.rejects(judged, { status: 422 }, 'schemas have a thread of their own')
    await clock.advance(limits.documentReadMs)
    await slow
    const [read] = (await after).types
    assert.deepEqual([read?.name, JSON.parse(read?.json ?? '').description], ['a.b', 'S'])
    assert.equal((await Promise.all(waiting)).length, 15)
    // A text of a megabyte stands for fifty.
    const unfolded = `a: &a ${'x'.repeat(500_000)}\nb: [${Array(90).fill('*a').join(',')}]`
    await assert.rejects(reader.types(unfolded, place), { status: 422 })
  } finally {
    await reader.close()
  }
  const closed = reader.types('a: 1', { field: 'text', formats: 'all' })
  await assert.rejects(closed, { status: 503 })
})

test('schemas that would take long to judge are refused, or judged without compiling', async () => {
  const texts = Array.from({ length: 3_000 }, (_, n) => `"^p${n}.*(a+)+$":{"type":"string"}`)
  const objects = Array.from({ length: 20_000 }, (_, n) => `{"a":${n}}`)
  const before = process.cpuUsage()
  const type = (name: string, schema: string) =>
    post('/event-type', `{"name":"${name}","description":"","schemas":{"1":${schema}}}`)
  assert.equal((await type('many.patterns', `{"patternProperties":{${texts}}}`)).status, 201)
  const listed = await type('many.values', `{"enum":[${objects}]}`)
  assert.equal(listed.status, 422)
  assert.match(listed.text, /enum has at most/)
  assert.equal((await type('no.schema', '{"type":"nonsense"}')).status, 422)
  assert.equal((await type('no.target', '{"$ref":"#/definitions/none"}')).status, 422)
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 5_000_000, `${(user + system) / 1e6} s`)
  const shared = { type: 'object', description: 'a'.repeat(400_000) }
  const schema = { $ref: '#/components/schemas/Shared' }
  const webhook = { post: { requestBody: { content: { 'application/json': { schema } } } } }
  const webhooks = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, n) => [`copied.${n}`, webhook]),
  )
  const spec = { openapi: '3.1.0', webhooks, components: { schemas: { Shared: shared } } }
  const copied = await post('/event-type/import/openapi', JSON.stringify({ spec }))
  assert.equal(copied.status, 422)
  assert.match(copied.text, /16 MiB/)
})
