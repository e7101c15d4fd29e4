/**
 * Leases as this node asks for them. The deadline is monotonic and counts from before the store was
 * asked, less a margin, so that it always ends before the store's own; nodes never compare wall
 * clocks. The token is random: after a restore or a failover a counter could come again.
 */
import type { World } from '../posthorn.ts'
import type { HeldLease, Lease } from './work.ts'

const tokenBytes = 16
/** What clocks may differ in rate, and the store may be late, over one lease. */
export const leaseMarginMs = 1_000
/** Accepts within this time share a lease. */
const sharedMs = 50

export class Leases {
  readonly #world: Pick<World, 'clock' | 'random'>
  readonly #leaseMs: number
  #newest: { readonly lease: Lease; readonly sharedUntil: number } | null = null
  /** Shared leases that have not run out, oldest first. */
  readonly #given = new Map<string, Lease>()

  constructor(world: Pick<World, 'clock' | 'random'>, leaseMs: number) {
    this.#world = world
    this.#leaseMs = leaseMs
  }

  /** A lease under a token of its own; longer than usual when `coverMs` needs it. */
  fresh(coverMs = 0): Lease {
    return this.extended(this.token(), coverMs)
  }

  token(): string {
    return Buffer.from(this.#world.random.bytes(tokenBytes)).toString('base64url')
  }

  /** The same token, counted from now. */
  extended(token: string, coverMs = 0): Lease {
    const { clock } = this.#world
    const ms = Math.max(this.#leaseMs, coverMs + 2 * leaseMarginMs)
    return { token, until: clock.now() + ms, deadline: clock.monotonic() + ms - leaseMarginMs }
  }

  /** One lease for all accepts of the same moment. */
  shared(): Lease {
    const now = this.#world.clock.monotonic()
    const newest = this.#newest
    if (newest !== null && now < newest.sharedUntil) return newest.lease
    const lease = this.fresh()
    this.#newest = { lease, sharedUntil: now + sharedMs }
    this.#given.set(lease.token, lease)
    for (const [token, given] of this.#given) {
      if (given.deadline > now) break
      this.#given.delete(token)
    }
    return lease
  }

  /** A shared lease by its token; undefined once it has run out. */
  given(token: string): HeldLease | undefined {
    return this.#given.get(token)
  }
}
