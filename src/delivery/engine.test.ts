import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualPosthorn } from '../../test/support/virtual-posthorn.ts'
import { after } from '../runtime/clock.ts'
import { VirtualClock } from '../runtime/virtual-clock.ts'
import type { WorkHint } from '../store/port/cluster.ts'
import { StoreUnavailable } from '../store/store.ts'

test('an accepted event goes out from memory, and its attempt is recorded', async () => {
  const posthorn = await virtualPosthorn()
  const application = await posthorn.application()
  await posthorn.endpoint(application)
  await posthorn.engine.start()
  await posthorn.send(application, '{"n": 1.0}')
  await posthorn.engine.idle()
  assert.deepEqual(
    posthorn.network.calls.map((call) => call.body),
    ['{"n": 1.0}'],
  )
  assert.equal((await posthorn.count()).byState.succeeded, 1)
  await posthorn.engine.stop()
})

test('a failed delivery is retried by its schedule, and jitter only adds', async () => {
  const posthorn = await virtualPosthorn()
  const { clock, network } = posthorn
  const application = await posthorn.application()
  await posthorn.endpoint(application, { retryScheduleMs: [5_000, 60_000], retryJitter: 0.1 })
  await posthorn.engine.start()
  network.respond = () => 500
  await posthorn.send(application)
  const begun = clock.now()
  await clock.advance(4_900)
  assert.equal(network.calls.length, 1)
  await clock.advance(700)
  assert.equal(network.calls.length, 2)
  await clock.advance(70_000)
  await posthorn.engine.idle()
  assert.equal(network.calls.length, 3)
  const [, second = begun, third = begun] = network.calls.map((call) => call.at - begun)
  assert.ok(second >= 5_000 && second <= 5_550, `second after ${second}`)
  assert.ok(third - second >= 60_000 && third - second <= 66_050, `third after ${third - second}`)
  assert.equal(new Set(network.calls.map((call) => call.id)).size, 1)
  assert.equal((await posthorn.count()).byState.failed, 1)
  await posthorn.engine.stop()
})

test('an ordered endpoint gets its events one after another, through a failing head', async () => {
  const posthorn = await virtualPosthorn()
  const { clock, network } = posthorn
  const application = await posthorn.application()
  await posthorn.endpoint(application, { ordering: 'fifo', retryScheduleMs: [5_000] })
  await posthorn.engine.start()
  let failures = 1
  network.respond = (call) => (call.body === '2' && failures-- > 0 ? 500 : 200)
  for (const payload of ['1', '2', '3', '4']) await posthorn.send(application, payload)
  await clock.advance(1_000)
  assert.deepEqual(
    network.calls.map((call) => call.body),
    ['1', '2'],
  )
  await clock.advance(6_000)
  await posthorn.engine.idle()
  assert.deepEqual(
    network.calls.map((call) => call.body),
    ['1', '2', '2', '3', '4'],
  )
  assert.equal((await posthorn.count()).byState.succeeded, 4)
  await posthorn.engine.stop()
})

test('a stream keeps its lease while events trickle in, and gives it back after', async () => {
  const asked = { claimStreams: 0, readStream: 0, releaseStream: 0 }
  const posthorn = await virtualPosthorn({
    faulty: (store) => ({
      ...store,
      claimStreams(input) {
        if (input.only !== null) asked.claimStreams++
        return store.claimStreams(input)
      },
      readStream(input) {
        asked.readStream++
        return store.readStream(input)
      },
      releaseStream(input) {
        asked.releaseStream++
        return store.releaseStream(input)
      },
    }),
  })
  const { clock, network } = posthorn
  const application = await posthorn.application()
  await posthorn.endpoint(application, { ordering: 'fifo' })
  await posthorn.engine.start()
  for (let sent = 0; sent < 20; sent++) {
    await posthorn.send(application, `${sent}`)
    await clock.advance(50)
  }
  assert.deepEqual(
    network.calls.map(({ body }) => body),
    Array.from({ length: 20 }, (_, at) => `${at}`),
  )
  assert.deepEqual(asked, { claimStreams: 1, readStream: 20, releaseStream: 0 })
  await clock.advance(600)
  assert.equal(asked.releaseStream, 1)
  await posthorn.send(application, 'after')
  await clock.advance(50)
  assert.equal(asked.claimStreams, 2)
  await posthorn.engine.stop()
  assert.equal(asked.releaseStream, 2, 'a stop gives back what lingers')
})

