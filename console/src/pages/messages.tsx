import { useNavigate } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { listMessages, searchMessages } from '../api/calls.ts'
import type { MessageOut } from '../api/model.ts'
import { summarizeMessages } from '../api/summary-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { FeedNews } from '../components/feed-news.tsx'
import { FilterBar } from '../components/filter-bar.tsx'
import { Grid } from '../components/grid.tsx'
import { LiveBadge } from '../components/live-badge.tsx'
import { Page } from '../components/page.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { LookedAt, SoughtBoxes, SoughtChips } from '../components/sought.tsx'
import { Empty, Failure, Loading } from '../components/states.tsx'
import { TypeFilter } from '../components/type-filter.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { checkedRows } from '../state/checked-rows.ts'
import { gapIn, useFeed } from '../state/feed.ts'
import { namedFilters, timeFilter } from '../state/filter-names.ts'
import { useInHand } from '../state/in-hand.ts'
import { useLooked } from '../state/looked.ts'
import { messageQueryOf, messagesCommand, messageView } from '../state/message-filter.ts'
import { useSendCommand } from '../state/profile.ts'
import { useScope } from '../state/scope.tsx'
import { countedIn, listOf, timeRange } from '../state/search.ts'
import { useMay, useMayHere } from '../state/session.tsx'
import { isLookedThrough, notBefore } from '../state/sought.ts'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'
import { JobCard } from './job-card.tsx'
import { ListExport } from './list-export.tsx'
import { MessageBulk } from './message-bulk.tsx'
import { columnsOf, isUsed, MessageCard } from './message-columns.tsx'
import { useFanout } from './message-fanout.tsx'
import { MessageViews, useMessageWords } from './message-views.tsx'
import { SendEvent } from './send-event.tsx'

const CountedEmpty = lazy(async () => ({
  default: (await import('../components/counted-empty.tsx')).CountedEmpty,
}))

