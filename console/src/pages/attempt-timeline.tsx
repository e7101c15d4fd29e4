import { Link } from '@tanstack/react-router'
import { Settings2 } from 'lucide-react'
import type { AttemptOut } from '../api/model.ts'
import type { Mark } from '../charts/marks.tsx'
import { Time } from '../components/time.tsx'
import { useT } from '../i18n.tsx'
import { AttemptLine } from './attempt-line.tsx'

/** Attempts, newest first, and between them what was changed of the endpoint meanwhile. */
export function AttemptTimeline(props: {
  readonly attempts: readonly AttemptOut[]
  /** Newest first as well. */
  readonly changes: readonly Mark[]
  /** Changes before then had no part in it. */
  readonly since: number
}) {
  const t = useT()
  const { attempts, since } = props
  const entries = [
    ...attempts.map((attempt) => ({ at: Date.parse(attempt.timestamp), attempt, change: null })),
    ...props.changes
      .filter(({ at }) => at >= since)
      .map((change) => ({ at: change.at, attempt: null, change })),
  ].sort((a, b) => b.at - a.at)
  return (
    <ol className="flex flex-col" aria-label={t('delivery.attempts')}>
      {entries.map(({ attempt, change }) =>
        attempt === null ? (
          <ChangeLine key={`${change.at} ${change.text}`} change={change} />
        ) : (
          <AttemptLine key={attempt.id} attempt={attempt} />
        ),
      )}
    </ol>
  )
}

function ChangeLine(props: { readonly change: Mark }) {
  const { at, text, to } = props.change
  return (
    <li className="grid min-h-8 grid-cols-[18px_minmax(0,1fr)_auto] items-center gap-2 px-1 text-ink-2">
      <Settings2 size={15} aria-hidden className="text-accent" />
      <span className="min-w-0 break-words">
        {to === undefined ? (
          text
        ) : (
          <Link to={to} className="link">
            {text}
          </Link>
        )}
      </span>
      <span className="mono text-ink-3">
        <Time at={at} plain />
      </span>
    </li>
  )
}
