import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import { endpointStats, getEndpoint } from '../api/calls.ts'
import type { EndpointOut, EndpointStats } from '../api/model.ts'
import { CopyButton } from '../components/button.tsx'
import { classLabel } from '../components/class-label.ts'
import { Page, Tabs } from '../components/page.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { EndpointPill, endpointState, Notice } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { type T, useFormats, useLocalization, useT } from '../i18n.tsx'
import { useActivity } from '../state/activity.ts'
import { endpointName } from '../state/data.ts'
import { useProfile } from '../state/profile.ts'
import { rateTone, successRate, type Tried } from '../state/rate.ts'
import { type Scope, useScope } from '../state/scope.tsx'
import { isRangePreset } from '../state/search.ts'
import { useMay } from '../state/session.tsx'
import { rangeSearch, useUsage } from '../state/strips.ts'
import { useUrlState } from '../state/url.ts'
import { DeliveryList } from './delivery-list.tsx'
import { EndpointActions } from './endpoint-actions.tsx'
import { EndpointCheckup } from './endpoint-checkup.tsx'
import { EndpointHistory } from './endpoint-history.tsx'
import { EndpointLog } from './endpoint-log.tsx'
import { EndpointSettings, SystemSettings } from './endpoint-settings.tsx'
import { EndpointSigning } from './endpoint-signing.tsx'
import { waitingStates } from './overview-finding.tsx'
import { SendEvent } from './send-event.tsx'
import { TestDialog } from './test-results.tsx'

