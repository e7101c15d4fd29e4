/**
 * Whose time decides. In service it is the database's: nodes' clocks may differ by minutes. The
 * conformance suite hands its own time in, to move it. Statements take one parameter that is null
 * in service; whatever is relative to `now` travels as a duration.
 */
export interface StoreTime {
  /** The value of the time parameter of a statement. */
  parameter(now: number): number | null
}

export const databaseTime: StoreTime = { parameter: () => null }
export const givenTime: StoreTime = { parameter: (now) => now }

/** SQL of the time that decides, from the parameter of that number. */
export function nowSql(parameter: number): string {
  return `coalesce($${parameter}::bigint, (extract(epoch from clock_timestamp()) * 1000)::bigint)`
}
