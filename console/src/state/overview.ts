/** What the overviews of console and portal both tell of the last day, kept as it changes. */
import { useQuery } from '@tanstack/react-query'
import { listEndpoints } from '../api/calls.ts'
import { getUsage } from '../api/usage-calls.ts'
import { useActivity } from './activity.ts'
import { useLiveQueries } from './live.ts'

export const overviewDayMs = 86_400_000

/** `more` are the keys of further queries of the page that follow what happens as well. */
export function useOverview(application: string, more: readonly (readonly string[])[] = []) {
  const endpoints = useQuery({
    queryKey: ['endpoints', application],
    queryFn: async () => (await listEndpoints(application)).data,
    // Who takes the first steps sees each ticked at once.
    refetchInterval: (query) => (query.state.data?.length === 0 ? 1_000 : 10_000),
  })
  const usage = useQuery({
    queryKey: ['usage', application, 'overview'],
    queryFn: () =>
      getUsage(application, { since: new Date(Date.now() - overviewDayMs).toISOString() }),
    refetchInterval: 15_000,
  })
  useLiveQueries({
    application,
    keys: [['usage', application, 'overview'], ['endpoints', application, 'activity'], ...more],
    everyMs: 2_000,
  })
  return { endpoints, usage, activity: useActivity(application, endpoints.data ?? []) }
}
