import { useQuery } from '@tanstack/react-query'
import { getApplication } from '../api/calls.ts'
import { getCatalog, getProfile } from '../api/profile-calls.ts'

/** The profile of an application: its forms, columns and rules. */
export function useProfile(application: string) {
  return useQuery({
    queryKey: ['profile', application],
    queryFn: async () => getProfile((await getApplication(application)).profile ?? 'standard'),
    staleTime: 60_000,
  })
}

export function useCatalog(name: string | null, context?: string) {
  return useQuery({
    queryKey: ['catalog', name, context],
    queryFn: () => getCatalog(name ?? '', context),
    enabled: name !== null,
    staleTime: 600_000,
  })
}
