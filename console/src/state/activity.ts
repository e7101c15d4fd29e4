/** How the endpoints of a list do, asked for a hundred at a time. */
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { EndpointOut } from '../api/model.ts'
import { type Activity, endpointActivity } from '../api/summary-calls.ts'

/** As many as the operation takes at once. */
const atOnce = 100
/** Beyond so many the columns stay empty: nobody reads further down than they search. */
export const activityMax = 1_000

export type ActivityById = ReadonlyMap<string, Activity>

export function useActivity(application: string, endpoints: readonly EndpointOut[]): ActivityById {
  const ids = endpoints.slice(0, activityMax).map(({ id }) => id)
  const pages = Array.from({ length: Math.ceil(ids.length / atOnce) }, (_, page) =>
    ids.slice(page * atOnce, (page + 1) * atOnce),
  )
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: ['endpoints', application, 'activity', page.join()],
      queryFn: () => endpointActivity(application, page),
      refetchInterval: 15_000,
    })),
    combine: (answers) => answers.map(({ data }) => data),
  })
  return useMemo(
    () =>
      new Map(
        results
          .flatMap((answer) => answer?.data ?? [])
          .map((one) => [one.endpointId, one] as const),
      ),
    [results],
  )
}
