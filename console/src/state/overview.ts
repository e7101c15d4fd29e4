/** What the overviews of console and portal both tell of the time in the URL, kept as it changes. */
import { useQuery } from '@tanstack/react-query'
import { listEndpoints } from '../api/calls.ts'
import { useActivity } from './activity.ts'
import { useLiveQueries } from './live.ts'
import { useSlices, useUsage } from './strips.ts'
import { useUrlState } from './url.ts'

/** `more` are the keys of further queries of the page that follow what happens as well. */
export function useOverview(application: string, more: readonly (readonly string[])[] = []) {
  const endpoints = useQuery({
    queryKey: ['endpoints', application],
    queryFn: async () => (await listEndpoints(application)).data,
    // Who takes the first steps sees each ticked at once.
    refetchInterval: (query) => (query.state.data?.length === 0 ? 1_000 : 10_000),
  })
  const [search] = useUrlState()
  const usage = useUsage(application, search)
  const slices = useSlices(application, usage.data, { search })
  useLiveQueries({
    application,
    keys: [
      ['usage', application, 'strips'],
      ['deliveries', application, 'backlog'],
      ['endpoints', application, 'activity'],
      ...more,
    ],
    everyMs: 2_000,
  })
  const activity = useActivity(application, endpoints.data ?? [])
  return { endpoints, usage, slices, activity }
}
