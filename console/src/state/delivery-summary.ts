import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Summary, summarizeDeliveries } from '../api/summary-calls.ts'
import { type DeliveryFilter, queryOf } from './delivery-filter.ts'
import { useLiveQueries } from './live.ts'
import type { TimeRange } from './search.ts'

const dayMs = 86_400_000

interface Counted {
  readonly application: string
  readonly filter: DeliveryFilter
  readonly range: TimeRange | null
}

/** What the server counts of a list: by time, state, type and endpoint, far beyond the loaded rows.
 *  Without a range in the URL it is of the last day. */
export function useDeliverySummary(input: Counted): Summary | null {
  return useCounts(input, true)
}

/**
 * The counts beside the values of each filter: what would be there if that value were chosen, so
 * that each filter is counted without itself. Only filters that are set cost a call more.
 */
export function useFacets(input: Counted, all: Summary | null): Summary['facets'] | null {
  const { filter } = input
  const without = (part: Partial<DeliveryFilter>, isSet: boolean) => ({
    input: { ...input, filter: { ...filter, ...part } },
    isSet,
  })
  const status = without({ statuses: [] }, filter.statuses.length > 0)
  const type = without({ types: [] }, filter.types.length > 0)
  const endpoint = without({ endpoints: [] }, filter.endpoints.length === 1)
  const byStatus = useCounts(status.input, status.isSet)
  const byType = useCounts(type.input, type.isSet)
  const byEndpoint = useCounts(endpoint.input, endpoint.isSet)
  if (all === null) return null
  const states = (status.isSet ? byStatus : all)?.facets ?? all.facets
  return {
    state: states.state,
    ...(all.facets.answer === undefined ? {} : { answer: all.facets.answer }),
    waiting: states.waiting,
    eventType: ((type.isSet ? byType : all) ?? all).facets.eventType,
    endpointId: ((endpoint.isSet ? byEndpoint : all) ?? all).facets.endpointId,
  }
}

function useCounts({ application, filter, range }: Counted, enabled: boolean): Summary | null {
  const { after: _after, before: _before, ...wanted } = queryOf(filter, null)
  const query = {
    ...wanted,
    buckets: 60,
    answers: true,
    ...(range?.to == null ? {} : { before: new Date(range.to).toISOString() }),
  }
  const key = ['deliveries', application, 'summary', query, range?.from ?? null]
  const summary = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => {
      const after = new Date(range?.from ?? Date.now() - dayMs).toISOString()
      return summarizeDeliveries(application, { ...query, after }, signal)
    },
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 3_000,
    refetchInterval: range?.to == null ? 30_000 : false,
    retry: false, // the list is there without its counts
  })
  useLiveQueries({ application, keys: enabled ? [key] : [], everyMs: 4_000 })
  return enabled ? (summary.data ?? null) : null
}
