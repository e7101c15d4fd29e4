/** Refusals in the two languages of whoever reads them. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openIdRefusalReasons } from '../../src/api/openid/refusals.ts'
import {
  attemptSentences,
  faultSentences,
  mailUnusable,
  storedIn,
  tokenStatus,
  tokenUnanswered,
} from '../../src/domain/attempt-sentences.ts'
import type { ErrorClass } from '../../src/domain/outcome.ts'
import { explain } from '../../src/i18n/explanations.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
before(async () => {
  api = await startTestApi()
})
after(() => api.close())

async function ask(method: string, path: string, body?: unknown, language = 'en') {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const reply = await api.app.inject({
    method: method as 'GET', // every method that Fastify knows
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${bootstrapKey}`, 'accept-language': language },
    ...(text === undefined ? {} : { payload: text }),
  })
  return { status: reply.statusCode, json: JSON.parse(reply.body) }
}

test('every refusal says the same in both languages: field, code and status stay', async () => {
  const app = `/app/${(await ask('POST', '/app', { name: 'Refused' })).json.id}`
  await ask('POST', '/event-type', { name: 'refused.one', description: '' })
  const to = { url: 'https://example.com/' }
  const endpoint = `${app}/endpoint/${(await ask('POST', `${app}/endpoint`, to)).json.id}`
  const past = '2020-01-01T00:00:00Z'
  const cases: readonly (readonly [method: string, path: string, body?: unknown])[] = [
    ['GET', '/app/nobody'],
    ['GET', '/nothing/here'],
    ['DELETE', '/app'],
    ['POST', '/app', '{'],
    ['POST', '/app', ''],
    ['POST', '/app', '{"name":"a","name":"b"}'],
    ['POST', '/app', {}],
    ['POST', '/app', { name: 7 }],
    ['POST', '/app', { name: 'x', uid: 'app_x' }],
    ['POST', '/app', { name: 'x', profile: 'none' }],
    ['POST', '/app', { name: 'x', metadata: { a: 'x'.repeat(5_000) } }],
    ['GET', '/app?limit=x'],
    ['GET', '/app?iterator=x'],
    ['POST', `${app}/endpoint`, { ...to, eventTypes: ['refused.none'] }],
    ['POST', `${app}/endpoint`, { ...to, secret: 'short' }],
    ['POST', `${app}/endpoint`, { ...to, headers: { host: 'x' } }],
    ['POST', `${app}/endpoint`, { ...to, filter: { a: { $odd: 1 } } }],
    ['POST', `${app}/endpoint`, { ...to, channels: Array(12).fill('x') }],
    ['POST', `${app}/endpoint`, { ...to, authentication: { kind: 'odd' } }],
    ['PATCH', endpoint, { secret: 'whsec_' }],
    ['PUT', `${endpoint}/tls`, { ca: 'x' }],
    ['POST', `${app}/endpoint`, { ...to, tls: { ca: 'x' } }],
    ['PATCH', `${endpoint}/transformation`, { enabled: true }],
    ['POST', `${endpoint}/recover`, { since: 'x' }],
    ['POST', '/event-type', { name: 'refused.one', description: '' }],
    ['POST', '/event-type', { name: 'r', description: '', schemas: { 1: { type: 'odd' } } }],
    ['POST', '/event-type/import/openapi', { specRaw: 'a: [' }],
    ['POST', `${app}/msg`, { eventType: 'refused.one' }],
    ['POST', `${app}/msg`, { eventType: 'refused.one', payload: {}, deliverAt: past }],
    ['GET', `${app}/msg/msg_nothing`],
    ['GET', `${app}/search/msg?where=`],
    ['POST', '/api-key', { name: 'k', role: 'reader', expiresAt: past }],
    ['PUT', '/masking', { paths: ['a..b'] }],
    ['POST', '/user', { email: 'x', role: 'support' }],
    ['POST', '/session', { email: 'nobody@example.com', password: 'not this one' }],
  ]
  const sentences = (json: {
    readonly detail: string | readonly { readonly msg: string }[]
  }): readonly string[] =>
    typeof json.detail === 'string' ? [json.detail] : json.detail.map(({ msg }) => msg)
  for (const [method, path, body] of cases) {
    const what = `${method} ${path} ${JSON.stringify(body)}`
    const [english, spanish] = [
      await ask(method, path, body),
      await ask(method, path, body, 'es-CL,es;q=0.9'),
    ]
    assert.ok(english.status >= 400 && english.status < 500, `${what}: ${english.status}`)
    assert.equal(spanish.status, english.status, what)
    const silent = ({ json }: typeof english) =>
      JSON.stringify(json, (name, value) =>
        name === 'msg' || (name === 'detail' && typeof value === 'string') ? '' : value,
      )
    assert.equal(silent(spanish), silent(english), what)
    const ours = sentences(english.json)
    for (const [at, said] of sentences(spanish.json).entries()) {
      assert.notEqual(said, ours[at], what)
      assert.doesNotMatch(said, /(?<!\$)\b(the|must|is not|expected|with|exists)\b/i, what)
    }
  }
})

test('what an attempt or a handler failed with is said in the reader’s language', async () => {
  const app = `/app/${(await ask('POST', '/app', { name: 'Said' })).json.id}`
  const made = await ask('POST', `${app}/endpoint`, { url: 'https://example.com/' })
  const path = `${app}/endpoint/${made.json.id}/transformation/test`
  const tried = async (code: string) => {
    const body = { eventType: 'a', payload: {}, code }
    return [await ask('POST', path, body), await ask('POST', path, body, 'es')].map(
      ({ json }) => json.error,
    )
  }
  assert.deepEqual(await tried('function handler() { return null }'), [
    attemptSentences.handlerWithoutPayload.en,
    attemptSentences.handlerWithoutPayload.es,
  ])
  const theirs = await tried('function handler() { throw new Error("own words") }')
  assert.deepEqual(theirs, ['Error: own words', 'Error: own words'])

  const spanish = (detail: string, errorClass: ErrorClass) => storedIn('es', { detail, errorClass })
  for (const { en, es } of [...Object.values(faultSentences), ...Object.values(attemptSentences)]) {
    assert.notEqual(en, es)
    assert.equal(spanish(en, 'internal'), es)
  }
  assert.equal(
    spanish(tokenUnanswered(faultSentences.dns_timeout.en), 'authentication_failed'),
    'El servidor de tokens no respondió: No se pudo resolver a tiempo el nombre del host.',
  )
  assert.match(spanish(tokenStatus(503), 'authentication_failed'), /^El servidor .* 503\.$/)
  assert.match(spanish(mailUnusable('EAUTH'), 'reset'), /^No se pudo .*EAUTH/)
  assert.equal(spanish('Of an older release.', 'reset'), faultSentences.reset.es)
})

test('every code of an error can be explained, in both languages', () => {
  const folder = join(import.meta.dirname, '../../src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const codes = new Map<string, string>()
  for (const file of files) {
    if (!/^(api|cli|inspector|domain|client|telemetry)\b.*(?<!\.test)\.ts$/.test(file)) continue
    const text = readFileSync(join(folder, file), 'utf8')
    for (const [, code = ''] of text.matchAll(/\bcode: '([^']+)'/g)) codes.set(code, file)
  }
  assert.ok(codes.size > 40, `${codes.size} codes were found`)
  for (const [code, file] of codes) {
    if (Object.hasOwn(openIdRefusalReasons.en, code)) continue // these have their own table
    const [en, es] = [explain(code, 'en'), explain(code, 'es')]
    assert.ok(en !== null && es !== null, `posthorn explain knows no ${code} (${file})`)
    for (const part of ['title', 'why', 'fix'] as const) assert.notEqual(en[part], es[part], code)
  }
})
