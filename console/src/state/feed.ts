import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { idAtTime, idTime } from '../../../src/domain/ids.ts'
import type { Change } from '../api/change-stream.ts'
import type { List } from '../api/model.ts'
import { merged, notInPages } from './feed-rows.ts'
import { useChanges } from './live.ts'

/** How often the head of a list is asked for while nobody streams it. */
export const pollMs = 2_000
/** The same while it is streamed: for what a stream does not tell, such as a delivery taken back. */
const slowPollMs = 10_000
/** However much happens, the head is asked for at most so often. */
const refreshMs = 400
/** The same where rows are looked at one by one; and what takes longer is asked for that much later. */
const soughtRefreshMs = 2_000
const soughtPatience = 4
/** Clocks differ, and what was stored late has an id of before: so far back what came since begins. */
const slackMs = 10 * 60_000
const headLimit = 100
/** Pages without a row that are passed over in search of the end of a list of a rare kind. */
const emptyPagesMax = 10
/** The server's lists reach back 90 days; a little less leaves room for clocks. */
const reachMs = 90 * 86_400_000 - 60_000

export interface Feed<Row> {
  readonly rows: readonly Row[]
  /** Rows that arrived since and are not shown yet: they must not move what is being read. */
  readonly waiting: number
  /** There may be more of them than were counted. */
  readonly waitingMore: boolean
  readonly showWaiting: () => void
  readonly loadMore: () => void
  /** Loads the end of the list, however much lies before it. */
  readonly loadEnd: () => void
  /** Id of the last row before those that are not loaded; null when the rows have no gap. */
  readonly gapAfter: string | null
  /** Loads more of the gap, from below. */
  readonly loadBeforeEnd: () => void
  readonly done: boolean
  /** Pages that were loaded: of a rare kind some have no row. 0: none of this list yet. */
  readonly pages: number
  /** Down to when everything was looked at; null: to the end, or not known yet. */
  readonly lookedTo: number | null
  readonly state: 'loading' | 'ready' | 'error'
  readonly error: unknown
  readonly retry: () => void
  /** How fresh the rows are. */
  readonly live: 'live' | 'connecting' | 'polling' | 'reconnecting'
  /** While it reconnects: how often that was tried in vain. */
  readonly tries: number
}

/**
 * A list by id, newest first, that stays put: known rows change in place, new ones wait until the
 * reader asks for them (or is at the top with nothing under the hand).
 */
export function useFeed<Row extends { readonly id: string }>(input: {
  readonly application: string
  readonly kind: 'delivery' | 'message'
  /** Rows before this time are not wanted; null: as far back as the server goes. */
  readonly from: number | null
  readonly queryKey: readonly unknown[]
  readonly load: (
    page: { readonly iterator: string | null; readonly limit: number },
    signal: AbortSignal,
  ) => Promise<List<Row>>
  /** The newest rows, asked for again and again: those after `since`, in ms. Absent: as `load` does. */
  readonly loadHead?: (
    page: { readonly iterator: string | null; readonly limit: number },
    signal: AbortSignal,
    since: number | null,
  ) => Promise<List<Row>>
  /** Rows are looked at one by one: what is asked for again and again is only what came since. */
  readonly sought?: boolean
  readonly live: boolean
  /** False: nobody streams what happens there, and the head is asked for alone. */
  readonly streamed?: boolean
  /** Whether new rows may be added at once. */
  readonly mayMove: boolean
  /** The row after something happened; the same row when it is not concerned. */
  readonly after?: (row: Row, change: Change) => Row
}): Feed<Row> {
  const { application, queryKey, load, live, streamed = true, mayMove } = input
  const client = useQueryClient()
  const news = useNews(input)
  const keyText = JSON.stringify(queryKey)
  const askHead = useHead(input, keyText)
  const timer = useRef(0)
  const refreshHead = (): void => {
    if (timer.current !== 0) return
    timer.current = window.setTimeout(() => {
      timer.current = 0
      void client.invalidateQueries({ queryKey: [...queryKey, 'head'] })
    }, askHead.spacing())
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const { state: stream, tries } = useChanges({
    application,
    enabled: live && streamed,
    onChange(change) {
      news.take(change)
      refreshHead()
    },
    onGap: refreshHead,
  })
  const pages = useInfiniteQuery({
    queryKey: [...queryKey, 'pages'],
    queryFn: ({ pageParam, signal }) => load({ iterator: pageParam, limit: headLimit }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.done ? null : page.iterator),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  })
  const head = useQuery({
    queryKey: [...queryKey, 'head'],
    queryFn: ({ signal }) => askHead.ask(signal),
    enabled: live && pages.isSuccess,
    refetchInterval: () => Math.max(stream === 'live' ? slowPollMs : pollMs, askHead.spacing()),
    refetchIntervalInBackground: false,
  })
  const [accepted, setAccepted] = useState<{ key: string; rows: readonly Row[] }>({
    key: keyText,
    rows: [],
  })
  const base = useMemo(() => pages.data?.pages.flatMap((page) => page.data) ?? [], [pages.data])
  const extra = useMemo(
    () => (accepted.key === keyText ? notInPages(accepted.rows, base) : []),
    [accepted, keyText, base],
  )
  const end = useEnd({ keyText, load, base, kind: input.kind, from: input.from })
  const headRows = pages.isPlaceholderData ? undefined : head.data?.data
  const { rows, fresh } = useMemo(
    () => merged([...extra, ...base, ...end.rows], headRows ?? [], news.apply),
    [extra, base, end.rows, headRows, news.apply],
  )

  const refetch = pages.refetch
  const showWaiting = useCallback(() => {
    if (fresh.length >= headLimit) {
      setAccepted({ key: keyText, rows: [] }) // more came than one page holds: begin anew
      void refetch()
    } else setAccepted({ key: keyText, rows: [...fresh, ...extra] })
  }, [fresh, extra, keyText, refetch])

  useEffect(() => {
    if (mayMove && fresh.length > 0) showWaiting()
  }, [mayMove, fresh.length, showWaiting])

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  return {
    rows,
    waiting: fresh.length,
    waitingMore: fresh.length >= headLimit,
    showWaiting,
    loadMore,
    loadEnd: end.load,
    gapAfter: end.gap ? (base.at(-1)?.id ?? null) : null,
    loadBeforeEnd: end.loadBefore,
    done: !hasNextPage || (end.rows.length > 0 && !end.gap),
    pages: pages.isPlaceholderData ? 0 : (pages.data?.pages.length ?? 0),
    lookedTo: hasNextPage ? idTime(pages.data?.pages.at(-1)?.iterator ?? '') : null,
    state: pages.isError ? 'error' : pages.isSuccess ? 'ready' : 'loading',
    error: pages.error,
    retry: () => void pages.refetch(),
    live:
      head.isError || stream === 'reconnecting'
        ? 'reconnecting'
        : freshness[streamed ? stream : 'refused'],
    tries,
  }
}

/** Asks for the head of a list: of one that is looked through only what came since it was asked last. */
function useHead<Row extends { readonly id: string }>(
  {
    load,
    loadHead = load,
    sought = false,
  }: Pick<Parameters<typeof useFeed<Row>>[0], 'load' | 'loadHead' | 'sought'>,
  keyText: string,
) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins anew
  const asked = useMemo(() => ({ since: Date.now() - slackMs, tookMs: 0 }), [keyText])
  return {
    async ask(signal: AbortSignal): Promise<List<Row>> {
      const begun = Date.now()
      const since = sought ? asked.since : null
      const page = await loadHead({ iterator: null, limit: headLimit }, signal, since)
      asked.tookMs = Date.now() - begun
      if (page.done) asked.since = begun - slackMs
      return page
    },
    spacing: () => (sought ? Math.max(soughtRefreshMs, asked.tookMs * soughtPatience) : refreshMs),
    /** More came than is looked through at once: some of it may be missing. */
    isBehind: (page: List<Row> | undefined) =>
      sought && page !== undefined && !page.done && page.data.length < headLimit,
  }
}