/** Every event that the application was handed, newest first. */
export function MessagesPage() {
  const t = useT()
  const w = useMessageWords()
  const formats = useFormats()
  const scope = useScope()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const [paused, setPaused] = useState(false)
  const [atTop, setAtTop] = useState(true)
  const { inHand, focus, pointer } = useInHand()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const view = messageView(search)
  const sought = isLookedThrough(search)
  const rangeText = `${search['since'] ?? ''}|${search['from'] ?? ''}|${search['to'] ?? ''}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: a relative range is fixed when chosen
  const range = useMemo(() => timeRange(search, Date.now()), [rangeText])
  const query = messageQueryOf(search, range)
  const { looked, took } = useLooked()
  const list = sought ? searchMessages : listMessages
  const feed = useFeed<MessageOut>({
    application: scope.application,
    kind: 'message',
    from: range?.from ?? null,
    queryKey: ['messages', scope.application, query],
    load: async (page, signal) => {
      const found = await list(scope.application, { ...query, ...page }, signal)
      took(page.iterator, found)
      return found
    },
    loadHead: (page, signal, since) =>
      list(scope.application, { ...query, ...notBefore(since, range), ...page }, signal),
    sought,
    live: !paused && (range?.to ?? null) === null,
    mayMove: atTop && !inHand && selected.size === 0,
  })
  const { rows } = feed
  const open = useCallback(
    (row: MessageOut, how: 'panel' | 'tab') => {
      const to = `${scope.base}/messages/${row.id}`
      if (how === 'tab') openTab(to)
      else void navigate({ to })
    },
    [navigate, scope.base],
  )
  const maySend = useMay('send') && !scope.portal
  const mayExpunge = useMayHere('administer') && !scope.portal
  const mayAct = scope.may.resend || mayExpunge
  const fanout = useFanout(scope.application, rows)
  const chosen = rows.filter(({ id }) => selected.has(id))
  const sending = maySend && search['dialog'] === 'send'
  return (
    <Page
      title={t('nav.messages')}
      fixed
      actions={
        maySend && (
          <Button kind="primary" onClick={() => change({ dialog: 'send' })}>
            <Send size={14} aria-hidden /> {t('send.open')}
          </Button>
        )
      }
    >
      <MessageViews search={search} to={`${scope.base}/messages`} />
      <FilterBar
        views="messages"
        names={['type', 'since', 'from', 'to']}
        search={<SoughtBoxes label={t('messages.search')} hint={t('messages.searchHint')} />}
        actions={
          <>
            <LiveBadge
              state={paused ? 'paused' : feed.live}
              tries={feed.tries}
              onToggle={() => setPaused(!paused)}
            />
            <CopyAs
              cli={messagesCommand(search, scope.application)}
              request={{
                path: `/app/${scope.application}/${sought ? 'search/msg' : 'msg'}`,
                query,
              }}
            />
            <ListExport
              application={scope.application}
              list="msg"
              query={query}
              from={range?.from ?? null}
            />
          </>
        }
      >
        <TypeFilter values={listOf(search['type'])} />
        <RangeFilter />
      </FilterBar>
      <SoughtChips />
      {sought && feed.state === 'ready' && !feed.done && (
        <LookedAt looked={looked} onFurther={feed.loadMore} />
      )}
      {search['task'] !== undefined && (
        <div className="px-5 pb-2 max-sm:px-3">
          <JobCard id={search['task']} onClose={() => change({ task: undefined })} />
        </div>
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
          {feed.state === 'ready' &&
            rows.length === 0 &&
            (filterNames.every((name) => search[name] === undefined) ? (
              <NoMessages />
            ) : (
              <Suspense>
                <CountedEmpty
                  filters={[
                    ...namedFilters(search, ['type', 'tag', 'q', 'where', 'view'], {
                      view: () => (view === null ? '' : w(`views.${view}`)),
                    }),
                    ...timeFilter(search, t),
                  ]}
                  queryKey={['messages', scope.application]}
                  count={(without, signal) => {
                    const within = countedIn(timeRange(without, Date.now()))
                    const asked = { ...messageQueryOf(without, null), ...within, buckets: 1 }
                    return summarizeMessages(scope.application, asked, signal)
                  }}
                >
                  {view === null ? undefined : w(noneOf[view])}
                </CountedEmpty>
              </Suspense>
            ))}
          {feed.state === 'ready' && rows.length > 0 && (
            <Grid
              label={t('nav.messages')}
              rows={rows}
              rowId={(row) => row.id}
              columns={columnsOf<MessageOut>({
                t,
                w,
                formats,
                baseOf: () => scope.base,
                fanout,
              }).filter(({ id }) => isUsed(id, rows))}
              card={(row) => <MessageCard row={row} base={scope.base} fanout={fanout} />}
              onOpen={open}
              onNearEnd={feed.loadMore}
              {...(feed.done || sought ? {} : { onEnd: feed.loadEnd })}
              gapAt={gapIn(rows, feed.gapAfter)}
              onNearGap={(from) => (from === 'above' ? feed.loadMore() : feed.loadBeforeEnd())}
              onScrolled={setAtTop}
              {...(mayAct
                ? { selection: checkedRows(rows, selected, setSelected, feed.pages > 0) }
                : {})}
            />
          )}
          {chosen.length > 0 && (
            <MessageBulk
              chosen={chosen}
              fanout={fanout}
              query={query}
              offerAll={chosen.length === rows.length}
              onClear={() => setSelected(new Set())}
            />
          )}
        </div>
      </div>
      {sending && (
        <SendEvent
          application={scope.application}
          eventType={search['event'] ?? null}
          endpoint={null}
          onClose={() => change({ dialog: undefined, event: undefined })}
        />
      )}
    </Page>
  )
}

/** What narrows the list, as the URL names it. */
const filterNames = ['q', 'where', 'type', 'tag', 'view', 'since', 'from', 'to'] as const

const noneOf = {
  failed: 'views.noFailed',
  unsubscribed: 'views.noUnsubscribed',
  test: 'views.noTest',
} as const

function NoMessages() {
  const t = useT()
  return (
    <Empty title={t('messages.none')} command={useSendCommand()}>
      {t('messages.noneText')}
    </Empty>
  )
}
