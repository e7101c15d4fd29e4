import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '../i18n.tsx'
import { useMay } from '../state/session.tsx'
import { Page } from './page.tsx'
import { Empty } from './states.tsx'

/** A page that takes a permission. Who lacks it reads so, and nothing is asked of the server. */
export function Guarded(props: {
  readonly permission: string
  readonly title: string
  readonly children: ReactNode
}) {
  const t = useT()
  const may = useMay(props.permission)
  if (may) return props.children
  return (
    <Page title={props.title}>
      <Empty title={t('error.forbidden')}>{t('may.notThisPage')}</Empty>
    </Page>
  )
}

/** Fields that the reader may look at, not change: disabled, with the reason above them. */
export function Changeable(props: { readonly when: boolean; readonly children: ReactNode }) {
  if (props.when) return props.children
  return (
    <fieldset disabled className="contents">
      {props.children}
    </fieldset>
  )
}

export function ReadOnlyReason() {
  const t = useT()
  return (
    <p className="flex items-center gap-2 text-ink-2">
      <Lock size={14} aria-hidden className="flex-none" /> {t('may.onlyLook')}
    </p>
  )
}
