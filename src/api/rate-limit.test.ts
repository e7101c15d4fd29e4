import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../runtime/virtual-clock.ts'
import { addressGroup, rateLimiter } from './rate-limit.ts'

test('a caller gets its rate and no more, and others are not touched', async () => {
  const clock = new VirtualClock()
  const limiter = rateLimiter(clock, 10)
  const burst = Array.from({ length: 100 }, () => limiter.take('noisy'))
  assert.equal(burst.filter((wait) => wait === 0).length, 10)
  assert.ok(burst.slice(10).every((wait) => wait === 1))
  assert.equal(limiter.take('quiet'), 0)
  await clock.advance(500)
  const later = Array.from({ length: 10 }, () => limiter.take('noisy'))
  assert.equal(later.filter((wait) => wait === 0).length, 5)
})

test('however many callers there are, so many are remembered, and the busy one is not forgotten', () => {
  const limiter = rateLimiter(new VirtualClock(), 1)
  assert.equal(limiter.take('busy'), 0)
  for (let other = 0; other < 50_000; other++) {
    limiter.take(`other ${other}`)
    if (other % 5_000 === 0) assert.equal(limiter.take('busy'), 1, 'no fresh budget')
  }
  assert.equal(limiter.size, 10_000)
})

test('addresses that one caller may have in plenty count as one', () => {
  for (const [address, group] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ] as const) {
    assert.equal(addressGroup(address), group)
  }
})
