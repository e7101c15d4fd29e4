/** Whatever of another application a caller names, in paths, queries and bodies of its own: nothing. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AnyOperation } from '../../src/contract/operation.ts'
import { operations } from '../../src/contract/operations.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'

/** Stands in everything that belongs to the other application. */
const mark = 'of-the-other-application'

let api: TestApi
/** Of the caller's own application. */
const own: Record<string, string> = {}
/** Of the other one, by path parameter. */
const foreign: Record<string, string> = {}
const callers: Record<string, string> = {}

async function call(
  method: string,
  path: string,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${bootstrapKey}` },
) {
  const reply = await api.app.inject({
    method: method as 'GET', // every method that Fastify knows
    url: `/api/v1${path}`,
    headers,
    ...(method === 'GET' ? {} : { payload: JSON.stringify(body) }),
  })
  return { status: reply.statusCode, text: reply.body }
}
async function made(path: string, body: unknown): Promise<Record<string, string>> {
  const { status, text } = await call('POST', path, body)
  assert.ok(status < 300, `${path}: ${text}`)
  return JSON.parse(text)
}

async function furnish(ids: Record<string, string>, name: string): Promise<void> {
  const { id: app = '' } = await made('/app', { name })
  const base = `/app/${app}`
  const endpoint = await made(`${base}/endpoint`, {
    url: `https://${name}.example/`,
    description: name,
    metadata: { name },
  })
  const code = `function handler(webhook) { return webhook } // ${name}`
  await call('PATCH', `${base}/endpoint/${endpoint['id']}/transformation`, { code })
  await call('PATCH', `${base}/endpoint/${endpoint['id']}/headers`, { headers: { 'x-name': name } })
  const payload = { type: 'a.b', name }
  const event = { eventType: 'a.b', eventId: `event-${name}`, payload, tags: [name] }
  const message = await made(`${base}/msg`, event)
  const deliveries = JSON.parse((await call('GET', `${base}/delivery`)).text)
  const changes = JSON.parse((await call('GET', `${base}/change`)).text)
  Object.assign(ids, {
    app_id: app,
    endpoint_id: endpoint['id'],
    msg_id: message['id'],
    delivery_id: deliveries.data[0].id,
    cursor: changes.iterator,
    event_id: `event-${name}`,
  })
}

before(async () => {
  api = await startTestApi()
  await made('/event-type', { name: 'a.b', description: '' })
  await furnish(own, 'mine')
  await furnish(foreign, mark)
  const access = await made(`/auth/app-portal-access/${own['app_id']}`, {})
  const key = await made('/api-key', { name: 'k', role: 'admin', applicationId: own['app_id'] })
  for (const token of [access['token'], key['token']]) callers[`${token}`.slice(0, 12)] = `${token}`
})
after(() => api.close())

const mine = operations.filter(
  ({ access, path }) => access === 'application' && path.includes('{app_id}'),
)

function pathWith(operation: AnyOperation, ids: Readonly<Record<string, string>>): string {
  return operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? 'unknown')
}

function namesOf(schema: unknown): readonly string[] {
  return Object.keys(Object(Reflect.get(Object(schema), 'properties')))
}

/** Everything that the other application has, as its owner sees it. */
async function stateOfForeign(): Promise<readonly string[]> {
  const base = `/app/${foreign['app_id']}`
  const endpoint = `${base}/endpoint/${foreign['endpoint_id']}`
  const paths = [base, endpoint, `${base}/msg`, `${base}/delivery`, `${base}/task`]
  const parts = ['/headers', '/secret', '/transformation'].map((part) => endpoint + part)
  return Promise.all([...paths, ...parts].map(async (path) => (await call('GET', path)).text))
}

test('ids of another application find and change nothing, in any path, query or body', async () => {
  const before = await stateOfForeign()
  const wrong: string[] = []
  let tried = 0
  for (const token of Object.values(callers)) {
    const headers = { authorization: `Bearer ${token}` }
    const look = async (operation: AnyOperation, path: string, body?: unknown) => {
      const { status, text } = await call(operation.method, path, body, headers)
      tried += 1
      const told = text.replaceAll(foreign['event_id'] ?? '', '') // what was asked may be repeated
      if (status >= 500 || told.includes(mark)) wrong.push(`${operation.method} ${path}: ${text}`)
      return { status, text }
    }
    for (const operation of mine) {
      for (const [, name = ''] of operation.path.matchAll(/\{(\w+)\}/g)) {
        if (name === 'app_id' || foreign[name] === undefined) continue
        const path = pathWith(operation, { ...own, [name]: foreign[name] ?? '' })
        const { status, text } = await look(operation, path, {})
        // The attempts of a message at an endpoint that is not of its application are none.
        const isEmpty = operation.method === 'GET' && text.startsWith('{"data":[],')
        if (status < 300 && !isEmpty) wrong.push(`${operation.method} ${path}: ${status}`)
      }
      if (operation.method === 'DELETE') continue
      const path = pathWith(operation, own)
      for (const id of Object.values(foreign)) {
        for (const name of namesOf(operation.query)) {
          await look(operation, `${path}?${name}=${encodeURIComponent(id)}`, {})
        }
        for (const name of namesOf(operation.body)) {
          for (const value of [id, [id]]) await look(operation, path, { [name]: value })
        }
      }
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(tried > 1_000, `${tried} calls`)
  assert.deepEqual(await stateOfForeign(), before)
})

test('an idempotency key of another application is another key', async () => {
  const [token = ''] = Object.values(callers).slice(1)
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': 'the-same' }
  const body = { eventType: 'a.b', payload: { n: 1 } }
  const theirs = await call('POST', `/app/${foreign['app_id']}/msg`, body, {
    ...{ authorization: `Bearer ${bootstrapKey}`, 'idempotency-key': 'the-same' },
  })
  const ours = await call('POST', `/app/${own['app_id']}/msg`, body, headers)
  assert.deepEqual([theirs.status, ours.status], [202, 202])
  assert.notEqual(JSON.parse(ours.text).id, JSON.parse(theirs.text).id)
})
