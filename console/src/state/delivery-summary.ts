import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Summary, summarizeDeliveries } from '../api/summary-calls.ts'
import { answersOf, type DeliveryFilter, queryOf } from './delivery-filter.ts'
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

type Facet = 'state' | 'eventType' | 'endpointId' | 'answer'

/** Counts by value, and since when they count where there is more than can be counted. */
export type Facets = Summary['facets'] & {
  readonly since: Readonly<Record<Facet, number | null>>
}

/**
 * The counts beside the values of each filter: what would be there if that value were chosen, so
 * that each filter is counted without itself. Only filters that are set cost a call more.
 */
export function useFacets(input: Counted, all: Summary | null): Facets | null {
  const { filter } = input
  const without = (part: Partial<DeliveryFilter>) => ({ ...input, filter: { ...filter, ...part } })
  const isAnswered = answersOf(filter).length > 0
  const status = useOwn(without({ statuses: [] }), filter.statuses.length > 0, all)
  const type = useOwn(without({ types: [] }), filter.types.length > 0, all)
  const endpoint = useOwn(without({ endpoints: [] }), filter.endpoints.length > 0, all)
  const answer = useOwn(without({ codes: [], families: [], classes: [] }), isAnswered, all)
  if (status === null || type === null || endpoint === null || answer === null) return null
  return {
    state: status.facets.state,
    waiting: status.facets.waiting,
    ...(answer.facets.answer === undefined ? {} : { answer: answer.facets.answer }),
    eventType: type.facets.eventType,
    endpointId: endpoint.facets.endpointId,
    since: {
      state: sinceOf(status),
      eventType: sinceOf(type),
      endpointId: sinceOf(endpoint),
      answer: answersSinceOf(answer),
    },
  }
}

/** What is counted without a filter that is set; otherwise, and until that has come, what is counted with all. */
function useOwn(input: Counted, isSet: boolean, all: Summary | null): Summary | null {
  return useCounts(input, isSet) ?? all
}

function sinceOf({ partial, countedSince }: Summary): number | null {
  return partial ? Date.parse(countedSince) : null
}

function answersSinceOf(summary: Summary): number | null {
  const { answersSince = summary.countedSince } = summary
  const since = Date.parse(answersSince)
  return since > Date.parse(summary.countedSince) ? since : sinceOf(summary)
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
