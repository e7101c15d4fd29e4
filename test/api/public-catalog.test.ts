/** The page of event types that anybody may read. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Client, createClient } from '../../src/client/client.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
let client: Client
/** How far the server's clock is ahead: what it keeps for some seconds is then old. */
let aheadMs = 0
before(async () => {
  const clock = Object.assign(Object.create(systemClock), {
    now: () => systemClock.now() + aheadMs,
  })
  api = await startTestApi({ world: { clock } })
  client = createClient({ url: await api.listen(), key: bootstrapKey })
})
after(() => api.close())

async function read(url: string, language = 'en') {
  aheadMs += 10_000
  return api.app.inject({ url, headers: { 'accept-language': language } })
}

const publish = (enabled: boolean) =>
  client.call<{ readonly enabled: boolean }>('PUT', '/public-catalog', { body: { enabled } })

test('nothing is published until somebody does, and nothing after it was taken back', async () => {
  await client.eventTypes.create({ name: 'kept.private', description: 'Ours' })
  assert.deepEqual(await client.call('GET', '/public-catalog'), { enabled: false })
  for (const url of ['/events', '/events/kept.private']) {
    const reply = await read(url)
    assert.equal(reply.statusCode, 404, url)
    assert.ok(!reply.body.includes('Ours'))
  }
  assert.deepEqual(await publish(true), { enabled: true })
  assert.equal((await read('/events')).statusCode, 200)
  assert.match((await read('/events/kept.private')).body, /Ours/)
  await publish(false)
  assert.equal((await read('/events')).statusCode, 404)
  assert.equal((await read('/events/kept.private')).statusCode, 404)
})

test('the page shows groups, words in the reader’s language, fields and samples, and no flagged type', async () => {
  await publish(true)
  await client.call('POST', '/catalog/logto/install', { body: {} })
  const schema = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', description: 'Ours <b>' } },
    examples: [{ id: '</pre><script>1</script>' }],
  }
  const about = { description: '<img src=x onerror=1>', groupName: 'Own', schemas: { 1: schema } }
  await client.eventTypes.create({ name: 'own.typed', ...about })
  await client.eventTypes.create({ name: 'own.flagged', ...about, featureFlags: ['beta'] })
  await client.eventTypes.create({ name: 'own.gone', ...about })
  await client.eventTypes.delete('own.gone', false)

  const english = await read('/events')
  assert.match(english.body, /<html lang="en">.*<h2[^>]*>Own<\/h2>/s)
  assert.match(english.body, /own\.typed/)
  assert.doesNotMatch(english.body, /own\.flagged|own\.gone|<img|<script/)
  assert.equal((await read('/events/own.flagged')).statusCode, 404)
  const spanish = await read('/events', 'es-MX')
  assert.match(spanish.body, /<html lang="es">.*Catálogo de eventos/s)
  assert.match((await read('/events?lang=es')).body, /Se creó una cuenta de usuario/)

  const page = await read('/events/own.typed')
  assert.match(
    page.body,
    /<code>id<\/code> <em>always present<\/em><p dir="auto">Ours &lt;b&gt;<\/p>/,
  )
  assert.match(page.body, /export interface OwnTyped/)
  assert.match(page.body, /class OwnTyped\(TypedDict\)/)
  assert.doesNotMatch(page.body, /<script|<img|<b>/)
  assert.match(
    String(page.headers['content-security-policy']),
    /^default-src 'none'; style-src 'self'/,
  )
  assert.equal((await api.app.inject({ url: '/events.css' })).statusCode, 200)
  assert.equal((await read('/events/none.such')).statusCode, 404)

  // Whoever subscribes reads until when a deprecated type is sent.
  const patch = (body: object) =>
    client.call<{ readonly sunsetAt: string | null }>('PATCH', '/event-type/own.typed', { body })
  const sunsetAt = '2027-02-01T00:00:00.000Z'
  await assert.rejects(patch({ sunsetAt }), (error) => Reflect.get(Object(error), 'status') === 422)
  assert.equal((await patch({ deprecated: true, sunsetAt })).sunsetAt, sunsetAt)
  assert.match(
    (await read('/events/own.typed')).body,
    /Deprecated.*Sent until<\/dt><dd dir="auto">Feb 1, 2027/s,
  )
  assert.equal((await patch({ description: 'Still' })).sunsetAt, sunsetAt)
  assert.equal((await patch({ deprecated: false })).sunsetAt, null)
})
