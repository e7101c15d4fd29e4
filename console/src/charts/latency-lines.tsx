import { useT } from '../i18n.tsx'

const height = 56
const width = 1000

export interface LatencySlice {
  readonly from: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

/** How long attempts took: half of them solid, 95% dashed, 99% dotted. Gaps where none was. */
export function LatencyStrip(props: {
  readonly slices: readonly LatencySlice[]
  readonly className: string
}) {
  const { slices } = props
  const most = longestOf(slices)
  const line = (read: (slice: LatencySlice) => number | null): string => {
    let path = ''
    let pen = 'M'
    for (const [index, slice] of slices.entries()) {
      const value = read(slice)
      if (value === null) {
        pen = 'M'
        continue
      }
      const x = ((index + 0.5) / slices.length) * width
      path += `${pen}${x.toFixed(1)} ${(height - 2 - (value / most) * (height - 6)).toFixed(1)}`
      // A slice alone is drawn as a short stroke.
      path += pen === 'M' ? `h${(width / slices.length / 3).toFixed(1)}` : ''
      pen = 'L'
    }
    return path
  }
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={`block w-full ${props.className}`}
      aria-hidden
    >
      <path d={`M0 ${height - 0.5}H${width}`} className="stroke-line" />
      <path
        d={line(({ p99Ms }) => p99Ms)}
        className="fill-none stroke-ink-3"
        strokeWidth="1.5"
        strokeDasharray="1 3"
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={line(({ p95Ms }) => p95Ms)}
        className="fill-none stroke-warn"
        strokeWidth="1.5"
        strokeDasharray="4 3"
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={line(({ p50Ms }) => p50Ms)}
        className="fill-none stroke-accent"
        strokeWidth="2"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}

/** What the strip is as high as, in ms. */
export const longestOf = (slices: readonly LatencySlice[]): number =>
  Math.max(1, ...slices.map(({ p99Ms }) => p99Ms ?? 0))

/** Which line is which, by its stroke as well as its colour. */
export function LatencyLegend() {
  const t = useT()
  return (
    <>
      <span className="inline-flex items-center gap-1.5">
        <span className="h-0.5 w-4 bg-accent" aria-hidden /> {t('chart.p50')}
      </span>
      <span className="inline-flex items-center gap-1.5">
        <span className="w-4 border-warn border-t-2 border-dashed" aria-hidden /> {t('chart.p95')}
      </span>
      <span className="inline-flex items-center gap-1.5">
        <span className="w-4 border-ink-3 border-t-2 border-dotted" aria-hidden /> {t('chart.p99')}
      </span>
    </>
  )
}
