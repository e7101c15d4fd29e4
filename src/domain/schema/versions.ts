/** The schemas of an event type by version, as `{"1": {…}, "2": {…}}` keeps them. */

export type Schemas = Readonly<Record<string, unknown>>

/** Newest first: by number, as `10` comes after `9`. */
export function schemaVersions(schemas: Schemas | null | undefined): readonly string[] {
  const byNumber = new Intl.Collator('en', { numeric: true })
  return Object.keys(schemas ?? {}).sort((a, b) => byNumber.compare(b, a))
}

/** The schema that events have now; undefined: there is none. */
export function newestSchema(schemas: Schemas | null | undefined): unknown {
  const [version] = schemaVersions(schemas)
  return version === undefined ? undefined : schemas?.[version]
}

/** What the version after all of these is called. */
export function nextVersion(schemas: Schemas | null | undefined): string {
  const numbers = schemaVersions(schemas).map((one) => Number.parseInt(one, 10))
  return String(Math.max(0, ...numbers.filter(Number.isSafeInteger)) + 1)
}
