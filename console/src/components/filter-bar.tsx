import { SlidersHorizontal } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useT } from '../i18n.tsx'
import { useNarrow } from '../state/narrow.ts'
import { useSeesAll } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { anyViews, type ViewsOf, viewOf } from '../state/views.ts'
import { Button } from './button.tsx'

// The first load stays small: most lists are looked at as they are.
const FilterSheet = lazy(async () => ({
  default: (await import('./filter-sheet.tsx')).FilterSheet,
}))
const SavedViews = lazy(async () => ({ default: (await import('./saved-views.tsx')).SavedViews }))

/**
 * Above a list: its search, its filters, the views that were saved, and what else there is to press.
 * On a phone the filters come as a sheet, behind one button that says how many are set.
 */
export function FilterBar(props: {
  readonly search: ReactNode
  /** The filters. */
  readonly children: ReactNode
  /** Names of the filters in the URL. */
  readonly names: readonly string[]
  readonly views: ViewsOf['list']
  readonly actions: ReactNode
}) {
  const t = useT()
  const narrow = useNarrow()
  const all = useSeesAll() // there may be views of everybody
  const [open, setOpen] = useState(false)
  const [search, change] = useUrlState()
  const set = props.names.filter((name) => search[name] !== undefined)
  return (
    <div className="flex flex-wrap items-center gap-1.5 px-5 py-2.5 max-sm:px-3">
      {props.search}
      {narrow ? (
        <Button onClick={() => setOpen(true)}>
          <SlidersHorizontal size={14} aria-hidden />
          {set.length === 0 ? t('filter.open') : t('filter.openCount', { count: set.length })}
        </Button>
      ) : (
        props.children
      )}
      {(all || anyViews() || Object.keys(viewOf(search)).length > 0) && (
        <Suspense>
          <SavedViews list={props.views} />
        </Suspense>
      )}
      <div className="flex flex-wrap items-center gap-1.5">{props.actions}</div>
      {narrow && open && (
        <Suspense>
          <FilterSheet
            onClear={
              set.length === 0
                ? undefined
                : () => change(Object.fromEntries(set.map((name) => [name, undefined])))
            }
            onClose={() => setOpen(false)}
          >
            {props.children}
          </FilterSheet>
        </Suspense>
      )}
    </div>
  )
}
