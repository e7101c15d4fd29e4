import { useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, Circle } from 'lucide-react'
import { endpointStats, listDeliveries, listEndpoints, listMessages } from '../api/calls.ts'
import type { ApplicationOut, DeliveryOut, EndpointOut, EndpointStats } from '../api/model.ts'
import { bucketsOf } from '../charts/buckets.ts'
import { OutcomeBars } from '../charts/outcome-bars.tsx'
import { CopyButton } from '../components/button.tsx'
import { Body, Page, Section } from '../components/page.tsx'
import { Empty, Loaded, Loading } from '../components/states.tsx'
import { EndpointPill, endpointState } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { classLabel } from '../components/why-card.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { useApplications } from '../shell.tsx'
import { endpointName } from '../state/data.ts'
import { usePreferences } from '../state/preferences.ts'
import { boundsOf } from '../state/search.ts'
import { rateTone, successRate } from './endpoints.tsx'

const dayMs = 86_400_000
const shownMax = 5
const recentMax = 250

/** Is anything wrong, since when, for whom, and what now. */
export function OverviewPage() {
  const t = useT()
  const { application } = usePreferences()
  const applications = useApplications()
  return (
    <Page title={t('nav.overview')}>
      <Loaded query={applications}>
        {(list) => {
          const current =
            list.data.find((one) => one.uid === application || one.id === application) ??
            list.data[0]
          if (current === undefined) return <FirstApplication />
          return <Overview key={current.id} application={current} />
        }}
      </Loaded>
    </Page>
  )
}

function FirstApplication() {
  const t = useT()
  return (
    <Empty
      title={t('overview.noApplication')}
      action={
        <Link to="/applications" search={{ dialog: 'create' } as never} className="btn btn-primary">
          {t('application.create')}
        </Link>
      }
      command="npx posthorn send order.created"
    >
      {t('overview.noApplicationText')}
    </Empty>
  )
}

function Overview(props: { readonly application: ApplicationOut }) {
  const t = useT()
  const { application } = props
  const id = application.uid ?? application.id
  const base = `/app/${encodeURIComponent(id)}`
  const endpoints = useQuery({
    queryKey: ['endpoints', id],
    queryFn: async () => (await listEndpoints(id)).data,
    refetchInterval: 5_000,
  })
  const recent = useQuery({
    queryKey: ['deliveries', id, 'overview'],
    queryFn: () =>
      listDeliveries(id, {
        limit: recentMax,
        ...boundsOf({ from: Date.now() - dayMs, to: null }),
      }),
    refetchInterval: 5_000,
  })
  const messages = useQuery({
    queryKey: ['messages', id, 'overview'],
    queryFn: () => listMessages(id, { limit: 1 }),
    refetchInterval: 5_000,
  })
  const stats = useEndpointStats(id, endpoints.data ?? [])
  if (endpoints.data === undefined || recent.data === undefined) {
    if (recent.isError) return <Loaded query={recent}>{() => null}</Loaded>
    if (endpoints.isError) return <Loaded query={endpoints}>{() => null}</Loaded>
    return <Loading rows={6} />
  }
  const delivered = recent.data.data.some(({ state }) => state === 'succeeded')
  const started = (messages.data?.data.length ?? 0) > 0
  return (
    <Body wide>
      <Finding
        endpoints={endpoints.data}
        deliveries={recent.data.data}
        stats={stats}
        application={application}
      />
      {!delivered && (
        <Checklist
          application={id}
          base={base}
          hasEndpoint={endpoints.data.length > 0}
          sent={started}
          delivered={delivered}
        />
      )}
      <Attention
        base={base}
        endpoints={endpoints.data}
        deliveries={recent.data.data}
        stats={stats}
      />
      {recent.data.data.length > 0 && (
        <>
          <Section
            title={t('overview.outcomes')}
            actions={
              <Link to={`${base}/deliveries`} className="link">
                {t('overview.allDeliveries')}
              </Link>
            }
          >
            <Outcomes deliveries={recent.data.data} done={recent.data.done} />
          </Section>
          <div className="grid gap-6 lg:grid-cols-3">
            <WorstEndpoints base={base} endpoints={endpoints.data} stats={stats} />
            <TopErrors base={base} deliveries={recent.data.data} />
            <TopTypes base={base} deliveries={recent.data.data} />
          </div>
        </>
      )}
    </Body>
  )
}

function useEndpointStats(
  application: string,
  endpoints: readonly EndpointOut[],
): ReadonlyMap<string, EndpointStats> {
  const shown = endpoints.slice(0, 50)
  const results = useQueries({
    queries: shown.map(({ id }) => ({
      queryKey: ['endpoints', application, 'stats', id],
      queryFn: () => endpointStats(application, id, new Date(Date.now() - dayMs).toISOString()),
      staleTime: 10_000,
      refetchInterval: 10_000,
    })),
  })
  return new Map(
    shown.flatMap(({ id }, index) => {
      const stats = results[index]?.data
      return stats === undefined ? [] : [[id, stats] as const]
    }),
  )
}

