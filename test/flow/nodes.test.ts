/** Several nodes on one PostgreSQL: roles, who is there, and what they keep together. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { TcpProxy } from '../../bench/faults/support/tcp-proxy.ts'
import { type Client, createClient } from '../../src/client/client.ts'
import { type Config, ConfigError, configWith } from '../../src/config.ts'
import { heartbeatMs, type NodeRole } from '../../src/domain/node.ts'
import {
  createPosthorn,
  defaultOrganizationId,
  type Posthorn,
  type PosthornParts,
  type World,
} from '../../src/posthorn.ts'
import { type Clock, systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { sealer } from '../../src/runtime/sealing.ts'
import { postgresStore } from '../../src/store/postgres/index.ts'
import { patience } from '../support/eventually.ts'
import { createTestDatabase, releasePostgres, type TestDatabase } from '../support/postgres.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { posthorn as command } from '../support/terminal.ts'

const key = 'key_that_all_nodes_share_0123456789'
const encryptionKey = Buffer.alloc(32, 7)
const folder = mkdtempSync(join(tmpdir(), 'posthorn-nodes-'))
let database: TestDatabase

before(async () => {
  database = await createTestDatabase()
})
after(async () => {
  await database.drop()
  await releasePostgres()
  rmSync(folder, { recursive: true })
})

const world: World = { clock: systemClock, random: systemRandom, log: silentLog }

function nodeOf(
  role: NodeRole,
  more: Partial<Config> & { readonly clock?: Clock } = {},
  parts: PosthornParts = {},
): Posthorn {
  const { clock = systemClock, ...settings } = more
  const config = configWith({
    role,
    port: 0,
    dataDir: join(folder, role),
    databaseUrl: database.url,
    apiKey: key,
    jwtSecret: 'a secret that all nodes share',
    encryptionKey: encryptionKey.toString('base64'),
    allowNetworks: ['127.0.0.0/8'],
    pollMs: 500,
    ...settings,
  })
  return createPosthorn(config, { ...world, clock }, parts)
}

function clientOf(node: Posthorn): Client {
  return createClient({ url: node.url, key })
}

/** An application with one endpoint at the receiver. */
async function arrange(client: Client, url: string, more: object = {}): Promise<string> {
  const { id } = await client.applications.create({ name: 'nodes' })
  await client.endpoints.create(id, { url, ...more })
  return id
}

function send(client: Client, application: string, number: number): Promise<unknown> {
  return client.messages.create(application, { eventType: 'a.b', payload: { number } })
}

test('what an api node accepts a worker delivers, long before a lease would end', async () => {
  const [api, worker] = [nodeOf('api'), nodeOf('worker')]
  const receiver = await startReceiver()
  await Promise.all([api.start(), worker.start()])
  try {
    const client = clientOf(api)
    const application = await arrange(client, `${receiver.url}/parallel`)
    const ordered = { url: `${receiver.url}/ordered`, policy: { ordering: 'fifo' } }
    await client.endpoints.create(application, ordered as never) // the client's types name no policy
    for (let number = 0; number < 5; number++) await send(client, application, number)
    const received = await receiver.waitFor(10)
    const inOrder = received
      .filter(({ path }) => path === '/ordered')
      .map(({ json }) => (json() as { number: number }).number) // sent above
    assert.deepEqual(inOrder, [0, 1, 2, 3, 4])
    assert.equal(api.engine.stats().inFlight + api.engine.stats().waiting, 0)
  } finally {
    await Promise.all([api.stop(), worker.stop()])
    await receiver.close()
  }
})

test('a worker answers for its health and its metrics, and is no API', async () => {
  const worker = nodeOf('worker')
  await worker.start()
  try {
    const status = async (path: string, method = 'GET'): Promise<number> =>
      (await fetch(worker.url + path, { method, headers: { authorization: `Bearer ${key}` } }))
        .status
    assert.equal(await status('/api/v1/health'), 200)
    assert.equal(await status('/api/v1/health/ping'), 204)
    assert.equal(await status('/metrics'), 200)
    for (const path of [
      '/',
      '/docs',
      '/portal',
      '/in/demo',
      '/api/v1/app',
      '/api/v1/openapi.json',
    ]) {
      assert.equal(await status(path), 404, path)
    }
    assert.equal(await status('/api/v1/app', 'POST'), 404)
  } finally {
    await worker.stop()
  }
})

