/** Customers' code: what it may do, what it cannot, and that nobody else notices. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Svix } from 'svix'
import { requestMaker } from '../../src/delivery/request-maker.ts'
import {
  attemptSentences,
  handlerHeaderSentence,
  handlerUrlSentences,
  storedIn,
} from '../../src/domain/attempt-sentences.ts'
import type { HeaderRefusalCode } from '../../src/domain/header-rule.ts'
import type { Sentence } from '../../src/domain/sentence.ts'
import { laidOver, transform } from '../../src/intake/transformation.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { sandbox } from '../../src/runtime/sandbox.ts'
import { casesOf } from '../hostile/corpus.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { patience } from '../support/eventually.ts'

let api: TestApi
let svix: Svix
let url = ''
const box = sandbox(systemClock)
before(async () => {
  api = await startTestApi()
  url = await api.listen()
  svix = new Svix(bootstrapKey, { serverUrl: url })
})
after(async () => {
  await box.close()
  await api.close()
})

const own = { 'X-Team': 'blue', 'x-key': 'secret' }

function run(code: string, payload = '{"a":1}', variables: Readonly<Record<string, string>> = {}) {
  const endpoint = { url: 'https://receiver.example/hook?a=1', headers: own }
  const before = { eventType: 'a.b', payload: Buffer.from(payload), endpoint, replaceable: [] }
  return transform(box, { code, variables }, before)
}
async function output(
  code: string,
  payload?: string,
  variables?: Readonly<Record<string, string>>,
) {
  const result = await run(code, payload, variables)
  assert.ok(result.ok, result.ok ? '' : result.reason.en)
  return Buffer.from(result.payload).toString()
}

test('a handler rewrites the payload, and sees the event type and the variables', async () => {
  const code = `function handler(webhook) {
    webhook.payload.text = webhook.eventType + variables.suffix
    return webhook
  }`
  assert.equal(await output(code, '{"a":1}', { suffix: '!' }), '{"a":1,"text":"a.b!"}')
  const keep = 'const handler = (webhook) => webhook'
  assert.equal(await output(keep, '{"__proto__":{"x":1}}'), '{"__proto__":{"x":1}}')
})

interface HostileCode {
  readonly transform?: string
}

test('hostile code is contained, and the next run is unaffected', async () => {
  const cases = casesOf<HostileCode, object>('transformations')
  for (const { id, input } of cases) {
    for (const code of [
      `${input.transform}`,
      `function handler(webhook){return (${input.transform})}`,
    ]) {
      const started = performance.now()
      const result = await run(code)
      assert.equal(result.ok, false, `${id}: ${JSON.stringify(result)}`)
      assert.ok(performance.now() - started < 2_000 * patience, id)
    }
    assert.equal(await output('function handler(w){return w}'), '{"a":1}')
  }
})

interface HostileOutput {
  /** An expression over the webhook `w`, or the whole code. */
  readonly returns?: string
  readonly code?: string
}
interface Wanted {
  /** A sentence's name, a code of headers or URLs, or `threw`: the code's own words. */
  readonly refused?: string
  readonly sent?: Readonly<Record<string, unknown>>
}

test('what a handler returns is judged as it was written once: methods, URLs, headers', async () => {
  for (const { id, input, expect } of casesOf<HostileOutput, Wanted>(
    'outputs of transformations',
  )) {
    const result = await run(input.code ?? `function handler(w) { return (${input.returns}) }`)
    if (expect.refused === undefined) {
      assert.ok(result.ok, `${id}: ${JSON.stringify(result)}`)
      const sent = { ...result, payload: JSON.parse(Buffer.from(result.payload).toString()) }
      for (const [name, value] of Object.entries(expect.sent ?? {})) {
        assert.deepEqual(Reflect.get(sent, name), value, `${id}: ${name}`)
      }
      continue
    }
    assert.ok(!result.ok, `${id}: ${JSON.stringify(result)}`)
    const wanted = sentenceOf(expect.refused)
    const { en, es } = result.reason
    if (wanted === null) continue
    assert.ok(en.startsWith(wanted.en), `${id}: ${en}`)
    // Stored in English and read in Spanish.
    const stored = { detail: en, errorClass: 'transform_failed' } as const
    assert.equal(storedIn('es', stored), es, id)
    assert.ok(es.startsWith(wanted.es) && en.length < 300, `${id}: ${es}`)
  }
})

function sentenceOf(name: string): Sentence | null {
  if (name === 'threw') return null
  const known: Readonly<Record<string, Sentence>> = { ...attemptSentences, ...handlerUrlSentences }
  return known[name] ?? handlerHeaderSentence({ code: name as HeaderRefusalCode, name: null }) // of the data
}

