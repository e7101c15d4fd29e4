/** Nothing is left by the filters: says which of them does it, and takes it away. Loaded when it is so. */

import { useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useWords } from '../state/words.ts'
import { Button } from './button.tsx'
import { Empty } from './states.tsx'

const words = { en: createEn, es: createEs }

export interface DroppableFilter {
  /** What the filter is called on the page. */
  readonly label: string
  /** What there would be without it. */
  readonly count: number
  /** There are more than were counted. */
  readonly partial?: boolean
  readonly drop: () => void
}

export function FilteredEmpty(props: { readonly filters: readonly DroppableFilter[] }) {
  const t = useT()
  const w = useWords(words)
  const [best] = props.filters.toSorted((a, b) => b.count - a.count)
  if (best === undefined || best.count === 0) {
    return <Empty title={t('filter.emptyTitle')}>{t('filter.emptyText')}</Empty>
  }
  return (
    <Empty
      title={t('filter.emptyTitle')}
      action={<Button onClick={best.drop}>{w('filter.dropOne', { filter: best.label })}</Button>}
    >
      {w(best.partial === true ? 'filter.withoutMore' : 'filter.without', {
        filter: best.label,
        count: best.count,
      })}
    </Empty>
  )
}
