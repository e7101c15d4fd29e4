import { useQuery } from '@tanstack/react-query'
import { getAttemptBody } from '../api/calls.ts'
import type { AttemptOut } from '../api/model.ts'
import { useScope } from './scope.tsx'

/** The body that an attempt sent; it may be gone any time. */
export const bodyQuery = (application: string, attempt: AttemptOut) => ({
  queryKey: ['attempt', application, attempt.msgId, attempt.id, 'body'],
  queryFn: () => getAttemptBody(application, attempt),
  staleTime: 60_000,
})

export function useBody(attempt: AttemptOut) {
  return useQuery(bodyQuery(useScope().application, attempt)).data
}
