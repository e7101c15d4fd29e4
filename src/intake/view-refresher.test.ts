import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApplicationId } from '../domain/ids.ts'
import { silentLog } from '../runtime/log.ts'
import { VirtualClock } from '../runtime/virtual-clock.ts'
import type { SeenApplication } from '../store/port/cluster.ts'
import { StoreUnavailable } from '../store/store.ts'
import { viewRefresher } from './view-refresher.ts'

const id = 'app_1' as ApplicationId // only compared

function changed(
  seen: readonly SeenApplication[],
  versionOf: (application: ApplicationId) => number | undefined,
): readonly ApplicationId[] {
  return seen
    .filter(({ applicationId, configVersion }) => versionOf(applicationId) !== configVersion)
    .map(({ applicationId }) => applicationId)
}

/** One view in memory, of version 1; the store has the version that the test gives it. */
async function scene() {
  const clock = new VirtualClock()
  const store = { version: 1, isAway: false, answersAfterMs: 5 }
  let kept = true
  const refresher = viewRefresher({
    clock,
    log: silentLog,
    store: {
      async changedApplications(seen) {
        const { version, isAway } = store
        await new Promise<void>((resolve) => clock.setTimer(store.answersAfterMs, resolve))
        if (isAway) throw new StoreUnavailable('disconnected', 'away')
        return changed(seen, () => version)
      },
    },
    views: {
      kept: () => (kept ? [{ applicationId: id, configVersion: 1 }] : []),
      invalidate() {
        kept = false
      },
      get: async () => null,
    },
  })
  await refresher.start()
  return { clock, store, refresher, isKept: () => kept }
}

test('what another node changed is not gone by a second later', async () => {
  const { clock, store, refresher, isKept } = await scene()
  await clock.advance(10_000)
  assert.equal(isKept(), true)
  store.version = 2
  await clock.advance(1_000)
  assert.equal(isKept(), false)
  await refresher.stop()
})

test('settings that could not be compared are asked for before they are used', async () => {
  const { clock, store, refresher, isKept } = await scene()
  store.isAway = true
  await clock.advance(2_000)
  const refused = assert.rejects(refresher.views.get(id), StoreUnavailable)
  await clock.advance(5)
  await refused
  assert.equal(refresher.views.areFresh(), true)
  await clock.advance(1_500)
  assert.equal(refresher.views.areFresh(), false)
  Object.assign(store, { isAway: false, version: 2 })
  const used = refresher.views.get(id)
  await clock.advance(10)
  await used
  assert.equal(isKept(), false)
  assert.equal(refresher.views.areFresh(), true)
  await refresher.stop()
})

test('an answer is as old as its question', async () => {
  const { clock, store, refresher } = await scene()
  store.answersAfterMs = 2_000
  await clock.advance(3_000)
  assert.equal(refresher.views.areFresh(), true)
  await clock.advance(1_100)
  assert.equal(refresher.views.areFresh(), false)
  const stopped = refresher.stop()
  await clock.advance(2_000)
  await stopped
})

test('of 10,000 applications too, what another node changed is gone a second later', async () => {
  const clock = new VirtualClock()
  const ids = Array.from({ length: 10_000 }, (_, n) => `app_${n}` as ApplicationId) // only compared
  const last = ids.at(-1)
  const versions = new Map(ids.map((each) => [each, 1]))
  const kept = new Set(ids)
  const refresher = viewRefresher({
    clock,
    log: silentLog,
    store: {
      async changedApplications(seen) {
        await new Promise<void>((resolve) => clock.setTimer(20, resolve))
        return changed(seen, (each) => versions.get(each))
      },
    },
    views: {
      kept: () => [...kept].map((applicationId) => ({ applicationId, configVersion: 1 })),
      invalidate: (applicationId) => kept.delete(applicationId),
      get: async () => null,
    },
  })
  await refresher.start()
  assert(last !== undefined)
  await refresher.views.get(last) // something is being sent: twice a second is asked
  await clock.advance(990)
  versions.set(last, 2)
  await refresher.views.get(last)
  await clock.advance(1_000)
  assert.deepEqual([kept.has(last), kept.size], [false, 9_999])
  await refresher.stop()
})
