/** Times in which an endpoint went without messages, as its history tells them. */
import type { AuditEntry, EndpointOut } from '../api/model.ts'
import { filterIn } from './change-text.ts'

export const missedKinds = ['disabled', 'before', 'filter'] as const
export type MissedKind = (typeof missedKinds)[number]

export interface Span {
  readonly from: number
  readonly to: number
}

/** As far back as messages are sent again; a minute less leaves room for clocks. */
const reachMs = 90 * 86_400_000 - 60_000
/**
 * A gap goes on for so long: nodes hear of a change within a second, and ids tell times apart to 4 ms.
 * What the endpoint got is never sent again, so more than the gap does no harm.
 */
const leewayMs = 1_100

/** Newest first; `entries` are the endpoint's history, newest first as well. */
export function missedSpans(
  kind: MissedKind,
  of: {
    readonly endpoint: Pick<EndpointOut, 'createdAt'>
    readonly entries: readonly AuditEntry[]
    readonly now: number
  },
): readonly Span[] {
  const created = Date.parse(of.endpoint.createdAt)
  const earliest = of.now - reachMs
  const spans: Readonly<Record<MissedKind, () => readonly Span[]>> = {
    disabled: () => disabledSpans(of.entries, of.now),
    before: () => [{ from: earliest, to: created }],
    filter: () => filterSpans(of.entries, created),
  }
  return spans[kind]()
    .map(({ from, to }) => ({ from: Math.max(from, earliest), to }))
    .filter(({ from, to }) => to > from)
    .map(({ from, to }) => ({ from, to: to + leewayMs }))
}

function disabledSpans(entries: readonly AuditEntry[], now: number): readonly Span[] {
  const spans: Span[] = []
  let to = now
  for (const { at, before, after, changed, outcome } of entries) {
    if (outcome !== 'done' || after === null) continue
    const made = before === null
    if (!made && !changed.includes('disabledAt')) continue
    if (after['disabledAt'] == null) to = Date.parse(at)
    else spans.push({ from: Date.parse(at), to })
  }
  return spans
}

/** From each change of what it wants back to the one before. */
function filterSpans(entries: readonly AuditEntry[], created: number): readonly Span[] {
  const changes = entries.filter(
    ({ before, after, changed, outcome }) =>
      outcome === 'done' &&
      before !== null &&
      (changed.includes('eventTypes') ||
        changed.includes('channels') ||
        filterIn(before) !== filterIn(after)),
  )
  const times = [...changes.map(({ at }) => Date.parse(at)), created]
  return times.slice(0, -1).map((to, at) => ({ from: times[at + 1] ?? created, to }))
}
