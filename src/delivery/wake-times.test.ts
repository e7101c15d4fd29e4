import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WakeTimes } from './wake-times.ts'

test('the earliest wakes first, whatever was set, changed and deleted before', () => {
  const times = new WakeTimes<number>()
  const expected = new Map<number, number>()
  let seed = 1
  const dice = (sides: number): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % sides
  }
  for (let step = 0; step < 20_000; step++) {
    const sleeper = dice(300)
    if (dice(4) === 0) {
      times.delete(sleeper)
      expected.delete(sleeper)
    } else {
      const at = dice(1_000)
      times.set(sleeper, at)
      expected.set(sleeper, at)
    }
    const first = expected.size === 0 ? null : Math.min(...expected.values())
    assert.equal(times.firstAt(), first)
    if (first === null || dice(10) > 0) continue
    assert.equal(times.takeDue(first - 1), undefined)
    const due = times.takeDue(first)
    assert.ok(due !== undefined)
    assert.equal(expected.get(due), first)
    expected.delete(due)
    assert.equal(times.has(due), false)
  }
  assert.equal(times.size, expected.size)
})