const DeprecatedNotice = lazy(async () => ({
  default: (await import('./endpoint-deprecated.tsx')).DeprecatedNotice,
}))

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
  const { language } = useLocalization()
  const scope = useScope()
  const [search, change] = useUrlState()
  const { endpoint } = props
  const base = `${scope.base}/endpoints/${endpoint.id}`
  const stats = useStats(endpoint.id)
  const profile = useProfile(scope.application).data
  const ofSystem = profile !== undefined && profile.name !== 'standard'
  const signed = profile?.signature !== 'none'
  // Through the usual road where that may be gone; else the endpoint alone is tried.
  const maySend = useMay('send') && !scope.portal
  const triesAlone = ofSystem || !maySend
  const tabs = tabsOf({ base, ofSystem, signed, may: scope.may, t })
  const tab = tabs.some(({ id }) => id === props.tab) ? props.tab : 'activity'
  return (
    <Page
      title={endpointName(endpoint)}
      back={{ ...props.back, label: profile?.words?.title[language] ?? props.back.label }}
      fixed={tab === 'activity'}
      context={<EndpointPill state={endpointState(endpoint, triedOf(stats))} />}
      actions={
        <EndpointActions
          endpoint={endpoint}
          deletable={profile?.rules.deletable !== false}
          testable={profile?.rules.test !== 'none'}
          testWord={profile?.words?.test[language]}
          onTest={() => change({ dialog: 'test' })}
        />
      }
    >
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1 px-5 py-2 max-sm:px-3">
        <span className="mono flex min-w-0 items-center text-ink-2">
          <span className="break-all">{endpoint.url}</span>
          <CopyButton text={endpoint.url} label={t('copy.url')} />
        </span>
        <Numbers endpoint={endpoint} stats={stats} />
      </div>
      <HealthNotice endpoint={endpoint} />
      <FailingNotice endpoint={endpoint} />
      <Suspense>
        <DeprecatedNotice endpoint={endpoint} />
      </Suspense>
      <Tabs label={t('endpoint.title')} current={tab} tabs={tabs} />
      {tab === 'log' ? (
        <EndpointLog endpointId={endpoint.id} eventTypes={endpoint.eventTypes ?? null} />
      ) : tab === 'settings' && ofSystem ? (
        <SystemSettings key={endpoint.id} endpoint={endpoint} profile={profile} />
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
      {search['dialog'] === 'test' && scope.may.manageEndpoints && triesAlone && (
        <TestDialog
          application={scope.application}
          endpointId={endpoint.id}
          name={endpointName(endpoint)}
          onClose={() => change({ dialog: undefined })}
        />
      )}
      {search['dialog'] === 'test' && maySend && !triesAlone && (
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

/** The pages of an endpoint that this person may see. */
function tabsOf(input: {
  readonly base: string
  readonly ofSystem: boolean
  readonly signed: boolean
  readonly may: Scope['may']
  readonly t: T
}) {
  const { base, may, t } = input
  return [
    { id: 'activity', label: t('endpoint.activity'), to: base },
    ...(input.ofSystem ? [{ id: 'log', label: t('log.tab'), to: `${base}/log` }] : []),
    { id: 'settings', label: t('endpoint.settings'), to: `${base}/settings` },
    ...(may.viewSecrets && input.signed
      ? [{ id: 'signing', label: t('endpoint.signing'), to: `${base}/signing` }]
      : []),
    ...(may.manageEndpoints
      ? [{ id: 'checkup', label: t('checkup.tab'), to: `${base}/checkup` }]
      : []),
    { id: 'history', label: t('history.tab'), to: `${base}/history` },
  ]
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

const triedOf = (stats: EndpointStats | undefined): Tried | undefined =>
  stats && { succeeded: stats.success, failed: stats.fail }

/** How it did over the time that its page shows; each number leads to what it counts. */
function Numbers(props: {
  readonly endpoint: EndpointOut
  readonly stats: EndpointStats | undefined
}) {
  const scope = useScope()
  const { id } = props.endpoint
  const activity = useActivity(scope.application, [props.endpoint]).get(id)
  const t = useT()
  const formats = useFormats()
  const [search] = useUrlState()
  const usage = useUsage(scope.application, search, { endpointId: id }).data
  const { stats } = props
  if (stats === undefined || usage === undefined) return null
  const { succeeded, failed, p95Ms } = usage.total
  const rate = successRate({ succeeded, failed })
  const range = rangeSearch(search)
  const since = search['from'] === undefined ? (search['since'] ?? '24h') : undefined
  const list = `${scope.base}/endpoints/${id}`
  return (
    <p className="flex flex-wrap gap-x-4 text-ink-3">
      {isRangePreset(since) && <span>{t(`range.${since}`)}</span>}
      <Figure
        label={t('statistics.success')}
        to={list}
        search={failed === 0 ? range : { ...range, status: 'failed,retrying' }}
      >
        <span className={`font-[550] ${rateTone(rate)}`}>
          {rate === null ? '–' : formats.percent(rate, 2)}
        </span>
      </Figure>
      <Figure label={t('statistics.attempts')} to={list} search={range}>
        {formats.number(succeeded + failed)}
        {!usage.complete && '+'}
      </Figure>
      <Figure label={t('column.waiting')} to={list} search={{ status: waitingStates }}>
        {formats.number(stats.pending + stats.sending)}
      </Figure>
      {p95Ms !== null && (
        <span title={t('chart.p95')}>
          p95 <span className="mono text-ink">{formats.duration(p95Ms)}</span>
        </span>
      )}
      {activity?.lastAttempt != null && (
        <span>
          {t('column.last')}{' '}
          <span className="text-ink">
            <Time at={activity.lastAttempt.timestamp} relative />
          </span>
        </span>
      )}
    </p>
  )
}

function Figure(props: {
  readonly label: string
  readonly to: string
  readonly search: Readonly<Record<string, string>>
  readonly children: ReactNode
}) {
  return (
    <span>
      {props.label}{' '}
      <Link
        to={props.to}
        search={props.search as never} // routes are not typed here
        className="mono text-ink hover:underline"
      >
        {props.children}
      </Link>
    </span>
  )
}

/** Since when it fails, with what, and the way out. */
function FailingNotice(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const { endpoint } = props
  const one = useActivity(scope.application, [endpoint]).get(endpoint.id)
  const last = one?.lastAttempt
  if (endpoint.disabled || one?.failingSince == null || last?.succeeded !== false) return null
  const facts = [
    t('overview.since', { time: formats.moment(Date.parse(one.failingSince)) }),
    last.responseStatusCode > 0
      ? String(last.responseStatusCode)
      : last.errorClass !== null && classLabel(last.errorClass, t),
    one.waiting > 0 && t('overview.waitingShort', { count: one.waiting }),
  ].filter((fact) => typeof fact === 'string')
  return (
    <div className="px-5 pb-2 max-sm:px-3">
      <Notice
        tone="err"
        title={`${t('endpoint.failing')}: ${facts.join(' · ')}`}
        {...(scope.may.resend
          ? {
              actions: (
                <Link
                  to={`${scope.base}/recovery`}
                  search={{ endpoint: endpoint.id } as never} // routes are not typed here
                  className="btn"
                >
                  {t('recovery.open')}
                </Link>
              ),
            }
          : {})}
      />
    </div>
  )
}

function HealthNotice(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const { endpoint } = props
  if (endpoint.disabled) {
    const reason = endpoint.disabledReason
    return (
      <div className="px-5 pb-2 max-sm:px-3">
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
      <div className="px-5 pb-2 max-sm:px-3">
        <Notice tone="mute" title={t('endpoint.pausedText')} />
      </div>
    )
  }
  return null
}
