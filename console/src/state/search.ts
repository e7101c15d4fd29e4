/**
 * The URL is the state: flat, readable and editable by hand, `?status=failed,retrying&since=24h`.
 * Lists are comma-separated. The router's JSON form is replaced by these two functions.
 */
export type Search = { readonly [name: string]: string | undefined }

export function parseSearch(text: string): Record<string, string> {
  const search: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    if (value !== '' && !(name in search)) search[name] = value
  }
  return search
}

/** Keeps `,`, `:`, `*`, `"` and `/` readable: they need no escape in a query. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(search)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${readable(String(value))}`)
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

function readable(value: string): string {
  return encodeURIComponent(value).replace(/%(2C|3A|2A|2F|40|24)/g, decodeURIComponent)
}

export function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : value.split(',').filter((item) => item !== '')
}

/** Joins for the URL; an empty list leaves the URL. */
export function joined(values: Iterable<string>): string | undefined {
  const text = [...values].join(',')
  return text === '' ? undefined : text
}

export const rangePresets = {
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
} as const
export type RangePreset = keyof typeof rangePresets

export function isRangePreset(text: string | undefined): text is RangePreset {
  return text !== undefined && Object.hasOwn(rangePresets, text)
}

/** A range in ms; `to` null means until now. Relative ranges stay relative in the URL. */
export interface TimeRange {
  readonly from: number
  readonly to: number | null
}

/** Reads `since=24h` or `from=…&to=…` (ISO 8601). Null: no bound was asked for. */
export function timeRange(
  search: { readonly [name: string]: string | undefined },
  now: number,
): TimeRange | null {
  const since = search['since']
  if (isRangePreset(since)) return { from: now - rangePresets[since], to: null }
  const from = Date.parse(search['from'] ?? '')
  if (Number.isNaN(from)) return null
  const to = Date.parse(search['to'] ?? '')
  return { from, to: Number.isNaN(to) ? null : to }
}

/** Beyond any clock: a list with a beginning alone would give its oldest rows first. */
const farAway = '2100-01-01T00:00:00.000Z'

/** The range as lists take it: with an end always, so that the newest come first. */
export function boundsOf(range: TimeRange | null): { after?: string; before?: string } {
  if (range === null) return {}
  const before = range.to === null ? farAway : new Date(range.to).toISOString()
  return { after: new Date(range.from).toISOString(), before }
}

/** As far back as lists reach, a day less: that leaves room for clocks. */
export function monthsAgo(now = Date.now()): string {
  return new Date(now - 89 * 86_400_000).toISOString()
}

/** The range as counts take it, which end now unless something else is said. */
export function countedIn(range: TimeRange | null): { after: string; before?: string } {
  return {
    after: range === null ? monthsAgo() : new Date(range.from).toISOString(),
    ...(range?.to == null ? {} : { before: new Date(range.to).toISOString() }),
  }
}
