import { usageFailure } from './failure.ts'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }

/** `500ms`, `10s`, `5m`, `3h`, `2d`; a bare number is seconds. In ms. */
export function parseDuration(text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? []
  if (amount === undefined) {
    throw usageFailure({
      en: `"${text}" is not a duration: write 500ms, 10s, 5m, 3h or 2d.`,
      es: `"${text}" no es una duración: escribe 500ms, 10s, 5m, 3h o 2d.`,
    })
  }
  return Number(amount) * (units[unit] ?? 0)
}

/** The largest unit that keeps it short: `11 ms`, `2.4 s`, `5 min`, `3 h`, `2 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 172_800_000) return `${Number((ms / 3_600_000).toFixed(1))} h`
  return `${Math.round(ms / 86_400_000)} d`
}

/** Columns padded to their widest cell. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, visibleLength(cell))
    })
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visibleLength(cell)))
      .join('  ')
      .trimEnd(),
  )
}

/** Without the colour sequences. */
function visibleLength(text: string): number {
  return text.replace(/\u001b\[\d+m/g, '').length
}

/**
 * What others wrote cannot steer the terminal: control characters, and those that turn the direction
 * of text around, are shown as their code. Line ends, tabs and our own colours stay.
 */
export function harmless(text: string): string {
  return text.replace(
    /(?!\u001b\[\d{1,2}m)[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** One line, at most `length` characters, no control characters. */
export function oneLine(text: string, length: number): string {
  const flat = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return flat.length <= length ? flat : `${flat.slice(0, length - 1)}…`
}
