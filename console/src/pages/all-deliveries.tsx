import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { listAllDeliveries, type OverallDelivery } from '../api/overall-calls.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { FeedNews } from '../components/feed-news.tsx'
import { FilterBar } from '../components/filter-bar.tsx'
import { Grid } from '../components/grid.tsx'
import { LiveBadge } from '../components/live-badge.tsx'
import { Looking } from '../components/looking.tsx'
import { Page } from '../components/page.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { SidePanel } from '../components/side-panel.tsx'
import { LookedAt, SoughtBoxes, SoughtChips } from '../components/sought.tsx'
import { Empty, Failure, Loading } from '../components/states.tsx'
import { useNow } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { useEndpointMap } from '../state/data.ts'
import {
  afterChange,
  commandOf,
  filterOf,
  headQueryOf,
  matches,
  queryOf,
} from '../state/delivery-filter.ts'
import { isStatus, statusLooks } from '../state/delivery-status.ts'
import { gapIn, useFeed } from '../state/feed.ts'
import { namedFilters, timeFilter } from '../state/filter-names.ts'
import { useFurther } from '../state/further.ts'
import { useInHand } from '../state/in-hand.ts'
import { useLooked } from '../state/looked.ts'
import { applicationFlags, applicationPath, applicationsIn, endpointsIn } from '../state/overall.ts'
import { useScope } from '../state/scope.tsx'
import { type Search, timeRange } from '../state/search.ts'
import { isLookedThrough } from '../state/sought.ts'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'
import {
  ApplicationFilter,
  ApplicationLine,
  OfAll,
  OfApplication,
  useOverallWords,
  withApplication,
} from './all-applications.tsx'
import { WhoseChips } from './all-whose.tsx'
import { columnsOf, DeliveryCard } from './delivery-columns.tsx'
import { DeliveryFilters } from './delivery-filters.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { ListExport } from './list-export.tsx'

const CountedEmpty = lazy(async () => ({
  default: (await import('../components/counted-empty.tsx')).CountedEmpty,
}))

/** What was sent for every application: where it failed, and for whom. */
export function AllDeliveriesPage() {
  const t = useT()
  return (
    <Page title={t('nav.allDeliveries')} fixed>
      <OfAll>
        <AllDeliveries />
      </OfAll>
    </Page>
  )
}

