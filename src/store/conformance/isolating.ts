import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { everything, firstPage, leaseMs, type OpenStore, only, play } from './scene.ts'

/** I7: with another application's id, nothing is found and nothing is changed. */
export function isolating(open: OpenStore): void {
  describe('isolating', () => {
    play(open, "no operation reaches another application's rows (I7)", async (scene) => {
      const { store, now } = scene
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const stranger = await scene.application()
      const { message, deliveries } = await scene.accept(application, [endpoint], {
        message: { eventId: 'order-1' },
      })
      const claim = only(await scene.claimAll())
      const retry = scene.recordInput(claim, { kind: 'retry', at: now })
      await store.recordAttempt(retry)
      const attemptId = retry.attempt?.id ?? scene.ids.next('attempt')
      const deliveryId = only(deliveries).id
      const held = only(await scene.claimAll())
      const foreign = {
        ...{ applicationId: stranger.id, messageId: message.id, endpointId: endpoint.id },
        ...{ deliveryId, attemptId, now },
      }

      for (const idOrEventId of [message.id, 'order-1']) {
        assert.equal(await store.findMessage({ ...foreign, idOrEventId, withPayload: true }), null)
      }
      assert.equal(await store.findDelivery(foreign), null)
      assert.equal(await store.findAttempt(foreign), null)
      assert.equal(await store.findEndpoint({ ...foreign, idOrUid: endpoint.id }), null)
      assert.equal(await store.streamState(foreign), null)
      const outcome = { ...everything, succeeded: null, statusCodeClass: null }
      const list = { ...foreign, page: firstPage, withContent: true }
      const pages = [
        await store.listMessageDeliveries(list),
        await store.listMessageAttempts({ ...list, filter: outcome }),
        await store.listEndpointAttempts({ ...list, filter: outcome }),
        await store.listDeliveries({
          ...{ ...list, filter: everything, states: null, endpointIds: [foreign.endpointId] },
        }),
        await store.listMessages({ ...list, filter: everything, withPayload: true }),
        await store.listEndpointMessages({
          ...{ ...list, filter: everything, withPayload: true, statuses: null },
        }),
        await store.listEndpoints(list),
      ]
      for (const page of pages) assert.deepEqual(page.items, [])
      const stats = await store.endpointStats({ ...foreign, since: 0, until: now + 1_000 })
      assert.equal(stats.fail + stats.pending + stats.sending, 0)
      const [activity] = await store.endpointActivity({
        ...{ ...foreign, endpointIds: [endpoint.id], since: 0, until: now + 1_000 },
        ...{ sliceMs: now + 1_000, rowsMax: 10, waitingMax: 10, lastSince: 0 },
      })
      const never = { oldestWaitingAt: null, failingSince: null }
      const nothing = { endpointId: endpoint.id, waiting: 0, last: null, ...never }
      assert.deepEqual(activity, { ...nothing, slices: [], complete: true, durations: [] })

      assert.equal(await store.expungeMessage(foreign), 'not_found')
      assert.equal(await store.expungeAttempt(foreign), 'not_found')
      assert.equal(await store.cancelMessageDeliveries(foreign), 0)
      assert.equal(await store.deleteEndpoint(foreign), 'not_found')
      assert.equal(
        await store.updateEndpoint({
          ...{ endpoint: { ...endpoint, applicationId: stranger.id }, expectedUpdatedAt: null },
        }),
        'not_found',
      )
      assert.equal(
        await store.addDelivery({
          ...{ ...foreign, id: scene.ids.next('delivery'), trigger: 'manual', ordered: false },
        }),
        'message_not_found',
      )
      const token = 'node-a'
      const renewal = { token, now, leaseUntil: now + leaseMs, deliveries: [foreign] }
      assert.deepEqual(await store.renewLeases(renewal), [])
      const done = scene.recordInput(held, { kind: 'succeeded' })
      const attempt = scene.attempt({ ...held.delivery, applicationId: stranger.id })
      assert.equal(
        await store.recordAttempt({ ...done, applicationId: stranger.id, attempt }),
        'lease_lost',
      )
      assert.equal(await store.releaseHold({ ...foreign, action: 'skip' }), 'not_held')
      const other = {
        organizationId: scene.ids.next('organization'),
        applicationId: application.id,
      }
      assert.equal(await store.deleteApplication({ ...other, now }), 'not_found')
      assert.equal(await store.recordAttempt(done), 'recorded')
      assert.equal((await scene.delivery(application.id, deliveryId)).state, 'succeeded')
    })
  })
}
