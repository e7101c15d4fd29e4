import type { ReactNode } from 'react'
import { useT } from '../i18n.tsx'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { InSheet } from './filters.tsx'

/** The filters of a list on a phone: each stands open, one below the other. */
export function FilterSheet(props: {
  readonly children: ReactNode
  /** Absent: none is set. */
  readonly onClear: (() => void) | undefined
  readonly onClose: () => void
}) {
  const t = useT()
  return (
    <Dialog
      title={t('filter.open')}
      copyAs={null}
      sheet
      onClose={props.onClose}
      footer={
        <>
          {props.onClear !== undefined && (
            <Button onClick={props.onClear}>{t('filter.clearAll')}</Button>
          )}
          <Button kind="primary" onClick={props.onClose}>
            {t('filter.show')}
          </Button>
        </>
      }
    >
      <InSheet value>
        <div className="flex flex-col gap-4">{props.children}</div>
      </InSheet>
    </Dialog>
  )
}
