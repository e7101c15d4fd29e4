import { type KeyboardEvent, type PointerEvent, useId, useState } from 'react'
import { useFormats, useT } from '../i18n.tsx'
import type { Bucket } from './buckets.ts'

const height = 56
const gap = 1.5

/**
 * Outcomes over time as stacked bars: delivered pale, failed solid, waiting hatched, so that it
 * reads in grey too. Dragging picks a range; so do the arrow keys, which go to a bar, and with Shift
 * take in those up to another.
 */
export function OutcomeBars(props: {
  readonly buckets: readonly Bucket[]
  readonly to: number
  /** Moments worth knowing beside the outcomes, such as a change of settings. */
  readonly marks?: readonly { readonly at: number; readonly text: string }[]
  /** Nothing here was tried yet: the legend names what waits alone. */
  readonly waitingOnly?: boolean
  readonly onRange?: (range: { readonly from: number; readonly to: number }) => void
}) {
  const t = useT()
  const formats = useFormats()
  const hatch = useId()
  const [picked, setPicked] = useState<{ readonly a: number; readonly b: number } | null>(null)
  const [asTable, setAsTable] = useState(false)
  const { buckets } = props
  const most = Math.max(1, ...buckets.map((bucket) => bucket.ok + bucket.failed + bucket.waiting))
  const total = buckets.reduce(
    (sum, bucket) => ({
      ok: sum.ok + bucket.ok,
      failed: sum.failed + bucket.failed,
      waiting: sum.waiting + bucket.waiting,
    }),
    { ok: 0, failed: 0, waiting: 0 },
  )
  const width = 1000
  const step = width / Math.max(1, buckets.length)
  const summary = t('chart.summary', total)
  const pickable = props.onRange !== undefined

  function finish(range: { readonly a: number; readonly b: number }): void {
    const from = buckets[Math.min(range.a, range.b)]?.from
    const to = buckets[Math.max(range.a, range.b) + 1]?.from ?? props.to
    setPicked(null)
    if (from !== undefined) props.onRange?.({ from, to })
  }

  function indexAt(event: PointerEvent<SVGSVGElement>): number {
    const box = event.currentTarget.getBoundingClientRect()
    const share = (event.clientX - box.left) / box.width
    return Math.max(0, Math.min(buckets.length - 1, Math.floor(share * buckets.length)))
  }

  function onKeyDown(event: KeyboardEvent): void {
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (direction !== 0) {
      event.preventDefault()
      const start = picked ?? { a: buckets.length - 1, b: buckets.length }
      const b = Math.max(0, Math.min(buckets.length - 1, start.b + direction))
      setPicked({ a: event.shiftKey ? start.a : b, b })
    } else if (event.key === 'Enter' && picked !== null) {
      event.preventDefault()
      finish(picked)
    } else if (event.key === 'Escape') setPicked(null)
  }

  const low = picked === null ? 0 : Math.min(picked.a, picked.b)
  const high = picked === null ? 0 : Math.max(picked.a, picked.b)
  return (
    <figure className="flex flex-col gap-1">
      {asTable ? (
        <BucketTable buckets={buckets} />
      ) : (
        // The chart can be pressed only where it picks a range; its sentence says the finding.
        // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is one of the two below
        <div
          role={pickable ? 'application' : 'img'}
          aria-label={pickable ? `${summary} ${t('chart.pickHelp')}` : summary}
          tabIndex={pickable ? 0 : undefined}
          onKeyDown={pickable ? onKeyDown : undefined}
          className="rounded-sm"
        >
          <svg
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            className={`block h-14 w-full ${pickable ? 'cursor-crosshair touch-none' : ''}`}
            aria-hidden
            onPointerDown={
              pickable
                ? (event) => {
                    event.currentTarget.setPointerCapture(event.pointerId)
                    const at = indexAt(event)
                    setPicked({ a: at, b: at })
                  }
                : undefined
            }
            onPointerMove={(event) => {
              if (picked !== null && event.buttons === 1)
                setPicked({ a: picked.a, b: indexAt(event) })
            }}
            onPointerUp={() => {
              if (picked !== null) finish(picked)
            }}
          >
            <defs>
              <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse">
                <rect width="6" height="6" className="fill-warn-soft" />
                <path d="M0 6 6 0" className="stroke-warn" strokeWidth="1.5" />
              </pattern>
            </defs>
            {buckets.map((bucket, index) => (
              <Bar
                key={bucket.from}
                bucket={bucket}
                x={index * step}
                width={Math.max(1, step - gap)}
                scale={(height - 2) / most}
                hatch={hatch}
              />
            ))}
            {picked !== null && (
              <rect
                x={low * step}
                width={(high - low + 1) * step}
                y={0}
                height={height}
                className="fill-accent opacity-25"
              />
            )}
            <path d={`M0 ${height} H${width}`} className="stroke-line" />
          </svg>
        </div>
      )}
      <Marks marks={props.marks ?? []} from={buckets[0]?.from ?? 0} to={props.to} />
      <figcaption className="flex flex-wrap items-center gap-x-4 text-ink-3 text-xs">
        {props.waitingOnly !== true && (
          <>
            <Legend
              className="bg-ok opacity-60"
              label={t('chart.ok')}
              value={formats.number(total.ok)}
            />
            <Legend
              className="bg-err"
              label={t('chart.failed')}
              value={formats.number(total.failed)}
            />
          </>
        )}
        {total.waiting > 0 && (
          <Legend
            className="bg-warn"
            label={t('chart.waiting')}
            value={formats.number(total.waiting)}
          />
        )}
        <span className="ml-auto flex items-center gap-2">
          {picked !== null && (
            <span>
              {formats.moment(buckets[low]?.from ?? 0)} –{' '}
              {formats.moment(buckets[high + 1]?.from ?? props.to)}
            </span>
          )}
          <button
            type="button"
            className="min-h-6 rounded-sm px-1 hover:underline"
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? t('chart.asChart') : t('chart.asTable')}
          </button>
        </span>
      </figcaption>
    </figure>
  )
}

