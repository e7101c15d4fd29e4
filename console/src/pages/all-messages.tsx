import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { listAllMessages, type OverallMessage } from '../api/overall-calls.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { FeedNews } from '../components/feed-news.tsx'
import { FilterBar } from '../components/filter-bar.tsx'
import { Grid } from '../components/grid.tsx'
import { LiveBadge } from '../components/live-badge.tsx'
import { Looking } from '../components/looking.tsx'
import { Page } from '../components/page.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { LookedAt, SoughtBoxes, SoughtChips } from '../components/sought.tsx'
import { Empty, Failure, Loading } from '../components/states.tsx'
import { TypeFilter } from '../components/type-filter.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { gapIn, useFeed } from '../state/feed.ts'
import { namedFilters, timeFilter } from '../state/filter-names.ts'
import { useFurther } from '../state/further.ts'
import { useInHand } from '../state/in-hand.ts'
import { useLooked } from '../state/looked.ts'
import { messageQueryOf, messagesCommandOf, messageView } from '../state/message-filter.ts'
import { applicationFlags, applicationPath, applicationsIn } from '../state/overall.ts'
import { listOf, type Search, timeRange } from '../state/search.ts'
import { isLookedThrough } from '../state/sought.ts'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'
import { ApplicationFilter, OfAll, useOverallWords, withApplication } from './all-applications.tsx'
import { columnsOf, isUsed, MessageCard } from './message-columns.tsx'
import { MessageViews, useMessageWords } from './message-views.tsx'

const CountedEmpty = lazy(async () => ({
  default: (await import('../components/counted-empty.tsx')).CountedEmpty,
}))

/** Every event that any application was handed, newest first. */
export function AllMessagesPage() {
  const t = useT()
  return (
    <Page title={t('nav.allMessages')} fixed>
      <OfAll>
        <AllMessages />
      </OfAll>
    </Page>
  )
}

