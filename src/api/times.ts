import { invalid, Problem, problems } from '../domain/errors.ts'

/** RFC 3339, and the looser form with a space and `UTC`. */
const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?([Zz]|UTC|[+-]\d{2}:?\d{2})?)?$/

/** Milliseconds since 1970; null when the text is no time. */
export function parseTime(text: string): number | null {
  const match = pattern.exec(text)
  if (match === null) return null
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', zone] =
    match
  if (Number(day) > daysIn(Number(year), Number(month))) return null // would become March
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3)
  const offset =
    zone === undefined || /^(z|utc)$/i.test(zone) ? 'Z' : zone.replace(/(\d{2}):?(\d{2})$/, '$1:$2')
  const ms = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${offset}`,
  )
  return Number.isNaN(ms) ? null : ms
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** A time in a body; a 422 that names the field otherwise. */
export function bodyTime(text: string, field: string): number {
  const ms = parseTime(text)
  if (ms === null) {
    throw invalid({
      loc: ['body', field],
      msg: {
        en: 'not a time: expected RFC 3339, such as 2026-01-01T00:00:00Z',
        es: 'no es una fecha: se esperaba RFC 3339, como 2026-01-01T00:00:00Z',
      },
      type: 'value_error.jsondecode',
    })
  }
  return ms
}

/** A time in a query; a 400 otherwise, as for every query that cannot be read. */
export function queryTime(text: string | undefined, name: string): number | null {
  if (text === undefined) return null
  const ms = parseTime(text)
  if (ms === null) {
    throw new Problem(problems.genericError, {
      detail: {
        en: `The query parameter ${name} is no time: expected RFC 3339, such as 2026-01-01T00:00:00Z.`,
        es: `El parámetro ${name} de la consulta no es una fecha: se esperaba RFC 3339, como 2026-01-01T00:00:00Z.`,
      },
    })
  }
  return ms
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
