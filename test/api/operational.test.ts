/** Operational webhooks: the official client's operations, and who is told what. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Svix } from 'svix'
import { signToken } from '../../src/api/json-web-token.ts'
import type { Application } from '../../src/domain/application.ts'
import type { Endpoint } from '../../src/domain/endpoint.ts'
import {
  attemptEvents,
  type FinishedAttempt,
  firstTime,
  managementOrganization,
  raiseOperational,
} from '../../src/intake/operational-events.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { bootstrapKey, jwtSecret, startTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
let url: string
let svix: Svix
before(async () => {
  api = await startTestApi()
  url = await api.listen()
  svix = new Svix(bootstrapKey, { serverUrl: url })
})
after(() => api.close())

/** What was handed to the engine for an endpoint since the last look. */
function told(endpoint: string): readonly { readonly type: string; readonly data: object }[] {
  const claims = api.claims.splice(0).filter(({ delivery }) => delivery.endpointId === endpoint)
  return claims.map(({ message }) => JSON.parse(Buffer.from(message.payload ?? []).toString()))
}

test('receivers are created, listed, changed and deleted like endpoints', async () => {
  const { endpoint } = svix.operationalWebhook
  const made = await endpoint.create({ url: 'https://ops.example', uid: 'ops' })
  assert.equal((await endpoint.get('ops')).id, made.id)
  assert.equal((await endpoint.list()).data.length, 1)
  assert.match((await endpoint.getSecret(made.id)).key, /^whsec_/)
  await endpoint.rotateSecret(made.id, {})
  await endpoint.setHeaders(made.id, { headers: { 'X-Ops': '1' } })
  assert.deepEqual((await endpoint.getHeaders(made.id)).headers, { 'X-Ops': '1' })
  const changed = await endpoint.upsert(made.id, { url: 'https://ops.example/2' })
  assert.equal(changed.url, 'https://ops.example/2')
  await assert.rejects(endpoint.create({ url: 'https://a.b', eventTypes: ['no.such'] }), {
    code: 422,
  })
  await endpoint.delete(made.id)
  await assert.rejects(endpoint.get(made.id), { code: 404 })
  assert.ok(
    !(await svix.application.list()).data.some(({ name }) => name === 'Operational webhooks'),
    'the hidden application shows',
  )
})

test('a receiver hears of its own organisation’s endpoints, by the types it wants', async () => {
  const all = await svix.operationalWebhook.endpoint.create({ url: 'https://ops.example' })
  const some = await svix.operationalWebhook.endpoint.create({
    url: 'https://some.example',
    eventTypes: ['endpoint.disabled'],
  })
  const app = await svix.application.create({ name: 'A', uid: 'tenant' })
  api.claims.length = 0
  const { id } = await svix.endpoint.create(app.id, { url: 'https://a.b', uid: 'e1' })
  const [created] = told(all.id)
  assert.deepEqual(
    { ...created, timestamp: undefined },
    {
      type: 'endpoint.created',
      timestamp: undefined,
      data: { appId: app.id, appUid: 'tenant', endpointId: id, endpointUid: 'e1' },
    },
  )
  await svix.endpoint.patch(app.id, id, { disabled: true })
  assert.deepEqual(
    told(some.id).map(({ type }) => type),
    ['endpoint.disabled'],
  )
  await svix.endpoint.patch(app.id, id, { disabled: false })
  await svix.endpoint.rotateSecret(app.id, id, {})
  await svix.endpoint.delete(app.id, id)
  assert.deepEqual(
    told(all.id).map(({ type }) => type),
    ['endpoint.updated', 'endpoint.enabled', 'endpoint.updated', 'endpoint.deleted'],
  )

  const other = signToken({ sub: 'org_000000000000000000000000001' }, jwtSecret)
  const stranger = new Svix(other, { serverUrl: url })
  const theirs = await stranger.application.create({ name: 'B' })
  await stranger.endpoint.create(theirs.id, { url: 'https://b.c' })
  assert.deepEqual(told(all.id), [], 'another organisation’s endpoints are none of its business')
  assert.equal((await stranger.operationalWebhook.endpoint.list()).data.length, 0)
})

