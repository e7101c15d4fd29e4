import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { listDeliveries } from '../api/calls.ts'
import type { DeliveryOut, EndpointOut } from '../api/model.ts'
import { bucketsOf } from '../charts/buckets.ts'
import { OutcomeBars } from '../charts/outcome-bars.tsx'
import { Button, copyText } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Confirm } from '../components/dialog.tsx'
import { MultiFilter, RangeFilter, SearchBox } from '../components/filters.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { LiveBadge } from '../components/live-badge.tsx'
import { SidePanel } from '../components/side-panel.tsx'
import { Empty, Failure, Loading } from '../components/states.tsx'
import { StatusPill } from '../components/status.tsx'
import { Time, useNow } from '../components/time.tsx'
import { announce, toast } from '../components/toast.tsx'
import { classLabel } from '../components/why-card.tsx'
import { type T, useFormats, useT } from '../i18n.tsx'
import { endpointName, useEndpointMap, useEventTypes, useResend } from '../state/data.ts'
import {
  type DeliveryStatus,
  deliveryStatuses,
  statesOf,
  statusLooks,
  statusOf,
} from '../state/delivery-status.ts'
import { useFeed } from '../state/feed.ts'
import { useScope } from '../state/scope.tsx'
import { joined, listOf, type Search, timeRange } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'
import { DeliveryPanel } from './delivery-panel.tsx'

/** The filter that the URL asks for, in the API's words. */
interface Filter {
  readonly statuses: readonly string[]
  readonly states: readonly string[]
  readonly types: readonly string[]
  readonly endpoints: readonly string[]
  readonly text: string
}

function filterOf(search: Search, endpointId: string | null): Filter {
  const statuses = listOf(search['status']).filter((one) =>
    deliveryStatuses.some((known) => known === one),
  )
  return {
    statuses,
    states: [...new Set(statuses.map((one) => statesOf[one as DeliveryStatus]))], // filtered above
    types: listOf(search['type']),
    endpoints: endpointId === null ? listOf(search['endpoint']) : [endpointId],
    text: search['q'] ?? '',
  }
}

