/** What rows of a list show beside what the list itself brings, asked for a hundred at a time. */
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'

/** As many as the operations take at once. */
export const atOnce = 100
const askAgainMs = 15_000

/** Told by id. `queryKey`: what changes of the rows make stale. */
export function useByHundreds<One>(input: {
  readonly queryKey: readonly unknown[]
  readonly ids: readonly string[]
  readonly ask: (
    ids: readonly string[],
    signal: AbortSignal,
  ) => Promise<{ readonly data: readonly One[] }>
  readonly idOf: (one: One) => string
}): ReadonlyMap<string, One> {
  const { ids, queryKey, ask, idOf } = input
  const pages = Array.from({ length: Math.ceil(ids.length / atOnce) }, (_, page) =>
    ids.slice(page * atOnce, (page + 1) * atOnce),
  )
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: [...queryKey, page.join()],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => ask(page, signal),
      refetchInterval: askAgainMs,
    })),
    combine: (answers) => answers.map(({ data }) => data),
  })
  return useMemo(
    () =>
      new Map(
        results.flatMap((answer) => answer?.data ?? []).map((one) => [idOf(one), one] as const),
      ),
    [results, idOf],
  )
}
