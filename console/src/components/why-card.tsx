import type { ReactNode } from 'react'
import type { ErrorClass } from '../../../src/domain/outcome.ts'
import type { AttemptOut } from '../api/model.ts'
import { type T, useFormats, useT } from '../i18n.tsx'
import { reasonOf } from '../state/reasons.ts'
import { Notice } from './status.tsx'

/** Two or three words for a list: "certificate expired". */
export function classLabel(errorClass: ErrorClass, t: T): string {
  return t(`class.${errorClass}`)
}

/** Says in words why an attempt failed, who can fix it, and what happens next. */
export function WhyCard(props: {
  readonly attempt: AttemptOut
  readonly nextAt?: number | null
  readonly actions?: ReactNode
}) {
  const t = useT()
  const formats = useFormats()
  const { attempt } = props
  if (attempt.statusText === 'success') {
    return (
      <Notice
        tone="ok"
        title={t('why.ok', {
          status: String(attempt.responseStatusCode),
          time: formats.duration(attempt.responseDurationMs),
        })}
      />
    )
  }
  const { title, cause, fixer } = reasonOf(attempt)
  const retryAfter = attempt.responseHeaders?.['retry-after']
  const target = attempt.responseHeaders?.['location']
  return (
    <Notice
      tone="err"
      title={t(title, {
        status: String(attempt.responseStatusCode),
        time: formats.duration(attempt.responseDurationMs),
      })}
      actions={props.actions}
    >
      <p>{t(cause)}</p>
      {target !== undefined && (
        <p>
          {t('why.redirectTarget')} <code className="break-all">{target}</code>
        </p>
      )}
      {retryAfter !== undefined && <p>{t('why.retryAfter', { value: retryAfter })}</p>}
      <p className="text-ink-2">
        {t(`why.fixer.${fixer}`)}
        {props.nextAt != null && ` ${t('why.next', { at: formats.moment(props.nextAt) })}`}
      </p>
    </Notice>
  )
}
