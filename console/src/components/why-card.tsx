import type { ReactNode } from 'react'
import type { AttemptOut } from '../api/model.ts'
import { useFormats } from '../i18n.tsx'
import { whyEn } from '../messages/why-en.ts'
import { whyEs } from '../messages/why-es.ts'
import { reasonOf } from '../state/reasons.ts'
import { useWords } from '../state/words.ts'
import { Notice } from './status.tsx'

const words = { en: whyEn, es: whyEs }

/** Says in words why an attempt failed, who can fix it, and what happens next. */
export function WhyCard(props: {
  readonly attempt: AttemptOut
  readonly nextAt?: number | null
  readonly actions?: ReactNode
}) {
  const t = useWords(words)
  const formats = useFormats()
  const { attempt } = props
  if (attempt.errorClass === 'transform_canceled') {
    return (
      <Notice tone="mute" title={t('why.transformCanceled')}>
        <p>{t('why.transformCanceled.cause')}</p>
      </Notice>
    )
  }
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
