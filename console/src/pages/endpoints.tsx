import { useQueries } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { endpointStats } from '../api/calls.ts'
import type { EndpointOut, EndpointStats } from '../api/model.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { MultiFilter, SearchBox } from '../components/filters.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { Page } from '../components/page.tsx'
import { Empty, Loaded, Loading } from '../components/states.tsx'
import { EndpointPill, endpointState } from '../components/status.tsx'
import { type T, useFormats, useT } from '../i18n.tsx'
import { checkedRows } from '../state/checked-rows.ts'
import { endpointName, hostOf, useEndpoints } from '../state/data.ts'
import { useProfile } from '../state/profile.ts'
import { rateTone, successRate } from '../state/rate.ts'
import { useScope } from '../state/scope.tsx'
import { joined, listOf } from '../state/search.ts'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'
import { EndpointBulk } from './endpoint-bulk.tsx'

// Only the systems' applications need it: the first load of the others stays small.
const ProfileList = lazy(async () => ({
  default: (await import('./profile-list.tsx')).ProfileList,
}))

const dayMs = 86_400_000
/** Statistics are asked for one endpoint at a time; beyond this many the column stays empty. */
const statsMax = 50

/** Where events go, and how each place is doing. Disabled ones are hidden until asked for. */
export function EndpointsPage() {
  const t = useT()
  const scope = useScope()
  const endpoints = useEndpoints(scope.application)
  const profile = useProfile(scope.application)
  return (
    <Page
      title={t('nav.endpoints')}
      fixed
      actions={
        scope.may.manageEndpoints && (
          <Link to={`${scope.base}/endpoints/new`} className="btn btn-primary">
            <Plus size={14} aria-hidden /> {t('endpoint.create')}
          </Link>
        )
      }
    >
      <Loaded query={profile}>
        {(data) =>
          data.name === 'standard' ? (
            <Loaded query={endpoints}>{(all) => <EndpointList all={all} />}</Loaded>
          ) : (
            <Suspense fallback={<Loading />}>
              <ProfileList profile={data} />
            </Suspense>
          )
        }
      </Loaded>
    </Page>
  )
}

function EndpointList(props: { readonly all: readonly EndpointOut[] }) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const text = (search['q'] ?? '').toLowerCase()
  const states = listOf(search['state'])
  const showDisabled = search['disabled'] === 'show' || states.includes('disabled')
  const stats = useStats(scope.application, props.all)
  const hidden = props.all.filter(({ disabled }) => disabled).length
  const rows = props.all.filter(
    (endpoint) =>
      (showDisabled || !endpoint.disabled) &&
      (states.length === 0 || states.includes(endpointState(endpoint, stats.get(endpoint.id)))) &&
      (text === '' ||
        [endpointName(endpoint), endpoint.url, endpoint.id, ...(endpoint.eventTypes ?? [])].some(
          (part) => part.toLowerCase().includes(text),
        )),
  )
  const chosen = rows.filter(({ id }) => selected.has(id))
  if (props.all.length === 0) {
    return (
      <Empty
        title={t('endpoints.none')}
        action={
          scope.may.manageEndpoints && (
            <Link to={`${scope.base}/endpoints/new`} className="btn btn-primary">
              {t('endpoint.create')}
            </Link>
          )
        }
        command={`npx posthorn listen 3000 --app ${scope.application}`}
      >
        {t('endpoints.noneText')}
      </Empty>
    )
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-1.5 px-5 py-2.5 max-sm:px-3">
        <SearchBox
          label={t('endpoints.search')}
          placeholder={t('endpoints.searchHint')}
          value={search['q'] ?? ''}
          onChange={(q) => change({ q: q === '' ? undefined : q })}
        />
        <MultiFilter
          label={t('filter.state')}
          values={states}
          options={(['healthy', 'degraded', 'failing', 'paused', 'disabled'] as const).map(
            (state) => ({
              value: state,
              label: t(`endpoint.${state}`),
            }),
          )}
          onChange={(values) => change({ state: joined(values) })}
        />
        {hidden > 0 && (
          <label className="chip cursor-pointer">
            <input
              type="checkbox"
              className="checkbox"
              checked={showDisabled}
              onChange={(event) => change({ disabled: event.target.checked ? 'show' : undefined })}
            />
            {t('endpoints.showDisabled', { count: hidden })}
          </label>
        )}
        <CopyAs
          cli={`posthorn endpoints ls --app ${scope.application}`}
          request={{ path: `/app/${scope.application}/endpoint` }}
        />
      </div>
      <div className="flex min-h-0 flex-1 flex-col border-line border-t">
        {rows.length === 0 ? (
          <Empty title={t('filter.emptyTitle')}>{t('filter.emptyText')}</Empty>
        ) : (
          <Grid
            label={t('nav.endpoints')}
            rows={rows}
            rowId={(row) => row.id}
            columns={columnsOf({ t, formats, stats, base: scope.base })}
            card={(row) => <Card row={row} stats={stats.get(row.id)} base={scope.base} />}
            onOpen={(row, how) => {
              const to = `${scope.base}/endpoints/${row.id}`
              if (how === 'tab') openTab(to)
              else void navigate({ to })
            }}
            {...(scope.may.manageEndpoints
              ? { selection: checkedRows(rows, selected, setSelected) }
              : {})}
          />
        )}
        {chosen.length > 0 && (
          <EndpointBulk chosen={chosen} onDone={() => setSelected(new Set())} />
        )}
      </div>
    </>
  )
}

