import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Pause, Play, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { deleteEndpoint, endpointStats, getEndpoint, patchEndpoint } from '../api/calls.ts'
import type { EndpointOut, EndpointStats } from '../api/model.ts'
import type { WebhookOut } from '../api/profile-calls.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { Confirm } from '../components/dialog.tsx'
import { Menu } from '../components/menu.tsx'
import { Body, Page, Tabs } from '../components/page.tsx'
import { errorSentence, Failure, Loading } from '../components/states.tsx'
import { EndpointPill, endpointState, Notice } from '../components/status.tsx'
import { toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { endpointName } from '../state/data.ts'
import { useProfile } from '../state/profile.ts'
import { rateTone, successRate } from '../state/rate.ts'
import { useScope } from '../state/scope.tsx'
import { useUrlState } from '../state/url.ts'
import { DeliveryList } from './delivery-list.tsx'
import { EndpointCheckup } from './endpoint-checkup.tsx'
import { EndpointHistory } from './endpoint-history.tsx'
import { EndpointLog } from './endpoint-log.tsx'
import { EndpointSettings } from './endpoint-settings.tsx'
import { EndpointSigning } from './endpoint-signing.tsx'
import { ProfileForm } from './profile-form.tsx'
import { SendEvent } from './send-event.tsx'
import { TestDialog } from './test-results.tsx'

const dayMs = 86_400_000

/** One endpoint: how it is doing, what it got, how it is set and signed. */
export function EndpointPage() {
  const t = useT()
  const scope = useScope()
  const params = useParams({ strict: false }) as {
    readonly endpoint: string
    readonly tab?: string
  } // of this route's path
  const endpoint = useQuery({
    queryKey: ['endpoints', scope.application, 'one', params.endpoint],
    queryFn: () => getEndpoint(scope.application, params.endpoint),
    refetchInterval: 10_000,
  })
  const back = { to: `${scope.base}/endpoints`, label: t('nav.endpoints') }
  if (endpoint.data === undefined) {
    return (
      <Page title={t('endpoint.title')} back={back}>
        {endpoint.isError ? (
          <div className="p-5">
            <Failure error={endpoint.error} onRetry={() => void endpoint.refetch()} />
          </div>
        ) : (
          <Loading />
        )}
      </Page>
    )
  }
  return <Loaded endpoint={endpoint.data} tab={params.tab ?? 'activity'} back={back} />
}

function Loaded(props: {
  readonly endpoint: EndpointOut
  readonly tab: string
  readonly back: { readonly to: string; readonly label: string }
}) {
  const t = useT()
  const scope = useScope()
  const [search, change] = useUrlState()
  const { endpoint, tab } = props
  const base = `${scope.base}/endpoints/${endpoint.id}`
  const fixed = tab === 'activity'
  const stats = useStats(endpoint.id)
  const profile = useProfile(scope.application).data
  const ofSystem = profile !== undefined && profile.name !== 'standard'
  const signed = profile?.signature !== 'none'
  return (
    <Page
      title={endpointName(endpoint)}
      back={props.back}
      fixed={fixed}
      context={<EndpointPill state={endpointState(endpoint, stats)} />}
      actions={
        <Actions
          endpoint={endpoint}
          deletable={profile?.rules.deletable !== false}
          testable={profile?.rules.test !== 'none'}
          onTest={() => change({ dialog: 'test' })}
        />
      }
    >
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1 px-5 py-2 max-sm:px-3">
        <span className="mono flex min-w-0 items-center text-ink-2">
          <span className="break-all">{endpoint.url}</span>
          <CopyButton text={endpoint.url} label={t('copy.url')} />
        </span>
        <Numbers stats={stats} />
      </div>
      <HealthNotice endpoint={endpoint} />
      <Tabs
        label={t('endpoint.title')}
        current={tab}
        tabs={[
          { id: 'activity', label: t('endpoint.activity'), to: base },
          ...(ofSystem ? [{ id: 'log', label: t('log.tab'), to: `${base}/log` }] : []),
          { id: 'settings', label: t('endpoint.settings'), to: `${base}/settings` },
          ...(scope.may.viewSecrets && signed
            ? [{ id: 'signing', label: t('endpoint.signing'), to: `${base}/signing` }]
            : []),
          ...(scope.may.manageEndpoints
            ? [{ id: 'checkup', label: t('checkup.tab'), to: `${base}/checkup` }]
            : []),
          { id: 'history', label: t('history.tab'), to: `${base}/history` },
        ]}
      />
      {tab === 'log' ? (
        <EndpointLog endpointId={endpoint.id} />
      ) : tab === 'settings' && ofSystem ? (
        <Body>
          <ProfileForm
            profile={profile}
            webhook={webhookOf(endpoint)}
            onSaved={() => {}}
            onCancel={null}
          />
        </Body>
      ) : tab === 'settings' ? (
        <EndpointSettings key={endpoint.id} endpoint={endpoint} />
      ) : tab === 'signing' ? (
        <EndpointSigning endpoint={endpoint} />
      ) : tab === 'history' ? (
        <EndpointHistory endpoint={endpoint} />
      ) : tab === 'checkup' ? (
        <EndpointCheckup key={endpoint.id} endpoint={endpoint} />
      ) : (
        <DeliveryList endpointId={endpoint.id} />
      )}
      {search['dialog'] === 'test' && ofSystem && (
        <TestDialog
          application={scope.application}
          endpointId={endpoint.id}
          name={endpointName(endpoint)}
          onClose={() => change({ dialog: undefined })}
        />
      )}
      {search['dialog'] === 'test' && !ofSystem && (
        <SendEvent
          application={scope.application}
          eventType={endpoint.eventTypes?.[0] ?? null}
          endpoint={endpoint}
          onClose={() => change({ dialog: undefined })}
        />
      )}
    </Page>
  )
}

function useStats(endpointId: string): EndpointStats | undefined {
  const scope = useScope()
  return useQuery({
    queryKey: ['endpoints', scope.application, 'stats', endpointId],
    queryFn: () =>
      endpointStats(scope.application, endpointId, new Date(Date.now() - dayMs).toISOString()),
    refetchInterval: 10_000,
  }).data
}

/** The endpoint as the systems' form reads it. */
function webhookOf(endpoint: EndpointOut): WebhookOut {
  return { ...endpoint, active: !endpoint.disabled, eventTypes: endpoint.eventTypes ?? null }
}

function Numbers(props: { readonly stats: EndpointStats | undefined }) {
  const t = useT()
  const formats = useFormats()
  const { stats } = props
  if (stats === undefined) return null
  const rate = successRate(stats)
  return (
    <p className="flex flex-wrap gap-x-4 text-ink-3">
      <span>
        {t('column.success')}{' '}
        <span className={`mono font-[550] ${rateTone(rate)}`}>
          {rate === null ? '–' : formats.percent(rate, 2)}
        </span>
      </span>
      <span>
        {t('column.requests')}{' '}
        <span className="mono text-ink">{formats.number(stats.success + stats.fail)}</span>
      </span>
      <span>
        {t('column.waiting')}{' '}
        <span className="mono text-ink">{formats.number(stats.pending + stats.sending)}</span>
      </span>
    </p>
  )
}

function HealthNotice(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const { endpoint } = props
  if (endpoint.disabled) {
    const reason = endpoint.disabledReason
    return (
      <div className="px-5 pb-2">
        <Notice
          tone="warn"
          title={
            reason === 'failing'
              ? t('endpoint.disabledFailing')
              : reason === 'gone'
                ? t('endpoint.disabledGone')
                : t('endpoint.disabledManual')
          }
        />
      </div>
    )
  }
  if (endpoint.paused === true) {
    return (
      <div className="px-5 pb-2">
        <Notice tone="mute" title={t('endpoint.pausedText')} />
      </div>
    )
  }
  return null
}

function Actions(props: {
  readonly endpoint: EndpointOut
  readonly deletable: boolean
  readonly testable: boolean
  readonly onTest: () => void
}) {
  const t = useT()
  const scope = useScope()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState<'delete' | 'disable' | null>(null)
  const { endpoint } = props
  const name = endpointName(endpoint)
  const refresh = (): Promise<void> =>
    client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
  async function change(patch: { paused?: boolean; disabled?: boolean }): Promise<void> {
    try {
      await patchEndpoint(scope.application, endpoint.id, patch)
    } catch (error) {
      toast(errorSentence(error, t), { tone: 'err' })
    }
    await refresh()
  }
  const remove = useMutation({
    mutationFn: () => deleteEndpoint(scope.application, endpoint.id),
    onSuccess: () => {
      void refresh()
      toast(t('endpoint.deleted', { name }))
      void navigate({ to: `${scope.base}/endpoints` })
    },
  })
  if (!scope.may.manageEndpoints) return null
  const pause = (): void =>
    void change({ paused: true }).then(() =>
      toast(t('endpoint.pausedDone', { name }), { undo: () => void change({ paused: false }) }),
    )
  return (
    <>
      {props.testable && (
        <Button kind="primary" onClick={props.onTest}>
          <Send size={14} aria-hidden /> {t('endpoint.sendTest')}
        </Button>
      )}
      {endpoint.disabled ? (
        <Button onClick={() => void change({ disabled: false })}>
          <Play size={14} aria-hidden /> {t('endpoint.enable')}
        </Button>
      ) : endpoint.paused === true ? (
        <Button
          onClick={() =>
            void change({ paused: false }).then(() => toast(t('endpoint.resumedDone', { name })))
          }
        >
          <Play size={14} aria-hidden /> {t('endpoint.resume')}
        </Button>
      ) : (
        <Button onClick={pause}>
          <Pause size={14} aria-hidden /> {t('endpoint.pause')}
        </Button>
      )}
      <Menu
        label="⋯"
        accessibleLabel={t('action.more')}
        items={[
          ...(endpoint.disabled
            ? []
            : [
                {
                  id: 'disable',
                  label: t('endpoint.disableDots'),
                  onSelect: () => setAsking('disable'),
                },
              ]),
          ...(props.deletable
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
        ]}
      />
      {asking === 'disable' && (
        <Confirm
          title={t('endpoint.disableTitle', { name })}
          effect={t('endpoint.disableEffect')}
          verb={t('endpoint.disable')}
          danger
          onClose={() => setAsking(null)}
          onConfirm={() => {
            setAsking(null)
            void change({ disabled: true })
          }}
        />
      )}
      {asking === 'delete' && (
        <Confirm
          title={t('endpoint.deleteTitle', { name })}
          effect={t('endpoint.deleteEffect')}
          verb={t('endpoint.deleteVerb')}
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
