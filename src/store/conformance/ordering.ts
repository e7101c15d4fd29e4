import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { AcceptInput } from '../port/accept.ts'
import type { StreamClaim } from '../port/streams.ts'
import { leaseMs, type OpenStore, only, play, type Scene } from './scene.ts'

/** I9 at the store: numbers, leases, heads and holds of streams. */
export function ordering(open: OpenStore): void {
  describe('ordering', () => {
    play(open, 'messages of an ordered endpoint are numbered without gaps', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      const inputs = await Promise.all(
        Array.from({ length: 10 }, () =>
          scene.acceptInput(application, [endpoint], { ordered: true, lease: scene.lease() }),
        ),
      )
      const results = await Promise.all(inputs.map((input) => scene.store.acceptMessage(input)))
      const numbers = results.flatMap((result) =>
        result.kind === 'accepted' ? result.sequences : [],
      )
      assert.deepEqual(
        numbers.toSorted((a, b) => (a ?? 0) - (b ?? 0)),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      )
      assert.deepEqual(await scene.claimAll(), [])
      const state = await scene.store.streamState(key)
      assert.equal(state?.head, 1)
      assert.equal(state?.next, 11)
      const delivery = await scene.delivery(application.id, only(inputs[0]?.deliveries ?? []).id)
      assert.equal(delivery.state, 'pending')
      assert.equal(delivery.dueAt, null)
    })

    play(
      open,
      'a stream is leased to one holder at a time, and again after the lease',
      async (scene) => {
        const { application, endpoint, key } = await orderedEndpoint(scene)
        await scene.accept(application, [endpoint], { ordered: true })
        const first = only(await claim(scene, ['t1', 'spare']))
        assert.equal(first.token, 't1')
        assert.equal(first.head, 1)
        assert.deepEqual(await claim(scene, ['t2']), [])
        await scene.pass(leaseMs + 1)
        const second = only(await claim(scene, ['t2']))
        assert(second.epoch > first.epoch)
        const read = { ...key, limit: 10, bytesMax: 1_000_000, now: scene.now }
        assert.deepEqual(await scene.store.readStream({ ...read, token: 't1' }), [])
        assert.equal((await scene.store.readStream({ ...read, token: 't2' })).length, 1)
        const renewal = { ...key, now: scene.now, leaseUntil: scene.now + leaseMs }
        assert.equal(await scene.store.renewStream({ ...renewal, token: 't1' }), 'lease_lost')
        assert.equal(await scene.store.renewStream({ ...renewal, token: 't2' }), 'renewed')
      },
    )

    play(open, 'an endpoint made ordered drains what was unordered first (I9)', async (scene) => {
      const { application, endpoint } = await orderedEndpoint(scene)
      await scene.accept(application, [endpoint], { ordered: false })
      await scene.accept(application, [endpoint], { ordered: false, lease: scene.lease('other') })
      await scene.accept(application, [endpoint], { ordered: true })
      const look = async (): Promise<readonly StreamClaim[]> => {
        await scene.pass(1_000)
        return claim(scene, ['t1'])
      }
      assert.deepEqual(await look(), [])
      const waiting = only(await scene.claimAll())
      await scene.record(waiting, { kind: 'retry', at: scene.now + 60_000 })
      assert.deepEqual(await look(), [])
      await scene.pass(leaseMs)
      for (const each of await scene.claimAll()) await scene.record(each, { kind: 'succeeded' })
      assert.equal(only(await look()).head, 1)
    })

    play(open, 'streams claimed at once go to one holder each', async (scene) => {
      const { application, endpoint } = await orderedEndpoint(scene)
      const more = await scene.endpoint(application)
      for (const each of [endpoint, more])
        await scene.accept(application, [each], { ordered: true })
      const walks = await Promise.all([claim(scene, ['a1', 'a2']), claim(scene, ['b1', 'b2'])])
      const endpoints = walks.flat().map((stream) => stream.endpointId)
      assert.deepEqual(new Set(endpoints), new Set([endpoint.id, more.id]))
      assert.equal(endpoints.length, 2)
    })

    play(
      open,
      'the head moves only for the holder of the lease, one by one (I4, I9)',
      async (scene) => {
        const { application, endpoint, key } = await orderedEndpoint(scene)
        for (let n = 0; n < 3; n++) await scene.accept(application, [endpoint], { ordered: true })
        only(await claim(scene, ['t1']))
        const [one, two] = await read(scene, key, 't1')
        assert(one && two)
        assert.equal(await scene.record(two, { kind: 'succeeded' }), 'lease_lost')
        const stranger = { ...one, token: 'stranger' }
        assert.equal(await scene.record(stranger, { kind: 'succeeded' }), 'lease_lost')
        const done = scene.recordInput(one, { kind: 'succeeded' })
        assert.equal(await scene.store.recordAttempt(done), 'recorded')
        assert.equal(await scene.store.recordAttempt(done), 'recorded')
        assert.equal((await scene.store.streamState(key))?.head, 2)
        assert.equal(await scene.record(two, { kind: 'succeeded' }), 'recorded')
        const left = await read(scene, key, 't1')
        assert.deepEqual(
          left.map((each) => each.delivery.sequence),
          [3],
        )
      },
    )

    play(open, 'a holder that lost its lease moves nothing', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      await scene.accept(application, [endpoint], { ordered: true })
      only(await claim(scene, ['t1']))
      const slow = only(await read(scene, key, 't1'))
      await scene.pass(leaseMs + 1)
      only(await claim(scene, ['t2']))
      assert.equal(await scene.record(slow, { kind: 'succeeded' }), 'lease_lost')
      assert.equal((await scene.store.streamState(key))?.head, 1)
      assert.equal((await read(scene, key, 't2')).length, 1)
    })

    play(
      open,
      'outcomes of several streams recorded at once each move their own head (I9)',
      async (scene) => {
        const streams = await Promise.all(Array.from({ length: 4 }, () => orderedEndpoint(scene)))
        const parallel = await scene.endpoint(streams[0]?.application ?? scene.newApplication())
        const acceptAll = () =>
          Promise.all(
            streams.map(async ({ application, endpoint }, at) => {
              const others = at === 0 ? [parallel] : []
              const input = await scene.acceptInput(application, [endpoint, ...others])
              const deliveries = input.deliveries.map((each) => ({
                ...each,
                ordered: each.endpointId === endpoint.id,
              }))
              return scene.store.acceptMessage({ ...input, deliveries })
            }),
          )
        await acceptAll()
        assert.deepEqual(
          (await acceptAll()).map((result) => result.kind === 'accepted' && result.sequences),
          [[2, null], [2], [2], [2]],
        )
        const claimed = await claim(scene, ['t1', 't2', 't3', 't4'])
        const tokens = new Map(claimed.map(({ endpointId, token }) => [endpointId, token]))
        const heads = await Promise.all(
          streams.map(async ({ endpoint, key }) => {
            const [head, next] = await read(scene, key, tokens.get(endpoint.id) ?? '')
            assert(head && next)
            return head
          }),
        )
        const [done, again, exhausted, lost] = heads
        assert(done && again && exhausted && lost)
        const results = await Promise.all([
          scene.record(done, { kind: 'succeeded' }),
          scene.record(again, { kind: 'retry', at: scene.now + 500 }),
          scene.record(exhausted, { kind: 'failed' }),
        ])
        assert.deepEqual(results, ['recorded', 'recorded', 'recorded'])
        const states = async () =>
          Promise.all(streams.map(async ({ key }) => scene.store.streamState(key)))
        const moved = await states()
        assert.deepEqual(
          moved.map((state) => state?.head),
          [2, 1, 1, 1],
        )
        assert.equal(moved[2]?.heldSince, scene.now)
        const [second] = await read(scene, streams[0]?.key ?? done.delivery, done.token)
        const [held, tried] = await Promise.all(
          [exhausted, again].map(({ delivery }) =>
            scene.delivery(delivery.applicationId, delivery.id),
          ),
        )
        assert.deepEqual([held?.state, held?.attemptCount], ['pending', 1])
        assert.deepEqual([tried?.state, tried?.attemptCount], ['pending', 1])
        // One of them is refused, and does not keep the others.
        const stranger = { ...lost, token: 'stranger' }
        const mixed = await Promise.all([
          scene.record(second ?? done, { kind: 'succeeded' }),
          scene.record(stranger, { kind: 'succeeded' }),
        ])
        assert.deepEqual(mixed, ['recorded', 'lease_lost'])
        assert.deepEqual(
          (await states()).map((state) => state?.head),
          [3, 1, 1, 1],
        )
      },
    )

    play(
      open,
      'a claim of named streams takes those that are free, and no other',
      async (scene) => {
        const [first, second, other] = [
          await orderedEndpoint(scene),
          await orderedEndpoint(scene),
          await orderedEndpoint(scene),
        ]
        for (const { application, endpoint } of [first, second, other]) {
          await scene.accept(application, [endpoint], { ordered: true })
        }
        only(await claim(scene, ['t1'], [second.endpoint.id, other.endpoint.id]))
        const named = { ...claimInput(scene, ['t2', 't3']), only: [first.key, second.key] }
        const { streams, nextReadyAt } = await scene.store.claimStreams(named)
        assert.equal(only(streams).endpointId, second.endpoint.id)
        assert.equal(nextReadyAt, null)
        assert.equal(only(await claim(scene, ['t4', 't5'])).endpointId, other.endpoint.id)
      },
    )

    play(
      open,
      'a retry keeps the head, gives the lease back and waits for its time',
      async (scene) => {
        const { application, endpoint, key } = await orderedEndpoint(scene)
        for (let n = 0; n < 2; n++) await scene.accept(application, [endpoint], { ordered: true })
        only(await claim(scene, ['t1']))
        const [one] = await read(scene, key, 't1')
        assert(one)
        assert.equal(await scene.record(one, { kind: 'retry', at: scene.now + 500 }), 'recorded')
        assert.deepEqual(await read(scene, key, 't1'), [])
        const early = await scene.store.claimStreams(claimInput(scene, ['t2']))
        assert.deepEqual(early.streams, [])
        assert.equal(early.nextReadyAt, scene.now + 500)
        await scene.pass(500)
        only(await claim(scene, ['t2']))
        const [again] = await read(scene, key, 't2')
        assert.equal(again?.delivery.id, one.delivery.id)
        assert.equal(again?.delivery.attemptCount, 1)
      },
    )

    play(
      open,
      'the hastened head of a stream is sent at once; one that was not tried waits on',
      async (scene) => {
        const { application, endpoint, key } = await orderedEndpoint(scene)
        for (let n = 0; n < 2; n++) await scene.accept(application, [endpoint], { ordered: true })
        only(await claim(scene, ['t1']))
        const [one] = await read(scene, key, 't1')
        assert(one)
        await scene.record(one, { kind: 'retry', at: scene.now + 3_600_000 })
        assert.deepEqual(await claim(scene, ['t2']), [])
        const input = { ...key, now: scene.now, limit: 10 }
        const stranger = { ...input, deliveryId: scene.ids.next('delivery') }
        assert.equal(await scene.store.hastenRetries(stranger), 0)
        assert.equal(await scene.store.hastenRetries({ ...input, deliveryId: one.delivery.id }), 1)
        assert.equal(await scene.store.hastenRetries(input), 0)
        only(await claim(scene, ['t2']))
        const [again] = await read(scene, key, 't2')
        assert.equal(again?.delivery.id, one.delivery.id)

        const waiting = await orderedEndpoint(scene)
        await scene.accept(waiting.application, [waiting.endpoint], {
          ordered: true,
          message: { deliverAt: scene.now + 60_000 },
        })
        assert.equal(
          await scene.store.hastenRetries({ ...waiting.key, now: scene.now, limit: 10 }),
          0,
        )
        assert.deepEqual(await claim(scene, ['t3']), [])
      },
    )

    play(open, 'a released stream with work left is claimable at once', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      await scene.accept(application, [endpoint], { ordered: true })
      only(await claim(scene, ['t1']))
      await scene.store.releaseStream({ ...key, token: 'stranger', now: scene.now })
      assert.deepEqual(await claim(scene, ['t2']), [])
      await scene.store.releaseStream({ ...key, token: 't1', now: scene.now })
      only(await claim(scene, ['t2']))
      const one = only(await read(scene, key, 't2'))
      await scene.record(one, { kind: 'succeeded' })
      await scene.store.releaseStream({ ...key, token: 't2', now: scene.now })
      assert.deepEqual(await claim(scene, ['t3']), [])
      await scene.accept(application, [endpoint], { ordered: true })
      assert.equal(only(await claim(scene, ['t3'])).head, 2)
    })

    play(open, 'an exhausted head holds its stream until a person retries it', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      for (let n = 0; n < 2; n++) await scene.accept(application, [endpoint], { ordered: true })
      only(await claim(scene, ['t1']))
      const [one] = await read(scene, key, 't1')
      assert(one)
      assert.equal(
        await scene.store.releaseHold({ ...key, action: 'retry', now: scene.now }),
        'not_held',
      )
      assert.equal(await scene.record(one, { kind: 'failed' }), 'recorded')
      const held = await scene.store.streamState(key)
      assert.equal(held?.heldSince, scene.now)
      assert.equal(held?.head, 1)
      await scene.pass(leaseMs * 10)
      assert.deepEqual(await claim(scene, ['t2']), [])
      await scene.accept(application, [endpoint], { ordered: true })
      assert.deepEqual(await claim(scene, ['t2']), [])
      assert.equal(
        await scene.store.releaseHold({ ...key, action: 'retry', now: scene.now }),
        'released',
      )
      only(await claim(scene, ['t2']))
      const [again] = await read(scene, key, 't2')
      assert.equal(again?.delivery.sequence, 1)
      assert.equal(await scene.record(again ?? one, { kind: 'succeeded' }), 'recorded')
    })

    play(open, 'a held head that is given up fails, and the stream goes on', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      for (let n = 0; n < 2; n++) await scene.accept(application, [endpoint], { ordered: true })
      only(await claim(scene, ['t1']))
      const [one, two] = await read(scene, key, 't1')
      assert(one && two)
      await scene.record(one, { kind: 'failed' })
      assert.equal(
        await scene.store.releaseHold({ ...key, action: 'skip', now: scene.now }),
        'released',
      )
      assert.equal((await scene.delivery(application.id, one.delivery.id)).state, 'failed')
      assert.equal(only(await claim(scene, ['t2'])).head, 2)
      assert.equal(only(await read(scene, key, 't2')).delivery.id, two.delivery.id)
    })

    play(open, 'an endpoint that skips gives its exhausted head up at once', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      for (let n = 0; n < 2; n++) await scene.accept(application, [endpoint], { ordered: true })
      only(await claim(scene, ['t1']))
      const [one] = await read(scene, key, 't1')
      assert(one)
      const stream = { sequence: 1, whenExhausted: 'skip' as const }
      assert.equal(await scene.record(one, { kind: 'failed' }, { stream }), 'recorded')
      assert.equal((await scene.delivery(application.id, one.delivery.id)).state, 'failed')
      assert.equal((await scene.store.streamState(key))?.head, 2)
    })

    play(open, 'an added delivery goes to the tail with a number of its own', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      const { message } = await scene.accept(application, [endpoint], { ordered: true })
      await scene.accept(application, [endpoint], { ordered: true })
      const added = await scene.store.addDelivery({
        ...{ id: scene.ids.next('delivery'), ...key, messageId: message.id },
        ...{ trigger: 'manual', ordered: true, now: scene.now },
      })
      assert(typeof added !== 'string')
      assert.equal(added.sequence, 3)
      assert.equal(added.dueAt, null)
    })

    play(open, 'a stream that must not be sent is not claimed until it may', async (scene) => {
      const { application, endpoint } = await orderedEndpoint(scene)
      await scene.accept(application, [endpoint], { ordered: true })
      const paused = await scene.updateEndpoint(endpoint, { pausedAt: scene.now })
      assert.deepEqual(await claim(scene, ['t1']), [])
      await scene.updateEndpoint(paused, { pausedAt: null })
      await scene.store.updateApplication({
        application: { ...application, enabled: false },
        expectedUpdatedAt: null,
      })
      assert.deepEqual(await claim(scene, ['t1']), [])
      await scene.store.updateApplication({
        application: { ...application, enabled: true },
        expectedUpdatedAt: null,
      })
      assert.deepEqual(await claim(scene, ['t1'], [endpoint.id]), [])
      only(await claim(scene, ['t1']))
      const { applicationId, id: endpointId } = endpoint
      await scene.store.deleteEndpoint({ applicationId, endpointId, now: scene.now })
      await scene.pass(leaseMs + 1)
      assert.deepEqual(await claim(scene, ['t2']), [])
    })

    play(open, 'an ordered message for later keeps those behind it waiting', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      await scene.accept(application, [endpoint], { ordered: true })
      const message = { deliverAt: scene.now + 1_000 }
      await scene.accept(application, [endpoint], { ordered: true, message })
      await scene.accept(application, [endpoint], { ordered: true })
      only(await claim(scene, ['t1']))
      const one = only(await read(scene, key, 't1'))
      await scene.record(one, { kind: 'succeeded' })
      assert.deepEqual(await read(scene, key, 't1'), [])
      await scene.store.releaseStream({ ...key, token: 't1', now: scene.now })
      assert.deepEqual(await claim(scene, ['t2']), [])
      await scene.pass(1_000)
      only(await claim(scene, ['t2']))
      assert.equal((await read(scene, key, 't2')).length, 2)
    })

    play(open, 'a canceled delivery leaves a gap that the head steps over', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      const sent: AcceptInput[] = []
      for (let n = 0; n < 3; n++) {
        sent.push(await scene.accept(application, [endpoint], { ordered: true }))
      }
      const cancel = (at: number) =>
        scene.store.cancelMessageDeliveries({
          applicationId: application.id,
          messageId: sent[at]?.message.id ?? scene.ids.next('message'),
          now: scene.now,
        })
      assert.equal(await cancel(1), 1)
      only(await claim(scene, ['t1']))
      assert.equal(await cancel(2), 0) // its holder may be sending already
      const [one, three] = await read(scene, key, 't1')
      assert(one && three)
      assert.equal(three.delivery.sequence, 3)
      assert.equal(await scene.record(one, { kind: 'succeeded' }), 'recorded')
      assert.equal((await scene.store.streamState(key))?.head, 3)
      assert.equal(await scene.record(three, { kind: 'succeeded' }), 'recorded')
      await scene.store.releaseStream({ ...key, token: 't1', now: scene.now })
      const state = await scene.store.streamState(key)
      assert.equal(state?.head, 4)
      assert.equal(state?.next, 4)
      assert.deepEqual(await claim(scene, ['t2']), [])
    })

    play(open, 'a canceled head gives its place to the next', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      const { message } = await scene.accept(application, [endpoint], { ordered: true })
      await scene.accept(application, [endpoint], { ordered: true })
      const taken = { applicationId: application.id, messageId: message.id, now: scene.now }
      assert.equal(await scene.store.cancelMessageDeliveries(taken), 1)
      assert.equal((await scene.store.streamState(key))?.head, 2)
      assert.equal(only(await claim(scene, ['t1'])).head, 2)
      const two = only(await read(scene, key, 't1'))
      assert.equal(await scene.record(two, { kind: 'succeeded' }), 'recorded')
    })

    play(
      open,
      'a message that comes in does not bring the retry of the head forward',
      async (scene) => {
        const { application, endpoint, key } = await orderedEndpoint(scene)
        await scene.accept(application, [endpoint], { ordered: true })
        only(await claim(scene, ['t1']))
        const one = only(await read(scene, key, 't1'))
        await scene.record(one, { kind: 'retry', at: scene.now + 500 })
        await scene.accept(application, [endpoint], { ordered: true })
        assert.deepEqual(await claim(scene, ['t2']), [])
        await scene.pass(500)
        assert.equal(only(await claim(scene, ['t2'])).head, 1)
      },
    )

    play(open, 'an open circuit keeps its stream back', async (scene) => {
      const { application, endpoint, key } = await orderedEndpoint(scene)
      await scene.accept(application, [endpoint], { ordered: true })
      only(await claim(scene, ['t1']))
      const one = only(await read(scene, key, 't1'))
      const openUntil = scene.now + 5_000
      const health = { failingSince: scene.now, consecutiveFailures: 5, openUntil }
      await scene.record(one, { kind: 'retry', at: scene.now + 10 }, { effect: { health } })
      await scene.pass(100)
      assert.deepEqual(await claim(scene, ['t2']), [])
      await scene.pass(5_000)
      only(await claim(scene, ['t2']))
    })
  })
}

async function orderedEndpoint(scene: Scene) {
  const application = await scene.application()
  const endpoint = await scene.endpoint(application, { policy: { ordering: 'fifo' } })
  return { application, endpoint, key: { applicationId: application.id, endpointId: endpoint.id } }
}

function claimInput(
  scene: Scene,
  tokens: readonly string[],
  except: readonly StreamClaim['endpointId'][] = [],
) {
  return { now: scene.now, leaseUntil: scene.now + leaseMs, tokens, except, only: null }
}

async function claim(
  scene: Scene,
  tokens: readonly string[],
  except: readonly StreamClaim['endpointId'][] = [],
): Promise<readonly StreamClaim[]> {
  return (await scene.store.claimStreams(claimInput(scene, tokens, except))).streams
}

function read(scene: Scene, key: Pick<StreamClaim, 'applicationId' | 'endpointId'>, token: string) {
  return scene.store.readStream({ ...key, token, limit: 10, bytesMax: 1_000_000, now: scene.now })
}
