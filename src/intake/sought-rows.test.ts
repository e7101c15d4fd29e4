import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nothingSought, type Sought, seekingOf } from '../domain/sought.ts'
import { silentLog } from '../runtime/log.ts'
import { sealer } from '../runtime/sealing.ts'
import { everything, Scene } from '../store/conformance/scene.ts'
import { sqliteStore } from '../store/sqlite/index.ts'
import { soughtDeliveries, soughtMessages } from './sought-rows.ts'

test('what is sought is found page by page in both directions, and a page says where it ended', async () => {
  const scene = new Scene()
  const seal = sealer({ keys: [scene.random.bytes(32)], random: scene.random })
  const store = sqliteStore({
    ...{ clock: scene.clock, log: silentLog, sealer: seal, path: ':memory:', threads: false },
  })
  scene.store = store
  await store.open()
  try {
    const application = await scene.application()
    const here = await scene.endpoint(application, { description: 'Billing' })
    const there = await scene.endpoint(application, { description: 'Stock' })
    const made: { readonly message: string; readonly deliveries: readonly string[] }[] = []
    for (let n = 0; n < 12; n++) {
      const payload = Buffer.from(JSON.stringify({ data: { total: n } }))
      const message = { payload, eventType: n % 2 === 0 ? 'even' : 'odd', tags: [`t${n}`] }
      const input = await scene.accept(application, [here, there], { message })
      made.push({ message: input.message.id, deliveries: input.deliveries.map(({ id }) => id) })
    }
    const endpoint = (id: string) => [here, there].find((one) => one.id === id)
    const applicationId = application.id
    const list = { applicationId, filter: everything, now: scene.now }
    const page = { limit: 50, order: 'descending', iterator: null, backwards: false } as const
    const bound = { rowsMax: 10_000, timeMaxMs: 60_000, clock: scene.clock }
    const deliveries = async (sought: Partial<Sought>, how: object = {}, few: object = {}) => {
      const found = await soughtDeliveries(
        store,
        { ...list, endpointIds: null, states: null },
        {
          seeking: seekingOf({ ...nothingSought, ...sought }),
          ...{ endpoint, page: { ...page, ...how }, bound: { ...bound, ...few } },
        },
      )
      return { ...found, ids: found.items.map(({ delivery }) => delivery.id as string) }
    }
    const newestFirst = made
      .flatMap((one) => one.deliveries)
      .toSorted()
      .toReversed()
    assert.deepEqual((await deliveries({})).ids, newestFirst)
    const large = await deliveries({ where: 'data.total >= 9' })
    assert.deepEqual([large.ids, large.done, large.scanned], [newestFirst.slice(0, 6), true, 24])
    const stock = await deliveries({ text: 'STOCK' })
    assert.equal(stock.ids.length, 12)
    assert.ok(stock.items.every(({ delivery }) => delivery.endpointId === there.id))
    assert.equal((await deliveries({ text: 't11' })).ids.length, 2)
    assert.equal((await deliveries({ text: 'stock', where: 'data.total = 3' })).ids.length, 1)
    assert.equal((await deliveries({ words: ['retrying'] })).ids.length, 0)
    assert.equal((await deliveries({ words: ['queued', 'held'] })).ids.length, 24)

    // A page that is full ends at its last row, and the next goes on there; so do those that go back.
    const wanted = { where: 'data.total >= 2' }
    const [first, second] = [await deliveries(wanted, { limit: 3 }), newestFirst[2] ?? '']
    assert.deepEqual([first.ids, first.done], [newestFirst.slice(0, 3), false])
    assert.deepEqual([first.scannedTo, first.scanned], [{ id: second, towards: 'older' }, 3])
    const next = await deliveries(wanted, { limit: 3, iterator: first.scannedTo?.id })
    assert.deepEqual(next.ids, newestFirst.slice(3, 6))
    const back = await deliveries(wanted, {
      ...{ limit: 2, iterator: newestFirst[5], backwards: true },
    })
    assert.deepEqual([back.ids, back.done], [newestFirst.slice(3, 5), false])
    assert.deepEqual(back.scannedTo, { id: newestFirst[3], towards: 'newer' })

    // Looking ends at its bound, with nothing found, and says where.
    const early = await deliveries({ where: 'data.total = 0' }, {}, { timeMaxMs: -1 })
    assert.deepEqual([early.ids.length, early.scanned], [2, 24])
    const messages = await soughtMessages(
      store,
      { ...list, withPayload: false },
      {
        seeking: seekingOf({ ...nothingSought, text: 'even', where: 'data.total < 3' }),
        page,
        bound,
      },
    )
    assert.deepEqual(
      messages.items.map(({ id }) => id as string),
      [made[2]?.message, made[0]?.message],
    )
  } finally {
    await store.close()
  }
})
