import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Summary, summarizeDeliveries } from '../api/summary-calls.ts'
import { type DeliveryFilter, queryOf } from './delivery-filter.ts'
import { useLiveQueries } from './live.ts'
import type { TimeRange } from './search.ts'

const dayMs = 86_400_000

/**
 * What the server counts of a list: by time, state, type and endpoint, far beyond the loaded rows.
 * Without a range in the URL it is of the last day.
 */
export function useDeliverySummary(input: {
  readonly application: string
  readonly filter: DeliveryFilter
  readonly range: TimeRange | null
}): Summary | null {
  const { application, filter, range } = input
  const { after: _after, before: _before, ...wanted } = queryOf(filter, null)
  const query = {
    ...wanted,
    buckets: 60,
    ...(range?.to == null ? {} : { before: new Date(range.to).toISOString() }),
  }
  const key = ['deliveries', application, 'summary', query, range?.from ?? null]
  const summary = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => {
      const after = new Date(range?.from ?? Date.now() - dayMs).toISOString()
      return summarizeDeliveries(application, { ...query, after }, signal)
    },
    placeholderData: keepPreviousData,
    staleTime: 3_000,
    refetchInterval: range?.to == null ? 30_000 : false,
    retry: false, // the list is there without its counts
  })
  useLiveQueries({ application, keys: [key], everyMs: 4_000 })
  return summary.data ?? null
}