test('a node that holds a stream is told of what another one added to it', async () => {
  const one = await virtualPosthorn()
  const hints: WorkHint[] = []
  const other = await virtualPosthorn({
    clock: one.clock,
    store: one.store,
    faulty: (store) => ({ ...store, tellWork: (hint) => hints.push(hint) }),
  })
  const application = await one.application()
  await one.endpoint(application, { ordering: 'fifo' })
  await Promise.all([one.engine.start(), other.engine.start()])
  await one.send(application, '1')
  await one.clock.advance(50)
  await other.send(application, '2')
  await one.clock.advance(50)
  assert.equal(other.network.calls.length + one.network.calls.length, 1, 'the stream is held')
  for (const hint of hints) one.engine.hinted(hint)
  await one.clock.advance(50)
  assert.deepEqual(
    one.network.calls.map(({ body }) => body),
    ['1', '2'],
  )
  await Promise.all([one.engine.stop(), other.engine.stop()])
})

test('a trickle to an ordered endpoint does not put off the retries of another', async () => {
  const posthorn = await virtualPosthorn()
  const { clock, network } = posthorn
  const application = await posthorn.application()
  const retried = await posthorn.endpoint(application, { retryScheduleMs: [2_000], retryJitter: 0 })
  const busy = await posthorn.application()
  await posthorn.endpoint(busy, { ordering: 'fifo' })
  await posthorn.engine.start()
  let failures = 1
  network.respond = ({ url }) => (url === retried.url && failures-- > 0 ? 500 : 200)
  await posthorn.send(application)
  for (let sent = 0; sent < 40; sent++) {
    await posthorn.send(busy)
    await clock.advance(100)
  }
  const [first, second] = network.calls.filter(({ url }) => url === retried.url)
  assert.ok(first && second, 'the retry has gone out meanwhile')
  assert.ok(second.at - first.at <= 2_200, `after ${second.at - first.at} ms`)
  await posthorn.engine.idle()
  await posthorn.engine.stop()
})

test('many endpoints that wait are walked once per poll interval, and each has its retry', async () => {
  let asked = 0
  const posthorn = await virtualPosthorn({
    faulty: (store) => ({
      ...store,
      claimDue(input) {
        if (++asked > 1_000) throw new Error('the table is asked without end')
        return store.claimDue(input)
      },
    }),
  })
  const { clock, network } = posthorn
  const application = await posthorn.application()
  const endpoints = 600 // a walk has more than one step
  for (let count = 0; count < endpoints; count++) {
    await posthorn.endpoint(application, { retryScheduleMs: [60_000], retryJitter: 0 })
  }
  await posthorn.engine.start()
  network.respond = () => 500
  await posthorn.send(application)
  const reach = async (count: number): Promise<void> => {
    for (let turn = 0; turn < 100 && network.calls.length < count; turn++) await clock.advance(10)
    assert.equal(network.calls.length, count)
  }
  await reach(endpoints)
  network.respond = () => 200
  asked = 0
  await clock.advance(10_000)
  assert.ok(asked >= 20 && asked <= 30, `asked ${asked} times in ten seconds`)
  await clock.advance(50_000)
  await reach(2 * endpoints)
  await posthorn.engine.stop()
})

test('a throttle holds in every second, also when a burst arrives', async () => {
  const posthorn = await virtualPosthorn()
  const { clock, network } = posthorn
  const application = await posthorn.application()
  await posthorn.endpoint(application, {}, { throttleRate: 3 })
  await posthorn.engine.start()
  for (let count = 0; count < 12; count++) await posthorn.send(application)
  await clock.advance(10_000)
  const times = network.calls.map((call) => call.at)
  assert.equal(times.length, 12)
  for (const at of times) {
    const within = times.filter((other) => other >= at && other < at + 1_000)
    assert.ok(within.length <= 3, `${within.length} within a second`)
  }
  await posthorn.engine.stop()
})

