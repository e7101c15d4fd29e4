import encodeQr from 'qr'

/** Modules of quiet around, as the standard asks for. */
const quiet = 4

/** A text as a QR code: dark on white in either theme, which cameras read best. */
export function QrPicture(props: { readonly text: string; readonly label: string }) {
  const rows = encodeQr(props.text, 'raw', { border: quiet })
  const path = rows
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return (
    <svg
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shapeRendering="crispEdges"
      className="w-60 max-w-full"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
