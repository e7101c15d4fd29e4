import { Link } from '@tanstack/react-router'
import { useFormats, useT } from '../i18n.tsx'

/** A moment worth knowing beside what a chart shows, such as a change of settings. */
export interface Mark {
  /** Where two may have the same moment and words. */
  readonly id?: string
  readonly at: number
  readonly text: string
  /** Where it is told in full. */
  readonly to?: string
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Those of that time, newest first. */
export function marksWithin(marks: readonly Mark[], { from, to }: Span): readonly Mark[] {
  if (to <= from) return []
  return marks.filter(({ at }) => at >= from && at <= to).sort((a, b) => b.at - a.at)
}

export const keyOf = ({ id, at, text }: Mark): string => id ?? `${at} ${text}`

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
        {marks.map((mark) => (
          <svg
            key={keyOf(mark)}
            viewBox="0 0 10 9"
            aria-hidden
            className="absolute top-1.5 h-[9px] w-[10px] -translate-x-1/2 fill-accent"
            // Whole at either end too.
            style={{ left: `clamp(5px, ${placeOn(mark.at, props)}, calc(100% - 5px))` }}
          >
            <title>{`${formats.moment(mark.at)} · ${mark.text}`}</title>
            <path d="M5 0 10 9H0Z" />
          </svg>
        ))}
      </summary>
      <ul className="flex flex-col gap-0.5 py-1">
        {marks.map((mark) => (
          <li key={keyOf(mark)} className="[overflow-wrap:anywhere]">
            <span className="mono">{formats.moment(mark.at)}</span> ·{' '}
            {mark.to === undefined ? (
              mark.text
            ) : (
              <Link to={mark.to} className="link">
                {mark.text}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
