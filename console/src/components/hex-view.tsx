import { useMemo } from 'react'
import { useFormats, useT } from '../i18n.tsx'

/** Bytes beyond this many are not drawn; copying takes all of them. */
const bytesShown = 4_096
const perLine = 16

/** Bytes as hexadecimal, with what they are as text beside them. */
export function HexView(props: { readonly bytes: Uint8Array }) {
  const t = useT()
  const formats = useFormats()
  const { bytes } = props
  const lines = useMemo(() => linesOf(bytes.subarray(0, bytesShown)), [bytes])
  return (
    <pre className="max-h-[60vh] overflow-auto px-2.5 py-2 text-ink-2" tabIndex={0}>
      {bytes.length === 0 ? <span className="text-ink-3">{t('json.empty')}</span> : lines}
      {bytes.length > bytesShown &&
        `\n… ${formats.bytes(bytesShown)} / ${formats.bytes(bytes.length)}`}
    </pre>
  )
}

function linesOf(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += perLine) {
    const row = [...bytes.subarray(at, at + perLine)]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'))
    lines.push(
      `${at.toString(16).padStart(6, '0')}  ${hex.padEnd(perLine * 3 - 1)}  ${text.join('')}`,
    )
  }
  return lines.join('\n')
}
