/**
 * Whoever takes several rows takes them in one order, so that nobody waits in a circle. Deadlocks are
 * tried again and would be noticed only as slowness: the server counts them.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { createTestDatabase, releasePostgres } from '../../../test/support/postgres.ts'
import { silentLog } from '../../runtime/log.ts'
import { sealer } from '../../runtime/sealing.ts'
import { leaseMs, Scene } from '../conformance/scene.ts'
import type { AcceptInput } from '../port/accept.ts'
import type { Store } from '../store.ts'
import { givenTime } from './clock.ts'
import { postgresStore } from './index.ts'

const eventsEach = 5
const clients = 200
const turns = 10
const database = await createTestDatabase()

after(async () => {
  await database.drop()
  await releasePostgres()
})

test('events for the same ordered endpoints in opposite order, named, keyed and recorded: no deadlock', () =>
  byTwoNodes(async (scene, stores) => {
    const application = await scene.application()
    const ordered = Array.from({ length: 10 }, () =>
      scene.endpoint(application, { policy: { ordering: 'fifo' } }),
    )
    const endpoints = await Promise.all(ordered)
    const inputs: AcceptInput[] = []
    for (let at = 0; at < eventsEach * clients; at++) {
      const eventId = at % 4 === 0 ? `event-${at}` : null
      const input = await scene.acceptInput(application, endpoints, {
        ordered: true,
        message: { eventId },
        // Three of four share their key with another, which may be on its way by the other path.
        idempotency: { key: `key-${at >> 1}`, requestHash: 'same', expiresAt: scene.now + leaseMs },
      })
      const deliveries = at % 2 === 0 ? input.deliveries : input.deliveries.toReversed()
      inputs.push({ ...input, deliveries })
    }
    const kinds: string[] = []
    let isOver = false
    const working = Promise.all(stores.map((store) => work({ scene, store }, () => isOver)))
    let next = 0
    const client = async (_: unknown, number: number): Promise<void> => {
      for (let input = inputs[next++]; input !== undefined; input = inputs[next++]) {
        kinds.push((await (stores[number % 2] ?? scene.store).acceptMessage(input)).kind)
      }
    }
    await Promise.all(Array.from({ length: clients }, client))
    isOver = true
    const recorded = (await working).reduce((sum, each) => sum + each, 0)
    assert.deepEqual(new Set(kinds), new Set(['accepted', 'repeated']))
    assert.equal(kinds.filter((kind) => kind === 'accepted').length, inputs.length / 2)
    assert.ok(recorded > 0)
  }))

test('endpoints that are disabled by what they answer and changed by people: no deadlock', () =>
  byTwoNodes(async (scene, stores) => {
    const application = await scene.application()
    const endpoints = await Promise.all(
      Array.from({ length: 12 }, () => scene.endpoint(application)),
    )
    for (let turn = 0; turn < turns; turn++) {
      await scene.accept(application, endpoints)
      const claims = await scene.claimAll()
      const disable = { reason: 'failing', at: scene.now } as const
      const work = claims.flatMap((claim, at) => {
        const [one, other] = [stores[at % 2] ?? scene.store, stores[(at + 1) % 2] ?? scene.store]
        const endpoint = endpoints.find(({ id }) => id === claim.delivery.endpointId)
        const record = scene.recordInput(claim, { kind: 'failed' }, { effect: { disable } })
        return [
          one.recordAttempt(record),
          endpoint && other.updateEndpoint({ endpoint, expectedUpdatedAt: null }),
        ]
      })
      assert.ok(work.length > 0)
      await Promise.all(work)
      await Promise.all(endpoints.map((endpoint) => scene.updateEndpoint(endpoint, {})))
    }
  }))

/** Two nodes on one database; the server saw no deadlock in the end. */
async function byTwoNodes(
  act: (scene: Scene, stores: readonly Store[]) => Promise<void>,
): Promise<void> {
  await administer(`alter database ${nameOf(database.url)} set deadlock_timeout = '20ms'`)
  const scene = new Scene()
  const other = storeOf(scene)
  const before = await deadlocks()
  await scene.begin(async () => {
    const store = storeOf(scene)
    await store.open()
    return { store, close: () => store.close() }
  })
  await other.open()
  try {
    await act(scene, [scene.store, other])
  } finally {
    await Promise.all([scene.end(), other.close()])
  }
  assert.equal((await deadlocks()) - before, 0)
}

/** Takes streams and moves their heads, as a node does, until it is over; how many it moved. */
async function work(
  { scene, store }: { readonly scene: Scene; readonly store: Store },
  isOver: () => boolean,
): Promise<number> {
  let recorded = 0
  while (!isOver()) {
    const { now } = scene
    const lease = { now, leaseUntil: now + leaseMs }
    const tokens = Array.from({ length: 5 }, () => scene.ids.next('delivery'))
    const { streams } = await store.claimStreams({ ...lease, tokens, except: [], only: null })
    const moves = streams.map(async (stream) => {
      const [head] = await store.readStream({ ...stream, limit: 1, bytesMax: 1_000, now })
      if (head !== undefined) {
        await store.recordAttempt(scene.recordInput(head, { kind: 'succeeded' }))
        recorded += 1
      }
      await store.releaseStream({ ...stream, now })
    })
    await Promise.all(moves)
  }
  return recorded
}

function storeOf(scene: Scene): Store {
  return postgresStore({
    url: database.url,
    clock: scene.clock,
    log: silentLog,
    sealer: sealer({ keys: [Buffer.alloc(32, 7)], random: scene.random }),
    node: 'test',
    time: givenTime,
  })
}

/** Told once every connection has ended, since each tells what it saw as it ends. */
async function deadlocks(): Promise<number> {
  for (;;) {
    const [row] = await administer(
      `select numbackends, deadlocks from pg_stat_database where datname = '${nameOf(database.url)}'`,
    )
    if (Number(row?.['numbackends']) === 0) return Number(row?.['deadlocks'])
    await wait(10)
  }
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1)
}

/** From another database of the same server. */
async function administer(sql: string): Promise<readonly Record<string, unknown>[]> {
  const url = new URL(database.url)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
