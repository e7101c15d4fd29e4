import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import { silentLog } from '../../runtime/log.ts'
import { sealer } from '../../runtime/sealing.ts'
import { everything, firstPage, Scene } from '../conformance/scene.ts'
import type { Store } from '../store.ts'
import { follow, runBatch } from './batch.ts'
import { sqliteStore } from './index.ts'
import { candidates, origin } from './lists.ts'
import { openDatabase } from './open.ts'

test('lists are whole and in order while they follow behind their tables', async () => {
  const scene = new Scene()
  scene.store = sqliteStore({
    path: ':memory:',
    clock: scene.clock,
    log: silentLog,
    sealer: sealer({ keys: [new Uint8Array(32)], random: scene.random }),
    threads: false,
  })
  const { store } = scene
  await store.open()
  const applications = [await scene.application(), await scene.application()]
  const endpoints = await Promise.all(applications.map((each) => scene.endpoint(each)))
  const expected: string[][] = [[], []]
  const times: number[][] = [[], []]
  for (let round = 0; round < 40; round++) {
    for (const [at, application] of applications.entries()) {
      const endpoint = endpoints[at]
      assert(endpoint !== undefined)
      const first = await scene.acceptInput(application, [endpoint], { lease: scene.lease() })
      const inputs = Array.from({ length: 130 }, (_, n) => ({
        ...first,
        message: scene.newMessage(application.id, { eventType: n % 10 === 0 ? 'rare' : 'usual' }),
        deliveries: [{ id: scene.ids.next('delivery'), endpointId: endpoint.id, ordered: false }],
      }))
      await store.acceptMessages(inputs)
      times[at]?.push(scene.now)
      expected[at]?.push(...inputs.map((input) => input.message.id))
      await Promise.all(
        inputs.map(({ message, deliveries }) => {
          const delivery = {
            ...{ id: deliveries[0]?.id ?? scene.ids.next('delivery'), messageId: message.id },
            ...{ applicationId: application.id, endpointId: endpoint.id },
          }
          return store.recordAttempt({
            ...{ ...delivery, deliveryId: delivery.id, token: 'node-a' },
            attempt: scene.attempt(delivery),
            verdict: { kind: 'succeeded' },
            ...{ effect: {}, stream: null, now: scene.now },
          })
        }),
      )
      await scene.pass(61_000)
    }
  }
  for (const [at, application] of applications.entries()) {
    const endpointId = endpoints[at]?.id
    assert(endpointId !== undefined)
    const newest = expected[at]?.toReversed() ?? []
    const { id: applicationId } = application
    assert.deepEqual(await everyMessage(store, scene.now, applicationId, null), newest)
    assert.equal((await everyMessage(store, scene.now, applicationId, ['rare'])).length, 520)
    await countsAgree(store, { applicationId, endpointId, times: times[at] ?? [], each: 130 })
    const hour = 3_600_000
    const until = Math.ceil((scene.now + 1) / hour) * hour
    const [activity] = await store.endpointActivity({
      ...{ applicationId, endpointIds: [endpointId], since: until - 24 * hour, until },
      ...{ sliceMs: hour, rowsMax: 240_000, waitingMax: 1, lastSince: 0 },
    })
    const counted = activity?.slices.reduce((sum, { count }) => sum + count, 0)
    assert.equal(counted, newest.length) // the list and its tail
    assert.equal(activity?.waiting, 0)
    const volume = await store.typeVolume({
      ...{ applicationId, eventTypes: ['rare', 'usual'], since: until - 24 * hour, until },
      ...{ sliceMs: hour, rowsMax: 1_000_000 },
    })
    const rare = volume.filter(({ eventType }) => eventType === 'rare')
    assert.equal(
      rare.reduce((sum, { count }) => sum + count, 0),
      520, // the list and its tail
    )
    let [deliveries, attempts, messages] = [0, 0, 0]
    for (let iterator: string | null = null, done = false; !done; ) {
      const page = { ...firstPage, limit: 250, iterator }
      const common = {
        applicationId,
        endpointId,
        endpointIds: [endpointId],
        filter: everything,
        page,
        now: scene.now,
      }
      const found = await store.listDeliveries({ ...common, states: null })
      deliveries += found.items.length
      iterator = found.items.at(-1)?.delivery.id ?? null
      done = found.done
    }
    for (let iterator: string | null = null, done = false; !done; ) {
      const page = { ...firstPage, limit: 250, iterator }
      const filter = { ...everything, succeeded: true, statusCodeClass: null }
      const common = { applicationId, endpointId, filter, page, now: scene.now }
      const found = await store.listEndpointAttempts({ ...common, withContent: false })
      attempts += found.items.length
      iterator = found.items.at(-1)?.id ?? null
      done = found.done
    }
    for (let iterator: string | null = null, done = false; !done; ) {
      const page = { ...firstPage, limit: 250, iterator }
      const common = { applicationId, endpointId, filter: everything, page, now: scene.now }
      const found = await store.listEndpointMessages({
        ...{ ...common, statuses: ['success'], withPayload: false },
      })
      messages += found.items.length
      iterator = found.items.at(-1)?.message.id ?? null
      done = found.done
    }
    assert.deepEqual([deliveries, attempts, messages], [5_200, 5_200, 5_200])
  }
  // Half is swept: what is left is counted.
  const [half = 0] = times[0]?.slice(20) ?? []
  for (let more = true; more; ) {
    more = (await store.sweep({ now: scene.now, removeBefore: half, limit: 700 })).more
  }
  for (const [at, application] of applications.entries()) {
    const endpointId = endpoints[at]?.id
    assert(endpointId !== undefined)
    const left = times[at]?.filter((time) => time >= half) ?? []
    await countsAgree(store, { applicationId: application.id, endpointId, times: left, each: 130 })
  }
  // All is swept, and `seq` begins again: what comes then is listed as before.
  for (let more = true; more; ) {
    more = (await store.sweep({ now: scene.now, removeBefore: scene.now, limit: 2_000 })).more
  }
  const [application] = applications
  assert(application !== undefined)
  assert.deepEqual(await everyMessage(store, scene.now, application.id, null), [])
  const { message } = await scene.accept(application, [])
  assert.deepEqual(await everyMessage(store, scene.now, application.id, null), [message.id])
  await store.close()
})

