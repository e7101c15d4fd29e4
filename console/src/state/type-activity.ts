/** What comes of the types of a list, asked for some at a time. */
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type TypeActivity, typeActivity } from '../api/catalog-calls.ts'

/** Names of one request: together they fit into its address. */
const atOnce = 50
/** Beyond so many the columns stay empty: nobody reads further down than they search. */
const most = 500

export type TypeActivityByName = ReadonlyMap<string, TypeActivity>

export function useTypeActivity(
  /** Null: nobody's, and nothing is asked. */
  application: string | null,
  names: readonly string[],
): TypeActivityByName {
  const asked = application === null ? [] : names.slice(0, most)
  const pages = Array.from({ length: Math.ceil(asked.length / atOnce) }, (_, page) =>
    asked.slice(page * atOnce, (page + 1) * atOnce),
  )
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: ['type-activity', application, page.join()],
      queryFn: () => typeActivity(application ?? '', page),
      staleTime: 60_000,
    })),
    combine: (answers) => answers.map(({ data }) => data),
  })
  return useMemo(
    () => new Map(results.flatMap((answer) => answer?.data ?? []).map((one) => [one.name, one])),
    [results],
  )
}
