/** The typed client: every operation by its id. That the types hold is checked by `tsc`. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ApiError, type Client, createClient, type OutputOf } from '../../src/client/client.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
let client: Client
before(async () => {
  api = await startTestApi()
  client = createClient({ url: await api.listen(), key: bootstrapKey })
})
after(() => api.close())

test('operations are called by their id, with path, query, lists and body', async () => {
  const app = await client.request('v1.application.create', { body: { name: 'Typed', uid: 'a.b' } })
  const path = { app_id: 'a.b' }
  await client.request('v1.event-type.create', { body: { name: 'a.one', description: '' } })
  const body = { eventType: 'a.one', payload: { n: 1 } }
  const idempotencyKey = 'once'
  const first = await client.request('v1.message.create', { path, body, idempotencyKey })
  const again = await client.request('v1.message.create', { path, body, idempotencyKey })
  assert.equal(again.id, first.id)
  const query = { event_types: ['a.one', 'a.two'], limit: 1 }
  const page: OutputOf<'v1.message.list'> = await client.request('v1.message.list', { path, query })
  assert.deepEqual([page.data[0]?.id, page.done], [first.id, true])
  assert.equal(await client.request('v1.application.delete', { path: { app_id: app.id } }), null)
  assert.equal((await client.request('v1.profile.list')).data[0]?.name, 'standard')
})

test('a refusal is an ApiError, and what the types forbid is refused before it is sent', async () => {
  const gone = client.request('v1.application.get', { path: { app_id: '../health' } })
  await assert.rejects(gone, (error) => error instanceof ApiError && error.status === 422)
  // @ts-expect-error the path needs app_id
  assert.throws(() => client.request('v1.application.get', { path: {} }), TypeError)
  // @ts-expect-error there is no such operation
  assert.throws(() => client.request('v1.application.unmake'), TypeError)
})