/** Attempts in spans that begin and end anywhere, whatever is counted whole and what one by one. */
async function countsAgree(
  store: Store,
  input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly times: readonly number[]
    readonly each: number
  },
): Promise<void> {
  const { applicationId, endpointId, times, each } = input
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const bounds = [0, first, first + 4, times[7] ?? 0, times[15] ?? 0, last, last + 4, last + 9e6]
  for (const since of bounds) {
    for (const until of bounds.filter((bound) => bound >= since)) {
      const { success, fail } = await store.endpointStats({
        ...{ applicationId, endpointId, since, until },
      })
      const inside = times.filter((time) => time >= since && time < until)
      assert.deepEqual([success, fail], [inside.length * each, 0], `${since}..${until}`)
    }
  }
}

test('a list catches up in chunks, each with its mark', () => {
  const db = openDatabase(':memory:')
  const scene = new Scene()
  const application = scene.newApplication()
  runBatch(db, [{ name: 'createApplication', input: application }])
  for (let n = 0; n < 9; n++) {
    const inputs = Array.from({ length: 1_000 }, () => ({
      ...{ message: scene.newMessage(application.id), deliveries: [], configVersion: 1 },
      ...{ lease: null, idempotency: null, now: scene.now },
    }))
    runBatch(db, [{ name: 'acceptMessages', input: inputs }])
  }
  const mark = () =>
    db.row<{ seq: number }>("select seq from list_progress where source = 'message'")?.seq
  const listed = () =>
    db.row<{ count: number }>('select count(*) as count from message_list')?.count
  const marks = [mark()]
  for (let n = 0; n < 4; n++) {
    follow(db)
    marks.push(mark())
    assert.equal(listed(), mark())
  }
  assert.deepEqual(marks, [0, 4_096, 8_192, 8_192, 8_192])
  db.close()
})

test('a row that is in the list and in the tail at once is listed once', () => {
  const db = openDatabase(':memory:')
  for (const [id, seq] of [
    ['msg_a', 1],
    ['msg_b', 2],
  ] as const) {
    db.run(
      `insert into message (application_id, id, event_type, created_at, payload_expires_at)
       values ('app_1', ?, 't', 0, 0)`,
      id,
    )
    db.run("insert into message_list (application_id, id, seq) values ('app_1', ?, ?)", id, seq)
  }
  const origins = [origin('message', 'message_list', { application_id: 'app_1' })]
  for (const upwards of [true, false]) {
    const bounds = { fromId: 'msg_', toId: 'msg_z', upwards }
    const found = [...candidates(db, origins, bounds, 1)].map((candidate) => candidate.id)
    assert.deepEqual(found, upwards ? ['msg_a', 'msg_b'] : ['msg_b', 'msg_a'])
  }
  db.close()
})

async function everyMessage(
  store: Store,
  now: number,
  applicationId: ApplicationId,
  eventTypes: readonly string[] | null,
): Promise<string[]> {
  const ids: string[] = []
  for (let iterator: string | null = null; ; ) {
    const { items, done } = await store.listMessages({
      ...{ applicationId, now, withPayload: false, filter: { ...everything, eventTypes } },
      page: { ...firstPage, limit: 250, iterator },
    })
    ids.push(...items.map((item) => item.id))
    iterator = ids.at(-1) ?? null
    if (done) return ids
  }
}