/** The state of things in a sentence, before any table. */
function Finding(props: {
  readonly application: ApplicationOut
  readonly endpoints: readonly EndpointOut[]
  readonly deliveries: readonly DeliveryOut[]
  readonly stats: ReadonlyMap<string, EndpointStats>
}) {
  const t = useT()
  const formats = useFormats()
  const { endpoints, stats } = props
  const troubled = troubledEndpoints(endpoints, props.deliveries, stats).length
  const waiting = [...stats.values()].reduce((sum, one) => sum + one.pending + one.sending, 0)
  const tried = [...stats.values()].reduce((sum, one) => sum + one.success + one.fail, 0)
  const succeeded = [...stats.values()].reduce((sum, one) => sum + one.success, 0)
  if (props.application.enabled === false) {
    return <p className="text-warn text-xl">{t('overview.off')}</p>
  }
  return (
    <div className="flex flex-col gap-4">
      <p className={`text-xl ${troubled > 0 ? '' : 'text-ink'}`}>
        {endpoints.length === 0
          ? t('overview.noEndpoints')
          : troubled === 0
            ? t('overview.calm', { count: endpoints.length })
            : t('overview.trouble', { count: troubled, total: endpoints.length })}{' '}
        {waiting > 0 && t('overview.waiting', { count: waiting })}
      </p>
      {tried > 0 && (
        <dl className="flex flex-wrap gap-x-10 gap-y-3">
          <Figure label={t('overview.success24h')}>
            <span className={rateTone(succeeded / tried)}>
              {formats.percent(succeeded / tried, 2)}
            </span>
          </Figure>
          <Figure label={t('overview.attempts24h')}>{formats.number(tried)}</Figure>
          <Figure label={t('overview.waitingNow')}>{formats.number(waiting)}</Figure>
        </dl>
      )}
    </div>
  )
}

function Figure(props: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-ink-3 text-xs">{props.label}</dt>
      <dd className="font-[550] text-2xl tabular-nums">{props.children}</dd>
    </div>
  )
}

/** Endpoints that are failing by their health, or whose newest delivery did not arrive. */
function troubledEndpoints(
  endpoints: readonly EndpointOut[],
  deliveries: readonly DeliveryOut[],
  stats: ReadonlyMap<string, EndpointStats>,
): readonly { readonly endpoint: EndpointOut; readonly last: DeliveryOut | null }[] {
  return endpoints.flatMap((endpoint) => {
    const last = deliveries.find(
      (delivery) => delivery.endpointId === endpoint.id && delivery.lastAttempt != null,
    )
    const bad =
      last !== undefined &&
      last.state !== 'succeeded' &&
      (last.state === 'failed' || last.attemptCount > 0)
    const disabledByFailure = endpoint.disabled && endpoint.disabledReason !== 'manual'
    const failing = endpointState(endpoint, stats.get(endpoint.id)) === 'failing'
    return failing || disabledByFailure || (bad && !endpoint.disabled)
      ? [{ endpoint, last: last ?? null }]
      : []
  })
}

