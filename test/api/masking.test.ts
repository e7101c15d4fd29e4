/** Masked members of payloads: no operation shows them to a role that may not see them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { maskAttempt } from '../../src/api/masked.ts'
import { operations } from '../../src/contract/operations.ts'
import type { Attempt } from '../../src/domain/attempt.ts'
import {
  type Mask,
  maskedText,
  maskJson,
  parseMaskPath,
  withoutEchoes,
} from '../../src/domain/masking.ts'
import type { Message } from '../../src/domain/message.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { recordAttempt } from '../support/attempts.ts'
import { inject } from '../support/inject.ts'
import { cpuMs, longestTurnMs } from '../support/turns.ts'
import { password } from './doings.ts'

const secrets = ['ana.secret@example.org', '4111222233334444', 'Calle Oculta', 'before@example.org']
const payload =
  '{"id": 7, "data":{"customer":{"name":"visible","email":"ana.secret@example.org","address":{"street":"Calle Oculta","no":12}},' +
  '"cards":[{"number":4111222233334444,"brand":"x"},{"number":"4111222233334444"}],"total":1.0,"big":9007199254740993}}'
const paths = ['data.customer.email', 'data.customer.address', 'data.cards[*].number']

const clock = new VirtualClock(Date.UTC(2026, 5, 1))
let api: TestApi
let scene: Readonly<Record<string, string>> = {}
/** Those who may not see: a key and a person. */
let masked: readonly string[] = []

async function call(method: string, path: string, body: unknown = {}, token = bootstrapKey) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const reply = await inject(api.app, {
    method: method as 'GET', // every method that Fastify knows
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { payload: text }),
  })
  const isJson = String(reply.headers['content-type']).startsWith('application/json')
  const json = isJson && /^[[{]/.test(reply.body) ? JSON.parse(reply.body) : null
  return { status: reply.statusCode, json, text: reply.body, headers: reply.headers }
}

before(async () => {
  api = await startTestApi({ world: { clock } })
  const app = (await call('POST', '/app', { name: 'Masked' })).json.id
  await call('POST', '/event-type', { name: 'a.b', description: '' })
  const base = `/app/${app}`
  const endpoint = (await call('POST', `${base}/endpoint`, { url: 'https://example.com/' })).json.id
  const filter = { 'data.customer.email': 'nobody@example.org' }
  await call('POST', `${base}/endpoint`, { url: 'https://example.com/other', filter })
  const made = await call(
    'POST',
    `${base}/msg`,
    `{"eventType":"a.b","payload":${payload},"previous":{"data":{"customer":{"email":"before@example.org"}}}}`,
  )
  const claim = api.claims.find(({ message }) => message.id === made.json.id)
  assert.ok(claim)
  const echo = `{"got":"<ana.secret@example.org>","card":"4111222233334444","from":"before@example.org","said":${JSON.stringify(payload)}}`
  const attempt = await recordAttempt(api, claim, { status: 500, body: echo })
  const reader = (await call('POST', '/api-key', { name: 'r', role: 'reader' })).json.token
  const user = await call('POST', '/user', { email: 'support@example.com', role: 'support' })
  const session = await call('POST', '/session/accept-invite', {
    ...{ token: user.json.invite.token, password },
  })
  const support = /=(phs_\w+)/.exec(String(session.headers['set-cookie']))?.[1] ?? ''
  const scopes = ['read', 'read-audit', 'read-configuration', 'read-people'] // an auditor's
  const auditor = (await call('POST', '/api-key', { name: 'a', scopes })).json.token
  masked = [reader, support, auditor]
  const captured = await api.app.inject({ method: 'POST', url: '/in/masked', payload })
  await clock.advance(10_000) // pollers wait for what is young
  scene = {
    app_id: app,
    ...{
      endpoint_id: endpoint,
      msg_id: made.json.id,
      attempt_id: attempt.id,
      event_type_name: 'a.b',
    },
    ...{ delivery_id: claim.delivery.id, consumer_id: 'c', catalog_name: 'modyo' },
    ...{ bin: 'masked', request_id: captured.json().request },
  }
})
after(() => api.close())

/** What each operation needs beside its path, to show as much as it can. */
const queries: Readonly<Record<string, string>> = {
  'v1.message.search': 'where=id%20%3D%207',
  'v1.webhook.log-entry': 'msg_id={msg_id}',
  'v1.endpoint.get-activity': 'endpoint_ids={endpoint_id}',
  'v1.message-attempt.list-by-endpoint': 'with_msg=true',
  'v1.message-attempt.list-by-msg': 'with_msg=true',
}
const bodies: Readonly<Record<string, unknown>> = {
  'v1.endpoint.recover': { since: '2026-01-01T00:00:00Z' },
  'v1.endpoint.diagnose-signature': { headers: { 'webhook-id': '{msg_id}' }, body: '{}' },
}

const filled = (text: string): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name) => scene[name] ?? whole)

