/**
 * Token buckets for the API: one for each credential, and one for each address that brings none. A
 * bucket holds one second's worth. What is remembered is bounded; forgetting only lets more through.
 */
import type { FastifyInstance } from 'fastify'
import { Problem, problems } from '../domain/errors.ts'
import type { Clock } from '../runtime/clock.ts'

const bucketsMax = 10_000

export interface RateLimiter {
  /** Seconds to wait; 0: go ahead. */
  take(key: string): number
}

interface Bucket {
  tokens: number
  filledAt: number
}

/** `burst` is how many may come at once; default one second's worth. */
export function rateLimiter(clock: Clock, perSecond: number, burst = perSecond): RateLimiter {
  const buckets = new Map<string, Bucket>()
  return {
    take(key) {
      const now = clock.monotonic()
      let bucket = buckets.get(key)
      if (bucket === undefined) {
        if (buckets.size >= bucketsMax) buckets.clear()
        bucket = { tokens: burst, filledAt: now }
        buckets.set(key, bucket)
      }
      const earned = ((now - bucket.filledAt) / 1000) * perSecond
      bucket.tokens = Math.min(burst, bucket.tokens + earned)
      bucket.filledAt = now
      if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perSecond)
      bucket.tokens -= 1
      return 0
    },
  }
}

/** Answers 429 with Retry-After beyond `perSecond` requests; 0 means no limit. */
export function limitRate(api: FastifyInstance, clock: Clock, perSecond: number): void {
  if (perSecond === 0) return
  const limiter = rateLimiter(clock, perSecond)
  api.addHook('onRequest', (request, _reply, done) => {
    const { authorization } = request.headers
    const retryAfterSeconds = limiter.take(authorization ?? `address ${request.ip}`)
    if (retryAfterSeconds === 0) done()
    else done(new Problem(problems.tooManyRequests, { retryAfterSeconds }))
  })
}