test('a start that is held up by the store does not come together with the next ones', async () => {
  const clock = new VirtualClock()
  let slow = 1
  const posthorn = await virtualPosthorn({
    clock,
    config: { leaseMs: 6_000 },
    faulty: (store) => ({
      ...store,
      async renewLeases(input) {
        if (slow-- > 0) await after(clock, 700)
        return store.renewLeases(input)
      },
    }),
  })
  const application = await posthorn.application()
  await posthorn.endpoint(application, { attemptTimeoutMs: 5_000 }, { throttleRate: 4 })
  await posthorn.engine.start()
  for (let count = 0; count < 20; count++) await posthorn.send(application)
  await clock.advance(10_000)
  const times = posthorn.network.calls.map((call) => call.at)
  assert.equal(times.length, 20)
  assert.ok(slow < 0)
  for (const at of times) {
    const within = times.filter((other) => other >= at && other < at + 1_000)
    assert.ok(within.length <= 4, `${within.length} within a second`)
  }
  await posthorn.engine.stop()
})

test('what waits for a slow rate longer than its lease still goes out in its turn', async () => {
  const posthorn = await virtualPosthorn({ config: { leaseMs: 6_000 } })
  const { clock, network } = posthorn
  const application = await posthorn.application()
  await posthorn.endpoint(application, { attemptTimeoutMs: 2_000 }, { throttleRate: 1 })
  await posthorn.engine.start()
  const events = 150
  for (let count = 0; count < events; count++) await posthorn.send(application)
  await clock.advance(events * 1_050)
  assert.equal(network.calls.length, events, 'no place of the rate is wasted')
  await posthorn.engine.stop()
})

test('many that may start at once leave the event loop to others in between', async () => {
  const posthorn = await virtualPosthorn({ config: { inFlightPerApplicationMax: 512 } })
  const { clock, network } = posthorn
  const application = await posthorn.application()
  for (let count = 0; count < 400; count++) await posthorn.endpoint(application)
  const each: number[] = []
  let inTurn = 0
  network.respond = () => {
    if (inTurn++ > 0) return 200
    setImmediate(() => {
      each.push(inTurn)
      inTurn = 0
    })
    return 200
  }
  await posthorn.engine.start()
  await posthorn.send(application)
  await clock.advance(100)
  await posthorn.engine.idle()
  assert.equal(network.calls.length, 400)
  assert.ok(Math.max(...each) <= 128, `${each} in a turn`) // twice 64: one before the check phase, one in it
  await posthorn.engine.stop()
})

test('endpoints that hang keep their own slots and no others', async () => {
  const posthorn = await virtualPosthorn({
    config: { inFlightMax: 8, inFlightPerApplicationMax: 4 },
  })
  const { clock, network } = posthorn
  const noisy = await posthorn.application()
  const quiet = await posthorn.application()
  for (let count = 0; count < 3; count++) await posthorn.endpoint(noisy)
  const healthyEndpoint = await posthorn.endpoint(quiet)
  network.respond = (call) => (call.url === healthyEndpoint.url ? 200 : null)
  await posthorn.engine.start()
  for (let count = 0; count < 20; count++) await posthorn.send(noisy)
  await posthorn.send(quiet)
  await clock.advance(50)
  assert.equal(network.calls.filter((call) => call.url === healthyEndpoint.url).length, 1)
  assert.equal(posthorn.engine.stats().inFlight, 4)
  assert.ok(posthorn.engine.room(quiet.id) > 0)
  await clock.advance(600_000)
  await posthorn.engine.stop()
})

test('a paused endpoint keeps its backlog, and resuming sends it oldest first', async () => {
  const posthorn = await virtualPosthorn()
  const { clock, network } = posthorn
  const application = await posthorn.application()
  const endpoint = await posthorn.endpoint(application, { concurrencyMax: 1 })
  await posthorn.engine.start()
  const paused = await posthorn.change(endpoint, { pausedAt: clock.now() })
  for (const payload of ['1', '2', '3']) {
    await posthorn.send(application, payload)
    await clock.advance(10)
  }
  await clock.advance(5_000)
  assert.equal(network.calls.length, 0)
  assert.equal((await posthorn.count()).byState.pending, 3)
  await posthorn.change(paused, { pausedAt: null })
  await clock.advance(2_000)
  await posthorn.engine.idle()
  assert.deepEqual(
    network.calls.map((call) => call.body),
    ['1', '2', '3'],
  )
  await posthorn.engine.stop()
})

