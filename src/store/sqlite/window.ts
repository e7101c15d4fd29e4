/** Lists over time of the embedded store: one index serves the order and the time bounds. */
import type { IdKind } from '../../domain/ids.ts'
import { limits } from '../../domain/limits.ts'
import type { EventFilter, Page, PageRequest } from '../port/page.ts'
import { windowOf } from '../window.ts'
import type { Database, Value } from './database.ts'
import { toPage } from './page.ts'

export interface Filtered<Row, Item> {
  readonly kind: IdKind
  /** Ends in a where clause. */
  readonly select: string
  readonly values: readonly Value[]
  /** The column that the list is ordered by, with its table. */
  readonly idColumn: string
  /** Table that has `event_type`, `channels` and `tags`. */
  readonly eventColumns: string
  /** Further conditions, each beginning with `and`. */
  readonly conditions?: readonly { readonly sql: string; readonly values: readonly Value[] }[]
  readonly map: (row: Row) => Item
}

export function filteredPage<Row, Item>(
  db: Database,
  list: Filtered<Row, Item>,
  input: { readonly filter: EventFilter; readonly page: PageRequest; readonly now: number },
): Page<Item> {
  const { filter, page, now } = input
  const window = windowOf(list.kind, filter, page, now)
  const limit = Math.min(page.limit, limits.pageMax)
  const conditions = [...(list.conditions ?? []), ...eventConditions(list.eventColumns, filter)]
  const rows = db.rows<Row>(
    `${list.select} and ${list.idColumn} >= ? and ${list.idColumn} < ?
      ${conditions.map((condition) => condition.sql).join(' ')}
      order by ${list.idColumn} ${window.upwards ? 'asc' : 'desc'}
      limit ?`,
    ...list.values,
    window.fromId,
    window.toId,
    ...conditions.flatMap((condition) => condition.values),
    limit + 1,
  )
  return toPage(rows, limit, window.upwards, list.map)
}

/** Lists of names are bound as one JSON text: one prepared statement whatever their number. */
function eventConditions(
  table: string,
  filter: EventFilter,
): { readonly sql: string; readonly values: readonly Value[] }[] {
  const conditions: { readonly sql: string; readonly values: readonly Value[] }[] = []
  if (filter.eventTypes !== null) {
    conditions.push({
      sql: `and ${table}.event_type in (select value from json_each(?))`,
      values: [JSON.stringify(filter.eventTypes)],
    })
  }
  if (filter.channel !== null) conditions.push(contains(`${table}.channels`, filter.channel))
  if (filter.tag !== null) conditions.push(contains(`${table}.tags`, filter.tag))
  return conditions
}

function contains(column: string, name: string): { sql: string; values: readonly Value[] } {
  return {
    sql: `and ${column} is not null and exists (select 1 from json_each(${column}) where value = ?)`,
    values: [name],
  }
}