let rounds = 0

/** Every operation that these roles may call, with what it answered. */
async function answers(token: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  rounds += 1
  scene = { ...scene, consumer_id: `round-${rounds}` } // a consumer reads a message once
  for (const operation of operations) {
    if (operation.access === 'public' || operation.endsCredentials === true) continue
    if (!/^(read(-audit|-configuration|-people)?|replay)$/.test(operation.permission)) continue
    const required: unknown = Reflect.get(operation.query, 'required')
    const names = Array.isArray(required) ? required.map((name) => `${name}={${name}}`) : []
    const query = filled(queries[operation.id] ?? names.join('&'))
    const path = filled(operation.path) + (query === '' ? '' : `?${query}`)
    const body = filled(JSON.stringify(bodies[operation.id] ?? {}))
    found.set(operation.id, (await call(operation.method, path, body, token)).text)
  }
  return found
}

const shows = (text: string): boolean => secrets.some((secret) => text.includes(secret))

test('no operation shows a masked value to support, an auditor or a reader, and owners see all', async () => {
  const before = await answers(bootstrapKey)
  const showing = [...before].filter(([, text]) => shows(text)).map(([id]) => id)
  assert.deepEqual(showing.sort(), [
    'v1.inspector.request.get',
    'v1.inspector.request.list',
    'v1.inspector.request.wait',
    'v1.message-attempt.get',
    'v1.message-attempt.get-body',
    'v1.message-attempt.list-attempted-messages',
    'v1.message-attempt.list-by-endpoint',
    'v1.message-attempt.list-by-endpoint-deprecated',
    'v1.message-attempt.list-by-msg',
    'v1.message-attempt.list-by-msg-deprecated',
    'v1.message.export',
    'v1.message.get',
    'v1.message.list',
    'v1.message.list-all',
    'v1.message.poller.consumer-poll',
    'v1.message.poller.poll',
    'v1.message.pollerv2.consumer-poll',
    'v1.message.routing',
    'v1.message.search',
    'v1.webhook.log-entry',
  ])
  for (const token of masked) {
    const open = [...(await answers(token))].filter(([, text]) => shows(text)).map(([id]) => id)
    assert.ok(open.includes('v1.message.get'), 'nothing is masked at first')
  }
  assert.deepEqual((await call('PUT', '/masking', { paths })).json, { paths })
  for (const token of masked) {
    for (const [id, text] of await answers(token)) assert.ok(!shows(text), `${id}: ${text}`)
  }
  const owner = await answers(bootstrapKey)
  for (const id of showing) assert.ok(shows(owner.get(id) ?? ''), id)
})

test('a portal session that views no payloads is shown nothing of them, whatever is masked for others', async () => {
  await call('PUT', '/masking', { paths: [] })
  const link = `/auth/app-portal-access/${scene['app_id']}`
  for (const more of [{}, { capabilities: ['ViewBase', 'CreateAttempts'] }]) {
    const { token } = (await call('POST', link, { viewPayloads: false, ...more })).json
    for (const [id, text] of await answers(token)) assert.ok(!shows(text), `${id}: ${text}`)
    const { json } = await call('GET', `/app/${scene['app_id']}/msg/${scene['msg_id']}`, {}, token)
    assert.deepEqual([json.payload, json.masked], ['[masked]', ['*']])
  }
  const { token } = (await call('POST', link, {})).json
  assert.ok(shows((await answers(token)).get('v1.message.get') ?? ''))
})

test('what is masked says so, and the rest stays byte for byte', async () => {
  await call('PUT', '/masking', { paths })
  for (const token of masked) {
    const one = `/app/${scene['app_id']}/msg/${scene['msg_id']}`
    const { text, json } = await call('GET', one, {}, token)
    assert.ok(
      text.includes(
        '{"id": 7, "data":{"customer":{"name":"visible","email":"[masked]","address":"[masked]"},' +
          '"cards":[{"number":"[masked]","brand":"x"},{"number":"[masked]"}],"total":1.0,"big":9007199254740993}}',
      ),
      text,
    )
    assert.deepEqual(json.masked.toSorted(), paths.toSorted())
    const attempt = await call('GET', `${one}/attempt/${scene['attempt_id']}`, {}, token)
    assert.match(attempt.json.response, /"got":"<\[masked\]>","card":"\[masked\]"/)
    await call('DELETE', `${one}/content`) // with the payload goes what an echo is known by
    const gone = await call('GET', `${one}/attempt/${scene['attempt_id']}`, {}, token)
    assert.equal(gone.json.response, '[masked]')
    break
  }
})