test('410 disables the endpoint, and what waited goes out once it is enabled again', async () => {
  const posthorn = await virtualPosthorn()
  const { clock, network } = posthorn
  const application = await posthorn.application()
  const endpoint = await posthorn.endpoint(application, { concurrencyMax: 1 })
  await posthorn.engine.start()
  network.respond = () => null
  for (const payload of ['1', '2']) await posthorn.send(application, payload)
  await clock.advance(10)
  network.calls[0]?.answer(410)
  await clock.advance(5_000)
  assert.equal(network.calls.length, 1)
  const stored = await posthorn.store.findEndpoint({
    applicationId: application.id,
    idOrUid: endpoint.id,
  })
  assert.equal(stored?.disabledReason, 'gone')
  network.respond = () => 200
  await posthorn.change(endpoint, { disabledAt: null, disabledReason: null })
  await clock.advance(2_000)
  await posthorn.engine.idle()
  assert.deepEqual(
    network.calls.map((call) => call.body),
    ['1', '2'],
  )
  await posthorn.engine.stop()
})

test('while the store refuses writes nothing is sent, and what was made is recorded after', async () => {
  let down = false
  const posthorn = await virtualPosthorn({
    faulty: (store) => ({
      ...store,
      async recordAttempt(input) {
        if (down) throw new StoreUnavailable('full', 'disk full')
        return store.recordAttempt(input)
      },
      async ping() {
        if (down) throw new StoreUnavailable('full', 'disk full')
      },
    }),
  })
  const { clock, network } = posthorn
  const application = await posthorn.application()
  await posthorn.endpoint(application)
  await posthorn.engine.start()
  down = true
  await posthorn.send(application, '1')
  await clock.advance(10)
  await posthorn.send(application, '2')
  await clock.advance(20_000)
  assert.equal(network.calls.length, 1)
  assert.equal(posthorn.engine.stats().kept, 1)
  assert.equal(posthorn.engine.room(application.id), 0)
  down = false
  await clock.advance(10_000)
  await posthorn.engine.idle()
  assert.deepEqual(
    network.calls.map((call) => call.body),
    ['1', '2'],
  )
  assert.equal((await posthorn.count()).byState.succeeded, 2)
  await posthorn.engine.stop()
})

test('a store that answers pings and cannot record opens nothing', async () => {
  let full = true
  const clock = new VirtualClock()
  const posthorn = await virtualPosthorn({
    clock,
    faulty: (store) => ({
      ...store,
      async recordAttempt(input) {
        await after(clock, 50) // time enough for a claim to come back
        if (full) throw new StoreUnavailable('full', 'disk full')
        return store.recordAttempt(input)
      },
    }),
  })
  const { engine, network } = posthorn
  const application = await posthorn.application()
  await posthorn.endpoint(application)
  await engine.start()
  await posthorn.send(application, '{"n": 1}')
  await clock.advance(100)
  await posthorn.send(application, '{"n": 2}')
  await clock.advance(30_000)
  assert.deepEqual(
    network.calls.map(({ body }) => body),
    ['{"n": 1}'],
  )
  full = false
  await clock.advance(10_000)
  await engine.idle()
  assert.equal(network.calls.length, 2)
  assert.equal((await posthorn.count()).byState.succeeded, 2)
  await engine.stop()
})

test('a stop finishes what is in flight and gives back what is not', async () => {
  const posthorn = await virtualPosthorn()
  const { clock, network } = posthorn
  const application = await posthorn.application()
  await posthorn.endpoint(application, { concurrencyMax: 1 })
  await posthorn.engine.start()
  network.respond = () => null
  for (const payload of ['1', '2', '3']) await posthorn.send(application, payload)
  await clock.advance(10)
  const stopped = posthorn.engine.stop()
  await clock.advance(10)
  network.calls[0]?.answer(200)
  await clock.advance(10)
  await stopped
  const { byState } = await posthorn.count()
  assert.deepEqual([byState.succeeded, byState.pending, byState.sending], [1, 2, 0])
  assert.equal(network.calls.length, 1)
})

test('an idle engine asks the table once per poll interval', async () => {
  let claims = 0
  const posthorn = await virtualPosthorn({
    faulty: (store) => ({
      ...store,
      claimDue(input) {
        claims++
        return store.claimDue(input)
      },
    }),
  })
  await posthorn.engine.start()
  await posthorn.clock.advance(100)
  claims = 0
  await posthorn.clock.advance(10_000)
  assert.ok(claims <= 10, `${claims} claims in ten seconds`)
  await posthorn.engine.stop()
})
