import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react'
import { listDeliveries } from '../api/calls.ts'
import type { DeliveryOut, EndpointOut } from '../api/model.ts'
import { summarizeDeliveries } from '../api/summary-calls.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { FeedNews } from '../components/feed-news.tsx'
import { FilterBar } from '../components/filter-bar.tsx'
import { Grid } from '../components/grid.tsx'
import { LiveBadge } from '../components/live-badge.tsx'
import { Looking } from '../components/looking.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { SidePanel } from '../components/side-panel.tsx'
import { LookedAt, SoughtBoxes, SoughtChips } from '../components/sought.tsx'
import { Empty, Failure, Loading } from '../components/states.tsx'
import { useNow } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { checkedRows } from '../state/checked-rows.ts'
import { endpointName, useEndpointMap, useResend } from '../state/data.ts'
import {
  afterChange,
  cliOf,
  filterOf,
  headQueryOf,
  matches,
  queryOf,
  selectionOf,
} from '../state/delivery-filter.ts'
import { isStatus, statusLooks } from '../state/delivery-status.ts'
import { useDeliverySummary, useFacets } from '../state/delivery-summary.ts'
import { gapIn, useFeed } from '../state/feed.ts'
import { namedFilters, timeFilter } from '../state/filter-names.ts'
import { useFurther } from '../state/further.ts'
import { useInHand } from '../state/in-hand.ts'
import { useLooked } from '../state/looked.ts'
import { useSendCommand } from '../state/profile.ts'
import { useScope } from '../state/scope.tsx'
import { countedIn, timeRange } from '../state/search.ts'
import { isLookedThrough, notBefore } from '../state/sought.ts'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'
import { DeliveryBulk, plannerSearch } from './delivery-bulk.tsx'
import { columnsOf, DeliveryCard } from './delivery-columns.tsx'
import { DeliveryFilters } from './delivery-filters.tsx'
import { DeliveryHistogram } from './delivery-histogram.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { EndpointStrips } from './endpoint-strips.tsx'
import { JobCard } from './job-card.tsx'
import { ListExport } from './list-export.tsx'