/** The rows that the URL asks for, and what they are asked for with. */
function useList(search: Search, how: { readonly paused: boolean; readonly mayMove: boolean }) {
  // Endpoints are of one application: here they are none of the filters.
  const filter = useMemo(() => filterOf({ ...search, endpoint: undefined }, null), [search])
  const rangeText = `${search['since'] ?? ''}|${search['from'] ?? ''}|${search['to'] ?? ''}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: a relative range is fixed when chosen
  const range = useMemo(() => timeRange(search, Date.now()), [rangeText])
  const ofApps = applicationsIn(search)
  const query = { ...queryOf(filter, range), ...ofApps }
  const sought = isLookedThrough(search)
  const { looked, took } = useLooked()
  const feed = useFeed<OverallDelivery>({
    application: '',
    queryKey: ['deliveries', '', query],
    after: (row, change) => ({ ...row, ...afterChange(row, change) }),
    kind: 'delivery',
    from: range?.from ?? null,
    load: async (page, signal) => {
      const found = await listAllDeliveries({ ...query, ...page }, signal)
      took(page.iterator, found)
      return found
    },
    loadHead: (page, signal) =>
      listAllDeliveries({ ...headQueryOf(filter, range), ...ofApps, ...page }, signal),
    live: !how.paused && !sought && (range?.to ?? null) === null,
    // All that happens anywhere is more than a page could follow: it asks.
    streamed: false,
    mayMove: how.mayMove,
  })
  const endpoints = useMemo(() => endpointsIn(feed.rows), [feed.rows])
  const rows = useMemo(
    () => feed.rows.filter((row) => matches(row, filter, endpoints.get(row.endpointId))),
    [feed.rows, filter, endpoints],
  )
  return { filter, range, query, sought, looked, feed, endpoints, rows }
}

function AllDeliveries() {
  const t = useT()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const [paused, setPaused] = useState(false)
  const [atTop, setAtTop] = useState(true)
  const { inHand, focus, pointer } = useInHand()
  const selection = search['sel'] ?? null
  const list = useList(search, { paused, mayMove: atTop && !inHand && selection === null })
  const { feed, rows, sought } = list
  const looking = useFurther(feed, rows.length)
  const current = rows.find((row) => row.id === selection) ?? null
  const open = useCallback(
    (row: OverallDelivery, how: 'panel' | 'tab') => {
      const page = `${applicationPath(row.application)}/messages/${row.msgId}`
      if (how === 'tab') openTab(page)
      else if (window.innerWidth < 960) void navigate({ to: page })
      else change({ sel: row.id }, { replace: search['sel'] !== undefined })
    },
    [navigate, change, search],
  )
  const isEmpty = feed.state === 'ready' && rows.length === 0
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Bar list={list} paused={paused} onPause={() => setPaused(!paused)} />
      <SoughtChips />
      <WhoseChips query={list.query} />
      {sought && feed.state === 'ready' && !feed.done && rows.length > 0 && (
        <LookedAt looked={list.looked} onFurther={looking.loadMore} />
      )}
      <div className="relative flex min-h-0 flex-1 border-line border-t">
        <div className="flex min-w-0 flex-1 flex-col" {...pointer}>
          <FeedNews feed={feed} />
          <div className="flex min-h-0 flex-1 flex-col" {...focus}>
            {feed.state === 'loading' && <Loading rows={8} />}
            {feed.state === 'error' && (
              <div className="p-5">
                <Failure error={feed.error} onRetry={feed.retry} />
              </div>
            )}
            {isEmpty && !feed.done && <Looking feed={feed} further={looking.further} />}
            {isEmpty && feed.done && <NothingFound />}
            {feed.state === 'ready' && rows.length > 0 && (
              <Rows list={list} looking={looking} onOpen={open} onScrolled={setAtTop} />
            )}
          </div>
        </div>
        {current !== null && (
          <SidePanel label={t('delivery.title')} onClose={() => change({ sel: undefined })}>
            <OfApplication application={current.application}>
              <ApplicationLine application={current.application} search={search} />
              <PanelOf key={current.id} delivery={current} />
            </OfApplication>
          </SidePanel>
        )}
      </div>
    </div>
  )
}

type List = ReturnType<typeof useList>

function Bar(props: {
  readonly list: List
  readonly paused: boolean
  readonly onPause: () => void
}) {
  const t = useT()
  const [search] = useUrlState()
  const { feed, filter, query, sought } = props.list
  return (
    <FilterBar
      views="deliveries"
      names={['status', 'type', 'app', 'code', 'since', 'from', 'to']}
      search={<SoughtBoxes label={t('deliveries.search')} hint={t('deliveries.searchHint')} />}
      actions={
        <>
          {!sought && (
            <LiveBadge
              state={props.paused ? 'paused' : feed.live}
              tries={feed.tries}
              onToggle={props.onPause}
            />
          )}
          <CopyAs
            cli={commandOf(filter, search, applicationFlags(search))}
            request={{ path: '/delivery', query }}
          />
          <ListExport
            application=""
            list="delivery"
            query={query}
            from={props.list.range?.from ?? null}
          />
        </>
      }
    >
      <ApplicationFilter rows={feed.rows} />
      <DeliveryFilters filter={filter} endpoints={noEndpoints} fixedEndpoint="" rows={feed.rows} />
      <RangeFilter />
    </FilterBar>
  )
}

const noEndpoints = new Map<string, never>()

function Rows(props: {
  readonly list: List
  readonly looking: ReturnType<typeof useFurther>
  readonly onOpen: (row: OverallDelivery, how: 'panel' | 'tab') => void
  readonly onScrolled: (atTop: boolean) => void
}) {
  const t = useT()
  const w = useOverallWords()
  const formats = useFormats()
  const now = useNow()
  const [search] = useUrlState()
  const { looking } = props
  const { feed, rows, endpoints } = props.list
  const columns = columnsOf<OverallDelivery>({
    ...{ t, formats, endpoints, now, one: false },
    baseOf: ({ application }) => applicationPath(application),
  })
  return (
    <Grid
      label={t('nav.allDeliveries')}
      rows={rows}
      rowId={(row) => row.id}
      columns={withApplication(columns, {
        ...{ header: w('overall.application'), list: 'deliveries', search },
      })}
      card={(row) => (
        <DeliveryCard
          row={row}
          endpoint={endpoints.get(row.endpointId)}
          application={row.application.name}
          now={now}
          base={applicationPath(row.application)}
        />
      )}
      current={search['sel'] ?? null}
      onOpen={props.onOpen}
      onNearEnd={looking.loadMore}
      {...(feed.done ? {} : { onEnd: feed.loadEnd })}
      gapAt={gapIn(rows, feed.gapAfter)}
      onNearGap={(from) => (from === 'above' ? looking.loadMore() : feed.loadBeforeEnd())}
      onScrolled={props.onScrolled}
      footer={
        !feed.done && feed.gapAfter === null && <Looking feed={feed} further={looking.further} />
      }
    />
  )
}

/** With its endpoint whole, as the application's own list has it. */
function PanelOf({ delivery }: { readonly delivery: OverallDelivery }) {
  const { application } = useScope()
  const endpoint = useEndpointMap(application).get(delivery.endpointId)
  return <DeliveryPanel delivery={delivery} endpoint={endpoint} />
}

const filterNames = ['status', 'type', 'app', 'code', 'q', 'where', 'tag', 'since', 'from'] as const
/** Rows that are read to say what a list without one of its filters has; more are told as more. */
const countMax = 250

function NothingFound() {
  const t = useT()
  const w = useOverallWords()
  const [search] = useUrlState()
  if (filterNames.every((name) => search[name] === undefined)) {
    return (
      <Empty title={t('deliveries.none')} command="npx posthorn send order.created">
        {w('overall.deliveriesText')}
      </Empty>
    )
  }
  return (
    <Suspense>
      <CountedEmpty
        filters={[
          ...namedFilters(search, ['status', 'type', 'app', 'code', 'q', 'where', 'tag'], {
            status: (one) => (isStatus(one) ? t(statusLooks[one].label) : one),
          }),
          ...timeFilter(search, t),
        ]}
        queryKey={['deliveries', '']}
        count={async (without, signal) => {
          const filter = filterOf({ ...without, endpoint: undefined }, null)
          const query = queryOf(filter, timeRange(without, Date.now()))
          const asked = { ...query, ...applicationsIn(without), limit: countMax }
          const { data, done } = await listAllDeliveries(asked, signal)
          return { total: data.length, partial: !done }
        }}
      />
    </Suspense>
  )
}
