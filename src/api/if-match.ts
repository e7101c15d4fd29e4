import { invalid } from '../domain/errors.ts'
import { parseTime } from './times.ts'

/** The version that a change is meant for: `"2026-01-01T00:00:00.000Z"`, the quotes as HTTP wants them or none; `*` is any. */
export function versionOf(header: string | undefined): number | null {
  if (header === undefined || header === '*') return null
  const ms = parseTime(header.replaceAll('"', ''))
  if (ms !== null) return ms
  throw invalid({
    loc: ['header', 'if-match'],
    msg: {
      en: 'not a time: expected the `updatedAt` that was read',
      es: 'no es una fecha: se esperaba el `updatedAt` que se leyó',
    },
    type: 'value_error',
  })
}
