import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { firstPage, type OpenStore, only, play } from './scene.ts'

const dayMs = 86_400_000

/** Keys of other requests, settings, and what the sweeper may remove. */
export function keeping(open: OpenStore): void {
  describe('keeping', () => {
    play(
      open,
      'a key is reserved once, answered after, and free when released or expired',
      async (scene) => {
        const { store } = scene
        const key = { scope: 'org_1', key: 'k' }
        const reserve = (requestHash = 'h', scope = 'org_1') =>
          store.reserveKey({
            ...{ ...key, scope, requestHash, now: scene.now },
            reservedUntil: scene.now + 1_000,
          })
        const first = await Promise.all([reserve(), reserve(), reserve()])
        assert.deepEqual(first.map((result) => result.kind).sort(), [
          'in_progress',
          'in_progress',
          'reserved',
        ])
        assert.deepEqual(await reserve('other'), { kind: 'mismatch' })
        assert.deepEqual(await reserve('h', 'org_2'), { kind: 'reserved' })
        await store.releaseKey(key)
        assert.deepEqual(await reserve('other'), { kind: 'reserved' })
        await scene.pass(1_000)
        assert.deepEqual(await reserve(), { kind: 'reserved' })
        const answer = { status: 201, body: '{"id":"ñ"}' }
        await store.completeKey({ ...key, answer, expiresAt: scene.now + 5_000 })
        assert.deepEqual(await reserve(), { kind: 'answered', answer })
        assert.deepEqual(await reserve('other'), { kind: 'mismatch' })
        await scene.pass(5_000)
        assert.deepEqual(await reserve('other'), { kind: 'reserved' })
      },
    )

    play(open, 'settings are kept by name', async (scene) => {
      const { store } = scene
      assert.equal(await store.readSetting('marker'), null)
      await store.writeSetting({ name: 'marker', value: 'one' })
      await store.writeSetting({ name: 'marker', value: 'two' })
      assert.equal(await store.readSetting('marker'), 'two')
      if (await scene.reopen()) assert.equal(await scene.store.readSetting('marker'), 'two')
    })

    play(open, 'ping commits', async (scene) => {
      await assert.doesNotReject(scene.store.ping())
    })

    play(open, 'an expired payload is dropped, unless a delivery still needs it', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const message = { payloadExpiresAt: scene.now + dayMs }
      const done = await scene.accept(application, [], { message })
      const open = await scene.accept(application, [endpoint], { message })
      const fresh = await scene.accept(application, [])
      await scene.pass(dayMs + 1)
      const swept = await scene.store.sweep({ now: scene.now, removeBefore: 0, limit: 100 })
      assert.equal(swept.payloads, 1)
      const key = { applicationId: application.id, idOrEventId: done.message.id }
      const kept = await scene.store.findMessage({ ...key, withPayload: false })
      assert.equal(kept?.payloadBytes, done.message.payload?.length, 'how large it was stays known')
      const payload = async (idOrEventId: string) =>
        (
          await scene.store.findMessage({
            ...{ applicationId: application.id, idOrEventId, withPayload: true },
          })
        )?.payload
      assert.equal(await payload(done.message.id), null)
      assert.notEqual(await payload(open.message.id), null)
      assert.notEqual(await payload(fresh.message.id), null)
    })

    play(
      open,
      'old messages go with all that is theirs, but never with an open delivery (I2)',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const applicationId = application.id
        const waiting = await scene.accept(application, [endpoint])
        const ids = [waiting.message.id]
        for (let n = 0; n < 5; n++) {
          ids.push(
            (await scene.accept(application, [endpoint], { lease: scene.lease() })).message.id,
          )
        }
        for (const messageId of ids.slice(1)) {
          const { items } = await scene.store.listMessageDeliveries({
            ...{ applicationId, messageId, page: firstPage },
          })
          const { delivery } = only(items)
          await scene.record({ delivery, token: 'node-a' }, { kind: 'succeeded' })
        }
        await scene.pass(10 * dayMs)
        const young = await scene.accept(application, [])
        let [messages, attempts, calls] = [0, 0, 0]
        let more = true
        while (more && calls++ < 50) {
          const input = { now: scene.now, removeBefore: scene.now - dayMs, limit: 2 }
          const swept = await scene.store.sweep(input)
          messages += swept.messages
          attempts += swept.attempts
          more = swept.more
        }
        assert.deepEqual({ messages, attempts, more }, { messages: 5, attempts: 5, more: false })
        const find = async (idOrEventId: string) =>
          await scene.store.findMessage({ applicationId, idOrEventId, withPayload: false })
        assert.notEqual(await find(waiting.message.id), null)
        assert.notEqual(await find(young.message.id), null)
        assert.equal(await find(ids[1] ?? ''), null)
        const { byState } = await scene.store.countDeliveries({ now: scene.now })
        assert.deepEqual(byState, { pending: 1, sending: 0, succeeded: 0, failed: 0, canceled: 0 })
      },
    )

    play(open, 'expired keys are swept, others stay', async (scene) => {
      const application = await scene.application()
      const key = (name: string, ms: number) => ({
        idempotency: { key: name, requestHash: 'h', expiresAt: scene.now + ms },
      })
      await scene.accept(application, [], key('short', 1_000))
      await scene.accept(application, [], key('long', 100_000))
      await scene.pass(2_000)
      const swept = await scene.store.sweep({ now: scene.now, removeBefore: 0, limit: 100 })
      assert.equal(swept.keys, 1)
      const again = await scene.acceptInput(application, [], key('long', 1))
      assert.equal((await scene.store.acceptMessage(again)).kind, 'repeated')
    })

    play(open, 'leases of dead nodes are given back at start', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [endpoint], { lease: scene.lease('dead') })
      await scene.accept(application, [endpoint], { lease: scene.lease('alive') })
      if (scene.store.shared) return // other nodes may be alive: their leases end by themselves
      const input = { liveToken: 'alive', now: scene.now }
      assert.equal(await scene.store.releaseLeasesOfDeadNodes(input), 1)
      assert.equal((await scene.claimAll()).length, 1)
    })

    play(open, 'counts say what is open and since when it has been due', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [endpoint])
      const since = scene.now
      await scene.pass(100)
      await scene.accept(application, [endpoint], { lease: scene.lease() })
      const message = { deliverAt: scene.now + 10_000 }
      await scene.accept(application, [endpoint], { message })
      assert.deepEqual(await scene.store.countDeliveries({ now: scene.now }), {
        byState: { pending: 2, sending: 1, succeeded: 0, failed: 0, canceled: 0 },
        due: 1,
        oldestDueAt: since,
      })
      assert.deepEqual(await scene.store.countDue({ now: scene.now }), {
        ...{ due: 1, oldestDueAt: since },
      })
    })
  })
}
