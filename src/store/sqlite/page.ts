import { limits } from '../../domain/limits.ts'
import type { Page, PageRequest } from '../port/page.ts'
import type { Database, Value } from './database.ts'

/**
 * A page of rows ordered by a unique text column. `select` ends in its where clause. One row more
 * than asked for is read, to know whether there is a further one. A page walked backwards is read
 * against the list's order and turned round.
 */
export function idPage<Row, Item>(
  db: Database,
  input: {
    readonly select: string
    readonly values: readonly Value[]
    readonly page: PageRequest
    readonly map: (row: Row) => Item
    /** The column of the order; `id` unless told. */
    readonly column?: string
  },
): Page<Item> {
  const { page, column = 'id' } = input
  const upwards = (page.order === 'ascending') !== page.backwards
  const limit = Math.min(page.limit, limits.pageMax)
  const after = page.iterator === null ? '' : `and ${column} ${upwards ? '>' : '<'} ?`
  const sql = `${input.select} ${after} order by ${column} ${upwards ? 'asc' : 'desc'} limit ?`
  const values = page.iterator === null ? input.values : [...input.values, page.iterator]
  return toPage(db.rows<Row>(sql, ...values, limit + 1), limit, page.backwards, input.map)
}

/** Cuts off the row too many, and turns round what was read against the list's order. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  turnRound: boolean,
  map: (row: Row) => Item,
): Page<Item> {
  const items = rows.slice(0, limit).map(map)
  if (turnRound) items.reverse()
  return { items, done: rows.length <= limit }
}
