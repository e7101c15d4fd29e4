/** What of an endpoint is read and saved by itself: its headers, its certificates, its transformation. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endpointPart, partMethods, path, saveEndpointPart } from '../api/calls.ts'
import type { EndpointOut, EndpointParts } from '../api/model.ts'
import type { CopiedRequest } from '../components/copy-as.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { lookAtTheirs } from './draft.ts'
import { useScope } from './scope.tsx'

/**
 * The part with the `updatedAt` that was known when it was asked for: it is as new as that, so a save
 * that names it overwrites nobody. Without an endpoint: none.
 */
export function useEndpointPart<Name extends keyof EndpointParts>(
  endpoint: Pick<EndpointOut, 'id' | 'updatedAt'> | null,
  name: Name,
) {
  const { application } = useScope()
  const { id = '', updatedAt: version = '' } = endpoint ?? {}
  return useQuery({
    queryKey: ['endpoints', application, name, id, version],
    queryFn: async () => ({ ...(await endpointPart(application, id, name)), version }),
    enabled: endpoint !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}

/** The request that saves the part as it is typed. */
export function useRequestOfPart(endpoint: string, name: keyof EndpointParts) {
  const { application } = useScope()
  return (body: object): CopiedRequest => ({
    method: partMethods[name],
    path: path('app', application, 'endpoint', endpoint, name),
    body,
  })
}

/**
 * Saves the part, unless somebody else stored something since `version`. `onSaved` runs before the
 * endpoint is read again: for a form that holds what is never read back.
 */
export function useSaveEndpointPart<Sent>(of: {
  readonly endpoint: string
  readonly name: keyof EndpointParts
  readonly version: string
  readonly bodyOf: (sent: Sent) => object
  readonly onSaved: (sent: Sent, version: string) => void
}) {
  const t = useT()
  const { application } = useScope()
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['endpoints', application] })
  return useMutation({
    mutationFn: (sent: Sent) =>
      saveEndpointPart(application, of.endpoint, of.name, {
        ...{ body: of.bodyOf(sent), ifMatch: of.version },
      }),
    onError: (error) => lookAtTheirs(error, refresh),
    onSuccess: ({ updatedAt }, sent) => {
      of.onSaved(sent, updatedAt)
      toast(t('form.saved'))
      return refresh()
    },
  })
}