test('changes of receivers themselves are told to nobody', async () => {
  const { endpoint } = svix.operationalWebhook
  const ear = await endpoint.create({ url: 'https://ear.example' })
  api.claims.length = 0
  await endpoint.create({ url: 'https://another.example' })
  assert.equal(api.claims.length, 0)
  const event = { type: 'endpoint.created', data: {} } as const
  const deps = { acceptor: api.acceptor, log: silentLog, consoleUrl: null }
  await raiseOperational(deps, { organizationId: managementOrganization, event, now: 0 })
  assert.deepEqual(told(ear.id), [])
})

/** A finished attempt of which only what decides is real. */
function finished(changes: object): FinishedAttempt {
  const application = { id: 'app_1', uid: null } as unknown as Application
  const endpoint = { id: 'ep_1', uid: 'e', disabledAt: null } as unknown as Endpoint
  const message = { id: 'msg_1', eventId: 'evt' }
  const base = { application, endpoint, effect: {}, message, failedSince: null }
  return { ...base, ...changes } as unknown as FinishedAttempt
}
function attempt(number: number) {
  return { id: 'atmpt_1', number, responseStatus: 500, createdAt: 0 }
}

test('attempts are told when they begin to fail, are used up, or recover', () => {
  const types = (number: number, kind: string) =>
    attemptEvents(finished({ attempt: attempt(number), verdict: { kind, at: 1 } })).map(
      ({ type }) => type,
    )
  assert.deepEqual(types(1, 'succeeded'), [])
  assert.deepEqual(types(3, 'retry'), [])
  assert.deepEqual(types(4, 'retry'), ['message.attempt.failing'])
  assert.deepEqual(types(5, 'retry'), [])
  assert.deepEqual(types(8, 'failed'), ['message.attempt.exhausted'])
  assert.deepEqual(types(5, 'succeeded'), ['message.attempt.recovered'])
  assert.deepEqual(types(4, 'succeeded'), [])
})

test('an endpoint that has failed for a quarter of an hour is told of under one name, and so is its recovery', () => {
  const minute = 60_000
  const told = (kind: string, failedSince: number | null, succeeded: boolean) =>
    attemptEvents(
      finished({
        attempt: { ...attempt(2), createdAt: 20 * minute, succeeded },
        verdict: { kind, at: 1 },
        failedSince,
      }),
    ).map(({ type, once }) => ({ type, once }))
  assert.deepEqual(told('retry', null, false), [])
  assert.deepEqual(told('retry', 5 * minute + 1, false), [])
  const failing = { type: 'endpoint.failing', once: `endpoint.failing:ep_1:${5 * minute}` }
  assert.deepEqual(told('retry', 5 * minute, false), [failing])
  assert.deepEqual(told('succeeded', 5 * minute, true), [
    { type: 'endpoint.recovered', once: `endpoint.recovered:ep_1:${5 * minute}` },
  ])
  assert.deepEqual(told('succeeded', 6 * minute, true), [])
})

test('a name is news once, also among many others', () => {
  const isNews = firstTime(4)
  assert.deepEqual(['a', 'a', 'b', 'a', 'c', 'a'].map(isNews), [
    true,
    false,
    true,
    false,
    true,
    false,
  ])
  for (const other of ['d', 'e', 'f']) isNews(other)
  assert.equal(isNews('a'), true, 'the oldest are forgotten')
})

test('an endpoint disabled by its failures is told with since when', () => {
  const effect = {
    disable: { reason: 'failing', at: 9 },
    health: { failingSince: 5, consecutiveFailures: 3, openUntil: null },
  }
  const events = attemptEvents(
    finished({ attempt: attempt(8), verdict: { kind: 'failed' }, effect }),
  )
  assert.deepEqual(
    events.map(({ type }) => type),
    ['message.attempt.exhausted', 'endpoint.disabled'],
  )
  assert.deepEqual(events[1]?.data, {
    appId: 'app_1',
    appUid: null,
    endpointId: 'ep_1',
    endpointUid: 'e',
    failSince: '1970-01-01T00:00:00.005Z',
    trigger: 'failing',
  })
})
