import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nothingSought } from '../domain/sought.ts'
import type { DeliverySelection } from '../domain/task.ts'
import { silentLog } from '../runtime/log.ts'
import { sealer } from '../runtime/sealing.ts'
import { only, Scene } from '../store/conformance/scene.ts'
import { sqliteStore } from '../store/sqlite/index.ts'
import { countSelection, selectionPage } from './delivery-selection.ts'

test('what is chosen of an ordered endpoint comes by its numbers, whatever the clocks of nodes said', async () => {
  const scene = new Scene()
  const seal = sealer({ keys: [scene.random.bytes(32)], random: scene.random })
  const world = { clock: scene.clock, log: silentLog, sealer: seal }
  const store = sqliteStore({ ...world, path: ':memory:', threads: false })
  scene.store = store
  await store.open()
  try {
    const application = await scene.application()
    const endpoint = await scene.endpoint(application, { policy: { ordering: 'fifo' } })
    // Of before it was ordered, then three of which a node with a slow clock made the second.
    const unnumbered = await scene.acceptInput(application, [endpoint])
    const slow = await scene.acceptInput(application, [endpoint], { ordered: true })
    await scene.pass(5_000)
    const first = await scene.acceptInput(application, [endpoint], { ordered: true })
    const third = await scene.acceptInput(application, [endpoint], { ordered: true })
    for (const input of [unnumbered, first, slow, third]) {
      assert.equal((await store.acceptMessage(input)).kind, 'accepted')
    }
    await scene.pass(1_000)
    const selection: DeliverySelection = {
      ...{ applicationId: application.id, endpointIds: [endpoint.id] },
      ...{ since: scene.now - 60_000, until: scene.now, states: ['pending'] },
      ...{ eventTypes: null, channel: null, tag: null, attempted: null, deliveryIds: null },
    }
    const here = (id: string) => (id === endpoint.id ? endpoint : undefined)
    const chosen = async (
      byNumber: boolean,
      deliveryIds: DeliverySelection['deliveryIds'] = null,
    ) => {
      const found: string[] = []
      for (let cursor: string | null = null; ; ) {
        const from = { endpointId: endpoint.id, cursor, now: scene.now, byNumber, endpoint: here }
        const page = await selectionPage(store, { ...selection, deliveryIds }, from)
        found.push(...page.items.map(({ delivery }) => delivery.id))
        if (page.done) return found
        cursor = page.cursor
      }
    }
    const ids = [unnumbered, first, slow, third].map(({ deliveries }) => only(deliveries).id)
    assert.deepEqual(await chosen(true), ids)
    assert.deepEqual(await chosen(false), ids.toSorted())
    assert.deepEqual(await chosen(true, ids.toSorted()), ids)
    const some = [ids[2], ids[1]].filter((id) => id !== undefined)
    assert.deepEqual(await chosen(true, some.toSorted()), [ids[1], ids[2]])
    const answers = { statuses: [0, 500], classes: [] }
    for (const byNumber of [true, false]) {
      const cursor = byNumber ? '#0' : null
      const from = { endpointId: endpoint.id, cursor, now: scene.now, endpoint: here }
      const page = await selectionPage(store, { ...selection, answers }, { ...from, byNumber })
      assert.deepEqual([page.items, page.done], [[], true], 'none was tried')
    }
    const sought = { ...nothingSought, words: ['held'] as const }
    for (const byNumber of [true, false]) {
      const at = async (pausedAt: number | null) => {
        const now = (): typeof endpoint => ({ ...endpoint, pausedAt })
        const from = { endpointId: endpoint.id, cursor: byNumber ? '#0' : null, now: scene.now }
        const how = { ...from, byNumber, endpoint: now }
        return (await selectionPage(store, { ...selection, sought }, how)).items.length
      }
      assert.deepEqual([await at(null), await at(1)], [0, byNumber ? 3 : 4])
    }
    const counted = async (isOver: boolean) => {
      const bound = { max: 100, now: scene.now, endpoint: here, isOver: () => isOver }
      return (await countSelection(store, selection, bound)).complete
    }
    assert.deepEqual([await counted(false), await counted(true)], [true, false])
    // More than a page, of which most name nothing.
    const many = [...ids, ...Array.from({ length: 300 }, () => scene.ids.next('delivery'))]
    assert.deepEqual(await chosen(true, many.toSorted()), ids)
    assert.deepEqual(await chosen(false, many.toSorted()), ids.toSorted())
  } finally {
    await store.close()
  }
})
