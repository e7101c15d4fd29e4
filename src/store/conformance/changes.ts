import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { Change } from '../port/changes.ts'
import { type OpenStore, only, play, type Scene } from './scene.ts'

/** What happened, for those who follow it. */
export function changes(open: OpenStore): void {
  describe('changes', () => {
    play(open, 'messages and attempts are told once each, after the position', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [endpoint])
      await scene.record(only(await scene.claimAll()), { kind: 'succeeded' })
      const start = await scene.store.lastChange()
      assert.deepEqual((await after(scene, start, 0)).told, [], 'what was before is not told')

      const { message } = await scene.accept(application, [endpoint])
      await scene.pass(5)
      const claim = only(await scene.claimAll())
      const at = scene.now + 1_000
      const input = scene.recordInput(claim, { kind: 'retry', at })
      const retried = { ...scene.attempt(claim.delivery), succeeded: false, responseStatus: 500 }
      await scene.store.recordAttempt({ ...input, attempt: { ...retried, nextAttemptAt: at } })
      const { told, changes: found, end } = await after(scene, start, 2)
      const { id: deliveryId } = claim.delivery
      assert.deepEqual(told, [
        ['message', message.id],
        ['attempt', message.id, deliveryId, 500, 'pending', at],
      ])
      assert.ok(found.every((change) => change.organizationId === scene.organizationId))
      assert.deepEqual((await after(scene, end, 0)).told, [], 'a page is not told again')
      const middle = only(found.filter(({ kind }) => kind === 'message')).position
      assert.deepEqual((await after(scene, middle, 1)).told, told.slice(1))

      await scene.pass(1_000)
      await scene.record(only(await scene.claimAll()), { kind: 'failed' })
      const last = await after(scene, end, 1)
      assert.deepEqual(last.told, [['attempt', message.id, deliveryId, 500, 'failed', null]])
    })

    play(open, 'pages join: a small one goes on where it ended', async (scene) => {
      const application = await scene.application()
      const start = await scene.store.lastChange()
      const ids: string[] = []
      for (let n = 0; n < 7; n++) ids.push((await scene.accept(application, [])).message.id)
      const found: string[] = []
      let at = start
      while (found.length < 7) {
        const page = await scene.store.readChanges({ after: at, limit: 2 })
        assert.ok(page !== 'not_a_position')
        assert.ok(page.changes.length <= 2)
        found.push(...page.changes.map(({ messageId }) => messageId))
        at = page.end
      }
      assert.deepEqual(found.toSorted(), ids)
    })

    play(open, 'an attempt whose lease was lost moved nothing and is not told', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [endpoint])
      const start = await scene.store.lastChange()
      const claim = only(await scene.claimAll())
      const stale = { ...claim, token: 'node-b' }
      assert.equal(await scene.record(stale, { kind: 'succeeded' }), 'lease_lost')
      await scene.record(claim, { kind: 'succeeded' })
      const { told } = await after(scene, start, 1)
      assert.equal(told.length, 1)
      assert.equal(told[0]?.[4], 'succeeded')
    })

    play(open, 'a position stays good when what is behind it was swept', async (scene) => {
      const application = await scene.application()
      for (let n = 0; n < 3; n++) await scene.accept(application, [])
      const start = await scene.store.lastChange()
      await scene.pass(1_000)
      const sweep = { now: scene.now, removeBefore: scene.now, limit: 100 }
      for (let more = true; more; ) more = (await scene.store.sweep(sweep)).more
      const ids: string[] = []
      for (let n = 0; n < 5; n++) ids.push((await scene.accept(application, [])).message.id)
      const { changes: found, end } = await after(scene, start, 5)
      assert.deepEqual(found.map(({ messageId }) => messageId).toSorted(), ids)
      assert.deepEqual((await after(scene, end, 0)).told, [])
    })

    play(open, 'a text that is no position is refused', async (scene) => {
      for (const text of ['', 'x', 's1', 'p9.-', `p${'9'.repeat(20)}.-1.`, 's1.1-1.1;', '\u0000']) {
        const read = await scene.store.readChanges({ after: text, limit: 1 })
        assert.equal(read, 'not_a_position', text)
      }
    })
  })
}

/** What is told after a position, once `count` have come: other transactions may hold it up. */
async function after(scene: Scene, position: string, count: number) {
  const changes: Change[] = []
  let at = position
  do {
    const page = await scene.store.readChanges({ after: at, limit: 100 })
    assert.ok(page !== 'not_a_position')
    changes.push(...page.changes)
    at = page.end
  } while (changes.length < count)
  const told = changes.map((change) =>
    change.kind === 'message'
      ? [change.kind, change.messageId]
      : [
          ...[change.kind, change.messageId, change.deliveryId],
          ...[change.responseStatus, change.state, change.nextAttemptAt],
        ],
  )
  return { changes, told, end: at }
}
