import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type EndpointBody, patchEndpoint } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { lookAtTheirs } from './draft.ts'
import { useScope } from './scope.tsx'

/**
 * Saves some settings of an endpoint, unless somebody else stored others since `version`. `onSaved`
 * runs before the endpoint is read again: for a form that holds what is never read back.
 */
export function useSaveEndpoint(
  endpoint: EndpointOut,
  onSaved: (saved: EndpointOut, patch: EndpointBody) => void = () => {},
) {
  const t = useT()
  const scope = useScope()
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
  return useMutation({
    mutationFn: (input: { readonly patch: EndpointBody; readonly version: string }) =>
      patchEndpoint(scope.application, endpoint.id, input.patch, input.version),
    onError: (error) => lookAtTheirs(error, refresh),
    onSuccess: (saved, { patch }) => {
      onSaved(saved, patch)
      toast(t('form.saved'))
      return refresh()
    },
  })
}
