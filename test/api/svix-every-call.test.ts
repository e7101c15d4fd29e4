/**
 * Every method of the official clients, with ids that do not exist and empty bodies: each operation
 * that Svix names is reached, and whatever is refused is the SDK's own exception.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ApiException, Svix } from 'svix'
import { ApiException as ApiException1, Svix as Svix1 } from 'svix1'
import { operations } from '../../src/contract/operations.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
let url: string
const reached = new Set<string>()
before(async () => {
  api = await startTestApi()
  url = await api.listen()
  api.app.server.on('request', ({ method, url: path }) => {
    const operation = operations.find(
      (one) => one.method === method && patternOf(one.path).test(path?.split('?')[0] ?? ''),
    )
    if (operation !== undefined) reached.add(operation.id)
  })
})
after(() => api.close())

function patternOf(path: string): RegExp {
  return new RegExp(`^/api/v1${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

interface Method {
  readonly name: string
  readonly call: () => Promise<unknown>
}

/** Methods of a client and of what hangs below it, called with as many arguments as they take. */
function methodsOf(of: object, name: string, depth = 0): readonly Method[] {
  const prototype: object = Object.getPrototypeOf(of)
  const getters = Object.entries(Object.getOwnPropertyDescriptors(prototype))
  const own = Object.entries(Object.getOwnPropertyDescriptors(of))
  return [...getters, ...own].flatMap(([key, { value, get }]) => {
    if (key === 'constructor' || key.startsWith('_') || key === 'requestCtx') return []
    if (typeof value === 'function') {
      const args = argumentsOf(value.length)
      return depth === 0 ? [] : [{ name: `${name}.${key}`, call: () => value.apply(of, args) }]
    }
    const below: unknown = get === undefined ? value : Reflect.get(of, key)
    return typeof below === 'object' && below !== null && depth < 3
      ? methodsOf(below, `${name}.${key}`, depth + 1)
      : []
  })
}

/** Each is an id and an empty body at once: the clients' serialisers read members of a body. */
function argumentsOf(count: number): readonly unknown[] {
  const idOrBody = (at: number) => Object.assign(new String(`unknown-${at}`), { events: [] })
  return Array.from({ length: count }, (_, at) => idOrBody(at))
}

async function callAll(client: object): Promise<readonly string[]> {
  const odd: string[] = []
  for (const { name, call } of methodsOf(client, 'svix')) {
    try {
      await call()
    } catch (error) {
      const own = error instanceof ApiException || error instanceof ApiException1
      if (!own) odd.push(`${name}: ${error}`)
      else if (error.code >= 500) odd.push(`${name}: ${error.code}`)
    }
  }
  return odd
}

// Named by Svix, and in none of its clients for JavaScript.
const inNoClient = [
  'v1.authentication.whoami', // newer clients of other languages
  'v1.endpoint.get-attempt-stats',
  'v1.health.ping',
  'v1.message-attempt.list-by-endpoint-deprecated',
  'v1.message-attempt.list-by-msg-deprecated',
  'v1.message.pollerv2.consumer-commit',
  'v1.message.pollerv2.consumer-poll',
]

test('the clients reach every operation that Svix names, and throw nothing but their exception', async () => {
  assert.deepEqual(await callAll(new Svix(bootstrapKey, { serverUrl: url })), [])
  assert.deepEqual(await callAll(new Svix1(bootstrapKey, { serverUrl: url })), [])
  const unreached = operations.filter(({ id, own }) => own === undefined && !reached.has(id))
  assert.deepEqual(unreached.map(({ id }) => id).sort(), inNoClient)
})

test('what Svix has and Posthorn is not says so', async () => {
  const svix = new Svix(bootstrapKey, { serverUrl: url })
  for (const call of [
    () => svix.integration.list('demo'),
    () => svix.connector.list(),
    () => svix.streaming.stream.list(),
    () => svix.authentication.streamPortalAccess('any', {}),
    () => svix.ingest.source.list(),
  ]) {
    await assert.rejects(call, (error: ApiException<{ detail: string }>) => {
      assert.equal(error.code, 404)
      return error.body.detail.startsWith('Posthorn has no integrations')
    })
  }
})
