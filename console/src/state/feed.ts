import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { List } from '../api/model.ts'

/** How often the head of a list is asked for while nobody streams it. */
export const pollMs = 2_000
const headLimit = 100

export interface Feed<Row> {
  readonly rows: readonly Row[]
  /** Rows that arrived since and are not shown yet: they must not move what is being read. */
  readonly waiting: number
  readonly showWaiting: () => void
  readonly loadMore: () => void
  readonly done: boolean
  readonly state: 'loading' | 'ready' | 'error'
  readonly error: unknown
  readonly retry: () => void
  /** The last poll failed: what is shown may be old. */
  readonly stale: boolean
}

/**
 * A list by id, newest first, that stays put: known rows change in place, new ones wait until the
 * reader asks for them (or is at the top with nothing under the hand).
 */
export function useFeed<Row extends { readonly id: string }>(input: {
  readonly queryKey: readonly unknown[]
  readonly load: (
    page: { readonly iterator: string | null; readonly limit: number },
    signal: AbortSignal,
  ) => Promise<List<Row>>
  readonly live: boolean
  /** Whether new rows may be added at once. */
  readonly mayMove: boolean
}): Feed<Row> {
  const { queryKey, load, live, mayMove } = input
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
    queryFn: ({ signal }) => load({ iterator: null, limit: headLimit }, signal),
    enabled: live && pages.isSuccess,
    refetchInterval: pollMs,
    refetchIntervalInBackground: false,
  })
  const keyText = JSON.stringify(queryKey)
  const [accepted, setAccepted] = useState<{ key: string; rows: readonly Row[] }>({
    key: keyText,
    rows: [],
  })
  const extra = accepted.key === keyText ? accepted.rows : []

  const base = useMemo(() => pages.data?.pages.flatMap((page) => page.data) ?? [], [pages.data])
  const headRows = pages.isPlaceholderData ? undefined : head.data?.data
  const { rows, fresh } = useMemo(
    () => merged([...extra, ...base], headRows ?? []),
    [extra, base, headRows],
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
    showWaiting,
    loadMore,
    done: !hasNextPage,
    state: pages.isError ? 'error' : pages.isSuccess ? 'ready' : 'loading',
    error: pages.error,
    retry: () => void pages.refetch(),
    stale: head.isError,
  }
}

/** Known rows take the newer form of the head; rows of the head that are not known wait. */
function merged<Row extends { readonly id: string }>(
  known: readonly Row[],
  head: readonly Row[],
): { readonly rows: readonly Row[]; readonly fresh: readonly Row[] } {
  const newest = known[0]?.id ?? ''
  const current = new Map(head.map((row) => [row.id, row]))
  return {
    rows: known.map((row) => current.get(row.id) ?? row),
    fresh: head.filter((row) => row.id > newest),
  }
}