/** The work list: the page of all deliveries and the activity of one endpoint are both this. */
export function DeliveryList(props: {
  readonly endpointId: string | null
  readonly empty?: ReactNode
}) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const now = useNow()
  const endpoints = useEndpointMap(scope.application)
  const resend = useResend(scope.application)
  const [paused, setPaused] = useState(false)
  const [atTop, setAtTop] = useState(true)
  const [focused, setFocused] = useState(false)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [confirming, setConfirming] = useState(false)

  const filter = filterOf(search, props.endpointId)
  const rangeText = `${search['since'] ?? ''}|${search['from'] ?? ''}|${search['to'] ?? ''}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: a relative range is fixed when chosen
  const range = useMemo(() => timeRange(search, Date.now()), [rangeText])
  const query = {
    ...(filter.states.length === 0 ? {} : { state: filter.states }),
    ...(filter.types.length === 0 ? {} : { event_types: filter.types }),
    ...(filter.endpoints.length === 1 ? { endpoint_id: filter.endpoints[0] ?? '' } : {}),
    ...(range === null ? {} : { after: new Date(range.from).toISOString() }),
    ...(range?.to == null ? {} : { before: new Date(range.to).toISOString() }),
  }
  const selection = search['sel'] ?? null
  const feed = useFeed<DeliveryOut>({
    queryKey: ['deliveries', scope.application, query],
    load: (page, signal) => listDeliveries(scope.application, { ...query, ...page }, signal),
    live: !paused && (range?.to ?? null) === null,
    mayMove: atTop && !focused && selected.size === 0 && selection === null,
  })
  const rows = useMemo(
    () => feed.rows.filter((row) => matches(row, filter, endpoints.get(row.endpointId))),
    [feed.rows, filter, endpoints],
  )

  const open = useCallback(
    (row: DeliveryOut, how: 'panel' | 'tab') => {
      const page = `${scope.base}/messages/${row.msgId}`
      if (how === 'tab') window.open(page, '_blank', 'noopener')
      else if (window.innerWidth < 960) void navigate({ to: page })
      else change({ sel: row.id }, { replace: search['sel'] !== undefined })
    },
    [scope.base, navigate, change, search],
  )
  const chosen = rows.filter((row) => selected.has(row.id))
  const current = rows.find((row) => row.id === selection) ?? null
  const filtered = Object.keys(search).some((name) => name !== 'sel' && name !== 'lang')

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-1.5 px-5 py-2.5 max-sm:px-3">
        <SearchBox
          label={t('deliveries.search')}
          placeholder={t('deliveries.searchHint')}
          value={filter.text}
          onChange={(q) => change({ q: q === '' ? undefined : q })}
        />
        <Filters filter={filter} endpoints={endpoints} fixedEndpoint={props.endpointId} />
        <RangeFilter />
        <LiveBadge
          state={paused ? 'paused' : feed.stale ? 'reconnecting' : 'polling'}
          onToggle={() => setPaused(!paused)}
        />
        <CopyAs
          cli={cliOf(filter, search, scope.application)}
          request={{ path: `/app/${scope.application}/delivery`, query }}
        />
      </div>
      <Histogram rows={rows} done={feed.done} endpoints={endpoints} now={now} />
      {feed.waiting > 0 && (
        <div className="relative z-30 h-0 self-center">
          <button
            type="button"
            className="btn btn-primary -mt-1 rounded-[15px] shadow-lg"
            onClick={() => {
              feed.showWaiting()
              announce(t('feed.shown'))
            }}
          >
            {t('feed.waiting', { count: feed.waiting })} ↑
          </button>
        </div>
      )}
      <div className="relative flex min-h-0 flex-1">
        <div
          className="flex min-w-0 flex-1 flex-col"
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onPointerEnter={() => setFocused(true)}
          onPointerLeave={() => setFocused(false)}
        >
          {feed.state === 'loading' && <Loading rows={8} />}
          {feed.state === 'error' && (
            <div className="p-5">
              <Failure error={feed.error} onRetry={feed.retry} />
            </div>
          )}
          {feed.state === 'ready' && rows.length === 0 && (
            <NothingFound filtered={filtered} action={props.empty} done={feed.done} />
          )}
          {feed.state === 'ready' && rows.length > 0 && (
            <Grid
              label={t('nav.deliveries')}
              rows={rows}
              rowId={(row) => row.id}
              columns={columnsOf({
                t,
                formats,
                endpoints,
                now,
                base: scope.base,
                one: props.endpointId !== null,
              })}
              card={(row) => (
                <Card
                  row={row}
                  endpoint={endpoints.get(row.endpointId)}
                  now={now}
                  base={scope.base}
                />
              )}
              current={selection}
              onOpen={open}
              onNearEnd={feed.loadMore}
              onScrolled={setAtTop}
              {...(scope.may.resend ? { selection: selectionOf(rows, selected, setSelected) } : {})}
              keys={{
                ...(scope.may.resend ? { r: (row: DeliveryOut) => void resend([row]) } : {}),
                c: (row) => void copyText(row.id).then(() => toast(t('copy.copied'))),
              }}
              footer={
                !feed.done && <p className="p-3 text-center text-ink-3">{t('state.loading')}</p>
              }
            />
          )}
          {chosen.length > 0 && (
            <div className="flex flex-wrap items-center gap-2 border-line border-t bg-surface px-5 py-2">
              <span className="font-[550]">{t('grid.selected', { count: chosen.length })}</span>
              <Button kind="primary" onClick={() => setConfirming(true)}>
                {t('action.resend')}
              </Button>
              <Button kind="quiet" onClick={() => setSelected(new Set())}>
                {t('grid.clear')}
              </Button>
            </div>
          )}
        </div>
        {current !== null && (
          <SidePanel label={t('delivery.title')} onClose={() => change({ sel: undefined })}>
            <DeliveryPanel
              key={current.id}
              delivery={current}
              endpoint={endpoints.get(current.endpointId)}
            />
          </SidePanel>
        )}
      </div>
      {confirming && (
        <Confirm
          title={t('resend.title', { count: chosen.length })}
          effect={t('resend.effect', { count: chosen.length })}
          verb={t('action.resend')}
          onClose={() => setConfirming(false)}
          onConfirm={() => {
            setConfirming(false)
            setSelected(new Set())
            void resend(chosen)
          }}
        />
      )}
    </div>
  )
}

function Filters(props: {
  readonly filter: Filter
  readonly endpoints: ReadonlyMap<string, EndpointOut>
  readonly fixedEndpoint: string | null
}) {
  const t = useT()
  const [, change] = useUrlState()
  const types = useEventTypes().data ?? []
  const { filter } = props
  return (
    <>
      <MultiFilter
        label={t('filter.status')}
        values={filter.statuses}
        options={deliveryStatuses.map((status) => ({
          value: status,
          label: t(statusLooks[status].label),
        }))}
        onChange={(values) => change({ status: joined(values) })}
      />
      <MultiFilter
        label={t('filter.type')}
        values={filter.types}
        options={[...new Set([...types.map(({ name }) => name), ...filter.types])].map((name) => ({
          value: name,
          label: <span className="mono">{name}</span>,
        }))}
        onChange={(values) => change({ type: joined(values) })}
      />
      {props.fixedEndpoint === null && (
        <MultiFilter
          label={t('filter.endpoint')}
          values={filter.endpoints}
          options={[...props.endpoints.values()].map((endpoint) => ({
            value: endpoint.id,
            label: endpointName(endpoint),
          }))}
          onChange={(values) => change({ endpoint: joined(values) })}
        />
      )}
    </>
  )
}

/** What the server cannot filter yet is filtered here, over the rows that were loaded. */
function matches(row: DeliveryOut, filter: Filter, endpoint: EndpointOut | undefined): boolean {
  if (filter.statuses.length > 0 && !filter.statuses.includes(statusOf(row, endpoint))) return false
  if (filter.endpoints.length > 1 && !filter.endpoints.includes(row.endpointId)) return false
  if (filter.text === '') return true
  const wanted = filter.text.toLowerCase()
  return [row.id, row.msgId, row.endpointId, row.eventType, endpointName(endpoint)].some((text) =>
    text.toLowerCase().includes(wanted),
  )
}

function selectionOf(
  rows: readonly DeliveryOut[],
  selected: ReadonlySet<string>,
  setSelected: (next: ReadonlySet<string>) => void,
) {
  return {
    has: (id: string) => selected.has(id),
    all: rows.length > 0 && rows.every((row) => selected.has(row.id)),
    some: rows.some((row) => selected.has(row.id)),
    toggle(ids: readonly string[], on: boolean) {
      const next = new Set(selected)
      for (const id of ids) {
        if (on) next.add(id)
        else next.delete(id)
      }
      setSelected(next)
    },
  }
}

function columnsOf(input: {
  readonly t: T
  readonly formats: ReturnType<typeof useFormats>
  readonly endpoints: ReadonlyMap<string, EndpointOut>
  readonly now: number
  readonly base: string
  /** All rows are of one endpoint: its column says nothing. */
  readonly one: boolean
}): readonly Column<DeliveryOut>[] {
  const { t, formats, endpoints, now } = input
  const columns: Column<DeliveryOut>[] = [
    {
      id: 'time',
      header: t('column.time'),
      width: 132,
      cell: (row) => (
        <span className="mono text-ink-2">
          <Time at={row.createdAt} plain />
        </span>
      ),
    },
    {
      id: 'status',
      header: t('column.status'),
      width: 200,
      cell: (row) => (
        <StatusPill
          status={statusOf(row, endpoints.get(row.endpointId))}
          nextAt={row.nextAttempt == null ? null : Date.parse(row.nextAttempt)}
          now={now}
        />
      ),
    },
    {
      id: 'type',
      header: t('column.type'),
      width: 180,
      grow: true,
      cell: (row) => (
        <Link
          to={`${input.base}/messages/${row.msgId}`}
          tabIndex={-1}
          className="mono hover:underline"
        >
          {row.eventType}
        </Link>
      ),
    },
    {
      id: 'endpoint',
      header: t('column.endpoint'),
      width: 160,
      grow: true,
      cell: (row) => endpointName(endpoints.get(row.endpointId), row.endpointId),
    },
    {
      id: 'response',
      header: t('column.response'),
      width: 170,
      grow: true,
      leaves: 2,
      cell: (row) => <span className="mono text-ink-2">{responseText(row, t)}</span>,
    },
    {
      id: 'attempts',
      header: t('column.attempts'),
      width: 76,
      align: 'end',
      leaves: 3,
      cell: (row) => <span className="mono text-ink-2">{row.attemptCount}</span>,
    },
    {
      id: 'duration',
      header: t('column.duration'),
      width: 90,
      align: 'end',
      leaves: 4,
      cell: (row) => (
        <span className="mono text-ink-2">
          {row.lastAttempt == null ? '–' : formats.duration(row.lastAttempt.responseDurationMs)}
        </span>
      ),
    },
  ]
  return input.one ? columns.filter((column) => column.id !== 'endpoint') : columns
}

function responseText(row: DeliveryOut, t: T): string {
  const last = row.lastAttempt
  if (last == null) return '–'
  if (last.responseStatusCode > 0) return String(last.responseStatusCode)
  return last.errorClass == null ? '–' : classLabel(last.errorClass, t)
}

function Card(props: {
  readonly row: DeliveryOut
  readonly endpoint: EndpointOut | undefined
  readonly now: number
  readonly base: string
}) {
  const t = useT()
  const { row } = props
  return (
    <div className="flex flex-col gap-0.5">
      <div className="flex items-center gap-2">
        <StatusPill
          status={statusOf(row, props.endpoint)}
          nextAt={row.nextAttempt == null ? null : Date.parse(row.nextAttempt)}
          now={props.now}
        />
        <Link
          to={`${props.base}/messages/${row.msgId}`}
          tabIndex={-1}
          className="mono min-w-0 flex-1 truncate"
        >
          {row.eventType}
        </Link>
      </div>
      <div className="flex gap-2 text-ink-3 text-xs">
        <span className="mono">
          <Time at={row.createdAt} plain />
        </span>
        <span className="min-w-0 flex-1 truncate">
          {endpointName(props.endpoint, row.endpointId)}
        </span>
        <span className="mono">{responseText(row, t)}</span>
      </div>
    </div>
  )
}

function Histogram(props: {
  readonly rows: readonly DeliveryOut[]
  readonly done: boolean
  readonly endpoints: ReadonlyMap<string, EndpointOut>
  readonly now: number
}) {
  const t = useT()
  const [, change] = useUrlState()
  const { rows, endpoints } = props
  const oldest = rows.at(-1)
  if (oldest === undefined || rows.length < 2) return null
  const newest = Date.parse(rows[0]?.createdAt ?? '')
  const to = newest
  const from = Math.min(Date.parse(oldest.createdAt), to - 60_000)
  const buckets = bucketsOf(
    rows.map((row) => ({ at: Date.parse(row.createdAt), kind: kindOf(row, endpoints) })),
    { from, to },
    60,
  )
  return (
    <div className="px-5 pb-2 max-sm:hidden">
      <OutcomeBars
        buckets={buckets}
        to={to}
        onRange={(picked) =>
          change({
            since: undefined,
            from: new Date(picked.from).toISOString(),
            to: new Date(picked.to).toISOString(),
          })
        }
      />
      {!props.done && (
        <p className="text-ink-3 text-xs">{t('chart.ofLoaded', { count: rows.length })}</p>
      )}
    </div>
  )
}

function kindOf(
  row: DeliveryOut,
  endpoints: ReadonlyMap<string, EndpointOut>,
): 'ok' | 'failed' | 'waiting' {
  const status = statusOf(row, endpoints.get(row.endpointId))
  if (status === 'delivered') return 'ok'
  return status === 'failed' || status === 'canceled' ? 'failed' : 'waiting'
}

function NothingFound(props: {
  readonly filtered: boolean
  readonly done: boolean
  readonly action: ReactNode
}) {
  const t = useT()
  const [search, change] = useUrlState()
  if (!props.filtered) {
    return (
      <Empty
        title={t('deliveries.none')}
        action={props.action}
        command="npx posthorn send order.created"
      >
        {t('deliveries.noneText')}
      </Empty>
    )
  }
  const cleared = Object.fromEntries(Object.keys(search).map((name) => [name, undefined]))
  return (
    <Empty
      title={t('filter.emptyTitle')}
      action={<Button onClick={() => change(cleared)}>{t('filter.clearAll')}</Button>}
    >
      {t('filter.emptyText')}
    </Empty>
  )
}

function cliOf(filter: Filter, search: Search, application: string): string {
  const parts = ['posthorn deliveries ls', `--app ${application}`]
  if (filter.statuses.length > 0) parts.push(`--status ${filter.statuses.join(',')}`)
  if (filter.types.length > 0) parts.push(`--type '${filter.types.join(',')}'`)
  if (filter.endpoints.length > 0) parts.push(`--endpoint ${filter.endpoints.join(',')}`)
  if (search['since'] !== undefined) parts.push(`--since ${search['since']}`)
  return parts.join(' ')
}
