import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Departures } from './throttle.ts'

/** When requests leave that are ready at these times, one after the other. */
function leaving(departures: Departures, ready: readonly number[]): number[] {
  return ready.map((at) => {
    const time = at + departures.leavesIn(at)
    assert.equal(departures.leavesIn(time), 0)
    departures.left({ at: time })
    return time
  })
}

test('requests that leave in time do not wait, and one beside a late one does', () => {
  const departures = new Departures(4)
  const inTime = [0, 262, 525, 787, 1_050, 1_312]
  assert.deepEqual(leaving(departures, inTime), inTime)

  // 1,575 leaves 200 ms late; the fourth after it keeps a second and the slack from it.
  const left = leaving(departures, [1_775, 1_838, 2_100, 2_362, 2_625])
  assert.deepEqual(left, [1_775, 1_838, 2_100, 2_362, 2_815])
})

test('no second has more than the rate, whatever comes together', () => {
  const left = leaving(
    new Departures(3),
    [0, 0, 0, 0, 1_041, 1_045, 1_900, 3_000, 3_000, 3_000, 3_010],
  )
  for (const [at, time] of left.entries()) {
    const fourth = left[at + 3] ?? Number.POSITIVE_INFINITY
    assert.ok(fourth - time > 1_000, `${time} and ${fourth}`)
  }
  assert.deepEqual(left.slice(0, 4), [0, 0, 0, 1_040])
})

test('a request that was written later than it was let go counts from then', () => {
  const departures = new Departures(2)
  const late = { at: 0 }
  departures.left(late)
  departures.left({ at: 10 })
  late.at = 60
  assert.equal(departures.leavesIn(1_050), 50)
  assert.equal(departures.leavesIn(1_100), 0)
})
