/** Requests generated from the operations: whatever comes, no 5xx, no hang, a body that says why. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AnyOperation } from '../../src/contract/operation.ts'
import { operations } from '../../src/contract/operations.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { inject, unhurried } from '../support/inject.ts'

const seed = Number(process.env['POSTHORN_FUZZ_SEED'] ?? 20_261)
/** The large form: POSTHORN_FUZZ_ROUNDS=200, over 20,000 requests. */
const roundsEach = Number(process.env['POSTHORN_FUZZ_ROUNDS'] ?? 24)
const random = seededRandom(seed)
const pick = <Item>(items: readonly Item[]): Item =>
  items[Math.floor(random.fraction() * items.length)] as Item // never empty

let api: TestApi
const known: Record<string, string[]> = {}
before(async () => {
  api = await startTestApi()
  const app = await post('/app', { name: 'Fuzz', uid: 'fuzz' })
  const endpoint = await post('/app/fuzz/endpoint', { url: 'https://example.com', uid: 'ep' })
  const message = await post('/app/fuzz/msg', { eventType: 'a.b', payload: {}, eventId: 'evt' })
  await post('/event-type', { name: 'a.b', description: '' })
  known['app_id'] = [app.id, 'fuzz']
  known['endpoint_id'] = [endpoint.id, 'ep']
  known['msg_id'] = [message.id, 'evt']
  known['event_type_name'] = ['a.b']
  known['delivery_id'] = [api.claims[0]?.delivery.id ?? '']
  const { request } = (await api.app.inject({ method: 'POST', url: '/in/fuzz' })).json()
  known['bin'] = ['fuzz']
  known['request_id'] = [request]
})
after(() => api.close())

