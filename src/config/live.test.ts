import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configWith } from '../config.ts'
import { idSource } from '../runtime/id-source.ts'
import { seededRandom } from '../runtime/random.ts'
import { VirtualClock } from '../runtime/virtual-clock.ts'
import type { StoredRecord } from '../store/port/records.ts'
import { liveSettings } from './live.ts'

test('what a newer release stored and this one does not know stays when something else is changed', async () => {
  const clock = new VirtualClock()
  const owner = idSource(clock, seededRandom(1)).next('organization')
  let stored: StoredRecord = {
    ...{ kind: 'installation-settings', id: 'installation', owner, version: 4 },
    ...{
      dueAt: null,
      expiresAt: null,
      body: { retentionDays: 12, ofTomorrow: ['x'], updatedAt: 5 },
    },
  }
  const store = {
    findRecord: async () => stored,
    insertRecord: async () => assert.fail('it is there'),
    replaceRecord: async ({ record }: { readonly record: StoredRecord }) => {
      stored = { ...record, version: record.version + 1 }
      return 'replaced' as const
    },
  }
  const settings = liveSettings(configWith({}))
  await settings.load(store)
  assert.equal(settings.config.retentionDays, 12)
  const change = { owner, now: 7, knownUpdatedAt: 5 }
  const done = await settings.change(store, { ...change, changes: { auditDays: 30 } })
  assert.equal(done, 'changed')
  assert.deepEqual([settings.config.retentionDays, settings.config.auditDays], [12, 30])
  assert.deepEqual(stored.body, {
    retentionDays: 12,
    auditDays: 30,
    ofTomorrow: ['x'],
    updatedAt: 7,
  })
  const late = await settings.change(store, { ...change, changes: { auditDays: 31 } })
  assert.equal(late, 'conflict')
})
