import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestDatabase, releasePostgres } from '../../test/support/postgres.ts'
import { silentLog } from '../runtime/log.ts'
import { sealer } from '../runtime/sealing.ts'
import { only, Scene } from '../store/conformance/scene.ts'
import { givenTime } from '../store/postgres/clock.ts'
import { postgresStore } from '../store/postgres/index.ts'
import { sqliteStore } from '../store/sqlite/index.ts'
import { keepDueRunCounts, keepRunCount, runsOf } from './run-count.ts'

const database = await createTestDatabase()
after(async () => {
  await database.drop()
  await releasePostgres()
})

const hourMs = 3_600_000

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  test(`each run of an endpoint counts once, also after its attempts are gone, on ${kind}`, async () => {
    const scene = new Scene()
    const seal = sealer({ keys: [scene.random.bytes(32)], random: scene.random })
    const world = { clock: scene.clock, log: silentLog, sealer: seal }
    const store =
      kind === 'SQLite'
        ? sqliteStore({ ...world, path: ':memory:', threads: false })
        : postgresStore({ ...world, url: database.url, node: 'test', time: givenTime })
    scene.store = store
    await store.open()
    try {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await keepRunCount(store, endpoint)
      await keepRunCount(store, endpoint) // safe to repeat
      const run = async (verdict: 'succeeded' | 'failed') => {
        await scene.accept(application, [endpoint])
        await scene.record(only(await scene.claimAll()), { kind: verdict })
        await scene.pass(1_000)
      }
      const runs = () => runsOf(store, endpoint, scene.now)
      for (let n = 0; n < 3; n++) await run('succeeded')
      await run('failed')
      const failedAt = scene.now - 1_000
      assert.deepEqual(await runs(), { count: 3, lastFailedAt: failedAt })
      // Kept up to ten minutes ago; what came since is counted anew, and nothing twice.
      await scene.pass(2 * hourMs)
      await run('succeeded')
      await store.countAttempts()
      await keepDueRunCounts(store, scene.now)
      assert.deepEqual(await runs(), { count: 4, lastFailedAt: failedAt })
      // Two nodes at once.
      await scene.pass(hourMs)
      await Promise.all([1, 2].map(() => keepDueRunCounts(store, scene.now)))
      const sweep = { now: scene.now, removeBefore: scene.now - hourMs / 2, limit: 100 }
      while ((await store.sweep(sweep)).more);
      assert.deepEqual(await runs(), { count: 4, lastFailedAt: failedAt })
      await run('failed')
      assert.deepEqual(await runs(), { count: 4, lastFailedAt: scene.now - 1_000 })
      await scene.pass(2 * hourMs)
      await keepDueRunCounts(store, scene.now)
      // A count that was set by hand begins anew.
      const anew = { ...endpoint, attributes: { runCountSince: scene.now } }
      assert.deepEqual(await runsOf(store, anew, scene.now), { count: 0, lastFailedAt: null })
    } finally {
      await store.close()
    }
  })
}
