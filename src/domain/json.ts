/** What JSON values are, also those that keep a number's spelling (`JSON.rawJSON`). */
export type JsonObject = Readonly<Record<string, unknown>>

interface RawJson {
  readonly rawJSON: string
}
// Part of ES2025, not in TypeScript's library yet.
export const json = JSON as typeof JSON & {
  rawJSON(text: string): RawJson
  isRawJSON(value: unknown): value is RawJson
}

export function isPlainObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value)
  )
}

/** The value as a number, however it was kept; null when it is none. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value
  return json.isRawJSON(value) ? Number(value.rawJSON) : null
}