async function post(path: string, payload: object) {
  const reply = await api.app.inject({
    method: 'POST',
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${bootstrapKey}` },
    payload: JSON.stringify(payload),
  })
  return JSON.parse(reply.body)
}

const oddTexts = [
  '',
  '0',
  '-1',
  '%00',
  '%ff',
  '..',
  '__proto__',
  'constructor',
  'é',
  'x'.repeat(300),
]
const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  2 ** 53,
  '',
  '\u0000',
  '\ud800',
  'x'.repeat(5_000),
  '2026-01-01T00:00:00Z',
  '9999999-01-01',
  [],
  [null],
  [[]],
  {},
  { $ne: 1 },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}'),
]

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly examples?: readonly unknown[]
}

/** A value of about that schema: usually of the right type, sometimes anything. */
function sampleOf(schema: Schema, depth = 0): unknown {
  if (random.fraction() < 0.12 || depth > 6) return pick(oddValues)
  if (schema.const !== undefined) return schema.const
  if (schema.anyOf !== undefined) return sampleOf(pick(schema.anyOf), depth + 1)
  if (schema.enum !== undefined) return pick(schema.enum)
  if (schema.examples !== undefined) return pick(schema.examples)
  switch (schema.type) {
    case 'object': {
      const entries = Object.entries(schema.properties ?? { any: {} }).filter(
        ([name]) => schema.required?.includes(name) === true || random.fraction() < 0.4,
      )
      return Object.fromEntries(entries.map(([name, part]) => [name, sampleOf(part, depth + 1)]))
    }
    case 'array':
      return Array.from({ length: Math.floor(random.fraction() * 4) }, () =>
        sampleOf(schema.items ?? {}, depth + 1),
      )
    case 'integer':
    case 'number':
      return (schema.minimum ?? 0) + Math.floor(random.fraction() * 50)
    case 'boolean':
      return random.fraction() < 0.5
    case 'string':
      return pick(['a.b', 'https://example.com/x', 'fuzz', 'name', '2026-11-01T00:00:00Z', 'ñ'])
    default:
      return pick(oddValues)
  }
}

function urlOf(operation: AnyOperation): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    random.fraction() < 0.85 ? pick(known[name] ?? ['unknown']) : pick(oddTexts),
  )
  const { properties } = operation.query as Schema
  const parameters = Object.entries(properties ?? {})
    .filter(() => random.fraction() < 0.4)
    .map(([name, schema]) => {
      const value = random.fraction() < 0.3 ? pick(oddTexts) : sampleOf(schema)
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return `${name}=${text.startsWith('%') ? text : encodeURIComponent(text.toWellFormed())}`
    })
  const last = unhurried[operation.id] // of two values the last counts
  if (last !== undefined) parameters.push(last)
  return `/api/v1${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`
}

/** Lists of lines and streams are read by nobody here. */
function isObject(reply: { statusCode: number; headers: object; body: string }): boolean {
  const type = String(Reflect.get(reply.headers, 'content-type') ?? '')
  return reply.statusCode < 300 && /^application\/json/.test(type) && reply.body.startsWith('{')
}

/** What an operation made is used by those that follow: read, changed, deleted, used again. */
const parameterOf: Readonly<Record<string, string>> = {
  app: 'app_id',
  ep: 'endpoint_id',
  msg: 'msg_id',
  dlv: 'delivery_id',
  atmpt: 'attempt_id',
  qtask: 'task_id',
  req: 'request_id',
}
const keptMax = 20

function learn(body: string): void {
  const id: unknown = JSON.parse(body)?.id
  if (typeof id !== 'string') return
  const name = parameterOf[id.split('_')[0] ?? '']
  if (name === undefined) return
  const ids = known[name] ?? []
  known[name] = ids
  if (ids.length >= keptMax) ids.splice(1 + Math.floor(random.fraction() * (keptMax - 1)), 1)
  ids.push(id)
}

const slowMs = 2_000

async function timed<Reply>(
  ask: () => Promise<Reply>,
): Promise<{ readonly reply: Reply; readonly ms: number }> {
  const started = performance.now()
  const reply = await ask()
  return { reply, ms: performance.now() - started }
}

/** Waits by design for something that never comes here. */
const waits = new Set(['v1.message.send-and-wait'])

test(`thousands of generated requests: never a 5xx (seed ${seed})`, async (context) => {
  const rejections: unknown[] = []
  const note = (reason: unknown): void => {
    rejections.push(reason)
  }
  process.on('unhandledRejection', note)
  const targets = operations.filter(({ id }) => !waits.has(id))
  let count = 0
  for (let round = 0; round < roundsEach; round++) {
    for (const operation of targets) {
      const url = urlOf(operation)
      const body = operation.body === null ? undefined : sampleOf(operation.body as Schema)
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const request = {
        method: operation.method,
        url,
        headers: {
          authorization: `Bearer ${bootstrapKey}`,
          ...(random.fraction() < 0.1 ? { 'idempotency-key': pick(['k1', 'k2']) } : {}),
        },
        ...(payload === undefined ? {} : { payload }),
      }
      const first = await timed(() => inject(api.app, request))
      const { reply } = first
      // What hangs does so again; a machine that others use does not.
      const isSlow = first.ms > slowMs && (await timed(() => inject(api.app, request))).ms > slowMs
      count += 1
      const what = `${operation.id} ${url} ${payload?.slice(0, 500)} -> ${reply.statusCode} ${reply.body.slice(0, 300)}`
      assert.ok(reply.statusCode < 500, what)
      assert.ok(!isSlow, `slow: ${what}`)
      if (reply.statusCode >= 400) assert.ok('detail' in JSON.parse(reply.body), what)
      if (reply.statusCode === 204) assert.equal(reply.body, '', what)
      else if (isObject(reply)) learn(reply.body)
      assert.equal(Reflect.get({}, 'polluted'), undefined, what)
    }
    // The objects that everything else needs may have been deleted by chance.
    await post('/app', { name: 'Fuzz', uid: 'fuzz' })
    await post('/app/fuzz/endpoint', { url: 'https://example.com', uid: 'ep' })
  }
  process.off('unhandledRejection', note)
  assert.deepEqual(rejections, [])
  context.diagnostic(`${count} requests`)
  assert.ok(count > 1_000, `only ${count} requests`)
})