/** The rows that the URL asks for, and what they are asked for with. */
function useList(search: Search, how: { readonly paused: boolean; readonly mayMove: boolean }) {
  const rangeText = `${search['since'] ?? ''}|${search['from'] ?? ''}|${search['to'] ?? ''}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: a relative range is fixed when chosen
  const range = useMemo(() => timeRange(search, Date.now()), [rangeText])
  const query = { ...messageQueryOf(search, range), ...applicationsIn(search) }
  // Views have an index within an application only.
  const sought = isLookedThrough(search) || messageView(search) !== null
  const { looked, took } = useLooked()
  const feed = useFeed<OverallMessage>({
    application: '',
    kind: 'message',
    from: range?.from ?? null,
    queryKey: ['messages', '', query],
    load: async (page, signal) => {
      const found = await listAllMessages({ ...query, ...page }, signal)
      took(page.iterator, found)
      return found
    },
    live: !how.paused && !sought && (range?.to ?? null) === null,
    // All that happens anywhere is more than a page could follow: it asks.
    streamed: false,
    mayMove: how.mayMove,
  })
  return { query, sought, looked, feed, rows: feed.rows }
}

type List = ReturnType<typeof useList>

function AllMessages() {
  const navigate = useNavigate()
  const [search] = useUrlState()
  const [paused, setPaused] = useState(false)
  const [atTop, setAtTop] = useState(true)
  const { inHand, focus, pointer } = useInHand()
  const list = useList(search, { paused, mayMove: atTop && !inHand })
  const { feed, rows, sought } = list
  const looking = useFurther(feed, rows.length)
  const open = useCallback(
    (row: OverallMessage, how: 'panel' | 'tab') => {
      const to = `${applicationPath(row.application)}/messages/${row.id}`
      if (how === 'tab') openTab(to)
      else void navigate({ to })
    },
    [navigate],
  )
  const isEmpty = feed.state === 'ready' && rows.length === 0
  return (
    <>
      <MessageViews search={search} to="/messages" />
      <Bar list={list} paused={paused} onPause={() => setPaused(!paused)} />
      <SoughtChips />
      {sought && feed.state === 'ready' && !feed.done && rows.length > 0 && (
        <LookedAt looked={list.looked} onFurther={looking.loadMore} />
      )}
      <div className="flex min-h-0 flex-1 flex-col" {...pointer}>
        <FeedNews feed={feed} />
        <div className="flex min-h-0 flex-1 flex-col border-line border-t" {...focus}>
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
    </>
  )
}

function Bar(props: {
  readonly list: List
  readonly paused: boolean
  readonly onPause: () => void
}) {
  const t = useT()
  const [search] = useUrlState()
  const { feed, query, sought } = props.list
  return (
    <FilterBar
      views="messages"
      names={['type', 'app', 'since', 'from', 'to']}
      search={<SoughtBoxes label={t('messages.search')} hint={t('messages.searchHint')} />}
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
            cli={messagesCommandOf(search, applicationFlags(search))}
            request={{ path: '/msg', query }}
          />
        </>
      }
    >
      <ApplicationFilter rows={feed.rows} />
      <TypeFilter values={listOf(search['type'])} />
      <RangeFilter />
    </FilterBar>
  )
}

function Rows(props: {
  readonly list: List
  readonly looking: ReturnType<typeof useFurther>
  readonly onOpen: (row: OverallMessage, how: 'panel' | 'tab') => void
  readonly onScrolled: (atTop: boolean) => void
}) {
  const t = useT()
  const w = useMessageWords()
  const own = useOverallWords()
  const formats = useFormats()
  const [search] = useUrlState()
  const { looking } = props
  const { feed, rows } = props.list
  const columns = columnsOf<OverallMessage>({
    ...{ t, w, formats, fanout: null },
    baseOf: ({ application }) => applicationPath(application),
  })
  // Where each went is asked of its application.
  const shown = columns.filter(({ id }) => id !== 'fanout' && isUsed(id, rows))
  return (
    <Grid
      label={t('nav.allMessages')}
      rows={rows}
      rowId={(row) => row.id}
      columns={withApplication(shown, {
        ...{ header: own('overall.application'), list: 'messages', search },
      })}
      card={(row) => (
        <MessageCard
          row={row}
          application={row.application.name}
          base={applicationPath(row.application)}
          fanout={null}
        />
      )}
      onOpen={props.onOpen}
      onNearEnd={looking.loadMore}
      {...(feed.done || props.list.sought ? {} : { onEnd: feed.loadEnd })}
      gapAt={gapIn(rows, feed.gapAfter)}
      onNearGap={(from) => (from === 'above' ? looking.loadMore() : feed.loadBeforeEnd())}
      onScrolled={props.onScrolled}
      footer={
        !feed.done && feed.gapAfter === null && <Looking feed={feed} further={looking.further} />
      }
    />
  )
}

const filterNames = ['q', 'where', 'type', 'app', 'tag', 'view', 'since', 'from'] as const
/** Rows that are read to say what a list without one of its filters has; more are told as more. */
const countMax = 250

function NothingFound() {
  const t = useT()
  const w = useMessageWords()
  const own = useOverallWords()
  const [search] = useUrlState()
  const view = messageView(search)
  if (filterNames.every((name) => search[name] === undefined)) {
    return (
      <Empty title={t('messages.none')} command="npx posthorn send order.created">
        {own('overall.messagesText')}
      </Empty>
    )
  }
  return (
    <Suspense>
      <CountedEmpty
        filters={[
          ...namedFilters(search, ['type', 'app', 'tag', 'q', 'where', 'view'], {
            view: () => (view === null ? '' : w(`views.${view}`)),
          }),
          ...timeFilter(search, t),
        ]}
        queryKey={['messages', '']}
        count={async (without, signal) => {
          const query = messageQueryOf(without, timeRange(without, Date.now()))
          const asked = { ...query, ...applicationsIn(without), limit: countMax }
          const { data, done } = await listAllMessages(asked, signal)
          return { total: data.length, partial: !done }
        }}
      />
    </Suspense>
  )
}
