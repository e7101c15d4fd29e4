const height = 20
const bar = 8
const step = 10

/** How much came day by day, in a row: one bar a day. */
export function VolumeBars(props: {
  readonly slices: readonly number[]
  /** What they say, for those who do not see them. */
  readonly label: string
}) {
  const { slices, label } = props
  const most = Math.max(1, ...slices)
  const width = slices.length * step
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="block shrink-0"
    >
      <title>{label}</title>
      <path d={`M0 ${height - 0.5}H${width}`} className="stroke-line" />
      {slices.map((count, day) => {
        // What is there is seen, however little it is.
        const tall = count === 0 ? 0 : Math.max(2, (count / most) * height)
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the day is what a bar is
            key={day}
            x={day * step}
            y={height - tall}
            width={bar}
            height={tall}
            className="fill-info opacity-60"
          />
        )
      })}
    </svg>
  )
}
