/**
 * Token buckets for the API: one for each credential that is known, and one for each address for all
 * that brings none, or one that nobody gave out. So made-up credentials share the budget of where
 * they come from. A bucket holds one second's worth. What is remembered is bounded: the bucket that
 * was used longest ago goes.
 */
import { isIPv6 } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Problem, problems } from '../domain/errors.ts'
import type { Clock } from '../runtime/clock.ts'

const bucketsMax = 10_000

export interface RateLimiter {
  /** Seconds to wait; 0: go ahead. */
  take(key: string): number
  /** Buckets that are remembered. */
  readonly size: number
}

interface Bucket {
  tokens: number
  filledAt: number
}

/** `burst` is how many may come at once; default one second's worth. */
export function rateLimiter(clock: Clock, perSecond: number, burst = perSecond): RateLimiter {
  const buckets = new Map<string, Bucket>()
  return {
    get size() {
      return buckets.size
    },
    take(key) {
      const now = clock.monotonic()
      const bucket = buckets.get(key) ?? { tokens: burst, filledAt: now }
      // Put last again, so that the first of the map is the one used longest ago.
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > bucketsMax) {
        const [oldest] = buckets.keys()
        if (oldest !== undefined) buckets.delete(oldest)
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

/**
 * Who an address counts as: an IPv6 network of 64 bits is one, as whoever has an address of it may
 * have them all.
 */
export function addressGroup(address: string | null): string {
  const text = address ?? ''
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(text)) return text
  const [head = '', tail] = text.replace(/%.*$/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** Answers 429 with Retry-After beyond `perSecond` requests; 0 means no limit. */
export function limitRate(
  api: FastifyInstance,
  input: {
    readonly clock: Clock
    readonly perSecond: number
    /** The credential of a header, where it is one; see `authenticate.ts`. */
    readonly recognize: (header: string) => string | null
  },
): void {
  if (input.perSecond === 0) return
  const limiter = rateLimiter(input.clock, input.perSecond)
  api.addHook('onRequest', (request, _reply, done) => {
    const { authorization } = request.headers
    const known = authorization === undefined ? null : input.recognize(authorization)
    const retryAfterSeconds = limiter.take(known ?? `address ${addressGroup(request.ip)}`)
    if (retryAfterSeconds === 0) done()
    else done(new Problem(problems.tooManyRequests, { retryAfterSeconds }))
  })
}