test('nodes are listed with their roles until they take leave', async () => {
  const [api, worker] = [nodeOf('api'), nodeOf('worker')]
  await api.start()
  await worker.start()
  try {
    const { data } = await clientOf(api).nodes.list()
    assert.deepEqual(
      data.map(({ id, role, state, answering }) => [id, role, state, answering]),
      [
        [api.nodeId, 'api', 'alive', true],
        [worker.nodeId, 'worker', 'alive', false],
      ],
    )
    const env = { POSTHORN_URL: api.url, POSTHORN_API_KEY: key }
    const shown = await command(['nodes'], { env })
    assert.equal(shown.exit, 0)
    const [headings = '', ...lines] = shown.out.trim().split('\n')
    assert.match(headings, /^NODE +ROLE +STATE/)
    assert.match(lines[1] ?? '', new RegExp(`^${worker.nodeId} +worker +alive +\\d`))
    assert.deepEqual((await command(['nodes', '--json'], { env })).json, data)
    const metrics = await (await fetch(`${worker.url}/metrics`)).text()
    assert.match(metrics, /^posthorn_nodes 2$/m)
    assert.match(
      metrics,
      new RegExp(`^posthorn_node_info\\{node="${worker.nodeId}",role="worker"`, 'm'),
    )
    await worker.stop()
    const left = await clientOf(api).nodes.list()
    assert.deepEqual(
      left.data.map(({ id }) => id),
      [api.nodeId],
    )
  } finally {
    await Promise.all([api.stop(), worker.stop()])
  }
})

test("the database's time says who is there, whatever a node's clock says", async () => {
  const api = nodeOf('api')
  await api.start()
  try {
    const dead = { id: 'dead-1', role: 'worker', version: '0', inFlight: 3 } as const
    await api.store.beat({ node: dead, now: 0 })
    const past = Date.now() + 4 * heartbeatMs // the database's time decides, not what is handed in
    const known = (await api.store.listNodes({ now: past })).find(({ id }) => id === 'dead-1')
    assert(known !== undefined && known.silentMs < heartbeatMs)
    const { data } = await clientOf(api).nodes.list()
    assert.equal(data.find(({ id }) => id === 'dead-1')?.state, 'alive')
  } finally {
    await api.store.leave({ nodeId: 'dead-1' })
    await api.stop()
  }
})

test('nodes whose clocks are many minutes apart deliver once, in order and on time', async () => {
  const skewed = (minutes: number): Clock => ({
    ...systemClock,
    now: () => systemClock.now() + minutes * 60_000,
  })
  const settings = { retryScheduleMs: [100, 100], attemptTimeoutMs: 5_000 }
  const nodes = [-9, 0, 12].map((minutes) => nodeOf('all', { ...settings, clock: skewed(minutes) }))
  const events = 24
  const seen = new Map<string, number>()
  const receiver = await startReceiver({
    // Every fifth is refused once: its retry is due by the database's clock.
    script: ({ path, json }) => {
      const { number } = json() as { number: number } // sent below
      const name = `${path} ${number}`
      seen.set(name, (seen.get(name) ?? 0) + 1)
      return { status: number % 5 === 0 && seen.get(name) === 1 ? 500 : 200 }
    },
  })
  await Promise.all(nodes.map((node) => node.start()))
  try {
    const clients = nodes.map(clientOf)
    const [first] = clients
    assert(first)
    const application = await arrange(first, `${receiver.url}/parallel`)
    const ordered = { url: `${receiver.url}/ordered`, policy: { ordering: 'fifo' } }
    await first.endpoints.create(application, ordered as never) // the client's types name no policy
    for (let number = 0; number < events; number++) {
      await send(clients[number % clients.length] ?? first, application, number)
    }
    const refused = Math.ceil(events / 5)
    const received = await receiver.waitFor(2 * (events + refused))
    await Promise.all(nodes.map(({ engine }) => engine.idle()))
    assert.equal(receiver.requests.length, 2 * (events + refused))
    assert.deepEqual(new Set(seen.values()), new Set([1, 2]))
    const inOrder = received
      .filter(({ path }) => path === '/ordered')
      .map(({ json }) => (json() as { number: number }).number) // sent above
    assert.deepEqual(
      inOrder,
      inOrder.toSorted((a, b) => a - b),
    )
  } finally {
    await Promise.all(nodes.map((node) => node.stop()))
    await receiver.close()
  }
})

