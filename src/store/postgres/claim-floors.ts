/**
 * From where a claim reads the index of each endpoint.
 *
 * A delivery that is done leaves dead entries in the index until vacuum removes them, and while any
 * transaction keeps an old snapshot, vacuum may not. They lie before the live ones, so a claim that
 * reads each endpoint from its beginning reads through all of them. This node remembers for each
 * endpoint that nothing live lies below a time, and begins there.
 *
 * A floor is a hint and may be wrong: a row of a commit that took longer than `slackMs` appears
 * below it. Therefore each endpoint is read from its beginning every `readAnewMs` (`claims.ts`).
 */
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'

/**
 * Below the time of a look, for rows whose commit takes its time: as long as a transaction may wait
 * for a lock. Also for a clock that steps back.
 */
export const slackMs = 10_000
/**
 * The same for the ends of leases: a lease is longer than a commit takes, so nothing appears below the
 * time of a look but by a clock that steps back. With a lease so short that it does, the next reading
 * from the beginning finds it.
 */
export const leasedSlackMs = 1_000
/** Each endpoint is read from its beginning this often. */
const readAnewMs = 30_000
/** An endpoint without open work is forgotten after so long: vacuum has been there, or is kept out. */
const forgetMs = 600_000
/** Beyond it all are forgotten, and the next walks find them again. */
const endpointsMax = 100_000

export interface Floor {
  readonly applicationId: ApplicationId
  readonly endpointId: EndpointId
  /** Nothing that waits is due before it, nothing leased ends before it. */
  waitingFrom: number
  leasedFrom: number
  lastOpenAt: number
  readAnewAt: number
}

/** What a look found of an endpoint; null: nothing. `at` is the time of the look. */
export interface Look {
  readonly applicationId: ApplicationId
  readonly endpointId: EndpointId
  readonly waitingAt: number | null
  readonly leasedAt: number | null
  readonly at: number
}

export class ClaimFloors {
  readonly #floors = new Map<EndpointId, Floor>()
  /** In the order of the index; null: to be sorted again. */
  #sorted: Floor[] | null = []

  /** The next ones after an endpoint, in the order of the index. */
  after(endpointId: string, limit: number): readonly Floor[] {
    this.#sorted ??= [...this.#floors.values()].sort(byEndpoint)
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      const floor = this.#sorted[middle]
      if (floor !== undefined && floor.endpointId <= endpointId) low = middle + 1
      else high = middle
    }
    return this.#sorted.slice(low, low + limit)
  }

  /** Remembers what a look from the floors found. */
  looked(look: Look): void {
    const { applicationId, endpointId, waitingAt, leasedAt, at } = look
    const waitingFrom = Math.min(waitingAt ?? at, at - slackMs)
    const leasedFrom = Math.min(leasedAt ?? at, at - leasedSlackMs)
    const known = this.#floors.get(endpointId)
    if (known === undefined) {
      if (this.#floors.size >= endpointsMax) this.#floors.clear()
      const times = { lastOpenAt: at, readAnewAt: at }
      this.#floors.set(endpointId, { applicationId, endpointId, waitingFrom, leasedFrom, ...times })
      this.#sorted = null
      return
    }
    known.waitingFrom = waitingFrom
    known.leasedFrom = leasedFrom
    if (waitingAt !== null || leasedAt !== null) known.lastOpenAt = at
    else if (at - known.lastOpenAt > forgetMs) {
      this.#floors.delete(endpointId)
      this.#sorted = null
    }
  }

  /**
   * Those whose turn it is to be read from the beginning, at most `limit`. They go to the end of the
   * row: where more come due than are taken, each still has its turn.
   */
  takeStale(now: number, limit: number): readonly Floor[] {
    const stale: Floor[] = []
    for (const floor of this.#floors.values()) {
      if (stale.length >= limit || Math.abs(now - floor.readAnewAt) < readAnewMs) break
      floor.readAnewAt = now
      stale.push(floor)
    }
    for (const floor of stale) {
      this.#floors.delete(floor.endpointId)
      this.#floors.set(floor.endpointId, floor)
    }
    return stale
  }

  /** What was found from the beginning: it lowers floors, and never raises one. */
  readAnew({ endpointId, waitingAt, leasedAt }: Look): void {
    const floor = this.#floors.get(endpointId)
    if (floor === undefined) return
    if (waitingAt !== null) floor.waitingFrom = Math.min(floor.waitingFrom, waitingAt)
    if (leasedAt !== null) floor.leasedFrom = Math.min(floor.leasedFrom, leasedAt)
  }
}

/** Bytewise, as the index does: ids are ASCII. */
export function byEndpoint(a: Pick<Look, 'endpointId'>, b: Pick<Look, 'endpointId'>): number {
  if (a.endpointId === b.endpointId) return 0
  return a.endpointId < b.endpointId ? -1 : 1
}
