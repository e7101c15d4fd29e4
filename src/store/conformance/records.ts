import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { StoredRecord } from '../port/records.ts'
import { firstPage, type OpenStore, play } from './scene.ts'

function record(id: string, changes: Partial<StoredRecord> = {}): StoredRecord {
  const body = { name: 'ñ', deep: { list: [1, null] } }
  return {
    kind: 'task',
    id,
    owner: 'org_1',
    version: 1,
    dueAt: null,
    expiresAt: null,
    body,
    ...changes,
  }
}

/** Small things with a version. */
export function records(open: OpenStore): void {
  describe('records', () => {
    play(open, 'a record is kept as it is, by kind and id', async ({ store }) => {
      assert.equal(await store.insertRecord(record('a')), 'inserted')
      assert.equal(await store.insertRecord(record('a', { owner: 'org_2' })), 'exists')
      assert.equal(await store.insertRecord(record('a', { kind: 'poller' })), 'inserted')
      assert.deepEqual(await store.findRecord({ kind: 'task', id: 'a' }), record('a'))
      assert.equal(await store.findRecord({ kind: 'api-key', id: 'a' }), null)
      assert.equal(await store.deleteRecord({ kind: 'task', id: 'a' }), 'deleted')
      assert.equal(await store.deleteRecord({ kind: 'task', id: 'a' }), 'not_found')
      assert.notEqual(await store.findRecord({ kind: 'poller', id: 'a' }), null)
    })

    play(open, 'of changes to one version of a record exactly one wins', async ({ store }) => {
      await store.insertRecord(record('a'))
      const change = (by: string) =>
        store.replaceRecord({ record: record('a', { body: { by }, dueAt: 5 }), expectedVersion: 1 })
      const results = await Promise.all([change('one'), change('two'), change('three')])
      assert.deepEqual(results.sort(), ['conflict', 'conflict', 'replaced'])
      const found = await store.findRecord({ kind: 'task', id: 'a' })
      assert.deepEqual([found?.version, found?.dueAt], [2, 5])
      const missing = { record: record('missing'), expectedVersion: 1 }
      assert.equal(await store.replaceRecord(missing), 'conflict')
    })

    play(open, 'records are listed by texts in their body, in full pages', async ({ store }) => {
      for (let n = 0; n < 9; n++) {
        const status = n % 3 === 0 ? 'failed' : n % 3 === 1 ? 'canceled' : 'running'
        const body = { status, job: { kind: n < 6 ? 'one' : 'two' } }
        await store.insertRecord(record(`r${n}`, { body }))
      }
      const over = { path: ['status'], anyOf: ['failed', 'canceled'] }
      const one = { path: ['job', 'kind'], anyOf: ['one'] }
      const list = async (having: readonly (typeof over)[], iterator: string | null) => {
        const page = { ...firstPage, limit: 3, iterator }
        const found = await store.listRecords({ kind: 'task', owner: 'org_1', page, having })
        return [found.items.map(({ id }) => id).join(), found.done]
      }
      assert.deepEqual(await list([over], null), ['r7,r6,r4', false])
      assert.deepEqual(await list([over], 'r4'), ['r3,r1,r0', true])
      assert.deepEqual(await list([over, one], null), ['r4,r3,r1', false])
      assert.deepEqual(await list([{ path: ['none'], anyOf: ['x'] }], null), ['', true])
    })

    play(open, 'records are listed by owner, in both orders, page by page', async ({ store }) => {
      for (const id of ['a', 'b', 'c']) await store.insertRecord(record(id))
      await store.insertRecord(record('other', { owner: 'org_2' }))
      const list = async (page: Partial<typeof firstPage>) => {
        const found = await store.listRecords({
          kind: 'task',
          owner: 'org_1',
          page: { ...firstPage, ...page },
        })
        return [found.items.map(({ id }) => id).join(), found.done]
      }
      assert.deepEqual(await list({ order: 'ascending' }), ['a,b,c', true])
      assert.deepEqual(await list({ order: 'descending', limit: 2 }), ['c,b', false])
      assert.deepEqual(await list({ order: 'ascending', iterator: 'a', limit: 1 }), ['b', false])
      const back = { order: 'ascending', iterator: 'c', backwards: true } as const
      assert.deepEqual(await list(back), ['a,b', true])
    })

    play(
      open,
      'what is due is found earliest first, and what expired is removed',
      async (scene) => {
        const { store, now } = scene
        await store.insertRecord(record('later', { dueAt: now + 1, expiresAt: now + 1 }))
        await store.insertRecord(record('second', { dueAt: now }))
        await store.insertRecord(
          record('first', { dueAt: now - 1, owner: 'org_2', expiresAt: now }),
        )
        await store.insertRecord(record('never'))
        const due = await store.listDueRecords({ kind: 'task', now, limit: 10 })
        assert.deepEqual(
          due.map(({ id }) => id),
          ['first', 'second'],
        )
        assert.equal((await store.listDueRecords({ kind: 'task', now, limit: 1 })).length, 1)
        assert.equal(await store.sweepRecords({ now, limit: 10 }), 1)
        assert.equal(await store.sweepRecords({ now, limit: 10 }), 0)
        assert.equal(await store.findRecord({ kind: 'task', id: 'first' }), null)
      },
    )
  })
}
