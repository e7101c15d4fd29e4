import { useQuery } from '@tanstack/react-query'
import { getApplication } from '../api/calls.ts'
import { getCatalog, getProfile } from '../api/profile-calls.ts'
import { useScope } from './scope.tsx'

/** The profile of an application: its forms, columns and rules. */
export function useProfile(application: string, enabled = true) {
  return useQuery({
    queryKey: ['profile', application],
    queryFn: async () => getProfile((await getApplication(application)).profile ?? 'standard'),
    staleTime: 60_000,
    enabled,
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

/** The line that sends an event there, of a type that its system has; customers have no key for it. */
export function useSendCommand(): string | undefined {
  const { application, portal } = useScope()
  const profile = useProfile(application).data
  const catalog = useCatalog(profile?.catalog ?? null).data
  if (portal || profile === undefined) return undefined
  if (profile.catalog !== null && catalog === undefined) return undefined
  return `npx posthorn send ${catalog?.events[0]?.name ?? 'order.created'} --app ${application}`
}
