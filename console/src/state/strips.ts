/** What the strips of outcomes, latency and backlog show, of the time that the URL asks for. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { summarizeDeliveries } from '../api/summary-calls.ts'
import { getUsage, type Usage } from '../api/usage-calls.ts'
import type { Slice } from '../charts/strips.tsx'
import { type Search, type TimeRange, timeRange } from './search.ts'
import { useUrlState } from './url.ts'

const dayMs = 86_400_000
/** As many as a summary takes: each lies within a slice, or nearly so. */
const bucketsMax = 200

/** The part of a URL that says of which time; without one: of the last day. */
export function rangeOf(search: Search, now: number): TimeRange {
  return timeRange(search, now) ?? { from: now - dayMs, to: null }
}

/** The same in the queries of links: what is counted there is listed there. */
export function rangeSearch(search: Search): Readonly<Record<string, string>> {
  const { since, from, to } = search
  if (since !== undefined) return { since }
  if (from === undefined) return { since: '24h' }
  return { from, ...(to === undefined ? {} : { to }) }
}

/** As the operations take it, relative ranges until now. */
export function spanOf(search: Search): { readonly since: string; readonly until?: string } {
  const { from, to } = rangeOf(search, Date.now())
  return {
    since: new Date(from).toISOString(),
    ...(to === null ? {} : { until: new Date(to).toISOString() }),
  }
}

export const rangeKey = ({ since, from, to }: Search): string =>
  `${since ?? ''}|${from ?? ''}|${to ?? ''}`

/** Picks a range in the URL, whatever was there. */
export function usePickedRange() {
  const [, change] = useUrlState()
  return ({ from, to }: { readonly from: number; readonly to: number }): void =>
    change({
      since: undefined,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })
}

/** Attempts by slice of time, of the application or of one endpoint. */
export function useUsage(
  application: string,
  search: Search,
  of: { readonly endpointId?: string } = {},
) {
  const endpoint = of.endpointId === undefined ? {} : { endpoint_id: of.endpointId }
  return useQuery({
    queryKey: ['usage', application, 'strips', of.endpointId ?? '', rangeKey(search)],
    queryFn: ({ signal }) => getUsage(application, { ...spanOf(search), ...endpoint }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })
}

/** The slices of a usage with what waits of each: deliveries by when they came. */
export function useSlices(
  application: string,
  usage: Usage | undefined,
  of: { readonly search: Search; readonly endpointId?: string },
): readonly Slice[] {
  const { search, endpointId } = of
  const waiting = useQuery({
    queryKey: ['deliveries', application, 'backlog', endpointId ?? '', rangeKey(search)],
    queryFn: ({ signal }) => {
      const { since: after, until: before } = spanOf(search)
      const endpoint = endpointId === undefined ? {} : { endpoint_id: endpointId }
      const query = { state: ['pending', 'sending'], buckets: bucketsMax, after, before }
      return summarizeDeliveries(application, { ...query, ...endpoint }, signal)
    },
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })
  return usage === undefined ? [] : slicesOf(usage, waiting.data?.buckets ?? [])
}

function slicesOf(
  { slices, sliceMs }: Usage,
  buckets: readonly { readonly timestamp: string; readonly total: number }[],
): readonly Slice[] {
  const start = Date.parse(slices[0]?.from ?? '')
  const waiting = new Array<number>(slices.length).fill(0)
  for (const { timestamp, total } of buckets) {
    // The first bucket begins at a round time, a little before the first slice.
    const at = Math.max(0, Math.floor((Date.parse(timestamp) - start) / sliceMs))
    const slice = Math.min(at, slices.length - 1)
    waiting[slice] = (waiting[slice] ?? 0) + total
  }
  return slices.map(({ from, succeeded, failed, ...latency }, at) => ({
    ...{ ...latency, from: Date.parse(from), ok: succeeded, failed, waiting: waiting[at] ?? 0 },
  }))
}