test('what code made of a masked payload does not show in headers or URL, nor another body than was sent', async () => {
  await call('PUT', '/masking', { paths: ['card'] })
  const payload = { card: '4111222233334444', total: 1 }
  const made = await call('POST', `/app/${scene['app_id']}/msg`, { eventType: 'a.b', payload })
  const claim = api.claims.find(({ message }) => message.id === made.json.id)
  assert.ok(claim)
  const { id } = await recordAttempt(api, claim, {
    status: 200,
    made: {
      url: 'https://example.com/cards/4444?a=1',
      requestHeaders: { 'x-Last': '4444', 'x-team': 'blue' },
      rewriting: { bodyDigest: 'of another body', headers: ['X-Last'], url: true },
    },
  })
  const one = `/app/${scene['app_id']}/msg/${made.json.id}/attempt/${id}`
  const shown = async (token?: string) => {
    const { json } = await call('GET', one, {}, token)
    return [json.url, json.requestHeaders, json.transformed]
  }
  const transformed = { headers: ['X-Last'], url: true }
  assert.deepEqual(await shown(), [
    'https://example.com/cards/4444?a=1',
    { 'x-Last': '4444', 'x-team': 'blue' },
    transformed,
  ])
  for (const token of masked) {
    assert.deepEqual(await shown(token), [
      'https://example.com/[masked]',
      { 'x-Last': '[masked]', 'x-team': 'blue' },
      transformed,
    ])
    const body = await call('GET', `${one}/body`, {}, token)
    assert.deepEqual(body.json, { body: null, masked: true })
    const list = `/app/${scene['app_id']}/attempt/msg/${made.json.id}?with_content=false`
    const [row] = (await call('GET', list, {}, token)).json.data
    assert.equal(row.url, 'https://example.com/[masked]')
  }
})

test('more masked values than are looked for hide the answer as a whole', async () => {
  await call('PUT', '/masking', { paths: ['many'] })
  const many = Array.from({ length: 101 }, (_, n) => `value-${n}`)
  const { id } = (
    await call('POST', `/app/${scene['app_id']}/msg`, { eventType: 'a.b', payload: { many } })
  ).json
  const claim = api.claims.find(({ message }) => message.id === id)
  assert.ok(claim)
  const attempt = await recordAttempt(api, claim, { status: 500, body: 'got value-100' })
  const one = `/app/${scene['app_id']}/msg/${id}/attempt/${attempt.id}`
  assert.equal((await call('GET', one, {}, masked[0])).json.response, '[masked]')
  assert.equal((await call('GET', one)).json.response, 'got value-100')
})

test('a search is no way to learn what is masked', async () => {
  await call('PUT', '/masking', { paths: ['data.customer.email', 'cards.*.number', 'deep'] })
  const refused = [
    ...['data.customer.email = "a"', 'data.customer exists', 'data ~ "a"', '"ana"', 'ana'],
    ...[
      'id = 7 and deep.er exists',
      'cards.first.number = 4',
      '{"$not":{"data.customer.email":"x"}}',
    ],
  ]
  const search = (where: string, token: string) =>
    call('GET', `/app/${scene['app_id']}/search/msg?where=${encodeURIComponent(where)}`, {}, token)
  for (const token of masked) {
    for (const where of refused) {
      const { status, json } = await search(where, token)
      assert.deepEqual([status, json.detail[0]?.type], [422, 'masked_path'], where)
    }
    assert.equal((await search('id = 7 and data.total exists', token)).status, 200)
  }
  for (const where of refused) assert.equal((await search(where, bootstrapKey)).status, 200, where)
})

test('paths are previewed before they are saved, and a bad one is refused by its place', async () => {
  const { id } = (
    await call('POST', `/app/${scene['app_id']}/msg`, {
      eventType: 'a.b',
      payload: { a: [{ b: 1 }], c: 2 },
    })
  ).json
  const preview = (given: readonly string[], token = bootstrapKey) =>
    call('POST', `/app/${scene['app_id']}/msg/${id}/masked`, { paths: given }, token)
  const shown = (await preview(['a.b', 'nowhere'])).json
  assert.deepEqual([shown.payload, shown.masked], [{ a: [{ b: '[masked]' }], c: 2 }, ['a.b']])
  for (const token of masked) {
    assert.equal((await preview([], token)).status, 403)
    assert.equal((await call('PUT', '/masking', { paths: [] }, token)).status, 403)
  }
  for (const bad of ['', 'a..b', 'a[0]', '.a', 'a b', 'x'.repeat(257)]) {
    const { status, json } = await call('PUT', '/masking', { paths: ['good', bad] })
    assert.equal(status, 422, bad)
    assert.ok(json.detail[0].loc.join('.').startsWith('body.paths'), JSON.stringify(json.detail))
  }
})