/** Small flags below the axis; their words are in the list that a press opens. */
function Marks(props: {
  readonly marks: readonly { readonly at: number; readonly text: string }[]
  readonly from: number
  readonly to: number
}) {
  const t = useT()
  const formats = useFormats()
  const { from, to } = props
  const marks = props.marks.filter(({ at }) => at >= from && at <= to)
  if (marks.length === 0 || to <= from) return null
  return (
    <details className="text-ink-2 text-xs">
      <summary className="relative h-6 cursor-pointer list-none overflow-x-clip">
        <span className="sr-only">
          {t('chart.marks')} ({marks.length})
        </span>
        {marks.map(({ at, text }) => (
          <span
            key={`${at} ${text}`}
            title={`${formats.moment(at)} · ${text}`}
            aria-hidden
            className="absolute top-0 -translate-x-1/2 text-accent"
            // Whole at either end too.
            style={{
              left: `clamp(0.5em, ${((at - from) / (to - from)) * 100}%, calc(100% - 0.5em))`,
            }}
          >
            ▲
          </span>
        ))}
      </summary>
      <ul className="flex flex-col gap-0.5 py-1">
        {marks.map(({ at, text }) => (
          <li key={`${at} ${text}`}>
            <span className="mono">{formats.moment(at)}</span> · {text}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Bar(props: {
  readonly bucket: Bucket
  readonly x: number
  readonly width: number
  readonly scale: number
  readonly hatch: string
}) {
  const { bucket, x, width, scale } = props
  const ok = bucket.ok * scale
  const failed = bucket.failed * scale
  const waiting = bucket.waiting * scale
  return (
    <g>
      <rect x={x} width={width} y={height - ok} height={ok} className="fill-ok opacity-45" />
      <rect
        x={x}
        width={width}
        y={height - ok - waiting}
        height={waiting}
        fill={`url(#${props.hatch})`}
      />
      <rect
        x={x}
        width={width}
        y={height - ok - waiting - failed}
        height={failed}
        className="bar-err fill-err"
      />
    </g>
  )
}

function Legend(props: {
  readonly className: string
  readonly label: string
  readonly value: string
}) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span className={`size-2 rounded-[2px] ${props.className}`} aria-hidden />
      {props.label} <span className="mono text-ink-2">{props.value}</span>
    </span>
  )
}

function BucketTable(props: { readonly buckets: readonly Bucket[] }) {
  const t = useT()
  const formats = useFormats()
  const rows = props.buckets.filter((bucket) => bucket.ok + bucket.failed + bucket.waiting > 0)
  return (
    <div className="max-h-48 overflow-auto">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t('chart.from')}</th>
            <th>{t('chart.ok')}</th>
            <th>{t('chart.failed')}</th>
            <th>{t('chart.waiting')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((bucket) => (
            <tr key={bucket.from}>
              <td className="mono">{formats.moment(bucket.from)}</td>
              <td className="mono">{bucket.ok}</td>
              <td className="mono">{bucket.failed}</td>
              <td className="mono">{bucket.waiting}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
