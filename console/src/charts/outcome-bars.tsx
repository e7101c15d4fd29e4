import { useId, useState } from 'react'
import { useFormats, useT } from '../i18n.tsx'
import type { Bucket } from './buckets.ts'
import { type PickedRange, useRangePick } from './range-pick.ts'

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
  readonly onRange: (range: PickedRange) => void
}) {
  const t = useT()
  const formats = useFormats()
  const [asTable, setAsTable] = useState(false)
  const { buckets } = props
  const total = buckets.reduce(
    (sum, bucket) => ({
      ok: sum.ok + bucket.ok,
      failed: sum.failed + bucket.failed,
      waiting: sum.waiting + bucket.waiting,
    }),
    { ok: 0, failed: 0, waiting: 0 },
  )
  const summary = t('chart.summary', total)
  const starts = buckets.map(({ from }) => from)
  const { picked, onKeyDown, pointer } = useRangePick({ ...props, starts })
  return (
    <figure className="flex flex-col gap-1">
      {asTable ? (
        <BucketTable buckets={buckets} />
      ) : (
        <div
          role="application"
          aria-label={`${summary} ${t('chart.pickHelp')}`}
          tabIndex={0}
          onKeyDown={onKeyDown}
          className="rounded-sm"
        >
          <div className="relative cursor-crosshair touch-none" {...pointer}>
            <OutcomeStrip buckets={buckets} className="h-14" />
            {picked !== null && <PickedBars {...picked} count={buckets.length} />}
          </div>
        </div>
      )}
      <figcaption className="flex flex-wrap items-center gap-x-4 text-ink-3 text-xs">
        <OutcomeLegend {...total} />
        <span className="ml-auto flex items-center gap-2">
          {picked !== null && (
            <span>
              {formats.moment(buckets[picked.low]?.from ?? 0)} –{' '}
              {formats.moment(buckets[picked.high + 1]?.from ?? props.to)}
            </span>
          )}
          <TableSwitch asTable={asTable} onChange={setAsTable} />
        </span>
      </figcaption>
    </figure>
  )
}

/** The bars alone. */
export function OutcomeStrip(props: {
  readonly buckets: readonly Bucket[]
  readonly className: string
}) {
  const hatch = useId()
  const { buckets } = props
  const width = 1000
  const step = width / Math.max(1, buckets.length)
  const most = Math.max(1, ...buckets.map((bucket) => bucket.ok + bucket.failed + bucket.waiting))
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={`block w-full ${props.className}`}
      aria-hidden
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
      <path d={`M0 ${height} H${width}`} className="stroke-line" />
    </svg>
  )
}

/** What is picked of `count` bars, over what they show. */
export function PickedBars(props: {
  readonly low: number
  readonly high: number
  readonly count: number
}) {
  const { low, high, count } = props
  return (
    <span
      aria-hidden
      className="pointer-events-none absolute inset-y-0 bg-accent opacity-25"
      style={{ left: `${(low / count) * 100}%`, width: `${((high - low + 1) / count) * 100}%` }}
    />
  )
}

export function TableSwitch(props: {
  readonly asTable: boolean
  readonly onChange: (asTable: boolean) => void
}) {
  const t = useT()
  const { asTable, onChange } = props
  return (
    <button
      type="button"
      className="min-h-6 rounded-sm px-1 hover:underline"
      onClick={() => onChange(!asTable)}
    >
      {asTable ? t('chart.asChart') : t('chart.asTable')}
    </button>
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

/** What the colours stand for, with how many there are. */
export function OutcomeLegend(props: Omit<Bucket, 'from'>) {
  const t = useT()
  const formats = useFormats()
  const { ok, failed, waiting } = props
  return (
    <>
      <Legend className="bg-ok opacity-60" label={t('chart.ok')} value={formats.number(ok)} />
      <Legend className="bg-err" label={t('chart.failed')} value={formats.number(failed)} />
      {waiting > 0 && (
        <Legend className="bg-warn" label={t('chart.waiting')} value={formats.number(waiting)} />
      )}
    </>
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
