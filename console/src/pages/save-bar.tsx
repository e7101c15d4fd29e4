/** What every section of settings that is saved by itself ends with. */
import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ApiError } from '../api/http.ts'
import { Button } from '../components/button.tsx'
import { CopyAs, type CopyAsProps } from '../components/copy-as.tsx'
import { Notice } from '../components/status.tsx'
import { useT } from '../i18n.tsx'
import type { useDraft } from '../state/draft.ts'
import { useScopeOrNull } from '../state/scope.tsx'

/** What the server said about that field. */
export const fault = (error: unknown, field: string): string | undefined =>
  error instanceof ApiError
    ? error.issues.find((issue) => issue.loc.includes(field))?.msg
    : undefined

/** What stands for a secret in the changes that a save would make. */
export const hidden = '••••••'

export function SaveBar(props: {
  readonly dirty: boolean
  readonly busy: boolean
  readonly onDiscard: () => void
  /** Whether the reader may save; without it, whether they may manage endpoints. */
  readonly may?: boolean
  /** What the button is called; without it, Posthorn's own word. */
  readonly word?: string | undefined
  /** What a save would ask of the server; null: it would ask nothing, as something is wrong. */
  readonly copyAs: CopyAsProps | null
  /** What else may be done with the section. */
  readonly children?: ReactNode
}) {
  const t = useT()
  const manageEndpoints = useScopeOrNull()?.may.manageEndpoints ?? false
  useBlocker({
    shouldBlockFn: () => props.dirty && !window.confirm(t('form.leave')),
    enableBeforeUnload: props.dirty,
    disabled: !props.dirty,
  })
  if (!(props.may ?? manageEndpoints)) return null
  return (
    <div className="flex flex-wrap gap-2">
      <Button type="submit" kind="primary" busy={props.busy}>
        {props.word ?? t('form.save')}
      </Button>
      {props.dirty && <Button onClick={props.onDiscard}>{t('form.discard')}</Button>}
      {props.children}
      {props.dirty && props.copyAs !== null && <CopyAs {...props.copyAs} withoutUrl />}
    </div>
  )
}

/** Somebody else stored something here meanwhile: nothing typed is lost, and a person decides. */
export function Overtaken(props: {
  readonly edit: Pick<ReturnType<typeof useDraft<unknown>>, 'overtaken' | 'keepMine' | 'takeTheirs'>
}) {
  const t = useT()
  const { edit } = props
  if (!edit.overtaken) return null
  return (
    <Notice
      tone="warn"
      title={t('form.overtaken')}
      actions={
        <>
          <Button onClick={edit.keepMine}>{t('form.keepMine')}</Button>
          <Button onClick={edit.takeTheirs}>{t('form.takeTheirs')}</Button>
        </>
      }
    >
      {t('form.overtakenText')}
    </Notice>
  )
}
