import { type ReactNode, useState } from 'react'
import { useFormats, useT } from '../i18n.tsx'
import type { Bucket } from './buckets.ts'
import { LatencyLegend, type LatencySlice, LatencyStrip, longestOf } from './latency-lines.tsx'
import { keyOf, type Mark, Marks, marksWithin, placeOn } from './marks.tsx'
import { OutcomeLegend, OutcomeStrip, PickedBars, TableSwitch } from './outcome-bars.tsx'
import { type PickedRange, useRangePick } from './range-pick.ts'

/** One slice of time: what attempts came to, how long they took, and what of it still waits. */
export type Slice = Bucket & LatencySlice

/**
 * Outcomes, latency and what waits over one axis, with one cursor and the changes of settings below.
 * A range is picked by dragging or by keys, as in every chart.
 */
export function Strips(props: {
  readonly slices: readonly Slice[]
  readonly to: number
  readonly marks: readonly Mark[]
  /** The strips leave room for a list below them. */
  readonly low?: boolean
  /** Of which time they are, where the page does not say. */
  readonly note?: string
  /** What else may be done with them. */
  readonly action?: ReactNode
  readonly onRange: (range: PickedRange) => void
}) {
  const t = useT()
  const formats = useFormats()
  const [asTable, setAsTable] = useState(false)
  const [hovered, setHovered] = useState<number | null>(null)
  const { slices, to, marks } = props
  const starts = slices.map(({ from }) => from)
  const { picked, indexAt, onKeyDown, pointer } = useRangePick({ ...props, starts })
  const total = sumOf(slices)
  const most = Math.max(0, ...slices.map(({ waiting }) => waiting))
  const shown = picked ?? (hovered === null ? null : { low: hovered, high: hovered })
  const span = { from: starts[0] ?? 0, to }
  const height = `${props.low === true ? 'h-8' : 'h-12'} col-start-2`
  return (
    <figure className="flex flex-col gap-1">
      {asTable ? (
        <SliceTable slices={slices} />
      ) : (
        <div
          role="application"
          aria-label={[
            t('chart.summary', total),
            t('chart.latencySummary', { most: formats.duration(longestOf(slices)) }),
            t('chart.pickHelp'),
          ].join(' ')}
          tabIndex={0}
          onKeyDown={onKeyDown}
          className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-center gap-x-2 gap-y-1 rounded-sm"
        >
          <StripName name={t('strip.outcomes')} />
          <OutcomeStrip
            buckets={slices.map((slice) => ({ ...slice, waiting: 0 }))}
            className={`${height} row-start-1`}
          />
          <StripName name={t('strip.latency')} most={`≤ ${formats.duration(longestOf(slices))}`} />
          <LatencyStrip slices={slices} className={`${height} row-start-2`} />
          <StripName name={t('strip.backlog')} most={`≤ ${formats.number(most)}`} />
          <OutcomeStrip
            buckets={slices.map((slice) => ({ ...slice, ok: 0, failed: 0 }))}
            className={`${height} row-start-3`}
          />
          <div
            className="relative col-start-2 row-span-3 row-start-1 h-full cursor-crosshair touch-none"
            {...pointer}
            onPointerMove={(event) => {
              pointer.onPointerMove(event)
              setHovered(indexAt(event))
            }}
            onPointerLeave={() => setHovered(null)}
          >
            {marksWithin(marks, span).map((mark) => (
              <span
                key={keyOf(mark)}
                aria-hidden
                className="pointer-events-none absolute inset-y-0 border-accent border-l border-dashed opacity-60"
                style={{ left: placeOn(mark.at, span) }}
              />
            ))}
            {shown !== null && <PickedBars {...shown} count={slices.length} />}
          </div>
        </div>
      )}
      <div className="pl-24">
        <Marks marks={marks} {...span} />
      </div>
      <figcaption className="flex min-h-6 flex-wrap items-center gap-x-4 text-ink-3 text-xs">
        {shown === null ? (
          <>
            {props.note !== undefined && <span className="text-ink-2">{props.note}</span>}
            <OutcomeLegend {...total} />
            <LatencyLegend />
          </>
        ) : (
          <Reading
            slices={slices.slice(shown.low, shown.high + 1)}
            to={starts[shown.high + 1] ?? to}
          />
        )}
        <span className="ml-auto flex flex-wrap gap-x-2">
          {props.action}
          <TableSwitch asTable={asTable} onChange={setAsTable} />
        </span>
      </figcaption>
    </figure>
  )
}

function StripName(props: { readonly name: string; readonly most?: string }) {
  return (
    <span className="flex flex-col text-ink-2 text-xs leading-tight" aria-hidden>
      {props.name}
      {props.most !== undefined && <span className="mono text-ink-3">{props.most}</span>}
    </span>
  )
}

/** What is under the cursor, or in what is picked. */
function Reading(props: { readonly slices: readonly Slice[]; readonly to: number }) {
  const t = useT()
  const formats = useFormats()
  const { slices, to } = props
  const one = slices.length === 1 ? slices[0] : undefined
  return (
    <>
      <span className="mono text-ink-2">
        {formats.moment(slices[0]?.from ?? to)} – {formats.moment(to)}
      </span>
      <span>{t('chart.summary', sumOf(slices))}</span>
      {one?.p50Ms != null && (
        <span className="mono">
          p50 {durationOf(one.p50Ms, formats)} · p95 {durationOf(one.p95Ms, formats)} · p99{' '}
          {durationOf(one.p99Ms, formats)}
        </span>
      )}
    </>
  )
}

const durationOf = (ms: number | null, formats: ReturnType<typeof useFormats>): string =>
  ms === null ? '–' : formats.duration(ms)

function sumOf(slices: readonly Slice[]): Omit<Bucket, 'from'> {
  const sum = { ok: 0, failed: 0, waiting: 0 }
  for (const { ok, failed, waiting } of slices) {
    sum.ok += ok
    sum.failed += failed
    sum.waiting += waiting
  }
  return sum
}

function SliceTable(props: { readonly slices: readonly Slice[] }) {
  const t = useT()
  const formats = useFormats()
  const rows = props.slices.filter(({ ok, failed, waiting }) => ok + failed + waiting > 0)
  return (
    <div className="max-h-48 overflow-auto">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t('chart.from')}</th>
            <th>{t('chart.ok')}</th>
            <th>{t('chart.failed')}</th>
            <th title={t('chart.p50')}>p50</th>
            <th title={t('chart.p95')}>p95</th>
            <th title={t('chart.p99')}>p99</th>
            <th>{t('chart.waiting')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((slice) => (
            <tr key={slice.from}>
              <td className="mono">{formats.moment(slice.from)}</td>
              <td className="mono">{slice.ok}</td>
              <td className="mono">{slice.failed}</td>
              <td className="mono">{durationOf(slice.p50Ms, formats)}</td>
              <td className="mono">{durationOf(slice.p95Ms, formats)}</td>
              <td className="mono">{durationOf(slice.p99Ms, formats)}</td>
              <td className="mono">{slice.waiting}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