function useStats(
  application: string,
  endpoints: readonly EndpointOut[],
): ReadonlyMap<string, EndpointStats> {
  const results = useQueries({
    queries: endpoints.slice(0, statsMax).map(({ id }) => ({
      queryKey: ['endpoints', application, 'stats', id],
      queryFn: () => endpointStats(application, id, new Date(Date.now() - dayMs).toISOString()),
      staleTime: 30_000,
    })),
  })
  return useMemo(() => {
    const map = new Map<string, EndpointStats>()
    endpoints.slice(0, statsMax).forEach(({ id }, index) => {
      const stats = results[index]?.data
      if (stats !== undefined) map.set(id, stats)
    })
    return map
  }, [endpoints, results])
}

function columnsOf(input: {
  readonly t: T
  readonly formats: ReturnType<typeof useFormats>
  readonly stats: ReadonlyMap<string, EndpointStats>
  readonly base: string
}): readonly Column<EndpointOut>[] {
  const { t, formats, stats } = input
  return [
    {
      id: 'health',
      header: t('column.status'),
      width: 140,
      cell: (row) => <EndpointPill state={endpointState(row, stats.get(row.id))} />,
    },
    {
      id: 'name',
      header: t('column.name'),
      width: 180,
      grow: true,
      cell: (row) => (
        <Link
          to={`${input.base}/endpoints/${row.id}`}
          tabIndex={-1}
          className="font-[550] hover:underline"
        >
          {endpointName(row)}
        </Link>
      ),
    },
    {
      id: 'url',
      header: t('column.url'),
      width: 220,
      grow: true,
      leaves: 2,
      cell: (row) => <UrlText url={row.url} />,
    },
    {
      id: 'events',
      header: t('column.events'),
      width: 170,
      grow: true,
      leaves: 1,
      cell: (row) => <span className="text-ink-2">{eventsText(row, t)}</span>,
    },
    {
      id: 'rate',
      header: <span title={t('endpoints.rateHelp')}>{t('column.success')}</span>,
      width: 110,
      align: 'end',
      cell: (row) => {
        const rate = row.disabled ? null : successRate(stats.get(row.id))
        return (
          <span className={`mono ${rateTone(rate)}`}>
            {rate === null ? '–' : formats.percent(rate, 2)}
          </span>
        )
      },
    },
    {
      id: 'requests',
      header: t('column.requests'),
      width: 120,
      align: 'end',
      leaves: 3,
      cell: (row) => {
        const one = stats.get(row.id)
        return (
          <span className="mono text-ink-2">
            {one === undefined ? '–' : formats.number(one.success + one.fail)}
          </span>
        )
      },
    },
    {
      id: 'waiting',
      header: t('column.waiting'),
      width: 90,
      align: 'end',
      leaves: 4,
      cell: (row) => {
        const one = stats.get(row.id)
        return (
          <span className="mono text-ink-2">
            {one === undefined ? '–' : formats.number(one.pending + one.sending)}
          </span>
        )
      },
    },
  ]
}

export function eventsText(endpoint: EndpointOut, t: T): string {
  const types = endpoint.eventTypes ?? []
  if (types.length === 0) return t('events.everything')
  const [first = ''] = types
  return types.length === 1 ? first : t('events.andMore', { first, count: types.length - 1 })
}

/** Host first, path dimmed. */
export function UrlText(props: { readonly url: string }) {
  const host = hostOf(props.url)
  const at = props.url.indexOf(host)
  return (
    <span className="mono" title={props.url}>
      {host}
      <span className="text-ink-3">{at < 0 ? '' : props.url.slice(at + host.length)}</span>
    </span>
  )
}

function Card(props: {
  readonly row: EndpointOut
  readonly stats: EndpointStats | undefined
  readonly base: string
}) {
  const t = useT()
  const { row } = props
  return (
    <div className="flex flex-col gap-0.5">
      <div className="flex items-center gap-2">
        <EndpointPill state={endpointState(row, props.stats)} />
        <Link
          to={`${props.base}/endpoints/${row.id}`}
          tabIndex={-1}
          className="min-w-0 truncate font-[550]"
        >
          {endpointName(row)}
        </Link>
      </div>
      <div className="flex gap-2 text-ink-3 text-xs">
        <span className="min-w-0 flex-1 truncate">{hostOf(row.url)}</span>
        <span className="truncate">{eventsText(row, t)}</span>
      </div>
    </div>
  )
}
