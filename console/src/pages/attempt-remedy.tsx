import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { patchEndpoint, path } from '../api/calls.ts'
import type { AttemptOut, EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Confirm } from '../components/dialog.tsx'
import { Failure, toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { attemptEn } from '../messages/attempt-en.ts'
import { attemptEs } from '../messages/attempt-es.ts'
import { endpointName } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: attemptEn, es: attemptEs }

/** What can be done here and now about this failure; nothing for most of them. */
export function Remedy(props: {
  readonly attempt: AttemptOut
  readonly endpoint: EndpointOut | undefined
}) {
  const scope = useScope()
  const { attempt, endpoint } = props
  if (!scope.may.manageEndpoints || endpoint === undefined) return null
  const target = redirectTarget(attempt)
  if (target !== null && endpoint.url === attempt.url) {
    return <UseAddress endpoint={endpoint} url={target} />
  }
  if (attempt.responseStatusCode === 410 && !endpoint.disabled) {
    return <Disable endpoint={endpoint} />
  }
  return null
}

/** Where a redirect leads, from where it came; null without one. */
function redirectTarget({ responseStatusCode, responseHeaders, url }: AttemptOut): string | null {
  const target = responseHeaders?.['location']
  if (responseStatusCode < 301 || responseStatusCode > 308 || target === undefined) return null
  const parsed = URL.parse(target, url)
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? parsed.href : null
}

function UseAddress(props: { readonly endpoint: EndpointOut; readonly url: string }) {
  const w = useWords(words)
  const scope = useScope()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const { endpoint, url } = props
  const change = useMutation({
    mutationFn: () => patchEndpoint(scope.application, endpoint.id, { url }, endpoint.updatedAt),
    onSuccess: () => {
      setAsking(false)
      toast(w('remedy.used', { name: endpointName(endpoint) }))
      return client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
    },
  })
  return (
    <>
      <Button onClick={() => setAsking(true)}>{w('remedy.use')}</Button>
      {asking && (
        <Confirm
          title={w('remedy.title')}
          effect={
            <p className="break-words">{w('remedy.effect', { url, before: endpoint.url })}</p>
          }
          verb={w('remedy.use')}
          copyAs={{
            request: {
              method: 'PATCH',
              path: path('app', scope.application, 'endpoint', endpoint.id),
              body: { url },
            },
          }}
          busy={change.isPending}
          error={change.isError && <Failure error={change.error} />}
          onClose={() => setAsking(false)}
          onConfirm={() => change.mutate()}
        />
      )}
    </>
  )
}

function Disable(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const client = useQueryClient()
  const { endpoint } = props
  const refresh = () => client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
  const set = (disabled: boolean) =>
    patchEndpoint(scope.application, endpoint.id, { disabled }).then(refresh)
  const disable = useMutation({
    mutationFn: () => set(true),
    onSuccess: () =>
      toast(w('remedy.disabled', { name: endpointName(endpoint) }), {
        undo: () => void set(false).catch((error) => toastFailure(error, t)),
      }),
    onError: (error) => toastFailure(error, t),
  })
  return (
    <Button busy={disable.isPending} onClick={() => disable.mutate()}>
      {w('remedy.disable')}
    </Button>
  )
}
