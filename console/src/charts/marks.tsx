import { Link } from '@tanstack/react-router'
import { useFormats, useT } from '../i18n.tsx'

/** A moment worth knowing beside what a chart shows, such as a change of settings. */
export interface Mark {
  readonly at: number
  readonly text: string
  /** Where it is told in full. */
  readonly to?: string
}

interface Span {
  readonly from: number
  readonly to: number
}

export function marksWithin(marks: readonly Mark[], { from, to }: Span): readonly Mark[] {
  return to <= from ? [] : marks.filter(({ at }) => at >= from && at <= to)
}

/** Where a moment lies on the axis. */
export const placeOn = (at: number, { from, to }: Span): string =>
  `${((at - from) / (to - from)) * 100}%`

/** Small flags below the axis; their words are in the list that a press opens. */
export function Marks(props: Span & { readonly marks: readonly Mark[] }) {
  const t = useT()
  const formats = useFormats()
  const marks = marksWithin(props.marks, props)
  if (marks.length === 0) return null
  return (
    <details className="text-ink-2 text-xs">
      <summary className="relative h-6 cursor-pointer list-none overflow-x-clip">
        <span className="sr-only">
          {t('chart.marks')} ({marks.length})
        </span>
        {marks.map(({ at, text }) => (
          <svg
            key={`${at} ${text}`}
            viewBox="0 0 10 9"
            aria-hidden
            className="absolute top-1.5 h-[9px] w-[10px] -translate-x-1/2 fill-accent"
            // Whole at either end too.
            style={{ left: `clamp(5px, ${placeOn(at, props)}, calc(100% - 5px))` }}
          >
            <title>{`${formats.moment(at)} · ${text}`}</title>
            <path d="M5 0 10 9H0Z" />
          </svg>
        ))}
      </summary>
      <ul className="flex flex-col gap-0.5 py-1">
        {marks.map(({ at, text, to }) => (
          <li key={`${at} ${text}`}>
            <span className="mono">{formats.moment(at)}</span> ·{' '}
            {to === undefined ? (
              text
            ) : (
              <Link to={to} className="link">
                {text}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