test('code cannot fill memory, recurse without end, or keep anything for the next run', async () => {
  assert.equal((await run('function handler(w){let s="x";for(;;)s+=s}')).ok, false)
  assert.equal((await run('function handler(w){return handler(w)}')).ok, false)
  await output('globalThis.kept = 1; function handler(w){return w}')
  const look = 'function handler(w){w.payload.kept = typeof globalThis.kept; return w}'
  assert.equal(await output(look), '{"a":1,"kept":"undefined"}')
  const names = 'process,require,fetch,setTimeout,Buffer,WebAssembly,performance'
  const reach = `function handler(w){w.payload = {found: [${names
    .split(',')
    .map((name) => `typeof ${name}`)
    .join(',')}].filter((t) => t !== 'undefined').length}; return w}`
  assert.equal(await output(reach), '{"found":0}')
})

test('what is no webhook, no object, or a cancel is refused with a reason', async () => {
  for (const code of [
    'function handler(w){return null}',
    'function handler(w){return {payload: [1]}}',
    'function handler(w){return {payload: {}, cancel: true}}',
    'function handler(w){throw new Error("no")}',
    'function handler(w){return undefined}',
  ]) {
    const result = await run(code)
    assert.ok(!result.ok && result.reason.en.length > 0, code)
  }
  assert.equal((await run('function handler(w){return w}', '<xml/>')).ok, false)
})

test('code is tried before it is saved; get, patch and test through the official client', async () => {
  const app = (await svix.application.create({ name: 'A' })).id
  const { id } = await svix.endpoint.create(app, { url: 'https://a.b' })
  const { transformation } = svix.endpoint
  const empty = await transformation.get(app, id)
  assert.deepEqual([empty.code, empty.enabled], [null, false])
  const code = 'function handler(w) { w.payload.v = variables.v; return w }'
  await transformation.patch(app, id, { code, enabled: true, variables: { v: 'x' } })
  const saved = await transformation.get(app, id)
  assert.deepEqual([saved.code, saved.enabled, saved.variables], [code, true, { v: 'x' }])
  for (const bad of ['function handler(w) {', 'const other = 1 // none', 'while (true) {} //']) {
    await assert.rejects(transformation.patch(app, id, { code: bad }), { code: 422 })
  }
  assert.equal((await transformation.get(app, id)).code, code)
  const tried = async (unsaved: object) => {
    const answer = await fetch(`${url}/api/v1/app/${app}/endpoint/${id}/transformation/test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bootstrapKey}` },
      body: JSON.stringify({ eventType: 'a.b', payload: { n: 1 }, ...unsaved }),
    })
    return (await answer.json()) as { readonly ok: boolean; readonly line?: number } // the contract's type
  }
  const request = { method: 'POST', url: 'https://a.b/', headers: {} }
  const made = (v: string) => {
    return { ok: true, ...request, payload: { n: 1, v }, body: `{"n":1,"v":"${v}"}` }
  }
  assert.deepEqual(await tried({}), made('x'))
  assert.deepEqual(await tried({ variables: { v: 'y' } }), made('y'))
  const error = "ReferenceError: 'nobody' is not defined"
  const all = `function handler(w) {
    return { ...w, method: 'PUT', url: w.url + 'orders/' + w.payload.n, headers: { 'x-n': '1' } }
  }`
  const { body: _, ...changed } = Object(await tried({ code: all }))
  assert.deepEqual(changed, {
    ...{ ok: true, method: 'PUT', url: 'https://a.b/orders/1', headers: { 'x-n': '1' } },
    payload: { n: 1 },
  })
  const faulty = 'function handler(w) {\n  nobody()\n}'
  assert.deepEqual(await tried({ code: faulty }), { ok: false, error, line: 2 })
  const unread = await tried({ code: 'const handler =\n  (w) => {,}' })
  assert.deepEqual([unread.ok, unread.line], [false, 2])
  assert.equal((await tried({ code: 'function other() {}' })).line, undefined)
  await transformation.patch(app, id, { code: null, enabled: false })
  await assert.rejects(transformation.patch(app, id, { enabled: true }), { code: 422 })
})

test('a delivery whose code fails is an attempt that failed, with its own class', async () => {
  const app = (await svix.application.create({ name: 'A' })).id
  const { id } = await svix.endpoint.create(app, { url: 'https://a.b' })
  const code = 'function handler(w) { throw new Error("always") }'
  await svix.endpoint.transformation.patch(app, id, { code, enabled: true })
  api.claims.length = 0
  await svix.message.create(app, { eventType: 'a.b', payload: {} })
  const view = await api.store.loadApplicationView(app as never) // an id, as the API says
  const [claim] = api.claims
  const endpoint = view?.endpoints[0]
  assert.ok(claim && endpoint)
  const make = requestMaker({ sandbox: box } as never) // the rest is not reached
  const made = await make({ claim, endpoint, application: {} } as never) // likewise
  assert.deepEqual(made, { errorClass: 'transform_failed', detail: 'Error: always' })
})

test('what code sets lies over the endpoint’s own headers, whatever their spelling', () => {
  assert.equal(laidOver(own, {}), own)
  assert.deepEqual(laidOver(own, { 'x-team': 'red', 'x-new': '1' }), {
    ...{ 'x-key': 'secret', 'x-team': 'red', 'x-new': '1' },
  })
})
