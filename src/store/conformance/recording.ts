import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { firstPage, leaseMs, type OpenStore, only, play } from './scene.ts'

/** I2, I4 and I8 at the store: what a record does, and what it must not do. */
export function recording(open: OpenStore): void {
  describe('recording', () => {
    play(
      open,
      'success, failure and cancellation are final; a retry waits for its time (I2)',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        for (let n = 0; n < 5; n++) await scene.accept(application, [endpoint])
        const [a, b, c, d, e] = await scene.claimAll()
        assert(a && b && c && d && e)
        assert.equal(await scene.record(a, { kind: 'succeeded' }), 'recorded')
        assert.equal(await scene.record(b, { kind: 'failed' }), 'recorded')
        assert.equal(await scene.record(c, { kind: 'canceled' }), 'recorded')
        assert.equal(await scene.record(d, { kind: 'retry', at: scene.now + 500 }), 'recorded')
        assert.equal(await scene.record(e, { kind: 'returned', at: scene.now }), 'recorded')
        const seen = await Promise.all(
          [a, b, c, d, e].map(({ delivery }) => scene.delivery(application.id, delivery.id)),
        )
        assert.deepEqual(
          seen.map(({ state, attemptCount, dueAt }) => [state, attemptCount, dueAt]),
          [
            ['succeeded', 1, null],
            ['failed', 1, null],
            ['canceled', 0, null],
            ['pending', 1, scene.now + 500],
            ['pending', 0, scene.now],
          ],
        )
        assert.equal(only(await scene.claimAll()).delivery.id, e.delivery.id)
        await scene.pass(500)
        assert.equal(only(await scene.claimAll()).delivery.id, d.delivery.id)
      },
    )

    play(
      open,
      'a cancellation that its attempt explains keeps the attempt and counts it',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        await scene.accept(application, [endpoint])
        const claim = only(await scene.claimAll())
        const { delivery } = claim
        const left = { responseStatus: 0, errorClass: 'transform_canceled', number: 1 } as const
        const attempt = scene.attempt(delivery, left)
        assert.equal(await scene.record(claim, { kind: 'canceled' }, { attempt }), 'recorded')
        const { state, attemptCount } = await scene.delivery(application.id, delivery.id)
        assert.deepEqual([state, attemptCount], ['canceled', 1])
        assert.equal((await scene.claimAll()).length, 0)
        const key = { applicationId: application.id, attemptId: attempt.id }
        const kept = await scene.store.findAttempt({ ...key, messageId: delivery.messageId })
        assert.deepEqual([kept?.errorClass, kept?.succeeded], ['transform_canceled', true])
      },
    )

    play(
      open,
      'hastened retries are due at once, of that endpoint or one alone; what was not tried keeps its time',
      async (scene) => {
        const application = await scene.application()
        const [endpoint, other] = [
          await scene.endpoint(application),
          await scene.endpoint(application),
        ]
        const later = { message: { deliverAt: scene.now + 60_000 } }
        for (let n = 0; n < 3; n++) await scene.accept(application, [endpoint, other])
        await scene.accept(application, [endpoint], later)
        const health = {
          failingSince: scene.now,
          consecutiveFailures: 9,
          openUntil: scene.now + 9_000,
        }
        const claims = await scene.claimAll()
        for (const claim of claims) {
          const at = scene.now + 3_600_000
          await scene.record(claim, { kind: 'retry', at }, { effect: { health } })
        }
        const key = { applicationId: application.id, endpointId: endpoint.id }
        const foreign = { ...key, applicationId: scene.newApplication().id }
        const input = { now: scene.now, limit: 2 }
        assert.equal(await scene.store.hastenRetries({ ...foreign, ...input }), 0)
        assert.deepEqual(await scene.claimAll(), [])
        const mine = claims.filter(({ delivery }) => delivery.endpointId === endpoint.id)
        const deliveryId = mine[1]?.delivery.id ?? assert.fail()
        const one = { ...input, deliveryId }
        const elsewhere = { applicationId: application.id, endpointId: other.id }
        assert.equal(await scene.store.hastenRetries({ ...elsewhere, ...one }), 0)
        const asked = { applicationId: application.id, endpointIds: [other.id], now: scene.now }
        const circuits = await scene.store.openCircuits(asked)
        assert.equal(
          circuits.length,
          1,
          'a delivery that does not wait there lets nothing be tried',
        )
        assert.equal(await scene.store.hastenRetries({ ...key, ...one }), 1)
        assert.equal(await scene.store.hastenRetries({ ...key, ...one }), 0)
        const [first, none] = await scene.claimAll()
        assert.deepEqual([first?.delivery.id, none], [deliveryId, undefined])
        const again = { now: scene.now, limit: 1 }
        assert.equal(await scene.store.hastenRetries({ ...key, ...again }), 1)
        assert.equal(await scene.store.hastenRetries({ ...key, ...again }), 1)
        assert.equal(await scene.store.hastenRetries({ ...key, ...again }), 0)
        const due = await scene.claimAll()
        assert.deepEqual(
          due.map(({ delivery }) => [delivery.endpointId, delivery.attemptCount]),
          Array.from({ length: 2 }, () => [endpoint.id, 1]),
        )
      },
    )

    play(open, 'an attempt that is given back is kept and uses up no try', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [endpoint])
      const claim = only(await scene.claimAll())
      const attempt = scene.attempt(claim.delivery, { errorClass: 'proxy_failed' })
      await scene.record(claim, { kind: 'returned', at: scene.now + 10 }, { attempt })
      const { state, attemptCount, dueAt } = await scene.delivery(application.id, claim.delivery.id)
      assert.deepEqual([state, attemptCount, dueAt], ['pending', 0, scene.now + 10])
      const key = { applicationId: application.id, messageId: attempt.messageId }
      const kept = await scene.store.findAttempt({ ...key, attemptId: attempt.id })
      assert.equal(kept?.errorClass, 'proxy_failed')
    })

    play(
      open,
      'an attempt comes back as it was recorded, in its application only',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        await scene.accept(application, [endpoint])
        const claim = only(await scene.claimAll())
        const attempt = scene.attempt(claim.delivery, {
          succeeded: false,
          responseStatus: 0,
          responseBody: 'a\u0000b \ud800 ñ "quoted"',
          responseTruncated: true,
          responseBytes: 1_258_291,
          errorClass: 'connect_timeout',
          channels: ['red'],
          tags: ['t'],
          trigger: 'manual',
          number: 3,
          requestHeaders: { 'X-Odd': 'ü"\\' },
          method: 'PATCH',
          rewriting: { bodyDigest: 'n4bQgYhMfWWaL-qg', headers: ['X-Odd'], url: true },
          remoteAddress: null,
          connection: {
            kept: false,
            tls: {
              version: 'TLSv1.3',
              cipher: 'TLS_AES_256_GCM_SHA384',
              certificate: { subject: 'ñ', issuer: 'A', validFrom: -1, expiresAt: scene.now },
            },
          },
          nextAttemptAt: scene.now + 1,
        })
        await scene.record(claim, { kind: 'retry', at: scene.now + 1 }, { attempt })
        const key = { applicationId: application.id, messageId: attempt.messageId }
        const stored = await scene.store.findAttempt({ ...key, attemptId: attempt.id })
        // Neither database keeps a lone surrogate, and PostgreSQL no NUL: text for reading, not bytes.
        assert.deepEqual({ ...stored, responseBody: '' }, { ...attempt, responseBody: '' })
        assert.match(stored?.responseBody ?? '', /^a.?b . ñ "quoted"$/s)
        const other = { ...key, applicationId: scene.ids.next('application') }
        assert.equal(await scene.store.findAttempt({ ...other, attemptId: attempt.id }), null)
        const missing = scene.ids.next('attempt')
        assert.equal(await scene.store.findAttempt({ ...key, attemptId: missing }), null)
      },
    )

    play(
      open,
      'a holder whose lease was taken moves nothing, its attempt is kept (I4)',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        await scene.accept(application, [endpoint])
        const slow = only(await scene.claimAll({ token: 'node-a' }))
        await scene.pass(leaseMs + 1)
        const taken = only(await scene.claimAll({ token: 'node-b' }))
        const effect = {
          health: { failingSince: scene.now, consecutiveFailures: 1, openUntil: null },
          disable: { reason: 'gone' as const, at: scene.now },
        }
        const late = scene.recordInput(slow, { kind: 'failed' }, { effect })
        assert.equal(await scene.store.recordAttempt(late), 'lease_lost')
        assert.equal(await scene.store.recordAttempt(late), 'lease_lost')
        const delivery = await scene.delivery(application.id, slow.delivery.id)
        assert.equal(delivery.state, 'sending')
        assert.equal(delivery.attemptCount, 0)
        const view = await scene.store.loadApplicationView(application.id)
        assert.equal(view?.health.size, 0)
        assert.equal(only(view?.endpoints ?? []).disabledAt, null)
        const attemptId = late.attempt?.id
        assert(attemptId !== undefined)
        const messageId = slow.delivery.messageId
        const kept = await scene.store.findAttempt({
          applicationId: application.id,
          messageId,
          attemptId,
        })
        assert.equal(kept?.id, attemptId)
        assert.equal(await scene.record(taken, { kind: 'succeeded' }), 'recorded')
      },
    )

    play(open, 'recording the same attempt again counts once (I8)', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [endpoint])
      const claim = only(await scene.claimAll())
      const input = scene.recordInput(claim, { kind: 'retry', at: scene.now })
      assert.equal(await scene.store.recordAttempt(input), 'recorded')
      const again = only(await scene.claimAll()) // leased once more, under the same token
      assert.equal(await scene.store.recordAttempt(input), 'recorded')
      const delivery = await scene.delivery(application.id, claim.delivery.id)
      assert.equal(delivery.attemptCount, 1)
      assert.equal(delivery.state, 'sending')
      assert.equal(await scene.record(again, { kind: 'succeeded' }), 'recorded')
      const { items } = await scene.store.listMessageDeliveries({
        applicationId: application.id,
        messageId: claim.delivery.messageId,
        page: firstPage,
      })
      assert.equal(only(items).delivery.attemptCount, 2)
      assert.equal(only(items).last?.succeeded, true)
    })

    play(
      open,
      'the endpoint is disabled and its health kept in the commit of the attempt',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        await scene.accept(application, [endpoint])
        await scene.accept(application, [endpoint])
        const before = await scene.acceptInput(application, [endpoint])
        const [first, second] = await scene.claimAll()
        assert(first && second)
        const health = { failingSince: scene.now, consecutiveFailures: 3, openUntil: scene.now + 5 }
        await scene.record(first, { kind: 'failed' }, { effect: { health } })
        const view = await scene.store.loadApplicationView(application.id)
        assert.deepEqual(view?.health.get(endpoint.id), health)
        const asked = { applicationId: application.id, endpointIds: [endpoint.id] }
        const open = await scene.store.openCircuits({ ...asked, now: scene.now })
        assert.deepEqual(open, [{ endpointId: endpoint.id, openUntil: scene.now + 5 }])
        const closed = await scene.store.openCircuits({ ...asked, now: scene.now + 5 })
        assert.deepEqual(closed, [])
        const disable = { reason: 'gone' as const, at: scene.now }
        await scene.record(second, { kind: 'failed' }, { effect: { disable } })
        const after = await scene.store.loadApplicationView(application.id)
        assert.equal(only(after?.endpoints ?? []).disabledReason, 'gone')
        assert.deepEqual(await scene.store.acceptMessage(before), { kind: 'stale' })
        const enabled = only(after?.endpoints ?? [])
        await scene.updateEndpoint(enabled, { disabledAt: null, disabledReason: null })
        const fresh = await scene.store.loadApplicationView(application.id)
        assert.equal(fresh?.health.get(endpoint.id)?.failingSince ?? null, null)
      },
    )

    play(
      open,
      "a person's success cancels what else waits for that message and endpoint",
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const other = await scene.endpoint(application)
        const { message, deliveries } = await scene.accept(application, [endpoint, other])
        const applicationId = application.id
        for (const claim of await scene.claimAll()) {
          await scene.record(claim, { kind: 'retry', at: scene.now + 1_000 })
        }
        const added = await scene.store.addDelivery({
          ...{ id: scene.ids.next('delivery'), applicationId, endpointId: endpoint.id },
          ...{ messageId: message.id, trigger: 'manual', ordered: false, now: scene.now },
        })
        assert(typeof added !== 'string')
        assert.equal(added.state, 'pending')
        const manual = only(await scene.claimAll())
        assert.equal(manual.delivery.trigger, 'manual')
        assert.equal(await scene.record(manual, { kind: 'succeeded' }), 'recorded')
        const states = await Promise.all(
          deliveries.map(async ({ id }) => (await scene.delivery(applicationId, id)).state),
        )
        assert.deepEqual(states, ['canceled', 'pending'])
      },
    )

    play(
      open,
      'a delivery is added only where message, endpoint and payload are',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const { message } = await scene.accept(application, [])
        const applicationId = application.id
        const add = (overrides: Partial<Parameters<typeof scene.store.addDelivery>[0]>) =>
          scene.store.addDelivery({
            ...{ id: scene.ids.next('delivery'), applicationId, endpointId: endpoint.id },
            ...{ messageId: message.id, trigger: 'manual', ordered: false, now: scene.now },
            ...overrides,
          })
        assert.equal(await add({ messageId: scene.ids.next('message') }), 'message_not_found')
        assert.equal(await add({ endpointId: scene.ids.next('endpoint') }), 'endpoint_not_found')
        const id = scene.ids.next('delivery')
        const first = await add({ id })
        assert.deepEqual(await add({ id }), first)
        const key = { applicationId, messageId: message.id }
        assert.equal(await scene.store.expungeMessage(key), 'expunged')
        assert.equal(await add({}), 'payload_gone')
        const missing = { applicationId, messageId: scene.ids.next('message') }
        assert.equal(await scene.store.expungeMessage(missing), 'not_found')
      },
    )

    play(
      open,
      'a message taken back cancels what waits and leaves what is being sent',
      async (scene) => {
        const application = await scene.application()
        const endpoints = [await scene.endpoint(application), await scene.endpoint(application)]
        const { message, deliveries } = await scene.accept(application, endpoints)
        const except = [endpoints[1]?.id ?? scene.ids.next('endpoint')]
        const claim = only(await scene.claimAll({ except }))
        const key = { applicationId: application.id, messageId: message.id, now: scene.now }
        assert.equal(await scene.store.cancelMessageDeliveries(key), 1)
        assert.equal(await scene.store.cancelMessageDeliveries(key), 0)
        const states = await Promise.all(
          deliveries.map(async ({ id }) => (await scene.delivery(application.id, id)).state),
        )
        assert.deepEqual(states, ['sending', 'canceled'])
        assert.equal(await scene.record(claim, { kind: 'succeeded' }), 'recorded')
      },
    )

    play(open, 'a response is expunged and the attempt stays', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.accept(application, [endpoint])
      const input = scene.recordInput(only(await scene.claimAll()), { kind: 'succeeded' })
      await scene.store.recordAttempt(input)
      const attemptId = input.attempt?.id ?? scene.ids.next('attempt')
      const key = { applicationId: application.id, messageId: input.messageId, attemptId }
      assert.equal(await scene.store.expungeAttempt(key), 'expunged')
      const attempt = await scene.store.findAttempt(key)
      assert.equal(attempt?.responseBody, 'EXPUNGED')
      assert.deepEqual(attempt?.responseHeaders, {})
      const foreign = { ...key, applicationId: scene.ids.next('application') }
      assert.equal(await scene.store.expungeAttempt(foreign), 'not_found')
    })

    play(
      open,
      'open deliveries of a deleted endpoint or application end canceled (I2)',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const ordered = await scene.endpoint(application)
        for (let n = 0; n < 7; n++) await scene.accept(application, [endpoint])
        const inFlight = only((await scene.claim({ limit: 1 })).claims)
        for (let n = 0; n < 3; n++) await scene.accept(application, [ordered], { ordered: true })
        const { organizationId, now } = scene
        const applicationId = application.id
        await scene.store.deleteEndpoint({ applicationId, endpointId: endpoint.id, now })
        await scene.store.deleteApplication({ organizationId, applicationId, now })
        assert.deepEqual(await scene.claimAll(), [])
        assert.equal(await scene.record(inFlight, { kind: 'retry', at: now }), 'recorded')
        const sweep = { now, removeBefore: 0, limit: 4 }
        for (let n = 0; n < 20 && (await scene.store.sweep(sweep)).more; n++);
        await scene.store.sweep(sweep)
        const { byState } = await scene.store.countDeliveries({ now })
        assert.deepEqual(byState, { pending: 0, sending: 0, succeeded: 0, failed: 0, canceled: 10 })
      },
    )

    play(
      open,
      'what a dead node was sending to a deleted endpoint ends canceled (I2)',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        await scene.accept(application, [endpoint], { lease: scene.lease() })
        const key = { applicationId: application.id, endpointId: endpoint.id }
        await scene.store.deleteEndpoint({ ...key, now: scene.now })
        const states = async () => {
          await scene.store.sweep({ now: scene.now, removeBefore: 0, limit: 10 })
          return (await scene.store.countDeliveries({ now: scene.now })).byState
        }
        assert.equal((await states()).sending, 1)
        await scene.pass(leaseMs + 1)
        const { sending, canceled } = await states()
        assert.deepEqual({ sending, canceled }, { sending: 0, canceled: 1 })
      },
    )
  })
}
