import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { EndpointId } from '../../domain/ids.ts'
import { leaseMs, type OpenStore, only, play } from './scene.ts'

/** I4, and fairness between endpoints. */
export function claiming(open: OpenStore): void {
  describe('claiming', () => {
    play(open, 'a claimed delivery stays invisible until its lease expires', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const { message, deliveries } = await scene.accept(application, [endpoint])
      const claim = only(await scene.claimAll({ token: 'node-a' }))
      assert.equal(claim.delivery.id, only(deliveries).id)
      assert.equal(claim.delivery.state, 'sending')
      assert.equal(claim.token, 'node-a')
      assert.equal(claim.leaseUntil, scene.now + leaseMs)
      assert.deepEqual(Buffer.from(claim.message.payload ?? []), message.payload)
      await scene.pass(leaseMs - 1)
      assert.deepEqual(await scene.claimAll({ token: 'node-b' }), [])
      await scene.pass(2)
      assert.equal(only(await scene.claimAll({ token: 'node-b' })).delivery.id, claim.delivery.id)
    })

    play(open, 'claims made at once never share a delivery (I4)', async (scene) => {
      const application = await scene.application()
      const endpoints = [await scene.endpoint(application), await scene.endpoint(application)]
      for (let n = 0; n < 20; n++) await scene.accept(application, endpoints)
      const walks = await Promise.all(
        ['a', 'b', 'c'].map((token) => scene.claimAll({ token, limit: 7, perEndpoint: 4 })),
      )
      const ids = walks.flat().map((claim) => claim.delivery.id)
      assert.equal(new Set(ids).size, ids.length)
    })

    play(open, 'a message for a time that has passed is due at once', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      // The endpoint is one that claims have looked at, and found nothing older of.
      await scene.accept(application, [endpoint])
      only(await scene.claimAll())
      await scene.pass(leaseMs / 4)
      assert.deepEqual(await scene.claimAll(), [])
      const hourAgo = scene.now - 3_600_000
      const late = await scene.accept(application, [endpoint], { message: { deliverAt: hourAgo } })
      assert.equal(only(await scene.claimAll()).delivery.id, only(late.deliveries).id)
    })

    play(open, 'of each endpoint the oldest due come first, at most perEndpoint', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const sent: string[] = []
      for (let n = 0; n < 5; n++) {
        sent.push(only((await scene.accept(application, [endpoint])).deliveries).id)
        await scene.pass(10)
      }
      const { claims } = await scene.claim({ perEndpoint: 2 })
      assert.deepEqual(
        claims.map((claim) => claim.delivery.id),
        sent.slice(0, 2),
      )
    })

    play(open, 'a long backlog of one endpoint does not keep others waiting', async (scene) => {
      const application = await scene.application()
      const busy = await scene.endpoint(application)
      const quiet = [await scene.endpoint(application), await scene.endpoint(application)]
      for (let n = 0; n < 40; n++) await scene.accept(application, [busy])
      await scene.pass(1_000)
      for (const endpoint of quiet) await scene.accept(application, [endpoint])
      const reached = new Set<EndpointId>()
      let cursor: EndpointId | null = null
      for (let walk = 0; walk < 3; walk++) {
        const result = await scene.claim({ limit: 4, perEndpoint: 2, afterEndpointId: cursor })
        for (const claim of result.claims) reached.add(claim.delivery.endpointId)
        cursor = result.cursor
      }
      assert.deepEqual(reached, new Set([busy.id, quiet[0]?.id, quiet[1]?.id]))
    })

    play(
      open,
      'a first attempt is claimed beside the due retries of dead endpoints',
      async (scene) => {
        const application = await scene.application()
        const dead = await Promise.all(Array.from({ length: 5 }, () => scene.endpoint(application)))
        for (let n = 0; n < 10; n++) await scene.accept(application, dead)
        for (const claim of await scene.claimAll()) {
          await scene.record(claim, { kind: 'retry', at: scene.now + 100 })
        }
        await scene.pass(200)
        const fresh = await scene.endpoint(application)
        await scene.accept(application, [fresh])
        const claims = await scene.claimAll({ limit: 6, perEndpoint: 2 })
        assert(claims.some((claim) => claim.delivery.endpointId === fresh.id))
      },
    )

    play(open, 'nothing of an endpoint that must not be sent to is claimed', async (scene) => {
      const application = await scene.application()
      const names = ['disabled', 'paused', 'deleted', 'excepted', 'open circuit', 'good'] as const
      const endpoints = new Map<string, Awaited<ReturnType<typeof scene.endpoint>>>()
      for (const name of names) endpoints.set(name, await scene.endpoint(application))
      const of = (name: (typeof names)[number]) => {
        const endpoint = endpoints.get(name)
        assert(endpoint !== undefined)
        return endpoint
      }
      await scene.accept(application, [of('open circuit')])
      const failing = only(await scene.claimAll())
      await scene.record(
        failing,
        { kind: 'retry', at: scene.now },
        {
          effect: {
            health: {
              failingSince: scene.now,
              consecutiveFailures: 9,
              openUntil: scene.now + 30_000,
            },
          },
        },
      )
      await scene.accept(application, [...endpoints.values()].slice(0, 4))
      await scene.accept(application, [of('good')])
      await scene.updateEndpoint(of('disabled'), {
        disabledAt: scene.now,
        disabledReason: 'manual',
      })
      await scene.updateEndpoint(of('paused'), { pausedAt: scene.now })
      const applicationId = application.id
      await scene.store.deleteEndpoint({
        applicationId,
        endpointId: of('deleted').id,
        now: scene.now,
      })
      const except = [of('excepted').id]
      const claims = await scene.claimAll({ except })
      assert.equal(only(claims).delivery.endpointId, of('good').id)

      await scene.pass(30_000)
      assert.equal(
        only(await scene.claimAll({ except })).delivery.endpointId,
        of('open circuit').id,
      )
      await scene.updateEndpoint(of('paused'), { pausedAt: null })
      assert.equal(only(await scene.claimAll({ except })).delivery.endpointId, of('paused').id)
    })

    play(open, 'nothing starts after an application was switched off', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [endpoint])
      await scene.store.updateApplication({
        application: { ...application, enabled: false },
        expectedUpdatedAt: null,
      })
      assert.deepEqual(await scene.claimAll(), [])
      await scene.store.updateApplication({
        application: { ...application, enabled: true },
        expectedUpdatedAt: null,
      })
      assert.equal((await scene.claimAll()).length, 1)
    })

    play(
      open,
      'a claim is bounded by rows and by payload bytes, but never empty',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const message = { payload: Buffer.alloc(1_000, 32) }
        for (let n = 0; n < 5; n++) await scene.accept(application, [endpoint], { message })
        assert.equal((await scene.claim({ bytesMax: 10 })).claims.length, 1)
        assert.equal((await scene.claim({ bytesMax: 2_500 })).claims.length, 2)
        assert.equal((await scene.claim({ limit: 1 })).claims.length, 1)
        assert.equal((await scene.claimAll()).length, 1)
      },
    )

    play(
      open,
      'the hint for the next wake-up is never later than the next due time',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const message = { deliverAt: scene.now + 7_000 }
        await scene.accept(application, [endpoint], { message })
        const { claims, nextDueAt } = await scene.claim()
        assert.deepEqual(claims, [])
        assert.equal(nextDueAt, scene.now + 7_000)
      },
    )

    play(open, 'a renewed lease holds longer, a lost one is not renewed', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [endpoint])
      await scene.accept(application, [endpoint])
      const claims = await scene.claimAll()
      const deliveries = claims.map((claim) => ({
        applicationId: application.id,
        deliveryId: claim.delivery.id,
      }))
      await scene.pass(leaseMs / 2)
      const renewal = { now: scene.now, leaseUntil: scene.now + leaseMs, deliveries }
      assert.equal((await scene.store.renewLeases({ ...renewal, token: 'node-a' })).length, 2)
      assert.deepEqual(await scene.store.renewLeases({ ...renewal, token: 'node-b' }), [])
      await scene.pass(leaseMs - 1)
      assert.deepEqual(await scene.claimAll({ token: 'node-b' }), [])
      await scene.pass(2)
      const [unclaimed] = deliveries
      const overdue = { now: scene.now, leaseUntil: scene.now + 1, token: 'node-a' }
      assert.deepEqual(
        await scene.store.renewLeases({ ...overdue, deliveries: unclaimed ? [unclaimed] : [] }),
        [unclaimed?.deliveryId],
        'it ran out, and nobody has claimed it',
      )
      await scene.pass(2)
      assert.equal((await scene.claimAll({ token: 'node-b' })).length, 2)
      const late = { deliveries, now: scene.now, leaseUntil: scene.now + leaseMs, token: 'node-a' }
      assert.deepEqual(await scene.store.renewLeases(late), [])
    })
  })
}