test('what is masked is known again however a receiver writes it', () => {
  const mask = pathsOf('data.*')
  const given = '{"data":{"name":"José <Ñu/ñez>","big":9007199254740993,"price":1.50}}'
  const made = maskJson(given, mask)
  assert.equal(made?.text, '{"data":{"name":"[masked]","big":"[masked]","price":"[masked]"}}')
  const echoes = [
    'hello José <Ñu/ñez>',
    String.raw`{"name": "Jos\u00e9 <\u00d1u/\u00f1ez>"}`, // Python
    String.raw`{"name":"Jos\u00e9 <\u00d1u\/\u00f1ez>"}`, // PHP
    'name=Jos%C3%A9+%3C%C3%91u%2F%C3%B1ez%3E',
    'name=Jos%C3%A9%20%3C%C3%91u%2F%C3%B1ez%3E',
    '<p>José &lt;Ñu/ñez&gt;</p>',
    'order 9007199254740993 failed',
    'total 1.50, or 1.5',
  ]
  for (const echo of echoes) {
    const left = withoutEchoes(echo, made?.values ?? [])
    assert.doesNotMatch(left, /Jos|u.{0,6}ez|900719|1\.5/, echo)
  }
})

test('lists in lists, and many wildcards, are gone through in time; too deep ones are hidden whole', () => {
  const stars = pathsOf(Array<string>(16).fill('*').join('.'), 'a.*.*.*.b')
  const items = Array<string>(2_000).fill('[1]').join(',')
  const nested = `${'['.repeat(60)}${items}${']'.repeat(60)}`
  const before = process.cpuUsage()
  assert.ok(maskJson(`{"a":${nested},"b":${nested}}`, stars))
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 3_000_000, `${user + system} µs`)
  const deep = 100_000
  assert.equal(maskJson(`${'['.repeat(deep)}${']'.repeat(deep)}`, pathsOf('a')), null)
  assert.equal(maskJson(`{"a":${'['.repeat(deep)}${']'.repeat(deep)}}`, pathsOf('a')), null)
})

test('a page of large messages is masked by turns, and holds up nobody', async () => {
  assert.equal((await call('PUT', '/masking', { paths })).status, 200)
  const app = (await call('POST', '/app', { name: 'Large' })).json.id
  const items = Array.from({ length: 60_000 }, (_, n) => `"${n}"`).join(',')
  const large = `{"data":{"cards":[{"number":1}]},"items":[${items}]}`
  const count = 8
  for (let n = 0; n < count; n++) {
    await call('POST', `/app/${app}/msg`, `{"eventType":"a.b","payload":${large}}`)
  }
  const before = process.threadCpuUsage()
  for (let n = 0; n < count; n++) maskJson(large, pathsOf(...paths))
  const atOnceMs = cpuMs(before)
  const turnMs = await longestTurnMs(async () => {
    const { json } = await call('GET', `/app/${app}/msg`, {}, masked[0])
    assert.equal(json.data.length, count)
    assert.equal(json.data[0].payload.data.cards[0].number, maskedText)
  })
  assert.ok(turnMs < atOnceMs, `a turn took ${turnMs} ms; all of them ${atOnceMs} ms`)
})

test('with an endpoint’s public key nobody can try guesses: signatures are hidden too', () => {
  const attempt = { requestHeaders: { 'webhook-signature': 'v1a,x', 'webhook-id': 'msg_1' } }
  for (const payload of [Buffer.from('{"a":"4711"}'), null]) {
    const shown = maskAttempt(
      { ...bare, ...attempt } as unknown as Attempt, // as much of one as is looked at
      pathsOf('a'),
      { payload, attributes: {} } as unknown as Message, // the same
    )
    assert.deepEqual(shown.requestHeaders, {
      'webhook-signature': maskedText,
      'webhook-id': 'msg_1',
    })
  }
})

const bare = {
  ...{ url: 'https://example.com/', rewriting: null },
  ...{ responseBody: '', responseHeaders: {} },
}

function pathsOf(...texts: readonly string[]): Mask {
  return texts.map((text) => {
    const parsed = parseMaskPath(text)
    assert.ok(parsed.ok, text)
    return parsed.path
  })
}
