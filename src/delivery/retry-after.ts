/**
 * `Retry-After` by its strict grammar: decimal seconds, or an IMF-fixdate (RFC 9110 §10.2.3). All
 * else (fractions, signs, exponents, hex, obsolete dates, several values) is ignored.
 */
const seconds = /^\d{1,10}$/
const imfFixdate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/
const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'

/** Milliseconds to wait from `nowMs`; null when absent, malformed, zero or past. Not capped. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null
  if (seconds.test(value)) return Number(value) === 0 ? null : Number(value) * 1000
  const parts = imfFixdate.exec(value)
  if (parts === null) return null
  const at = instantOf(parts)
  return at === null || at <= nowMs ? null : at - nowMs
}

function instantOf(parts: RegExpExecArray): number | null {
  const [, day = '', month = '', year = '', hour = '', minute = '', second = ''] = parts
  const monthIndex = months.indexOf(month) / 3
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null
  const at = Date.UTC(
    Number(year),
    monthIndex,
    Number(day),
    Number(hour),
    Number(minute),
    Math.min(Number(second), 59),
  )
  return new Date(at).getUTCDate() === Number(day) ? at : null
}
