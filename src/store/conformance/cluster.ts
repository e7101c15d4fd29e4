import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { goneKeptMs, heartbeatMs, isAlive } from '../../domain/node.ts'
import { type OpenStore, only, play } from './scene.ts'

const web = { id: 'web-1', role: 'api', version: '1.2.3', inFlight: 0 } as const
const worker = { id: 'worker-1', role: 'worker', version: '1.2.3', inFlight: 7 } as const

/** Nodes on one database: who is there, and what they may start together. */
export function cluster(open: OpenStore): void {
  describe('cluster', () => {
    play(open, 'a node that beats is listed until it takes leave', async (scene) => {
      const { store, now } = scene
      await store.beat({ node: web, now })
      await store.beat({ node: worker, now: now + 1 })
      await store.beat({ node: { ...web, inFlight: 3 }, now: now + heartbeatMs })
      const nodes = await store.listNodes({ now: now + heartbeatMs })
      assert.deepEqual(
        nodes.map(({ id, role, version, inFlight, startedAt, lastSeenAt, silentMs }) => [
          ...[id, role, version, inFlight],
          ...[startedAt - now, lastSeenAt - now, silentMs],
        ]),
        [
          ['web-1', 'api', '1.2.3', 3, 0, heartbeatMs, 0],
          ['worker-1', 'worker', '1.2.3', 7, 1, 1, heartbeatMs - 1],
        ],
      )
      await store.leave({ nodeId: 'web-1' })
      assert.equal(only(await store.listNodes({ now })).id, 'worker-1')
    })

    play(open, 'a silent node counts as gone, and is forgotten an hour later', async (scene) => {
      const { store, now } = scene
      await store.beat({ node: worker, now })
      const later = now + 4 * heartbeatMs
      await store.beat({ node: web, now: later })
      const states = (await store.listNodes({ now: later })).map((node) => isAlive(node))
      assert.deepEqual(states, [false, true])
      await store.beat({ node: web, now: now + goneKeptMs + 1 })
      assert.equal(only(await store.listNodes({ now })).id, 'web-1')
    })

    play(open, 'places in a row of starts are given once, in order', async (scene) => {
      const { store, now } = scene
      const { id: applicationId } = await scene.application()
      const endpointId = scene.ids.next('endpoint')
      const wanted = [{ scope: { applicationId, endpointId }, count: 5, spacingMs: 100 }]
      const take = (at: number) => store.reserveStarts({ wanted, now: at })
      const taken = await Promise.all([take(now), take(now), take(now)])
      const delays = taken.map((each) => only(each).delayMs).sort((a, b) => a - b)
      assert.deepEqual(delays.map(Math.round), [0, 500, 1_000])
      // Who comes late finds its places still in the row; a row that has run out begins anew.
      assert.equal(Math.round(only(await take(now + 1_200)).delayMs), 300)
      assert.equal(Math.round(only(await take(now + 9_000)).delayMs), 0)
    })

    play(open, 'rows of starts of endpoint and application are apart', async (scene) => {
      const { store, now } = scene
      const { id: applicationId } = await scene.application()
      const endpointId = scene.ids.next('endpoint')
      const wanted = [
        { scope: { applicationId, endpointId }, count: 2, spacingMs: 10.5 },
        { scope: { applicationId, endpointId: null }, count: 1, spacingMs: 40 },
      ]
      await store.reserveStarts({ wanted, now })
      const again = await store.reserveStarts({ wanted, now })
      assert.deepEqual(
        again.map(({ count, spacingMs, delayMs }) => [count, spacingMs, Math.round(delayMs)]),
        [
          [2, 10.5, 21],
          [1, 40, 40],
        ],
      )
    })
  })
}
