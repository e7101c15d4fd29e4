import { useQuery } from '@tanstack/react-query'
import { listIssues } from '../api/issue-calls.ts'

export const issuesKey = (application: string) => ['issues', application]

/** Failures grouped, of the application in hand; asked for again once a minute. */
export function useIssues(application: string | null) {
  return useQuery({
    queryKey: issuesKey(application ?? ''),
    queryFn: () => listIssues(application ?? ''),
    enabled: application !== null,
    refetchInterval: 60_000,
    staleTime: 10_000,
  })
}
