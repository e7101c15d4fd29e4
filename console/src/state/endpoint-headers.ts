import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { endpointHeaders } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { useScope } from './scope.tsx'

/**
 * The custom headers of an endpoint with the `updatedAt` that was known when they were asked for:
 * they are as new as that, so a save that names it overwrites nobody. Without an endpoint: none.
 */
export function useEndpointHeaders(endpoint: Pick<EndpointOut, 'id' | 'updatedAt'> | null) {
  const { application } = useScope()
  const version = endpoint?.updatedAt ?? ''
  return useQuery({
    queryKey: ['endpoints', application, 'headers', endpoint?.id, version],
    queryFn: async () => ({ ...(await endpointHeaders(application, endpoint?.id ?? '')), version }),
    enabled: endpoint !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}
