/**
 * Lists over time: messages, deliveries, attempts. Newest first, at most 90 days a page, with time
 * bounds turned into id bounds so that one index serves both (wire contract, section 1.6):
 *
 *   nothing        now − 90 d .. now + 1 h
 *   before         before − 90 d .. before
 *   after          after .. after + 90 d; the oldest items of it, still newest first
 *   both           after .. before
 *   iterator       older than it, back to 90 d before it, or to `after`
 *   -iterator      newer than it, up to 90 d after it, or to `before`
 */
import { type IdKind, idAtTime, idTime } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { EventFilter, PageRequest } from './port/page.ts'

const aheadMs = 3_600_000

export interface Window {
  readonly fromId: string
  /** Exclusive. */
  readonly toId: string
  /** Read oldest first; the page is then turned round. */
  readonly upwards: boolean
}

/** Both bounds as ids of that kind: `fromId` inclusive, `toId` exclusive. */
export function windowOf(
  kind: IdKind,
  filter: EventFilter,
  page: PageRequest,
  now: number,
): Window {
  const { before, after } = filter
  const { iterator, backwards } = page
  const latest = now + aheadMs
  if (iterator !== null && backwards) {
    const until = before ?? (idTime(iterator) ?? 0) + limits.listWindowMs
    return {
      fromId: `${iterator}!`, // the least text above it
      toId: idAtTime(kind, Math.min(until, latest)),
      upwards: true,
    }
  }
  if (iterator !== null) {
    const since = after ?? (idTime(iterator) ?? 0) - limits.listWindowMs
    return { fromId: idAtTime(kind, since), toId: iterator, upwards: false }
  }
  const oldestFirst = after !== null && before === null
  const until = before ?? (after === null ? latest : after + limits.listWindowMs)
  const since = after ?? (before ?? now) - limits.listWindowMs
  return {
    fromId: idAtTime(kind, since),
    toId: idAtTime(kind, Math.min(until, latest)),
    upwards: backwards || oldestFirst,
  }
}