test('a rate holds for all nodes together, and is used up', async () => {
  const rate = 40
  const events = 100
  const nodes = [nodeOf('all'), nodeOf('all'), nodeOf('worker')]
  const startedAt: number[] = []
  const delivered = new Set<string>()
  const recorded = Promise.withResolvers<void>()
  const receiver = await startReceiver()
  for (const { engine } of nodes) {
    engine.onAttempt(({ attempt }) => {
      if (!attempt.url.startsWith(receiver.url)) return // what an earlier test has left
      startedAt.push(attempt.createdAt)
      if (attempt.succeeded) delivered.add(attempt.deliveryId)
      if (delivered.size === events) recorded.resolve()
    })
  }
  await Promise.all(nodes.map((node) => node.start()))
  try {
    const clients = nodes.slice(0, 2).map(clientOf)
    const [first] = clients
    assert(first)
    const application = await arrange(first, receiver.url, { throttleRate: rate })
    const sent = Array.from({ length: events }, (_, number) =>
      send(clients[number % clients.length] ?? first, application, number),
    )
    await Promise.all(sent)
    await recorded.promise
    startedAt.sort((a, b) => a - b)
    const secondFrom = (start: number): number =>
      startedAt.filter((at) => at >= start && at < start + 1_000).length
    const most = Math.max(...startedAt.map(secondFrom))
    assert(most <= rate, `${most} started within one second`)
    const tookMs = (startedAt.at(-1) ?? 0) - (startedAt[0] ?? 0)
    assert(tookMs < (patience * events * 1_000) / rate, `took ${tookMs} ms`)
  } finally {
    await Promise.all(nodes.map((node) => node.stop()))
    await receiver.close()
  }
})

test('under load an event costs less than three tenths of a statement', async () => {
  const each = await statementsPerEvent({ endpoints: 40, rounds: 10, ordering: 'none' })
  assert(each < 0.3, `${each} statements an event`)
})

test('so does one that its producer named', async () => {
  const each = await statementsPerEvent({
    endpoints: 40,
    rounds: 10,
    ordering: 'none',
    named: true,
  })
  assert(each < 0.3, `${each} statements an event`)
})

test('so does one to an ordered endpoint, though each waits for the one before', async () => {
  const each = await statementsPerEvent({ endpoints: 100, rounds: 10, ordering: 'fifo' })
  assert(each < 0.3, `${each} statements an event`)
})

/** Four waves of so many events to each endpoint, all of a wave accepted before any is answered. */
async function statementsPerEvent({
  endpoints,
  rounds,
  ordering,
  named = false,
}: {
  readonly endpoints: number
  readonly rounds: number
  readonly ordering: 'none' | 'fifo'
  /** Events have an id of their producer's. */
  readonly named?: boolean
}): Promise<number> {
  const waves = 4
  const wave = endpoints * rounds
  let events = 0
  const store = postgresStore({
    ...{
      url: database.url,
      clock: systemClock,
      log: silentLog,
      node: `counted-${ordering}-${named}`,
    },
    sealer: sealer({ keys: [encryptionKey], random: systemRandom }),
  })
  const node = nodeOf('all', { pollMs: 1_000 }, { store })
  // Load, however slow the machine: nobody is answered before all are open that may be at once.
  const openAtOnce = ordering === 'fifo' ? endpoints : wave
  let answers = Promise.withResolvers<void>()
  const receiver = await startReceiver({
    script: ({ number }) => {
      const { promise } = answers
      if (number <= endpoints) return {}
      if ((number - endpoints) % openAtOnce === 0) {
        answers.resolve()
        answers = Promise.withResolvers()
      }
      return { after: promise }
    },
  })
  await node.start()
  try {
    const client = clientOf(node)
    const applications = await Promise.all(
      Array.from({ length: endpoints }, () =>
        arrange(client, receiver.url, { policy: { ordering } }),
      ),
    )
    const accept = (number: number) =>
      node.acceptor.accept({
        organizationId: defaultOrganizationId,
        application: applications[number % endpoints] ?? '',
        eventType: 'a.b',
        payload: Buffer.from(`{"number":${number}}`),
        contentType: 'application/json',
        retentionMs: 86_400_000,
        attributes: {},
        eventId: named ? `event-${events++}` : null,
        ...{ channels: null, tags: null, deliverAt: null, idempotency: null },
      })
    // Once to each, so that their settings are known.
    await Promise.all(applications.map((_, at) => accept(at)))
    await node.engine.idle()
    const before = store.statementCount()
    for (let played = 1; played <= waves; played++) {
      const kinds = await Promise.all(Array.from({ length: wave }, (_, at) => accept(at)))
      assert(kinds.every(({ kind }) => kind === 'accepted'))
      await receiver.waitFor(endpoints + played * wave)
      await node.engine.idle()
    }
    return (store.statementCount() - before) / (waves * wave)
  } finally {
    await node.stop()
    await receiver.close()
  }
}

