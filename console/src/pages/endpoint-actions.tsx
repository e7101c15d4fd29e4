import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, FastForward, Pause, Play, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { deleteEndpoint } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Confirm } from '../components/dialog.tsx'
import { Menu, type MenuItem } from '../components/menu.tsx'
import { Failure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { endpointName } from '../state/data.ts'
import { useEndpointDeeds } from '../state/endpoint-deeds.ts'
import { useScope } from '../state/scope.tsx'

/** What can be done with an endpoint, as far as the person may. */
export function EndpointActions(props: {
  readonly endpoint: EndpointOut
  readonly deletable: boolean
  readonly testable: boolean
  /** The system's own word for a test. */
  readonly testWord: string | undefined
  readonly onTest: () => void
}) {
  const t = useT()
  const scope = useScope()
  const navigate = useNavigate()
  const [asking, setAsking] = useState<'delete' | 'disable' | null>(null)
  const { endpoint } = props
  const name = endpointName(endpoint)
  const path = `/app/${scope.application}/endpoint/${endpoint.id}`
  const deeds = useEndpointDeeds(scope.application)
  const remove = useMutation({
    mutationFn: () => deleteEndpoint(scope.application, endpoint.id),
    onSuccess: async () => {
      toast(t('endpoint.deleted', { name }))
      await navigate({ to: `${scope.base}/endpoints` })
      void deeds.refresh()
    },
  })
  const manages = scope.may.manageEndpoints
  const stopped = endpoint.disabled || endpoint.paused === true
  const items: readonly MenuItem[] = [
    ...(scope.may.resend && !stopped
      ? [
          {
            id: 'retry',
            label: t('endpoint.retryNow'),
            icon: <FastForward size={14} aria-hidden />,
            onSelect: () => deeds.retry(endpoint),
          },
        ]
      : []),
    ...(manages && !endpoint.disabled
      ? [{ id: 'disable', label: t('endpoint.disableDots'), onSelect: () => setAsking('disable') }]
      : []),
    ...(manages && props.deletable
      ? [
          {
            id: 'delete',
            label: t('endpoint.deleteDots'),
            icon: <Trash2 size={14} aria-hidden />,
            danger: true,
            onSelect: () => setAsking('delete'),
          },
        ]
      : []),
  ]
  return (
    <>
      {manages && props.testable && (
        <Button kind="primary" onClick={props.onTest}>
          <Send size={14} aria-hidden /> {props.testWord ?? t('endpoint.sendTest')}
        </Button>
      )}
      {!manages ? null : endpoint.disabled ? (
        <Button onClick={() => void deeds.change(endpoint, { disabled: false })}>
          <Play size={14} aria-hidden /> {t('endpoint.enable')}
        </Button>
      ) : endpoint.paused === true ? (
        <Button onClick={() => void deeds.resume(endpoint)}>
          <Play size={14} aria-hidden /> {t('endpoint.resume')}
        </Button>
      ) : (
        <Button onClick={() => void deeds.pause(endpoint)}>
          <Pause size={14} aria-hidden /> {t('endpoint.pause')}
        </Button>
      )}
      {items.length > 0 && (
        <Menu
          label={<Ellipsis size={16} aria-hidden />}
          accessibleLabel={t('action.more')}
          items={items}
        />
      )}
      {asking === 'disable' && (
        <Confirm
          title={t('endpoint.disableTitle', { name })}
          effect={t('endpoint.disableEffect')}
          verb={t('endpoint.disable')}
          danger
          copyAs={{
            cli: `posthorn endpoints update ${endpoint.id} --disabled true --app ${scope.application}`,
            request: { method: 'PATCH', path, body: { disabled: true } },
          }}
          onClose={() => setAsking(null)}
          onConfirm={() => {
            setAsking(null)
            void deeds.change(endpoint, { disabled: true })
          }}
        />
      )}
      {asking === 'delete' && (
        <Confirm
          title={t('endpoint.deleteTitle', { name })}
          effect={t('endpoint.deleteEffect')}
          verb={t('endpoint.deleteVerb')}
          copyAs={{
            cli: `posthorn endpoints rm ${endpoint.id} --app ${scope.application} --yes`,
            request: { method: 'DELETE', path },
          }}
          typeName={name}
          danger
          busy={remove.isPending}
          error={remove.isError && <Failure error={remove.error} />}
          onClose={() => setAsking(null)}
          onConfirm={() => remove.mutate()}
        />
      )}
    </>
  )
}