function Attention(props: {
  readonly base: string
  readonly endpoints: readonly EndpointOut[]
  readonly deliveries: readonly DeliveryOut[]
  readonly stats: ReadonlyMap<string, EndpointStats>
}) {
  const t = useT()
  const troubled = troubledEndpoints(props.endpoints, props.deliveries, props.stats).slice(
    0,
    shownMax,
  )
  if (troubled.length === 0) return null
  return (
    <Section title={t('overview.attention')}>
      <ul className="flex flex-col rounded-md border border-line bg-surface">
        {troubled.map(({ endpoint, last }) => (
          <li
            key={endpoint.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-3 py-2 last:border-b-0"
          >
            <EndpointPill state={endpointState(endpoint, props.stats.get(endpoint.id))} />
            <Link
              to={`${props.base}/endpoints/${endpoint.id}`}
              className="font-[550] hover:underline"
            >
              {endpointName(endpoint)}
            </Link>
            {last?.lastAttempt != null && (
              <span className="text-ink-2">
                <span className="mono">
                  {last.lastAttempt.responseStatusCode > 0
                    ? last.lastAttempt.responseStatusCode
                    : last.lastAttempt.errorClass == null
                      ? '–'
                      : classLabel(last.lastAttempt.errorClass, t)}
                </span>{' '}
                · <Time at={last.lastAttempt.timestamp} plain relative />
              </span>
            )}
            <span className="flex-1" />
            <Link
              to={`${props.base}/recovery`}
              search={{ endpoint: endpoint.id } as never}
              className="btn"
            >
              {t('recovery.open')}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Outcomes(props: { readonly deliveries: readonly DeliveryOut[]; readonly done: boolean }) {
  const t = useT()
  const now = Date.now()
  const oldest = props.deliveries.at(-1)
  const from = props.done || oldest === undefined ? now - dayMs : Date.parse(oldest.createdAt)
  const buckets = bucketsOf(
    props.deliveries.map((delivery) => ({
      at: Date.parse(delivery.createdAt),
      kind:
        delivery.state === 'succeeded'
          ? ('ok' as const)
          : delivery.state === 'failed' || delivery.state === 'canceled'
            ? ('failed' as const)
            : ('waiting' as const),
    })),
    { from, to: now },
    72,
  )
  return (
    <>
      <OutcomeBars buckets={buckets} to={now} />
      <p className="-mt-2 text-ink-3 text-xs">
        {props.done ? t('chart.last24h') : t('chart.ofLoaded', { count: props.deliveries.length })}
      </p>
    </>
  )
}

function WorstEndpoints(props: {
  readonly base: string
  readonly endpoints: readonly EndpointOut[]
  readonly stats: ReadonlyMap<string, EndpointStats>
}) {
  const t = useT()
  const formats = useFormats()
  const rated = props.endpoints
    .flatMap((endpoint) => {
      const rate = successRate(props.stats.get(endpoint.id))
      return rate === null ? [] : [{ endpoint, rate }]
    })
    .sort((a, b) => a.rate - b.rate)
    .slice(0, shownMax)
  return (
    <TopList
      title={t('overview.worst')}
      rows={rated.map(({ endpoint, rate }) => ({
        key: endpoint.id,
        label: endpointName(endpoint),
        to: `${props.base}/endpoints/${endpoint.id}`,
        search: {},
        value: <span className={rateTone(rate)}>{formats.percent(rate, 2)}</span>,
      }))}
    />
  )
}

function TopErrors(props: { readonly base: string; readonly deliveries: readonly DeliveryOut[] }) {
  const t = useT()
  const formats = useFormats()
  const labels = props.deliveries.flatMap((delivery) => {
    const last = delivery.lastAttempt
    if (delivery.state === 'succeeded' || last == null) return []
    if (last.responseStatusCode > 0) return [String(last.responseStatusCode)]
    return last.errorClass == null ? [] : [classLabel(last.errorClass, t)]
  })
  return (
    <TopList
      title={t('overview.errors')}
      rows={counted(labels).map(([label, count]) => ({
        key: label,
        label,
        to: `${props.base}/deliveries`,
        search: { status: 'failed,retrying' },
        value: formats.number(count),
      }))}
    />
  )
}

function TopTypes(props: { readonly base: string; readonly deliveries: readonly DeliveryOut[] }) {
  const t = useT()
  const formats = useFormats()
  return (
    <TopList
      title={t('overview.types')}
      rows={counted(props.deliveries.map(({ eventType }) => eventType)).map(([label, count]) => ({
        key: label,
        label,
        to: `${props.base}/deliveries`,
        search: { type: label },
        value: formats.number(count),
      }))}
    />
  )
}

function counted(labels: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, shownMax)
}

function TopList(props: {
  readonly title: string
  readonly rows: readonly {
    readonly key: string
    readonly label: string
    readonly to: string
    readonly search: Readonly<Record<string, string>>
    readonly value: React.ReactNode
  }[]
}) {
  const t = useT()
  return (
    <Section title={props.title}>
      {props.rows.length === 0 && <p className="text-ink-3">{t('overview.nothing')}</p>}
      <ul className="flex flex-col">
        {props.rows.map((row) => (
          <li key={row.key}>
            <Link
              to={row.to}
              search={row.search as never}
              className="flex min-h-[30px] items-center gap-3 border-line border-b hover:bg-sunken"
            >
              <span className="min-w-0 flex-1 truncate">{row.label}</span>
              <span className="mono">{row.value}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** The first steps; each ticks itself as soon as it is done. */
function Checklist(props: {
  readonly application: string
  readonly base: string
  readonly hasEndpoint: boolean
  readonly sent: boolean
  readonly delivered: boolean
}) {
  const t = useT()
  const steps = [
    { done: true, title: t('first.started') },
    {
      done: props.hasEndpoint,
      title: t('first.endpoint'),
      action: (
        <Link to={`${props.base}/endpoints/new`} className="btn">
          {t('endpoint.create')}
        </Link>
      ),
    },
    {
      done: props.sent,
      title: t('first.send'),
      command: `npx posthorn send order.created --app ${props.application}`,
    },
    { done: props.delivered, title: t('first.delivered') },
  ]
  return (
    <Section title={t('first.title')}>
      <ol className="flex flex-col rounded-md border border-line bg-surface">
        {steps.map((step) => {
          const Icon = step.done ? Check : Circle
          return (
            <li
              key={step.title}
              className="flex min-h-11 flex-wrap items-center gap-3 border-line border-b px-3 py-1.5 last:border-b-0"
            >
              <Icon
                size={16}
                className={step.done ? 'text-ok' : 'text-ink-3'}
                aria-label={step.done ? t('first.done') : t('first.toDo')}
              />
              <span className={step.done ? 'text-ink-2' : 'font-[550]'}>{step.title}</span>
              <span className="flex-1" />
              {!step.done && step.action}
              {!step.done && step.command !== undefined && (
                <span className="flex max-w-full items-center rounded-md bg-sunken pl-2.5">
                  <code className="overflow-x-auto whitespace-nowrap">{step.command}</code>
                  <CopyButton text={step.command} label={t('copy.command')} />
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </Section>
  )
}