test('an embedded database is one node, and refuses to be half of one', async () => {
  const whole = nodeOf('all', { databaseUrl: `sqlite:${join(folder, 'one.db')}` })
  await whole.start()
  try {
    const { data } = await clientOf(whole).nodes.list()
    assert.deepEqual(
      data.map(({ role, answering }) => [role, answering]),
      [['all', true]],
    )
  } finally {
    await whole.stop()
  }
  const half = { databaseUrl: `sqlite:${join(folder, 'two.db')}` }
  assert.throws(() => nodeOf('worker', half), ConfigError)
})

test('what was revoked on one node stops working on the other within a second', async () => {
  const [one, two] = [nodeOf('api'), nodeOf('api', { dataDir: join(folder, 'api-two') })]
  await one.start()
  await two.start()
  try {
    const client = clientOf(one)
    const { id: app } = await client.applications.create({ name: 'revoking' })
    const status = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${two.url}/api/v1/app/${app}`, { headers })).status
    }
    const made = await client.request('v1.api-key.create', { body: { name: 'k', role: 'reader' } })
    const portal = await client.request('v1.authentication.app-portal-access', {
      path: { app_id: app },
      body: {},
    })
    const { user, invite } = await client.request('v1.user.create', {
      body: { email: 'ana@example.com', role: 'reader' },
    })
    const accepted = await fetch(`${one.url}/api/v1/session/accept-invite`, {
      method: 'POST',
      body: JSON.stringify({ token: invite.token, password: 'correct horse battery staple' }),
    })
    const [, session = ''] =
      /posthorn=(phs_\w+)/.exec(accepted.headers.get('set-cookie') ?? '') ?? []
    const tokens = [made.token, portal.token, session]
    assert.deepEqual(await Promise.all(tokens.map(status)), [200, 200, 200])
    await client.request('v1.api-key.revoke', { path: { key_id: made.id } })
    await client.request('v1.authentication.expire-all', { path: { app_id: app }, body: {} })
    await client.request('v1.user.delete', { path: { user_id: user.id } })
    const until = performance.now() + 1_100
    while (performance.now() < until) {
      if ((await Promise.all(tokens.map(status))).every((each) => each === 401)) return
    }
    assert.deepEqual(await Promise.all(tokens.map(status)), [401, 401, 401])
  } finally {
    await one.stop()
    await two.stop()
  }
})

test('settings that an owner changes on one node hold on the other within two seconds', async () => {
  const [api, worker] = [nodeOf('api'), nodeOf('worker')]
  const receiver = await startReceiver({ script: () => ({ status: 500 }) })
  await Promise.all([api.start(), worker.start()])
  try {
    const client = clientOf(api)
    const application = await arrange(client, receiver.url)
    const body = { signatureHeaders: 'both', retryScheduleMs: [7_200_000], breakerAfter: 0 }
    await client.request('v1.installation.patch-settings', { body })
    const until = performance.now() + 2_000 * patience
    let told: readonly string[] = []
    for (let number = 0; told.length < 2 && performance.now() < until; number++) {
      await send(client, application, number)
      const { headers } = await receiver.next()
      told = ['webhook-id', 'svix-id'].filter((name) => headers[name] !== undefined)
    }
    assert.deepEqual(told, ['webhook-id', 'svix-id'])
    const { data } = await client.request('v1.installation.get-settings')
    assert.equal(data.find(({ name }) => name === 'retryScheduleMs')?.source, 'stored')
    const none = { signatureHeaders: null, retryScheduleMs: null, breakerAfter: null }
    await client.request('v1.installation.patch-settings', { body: none })
  } finally {
    await Promise.all([api.stop(), worker.stop()])
    await receiver.close()
  }
})

test('a database that never answers is a 503 in time, and the node goes on by itself', () =>
  behindProxy(async ({ proxy, receiver, post }) => {
    assert.equal((await post(0)).status, 202)
    await receiver.next()
    proxy.swallow()
    const begun = performance.now()
    const refused = await Promise.all(Array.from({ length: 40 }, (_, at) => post(at)))
    const tookMs = performance.now() - begun
    assert.deepEqual([...new Set(refused.map(({ status }) => status))], [503])
    assert.ok(refused.every(({ headers }) => Number(headers.get('retry-after')) > 0))
    assert.ok(tookMs < 2 * answerTimeoutMs * patience, `${tookMs} ms`)
    proxy.letThrough()
    while ((await post(1)).status === 503);
    await receiver.next()
  }))

test('a database that is half a second away in each direction delivers all, each once', () =>
  behindProxy(async ({ node, proxy, receiver, post }) => {
    for (const path of paths) assert.equal((await post(0, path)).status, 202)
    await receiver.waitFor(2)
    proxy.delay(500)
    const begun = performance.now()
    const answers = await Promise.all([
      ...Array.from({ length: 40 }, (_, at) => post(at + 1)),
      ...[1, 2].map((number) => post(number, '/ordered')),
    ])
    const tookMs = performance.now() - begun
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202])
    assert.ok(tookMs < 5_000 * patience, `${tookMs} ms`)
    const received = await receiver.waitFor(44)
    const ordered = received.filter(({ path }) => path === '/ordered')
    const numbers = ordered.map(({ headers }) => headers['webhook-sequence'])
    assert.deepEqual(numbers, ['1', '2', '3'])
    proxy.delay(0)
    await node.engine.idle()
    assert.equal(receiver.requests.length, 44)
  }, 10_000))

const answerTimeoutMs = 1_000
const paths = ['/parallel', '/ordered'] as const

/** A node and the database with a network between them that does what it is told. */
async function behindProxy(
  act: (made: {
    readonly node: Posthorn
    readonly proxy: TcpProxy
    readonly receiver: Receiver
    readonly post: (number: number, path?: (typeof paths)[number]) => Promise<Response>
  }) => Promise<void>,
  timeoutMs = answerTimeoutMs,
): Promise<void> {
  const address = new URL(database.url)
  const proxy = await TcpProxy.start(Number(address.port))
  const receiver = await startReceiver()
  const store = postgresStore({
    ...{ url: proxy.url(address.pathname.slice(1)), answerTimeoutMs: timeoutMs, node: 'proxied' },
    ...{ ...world, sealer: sealer({ keys: [encryptionKey], random: systemRandom }) },
  })
  const node = nodeOf('all', {}, { store })
  try {
    await node.start()
    const client = clientOf(node)
    const applications = {
      '/parallel': await arrange(client, `${receiver.url}/parallel`),
      '/ordered': await arrange(client, `${receiver.url}/ordered`, {
        policy: { ordering: 'fifo' },
      }),
    }
    const post = (number: number, path: (typeof paths)[number] = '/parallel'): Promise<Response> =>
      fetch(`${node.url}/api/v1/app/${applications[path]}/msg`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': `event-${number}`,
        },
        body: JSON.stringify({ eventType: 'a.b', payload: { number } }),
      })
    await act({ node, proxy, receiver, post })
  } finally {
    proxy.delay(0)
    await node.stop()
    await proxy.close()
    await receiver.close()
  }
}
