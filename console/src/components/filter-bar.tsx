import { SlidersHorizontal } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useT } from '../i18n.tsx'
import { useNarrow } from '../state/narrow.ts'
import { useUrlState } from '../state/url.ts'
import type { ViewsOf } from '../state/views.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { InSheet } from './filters.tsx'

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
      <Suspense>
        <SavedViews list={props.views} />
      </Suspense>
      {props.actions}
      {narrow && open && (
        <Dialog
          title={t('filter.open')}
          sheet
          onClose={() => setOpen(false)}
          footer={
            <>
              {set.length > 0 && (
                <Button
                  onClick={() => change(Object.fromEntries(set.map((name) => [name, undefined])))}
                >
                  {t('filter.clearAll')}
                </Button>
              )}
              <Button kind="primary" onClick={() => setOpen(false)}>
                {t('filter.show')}
              </Button>
            </>
          }
        >
          <InSheet value>
            <div className="flex flex-col gap-4">{props.children}</div>
          </InSheet>
        </Dialog>
      )}
    </div>
  )
}
