import { useT } from '../i18n.tsx'

const height = 20
const bar = 3
const step = 4

/** A day of an endpoint in a row: a bar an hour, what failed solid on top of what arrived. */
export function Sparkline(props: {
  readonly slices: readonly { readonly succeeded: number; readonly failed: number }[]
}) {
  const t = useT()
  const { slices } = props
  const most = Math.max(1, ...slices.map(({ succeeded, failed }) => succeeded + failed))
  const total = (read: (slice: (typeof slices)[number]) => number): number =>
    slices.reduce((sum, slice) => sum + read(slice), 0)
  const words = t('chart.day', {
    ok: total(({ succeeded }) => succeeded),
    failed: total(({ failed }) => failed),
  })
  const width = slices.length * step
  return (
    <svg
      role="img"
      aria-label={words}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="block"
    >
      <title>{words}</title>
      <path d={`M0 ${height - 0.5}H${width}`} className="stroke-line" />
      {slices.map(({ succeeded, failed }, hour) => {
        // What is there is seen, however little it is.
        const red = failed === 0 ? 0 : Math.max(2, (failed / most) * height)
        const ok = succeeded === 0 ? 0 : Math.max(2, (succeeded / most) * (height - red))
        const x = hour * step
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the hour is what a bar is
          <g key={hour}>
            <rect x={x} y={height - ok} width={bar} height={ok} className="fill-ok opacity-45" />
            <rect
              x={x}
              y={height - ok - red}
              width={bar}
              height={red}
              className="bar-err fill-err"
            />
          </g>
        )
      })}
    </svg>
  )
}