const CountedEmpty = lazy(async () => ({
  default: (await import('../components/counted-empty.tsx')).CountedEmpty,
}))

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
  const { inHand, focus, pointer } = useInHand()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())

  const [openedAt] = useState(Date.now)
  const filter = filterOf(search, props.endpointId)
  const rangeText = `${search['since'] ?? ''}|${search['from'] ?? ''}|${search['to'] ?? ''}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: a relative range is fixed when chosen
  const range = useMemo(() => timeRange(search, Date.now()), [rangeText])
  const query = queryOf(filter, range)
  const sought = isLookedThrough(search)
  const { looked, took } = useLooked()
  const counted = { application: scope.application, filter, range }
  const summary = useDeliverySummary(counted)
  const facets = useFacets(counted, summary)
  const failures = summary?.facets.state.find(({ value }) => value === 'failed')?.count ?? 0
  const selection = search['sel'] ?? null
  const feed = useFeed<DeliveryOut>({
    application: scope.application,
    queryKey: ['deliveries', scope.application, query],
    after: afterChange,
    kind: 'delivery',
    from: range?.from ?? null,
    load: async (page, signal) => {
      const found = await listDeliveries(scope.application, { ...query, ...page }, signal)
      took(page.iterator, found)
      return found
    },
    loadHead: (page, signal, since) => {
      const newest = sought ? { ...query, ...notBefore(since, range) } : headQueryOf(filter, range)
      return listDeliveries(scope.application, { ...newest, ...page }, signal)
    },
    sought,
    live: !paused && (range?.to ?? null) === null,
    mayMove: atTop && !inHand && selected.size === 0 && selection === null,
  })
  const rows = useMemo(
    () => feed.rows.filter((row) => matches(row, filter, endpoints.get(row.endpointId))),
    [feed.rows, filter, endpoints],
  )

  const looking = useFurther(feed, rows.length)
  const open = useCallback(
    (row: DeliveryOut, how: 'panel' | 'tab') => {
      const page = `${scope.base}/messages/${row.msgId}`
      if (how === 'tab') openTab(page)
      else if (window.innerWidth < 960) void navigate({ to: page })
      else change({ sel: row.id }, { replace: search['sel'] !== undefined })
    },
    [scope.base, navigate, change, search],
  )
  const chosen = rows.filter((row) => selected.has(row.id))
  const current = rows.find((row) => row.id === selection) ?? null
  const filtered = Object.keys(search).some((name) => !['sel', 'lang', 'task'].includes(name))

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <FilterBar
        views="deliveries"
        names={['status', 'type', 'endpoint', 'code', 'since', 'from', 'to']}
        search={<SoughtBoxes label={t('deliveries.search')} hint={t('deliveries.searchHint')} />}
        actions={
          <>
            <LiveBadge
              state={paused ? 'paused' : feed.live}
              tries={feed.tries}
              onToggle={() => setPaused(!paused)}
            />
            <CopyAs
              cli={cliOf(filter, search, scope.application)}
              request={{ path: `/app/${scope.application}/delivery`, query }}
            />
            <ListExport
              application={scope.application}
              list="delivery"
              query={query}
              from={range?.from ?? null}
            />
            {scope.may.resend && failures > 0 && (
              <Link
                to={`${scope.base}/recovery`}
                search={{ ...plannerSearch(search), status: 'failed' } as never} // routes are not typed here
                className="btn btn-primary"
              >
                {t('recovery.openCount', { amount: formats.number(failures) })}
              </Link>
            )}
          </>
        }
      >
        <DeliveryFilters
          filter={filter}
          endpoints={endpoints}
          fixedEndpoint={props.endpointId}
          facets={facets}
          rows={feed.rows}
        />
        <RangeFilter />
      </FilterBar>
      <SoughtChips />
      {sought && feed.state === 'ready' && !feed.done && rows.length > 0 && (
        <LookedAt looked={looked} onFurther={looking.loadMore} />
      )}
      {props.endpointId === null ? (
        <DeliveryHistogram
          rows={rows}
          done={feed.done}
          endpoints={endpoints}
          summary={summary}
          ranged={range !== null}
        />
      ) : (
        <EndpointStrips endpointId={props.endpointId} />
      )}
      {search['task'] !== undefined && (
        <div className="px-5 pb-2 max-sm:px-3">
          <JobCard id={search['task']} onClose={() => change({ task: undefined })} />
        </div>
      )}
      <div className="relative flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col" {...pointer}>
          <FeedNews feed={feed} />
          <div className="flex min-h-0 flex-1 flex-col" {...focus}>
            {feed.state === 'loading' && <Loading rows={8} />}
            {feed.state === 'error' && (
              <div className="p-5">
                <Failure error={feed.error} onRetry={feed.retry} />
              </div>
            )}
            {feed.state === 'ready' && rows.length === 0 && !feed.done && (
              <Looking feed={feed} further={looking.further} />
            )}
            {feed.state === 'ready' && rows.length === 0 && feed.done && (
              <NothingFound
                filtered={filtered}
                action={props.empty}
                {...{ endpointId: props.endpointId, endpoints }}
              />
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
                  baseOf: () => scope.base,
                  one: props.endpointId !== null,
                })}
                card={(row) => (
                  <DeliveryCard
                    row={row}
                    endpoint={endpoints.get(row.endpointId)}
                    now={now}
                    base={scope.base}
                  />
                )}
                current={selection}
                onOpen={open}
                onNearEnd={looking.loadMore}
                {...(feed.done ? {} : { onEnd: feed.loadEnd })}
                gapAt={gapIn(rows, feed.gapAfter)}
                onNearGap={(from) => (from === 'above' ? looking.loadMore() : feed.loadBeforeEnd())}
                onScrolled={setAtTop}
                {...(scope.may.resend
                  ? { selection: checkedRows(rows, selected, setSelected, feed.pages > 0) }
                  : {})}
                {...(scope.may.resend
                  ? { keys: { r: (row: DeliveryOut) => void resend([row]) } }
                  : {})}
                footer={
                  !feed.done &&
                  feed.gapAfter === null && <Looking feed={feed} further={looking.further} />
                }
              />
            )}
            {chosen.length > 0 && (
              <DeliveryBulk
                chosen={chosen}
                selection={selectionOf(filter, { range, now: openedAt })}
                offerAll={chosen.length === rows.length}
                onClear={() => setSelected(new Set())}
              />
            )}
          </div>
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
    </div>
  )
}

function NothingFound(props: {
  readonly filtered: boolean
  readonly action: ReactNode
  readonly endpointId: string | null
  readonly endpoints: ReadonlyMap<string, EndpointOut>
}) {
  const t = useT()
  const { application } = useScope()
  const [search] = useUrlState()
  const command = useSendCommand()
  if (!props.filtered) {
    return (
      <Empty title={t('deliveries.none')} action={props.action} command={command}>
        {t('deliveries.noneText')}
      </Empty>
    )
  }
  const { endpointId, endpoints } = props
  return (
    <Suspense>
      <CountedEmpty
        filters={[
          ...namedFilters(search, ['status', 'type', 'endpoint', 'code', 'q', 'where', 'tag'], {
            status: (one) => (isStatus(one) ? t(statusLooks[one].label) : one),
            endpoint: (one) => endpointName(endpoints.get(one), one),
          }),
          ...timeFilter(search, t),
        ]}
        queryKey={['deliveries', application]}
        count={(without, signal) => {
          const query = queryOf(filterOf(without, endpointId), null)
          const within = countedIn(timeRange(without, Date.now()))
          return summarizeDeliveries(application, { ...query, ...within, buckets: 1 }, signal)
        }}
      />
    </Suspense>
  )
}
