import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualPosthorn } from '../../test/support/virtual-posthorn.ts'

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
