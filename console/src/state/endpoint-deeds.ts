import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patchEndpoint, retryNow } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { endpointName } from './data.ts'

/** What is done with an endpoint at once, and taken back as easily: hold it, let it go on, retry now. */
export function useEndpointDeeds(application: string) {
  const t = useT()
  const client = useQueryClient()
  const refresh = async (): Promise<void> => {
    // A system's list is a query of its own: what was deleted must not linger there.
    void client.invalidateQueries({ queryKey: ['webhooks', application] })
    await client.invalidateQueries({ queryKey: ['endpoints', application] })
  }
  async function change(
    endpoint: EndpointOut,
    patch: { readonly paused?: boolean; readonly disabled?: boolean },
  ): Promise<boolean> {
    try {
      await patchEndpoint(application, endpoint.id, patch)
      return true
    } catch (error) {
      toastFailure(error, t)
      return false
    } finally {
      await refresh()
    }
  }
  const retry = useMutation({
    mutationFn: (endpoint: EndpointOut) => retryNow(application, endpoint.id),
    onSuccess: ({ moved }) => {
      toast(t('endpoint.retryNowDone', { count: moved }))
      void client.invalidateQueries({ queryKey: ['deliveries', application] })
      return refresh()
    },
    onError: (error) => toastFailure(error, t),
  })
  return {
    refresh,
    change,
    async pause(endpoint: EndpointOut): Promise<void> {
      if (!(await change(endpoint, { paused: true }))) return
      toast(t('endpoint.pausedDone', { name: endpointName(endpoint) }), {
        undo: () => void change(endpoint, { paused: false }),
      })
    },
    async resume(endpoint: EndpointOut): Promise<void> {
      if (!(await change(endpoint, { paused: false }))) return
      toast(t('endpoint.resumedDone', { name: endpointName(endpoint) }))
    },
    retry: (endpoint: EndpointOut): void => retry.mutate(endpoint),
  }
}
