import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleMinus, CircleX } from 'lucide-react'
import type { AttemptOut } from '../api/model.ts'
import { classLabel } from '../components/class-label.ts'
import { Time } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'

/** One attempt in a row: result, number, answer, duration, time; it leads to the whole attempt. */
export function AttemptLine(props: { readonly attempt: AttemptOut }) {
  const t = useT()
  const formats = useFormats()
  const { base } = useScope()
  const { attempt } = props
  const ok = attempt.statusText === 'success'
  const leftOut = attempt.errorClass === 'transform_canceled'
  const Icon = leftOut ? CircleMinus : ok ? CircleCheck : CircleX
  const answer =
    attempt.responseStatusCode > 0
      ? String(attempt.responseStatusCode)
      : attempt.errorClass == null
        ? '–'
        : classLabel(attempt.errorClass, t)
  return (
    <li>
      <Link
        to={`${base}/messages/${attempt.msgId}/attempts/${attempt.id}`}
        className="grid min-h-8 grid-cols-[18px_minmax(0,1fr)_auto_auto] items-center gap-2 rounded-sm px-1 hover:bg-sunken"
      >
        <Icon
          size={15}
          aria-label={t(leftOut ? 'status.canceled' : ok ? 'status.delivered' : 'status.failed')}
          className={leftOut ? 'text-ink-3' : ok ? 'text-ok' : 'text-err'}
        />
        <span className="truncate">
          {t('attempt.number', { number: attempt.attemptNumber ?? 1 })}
          <span className="mono text-ink-2"> · {answer}</span>
          {attempt.triggerType === 1 && (
            <span className="text-ink-3"> · {t('trigger.manual')}</span>
          )}
        </span>
        <span className="mono text-ink-3">{formats.duration(attempt.responseDurationMs)}</span>
        <span className="mono text-ink-3">
          <Time at={attempt.timestamp} plain />
        </span>
      </Link>
    </li>
  )
}