/** Where the gap lies among rows that a filter may have thinned out. */
export function gapIn(
  rows: readonly { readonly id: string }[],
  gapAfter: string | null,
): number | null {
  if (gapAfter === null) return null
  const at = rows.findIndex(({ id }) => id < gapAfter)
  return at < 0 ? null : at
}

/** The end of a long list, loaded without what lies between it and the beginning. */
function useEnd<Row extends { readonly id: string }>(input: {
  readonly keyText: string
  readonly load: (
    page: { readonly iterator: string | null; readonly limit: number },
    signal: AbortSignal,
  ) => Promise<List<Row>>
  readonly base: readonly Row[]
  readonly kind: 'delivery' | 'message'
  readonly from: number | null
}) {
  const { keyText, load, base, kind, from } = input
  const [tail, setTail] = useState<{ key: string; rows: readonly Row[] }>({
    key: keyText,
    rows: [],
  })
  const loading = useRef(false)
  const loaded = tail.key === keyText ? tail.rows : []
  const last = base.at(-1)?.id ?? ''
  const rows = useMemo(() => loaded.filter((row) => row.id < last), [loaded, last])
  const prepend = useCallback(
    async (beforeId: string, known: readonly Row[]): Promise<void> => {
      if (loading.current) return
      loading.current = true
      try {
        const { signal } = new AbortController()
        let page = await load({ iterator: `-${beforeId}`, limit: headLimit }, signal)
        for (let more = 0; more < emptyPagesMax && page.data.length === 0; more += 1) {
          if (page.done || page.prevIterator == null) break
          page = await load({ iterator: page.prevIterator, limit: headLimit }, signal)
        }
        setTail({ key: keyText, rows: [...page.data, ...known] })
      } finally {
        loading.current = false
      }
    },
    [load, keyText],
  )
  return {
    rows,
    /** The rows do not reach up to the beginning's last one. */
    gap: rows.length > 0 && rows.length === loaded.length,
    load: () => void prepend(idAtTime(kind, from ?? Date.now() - reachMs), []),
    loadBefore: () => {
      const first = rows[0]
      if (first !== undefined) void prepend(first.id, rows)
    },
  }
}

const freshness = { live: 'live', connecting: 'connecting', refused: 'polling' } as const

/** At most so many rows are kept changed; the oldest news is dropped, the next page load has it. */
const newsMax = 5_000

/** What the stream said of rows that the head does not hold. */
function useNews<Row>(input: {
  readonly queryKey: readonly unknown[]
  readonly after?: (row: Row, change: Change) => Row
}) {
  const [changes, setChanges] = useState<ReadonlyMap<string, Change>>(new Map())
  const { after } = input
  const waiting = useRef(new Map<string, Change>())
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  const take = (change: Change): void => {
    if (after === undefined || change.type !== 'attempt.finished') return
    waiting.current.set(change.deliveryId, change)
    if (timer.current !== 0) return
    timer.current = window.setTimeout(() => {
      timer.current = 0
      const fresh = waiting.current
      waiting.current = new Map()
      setChanges((before) => new Map([...before, ...fresh].slice(-newsMax)))
    }, 100)
  }
  const apply = useCallback(
    (row: Row & { readonly id: string }): Row & { readonly id: string } => {
      const change = changes.get(row.id)
      return change === undefined || after === undefined
        ? row
        : (after(row, change) as Row & { readonly id: string }) // it keeps its id
    },
    [changes, after],
  )
  return { take, apply }
}
