import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../runtime/virtual-clock.ts'
import { rateLimiter } from './rate-limit.ts'

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
