/** Nothing is left by the filters of a long list: the server counts what there would be without each. */
import { useQueries } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useT } from '../i18n.tsx'
import type { NamedFilter } from '../state/filter-names.ts'
import type { Search } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'
import { Button } from './button.tsx'
import { FilteredEmpty } from './filtered-empty.tsx'
import { Empty } from './states.tsx'

export interface Count {
  readonly total: number
  /** There are more than can be counted at once. */
  readonly partial: boolean
}

export function CountedEmpty(props: {
  readonly filters: readonly NamedFilter[]
  /** How many rows a list with that URL would have; as bounded as the counts above the list. */
  readonly count: (search: Search, signal: AbortSignal) => Promise<Count>
  readonly queryKey: readonly unknown[]
  /** Said when taking one of them away is not enough, and of a filter that is alone. */
  readonly children?: ReactNode
}) {
  const t = useT()
  const [search, change] = useUrlState()
  const { filters } = props
  const counts = useQueries({
    queries: filters.map(({ without }) => ({
      queryKey: [...props.queryKey, 'without', { ...search, ...without }],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        props.count({ ...search, ...without }, signal),
      staleTime: 10_000,
      retry: false,
    })),
  })
  const found = filters.flatMap(({ label, without }, at) => {
    const { total = 0, partial = false } = counts[at]?.data ?? {}
    return total === 0 ? [] : [{ label, count: total, partial, drop: () => change(without) }]
  })
  const alone = filters.length === 1 && props.children !== undefined
  if (found.length > 0 && !alone) return <FilteredEmpty filters={found} />
  const none = Object.assign({}, ...filters.map(({ without }) => without)) as Search // of such parts
  return (
    <Empty
      title={t('filter.emptyTitle')}
      action={<Button onClick={() => change(none)}>{t('filter.clearAll')}</Button>}
    >
      {props.children ?? t('filter.emptyText')}
    </Empty>
  )
}
