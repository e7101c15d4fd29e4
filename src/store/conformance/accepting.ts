import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { type OpenStore, only, play } from './scene.ts'

/** I1: a message, its deliveries, its numbers and its key are one commit. */
export function accepting(open: OpenStore): void {
  describe('accepting', () => {
    play(open, 'what was accepted is there byte for byte (I1, I3)', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const payload = Buffer.from('{"b":1.0, "a":9007199254740993,  "x":"\\u0000ñ"}')
      const accepted = await scene.accept(application, [endpoint], {
        message: {
          payload,
          eventId: 'order-1',
          channels: ['red', 'blue'],
          tags: ['t'],
          contentType: 'application/cloudevents+json',
          attributes: { test: true },
        },
      })
      const { message } = accepted
      const find = (idOrEventId: string, withPayload: boolean) =>
        scene.store.findMessage({ applicationId: application.id, idOrEventId, withPayload })
      const stored = await find(message.id, true)
      assert(stored?.payload !== null && stored !== null)
      assert.deepEqual(Buffer.from(stored.payload), payload)
      assert.deepEqual({ ...stored, payload: null }, { ...message, payload: null })
      const without = { ...message, payload: null, payloadBytes: payload.length }
      assert.deepEqual(await find('order-1', false), without)
      const delivery = await scene.delivery(application.id, only(accepted.deliveries).id)
      assert.equal(delivery.state, 'pending')
      assert.equal(delivery.dueAt, scene.now)
      assert.equal(delivery.sequence, null)
      assert.equal(delivery.trigger, 'scheduled')
    })

    play(open, 'with a lease, unordered deliveries are sending until its end', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const lease = scene.lease()
      const { deliveries } = await scene.accept(application, [endpoint], { lease })
      const delivery = await scene.delivery(application.id, only(deliveries).id)
      assert.equal(delivery.state, 'sending')
      assert.deepEqual(await scene.claimAll({ token: 'node-b' }), [])
    })

    play(open, 'a message for later waits for its time, even with a lease', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const message = { deliverAt: scene.now + 5_000 }
      await scene.accept(application, [endpoint], { message, lease: scene.lease() })
      assert.deepEqual(await scene.claimAll(), [])
      await scene.pass(5_000)
      assert.equal((await scene.claimAll()).length, 1)
    })

    play(open, 'settings that changed since matching make the message stale', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const input = await scene.acceptInput(application, [endpoint])
      await scene.updateEndpoint(endpoint, { disabledAt: scene.now, disabledReason: 'manual' })
      assert.deepEqual(await scene.store.acceptMessage(input), { kind: 'stale' })
      const key = { applicationId: application.id, idOrEventId: input.message.id }
      assert.equal(await scene.store.findMessage({ ...key, withPayload: false }), null)
    })

    play(open, 'an unknown or deleted application takes no message', async (scene) => {
      const application = await scene.application()
      const input = await scene.acceptInput(application, [])
      const { organizationId, now } = scene
      await scene.store.deleteApplication({ organizationId, applicationId: application.id, now })
      assert.deepEqual(await scene.store.acceptMessage(input), { kind: 'application_not_found' })
      const unknown = await scene.acceptInput({ id: scene.ids.next('application') }, [])
      assert.deepEqual(await scene.store.acceptMessage(unknown), { kind: 'application_not_found' })
    })

    play(open, 'an event id is taken once in its application', async (scene) => {
      const application = await scene.application()
      const message = { eventId: 'order-1' }
      const first = await scene.accept(application, [], { message })
      const second = await scene.acceptInput(application, [], { message })
      assert.deepEqual(await scene.store.acceptMessage(second), {
        kind: 'event_id_taken',
        messageId: first.message.id,
      })
      await scene.accept(await scene.application(), [], { message })
    })

    play(open, 'the same message again gets the same answer and is stored once', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const input = await scene.acceptInput(application, [endpoint], { ordered: true })
      const first = await scene.store.acceptMessage(input)
      assert.deepEqual(first, { kind: 'accepted', sequences: [1] })
      assert.deepEqual(await scene.store.acceptMessage(input), first)
      const key = { applicationId: application.id, endpointId: endpoint.id }
      assert.equal((await scene.store.streamState(key))?.next, 2)
    })

    play(open, 'a key repeats its message, and refuses another request', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const idempotency = { key: 'k', requestHash: 'h', expiresAt: scene.now + 1_000 }
      const first = await scene.accept(application, [endpoint], { idempotency })
      const again = await scene.acceptInput(application, [endpoint], { idempotency })
      const result = await scene.store.acceptMessage(again)
      assert(result.kind === 'repeated')
      assert.equal(result.message.id, first.message.id)
      const other = { ...again, idempotency: { ...idempotency, requestHash: 'other' } }
      assert.deepEqual(await scene.store.acceptMessage(other), { kind: 'key_mismatch' })
      const counts = await scene.store.countDeliveries({ now: scene.now })
      assert.equal(counts.byState.pending, 1)
      await scene.accept(await scene.application(), [], { idempotency })
      await scene.pass(1_000)
      const later = { key: 'k', requestHash: 'new', expiresAt: scene.now + 1_000 }
      await scene.accept(application, [], { idempotency: later })
    })

    play(open, 'a refused message does not use up its key or a number', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [], { message: { eventId: 'taken' } })
      const idempotency = { key: 'k', requestHash: 'h', expiresAt: scene.now + 1_000 }
      const options = { idempotency, ordered: true }
      const refused = await scene.acceptInput(application, [endpoint], {
        ...options,
        message: { eventId: 'taken' },
      })
      assert.equal((await scene.store.acceptMessage(refused)).kind, 'event_id_taken')
      const stale = {
        ...(await scene.acceptInput(application, [endpoint], options)),
        configVersion: 0,
      }
      assert.equal((await scene.store.acceptMessage(stale)).kind, 'stale')
      const good = await scene.acceptInput(application, [endpoint], options)
      assert.deepEqual(await scene.store.acceptMessage(good), { kind: 'accepted', sequences: [1] })
    })

    play(
      open,
      'of many posts at once with one key one is accepted, the others repeat it',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const idempotency = { key: 'k', requestHash: 'h', expiresAt: scene.now + 1_000 }
        const inputs = await Promise.all(
          Array.from({ length: 50 }, () =>
            scene.acceptInput(application, [endpoint], { idempotency }),
          ),
        )
        const results = await Promise.all(inputs.map((input) => scene.store.acceptMessage(input)))
        assert.equal(results.filter((result) => result.kind === 'accepted').length, 1)
        const repeated = results.filter((result) => result.kind === 'repeated')
        assert.equal(repeated.length, 49)
        const at = results.findIndex((result) => result.kind === 'accepted')
        assert.deepEqual(
          new Set(repeated.map((result) => result.message.id)),
          new Set([inputs[at]?.message.id]),
        )
        const { byState } = await scene.store.countDeliveries({ now: scene.now })
        assert.equal(byState.pending, 1)
      },
    )

    play(open, 'of many posts at once with one event id one is accepted', async (scene) => {
      const application = await scene.application()
      const message = { eventId: 'order-1' }
      const inputs = await Promise.all(
        Array.from({ length: 20 }, () => scene.acceptInput(application, [], { message })),
      )
      const results = await Promise.all(inputs.map((input) => scene.store.acceptMessage(input)))
      assert.equal(results.filter((result) => result.kind === 'accepted').length, 1)
      assert.equal(results.filter((result) => result.kind === 'event_id_taken').length, 19)
    })

    play(open, 'a batch answers each message on its own merit, in order', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const options = { ordered: true, message: { eventId: 'one' } }
      const good = await scene.acceptInput(application, [endpoint], options)
      const taken = await scene.acceptInput(application, [endpoint], options)
      const stale = { ...(await scene.acceptInput(application, [])), configVersion: 0 }
      const also = await scene.acceptInput(application, [endpoint], { ordered: true })
      const kinds = await scene.store.acceptMessages([good, taken, stale, also])
      assert.deepEqual(kinds, [
        { kind: 'accepted', sequences: [1] },
        { kind: 'event_id_taken', messageId: good.message.id },
        { kind: 'stale' },
        { kind: 'accepted', sequences: [2] },
      ])
    })

    play(open, 'what was accepted outlives a restart (I1, I8)', async (scene) => {
      const application = await scene.application({ uid: 'acme' })
      const endpoint = await scene.endpoint(application)
      const { message, deliveries } = await scene.accept(application, [endpoint])
      if (!(await scene.reopen())) return
      const key = { applicationId: application.id, idOrEventId: message.id, withPayload: true }
      assert.equal((await scene.store.findMessage(key))?.id, message.id)
      assert.deepEqual(
        await scene.store.findEndpoint({ applicationId: application.id, idOrUid: endpoint.id }),
        endpoint,
      )
      assert.equal((await scene.delivery(application.id, only(deliveries).id)).state, 'pending')
    })
  })
}
