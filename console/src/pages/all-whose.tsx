import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { QueryValue } from '../api/http.ts'
import { countAllDeliveries } from '../api/overall-calls.ts'
import { useFormats } from '../i18n.tsx'
import { useNarrow } from '../state/narrow.ts'
import { useUrlState } from '../state/url.ts'
import { useOverallWords } from './all-applications.tsx'

/** So many applications have a chip of their own, and on a phone. */
const [chipsMax, chipsOnPhone] = [8, 3]
/** Counts need not be as fresh as rows. */
const everyMs = 10_000

/** Whose the deliveries are that the filter matches, those of most first: a press shows one's alone. */
export function WhoseChips(props: { readonly query: Readonly<Record<string, QueryValue>> }) {
  const w = useOverallWords()
  const formats = useFormats()
  const narrow = useNarrow()
  const [, change] = useUrlState()
  const { query } = props
  const counts = useQuery({
    queryKey: ['deliveries', '', 'counts', query],
    queryFn: ({ signal }) => countAllDeliveries(query, signal),
    enabled: Object.keys(query).length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
    retry: false,
  }).data
  if (counts === undefined || Object.keys(query).length === 0) return null
  const { total, partial, facets } = counts
  const applications = facets.application
  if (applications.length < 2) return null
  const amount = formats.number(total)
  const shown = applications.slice(0, narrow ? chipsOnPhone : chipsMax)
  const others = applications.length - shown.length
  return (
    <div className="flex flex-wrap items-center gap-1.5 px-5 pb-2 text-ink-2 max-sm:px-3">
      {partial
        ? w('overall.countedNewest', { amount })
        : w('overall.countedOf', { count: total, amount })}
      {shown.map(({ id, uid, name, count }) => (
        <button
          key={id}
          type="button"
          className="chip max-w-full"
          onClick={() => change({ app: uid ?? id })}
        >
          <span className="sr-only">{w('overall.only')} </span>
          <span className="max-w-48 truncate">{name}</span>{' '}
          <span className="mono text-ink-3">{formats.number(count)}</span>
        </button>
      ))}
      {others > 0 && w('overall.more', { count: others })}
    </div>
  )
}
