/** Lists over time of the embedded store: one index serves the order and the time bounds. */
import type { AnswerFilter } from '../../domain/answer-filter.ts'
import type { IdKind } from '../../domain/ids.ts'
import { limits } from '../../domain/limits.ts'
import { splitTypes } from '../../domain/type-rule.ts'
import type { EventFilter, Page, PageRequest } from '../port/page.ts'
import { windowOf } from '../window.ts'
import type { Database, Value } from './database.ts'
import { candidates, type Origin } from './lists.ts'

export interface Filtered<Row, Item> {
  readonly kind: IdKind
  readonly origins: readonly Origin[]
  /** Reads a candidate's row; the where clause is added. */
  readonly select: string
  /** Table of the rows as the select names it. */
  readonly table: string
  /** Table that has `event_type`, `channels` and `tags`. */
  readonly eventTable: string
  /** Further conditions, each beginning with `and`. */
  readonly conditions?: readonly Condition[]
  readonly map: (row: Row) => Item
  /** Candidates looked at for one page at most, where each costs more than a row. */
  readonly rowsMax?: number
  /** Bytes of payload that an item brings. */
  readonly weigh?: (item: Item) => number
}

export interface Condition {
  readonly sql: string
  readonly values: readonly Value[]
}

/** Candidates read at once where conditions may turn many of them down. */
const selectiveChunk = 500

export function filteredPage<Row, Item>(
  db: Database,
  list: Filtered<Row, Item>,
  input: { readonly filter: EventFilter; readonly page: PageRequest; readonly now: number },
): Page<Item> {
  const { filter, page, now } = input
  const bounds = windowOf(list.kind, filter, page, now)
  const limit = Math.min(page.limit, limits.pageMax)
  const conditions = [...(list.conditions ?? []), ...eventConditions(list.eventTable, filter)]
  const sql = `${list.select}
    where ${list.table}.seq = ? and ${list.table}.id = ?
      ${conditions.map((condition) => condition.sql).join(' ')}`
  const values = conditions.flatMap((condition) => condition.values)
  const chunk = conditions.length > 0 ? selectiveChunk : limit + 1
  const items: Item[] = []
  let done = true
  let bytes = 0
  let [looked, lookedTo] = [0, '']
  for (const { id, seq } of candidates(db, list.origins, bounds, chunk)) {
    if (looked === list.rowsMax) {
      const scannedTo = { id: lookedTo, towards: bounds.upwards ? 'newer' : 'older' } as const
      return { items: bounds.upwards ? items.reverse() : items, done: false, scannedTo }
    }
    looked += 1
    lookedTo = id
    const row = db.row<Row>(sql, seq, id, ...values)
    if (row === undefined) continue
    if (items.length === limit || bytes > limits.pagePayloadBytesMax) {
      done = false // this one is on the next page
      break
    }
    const item = list.map(row)
    items.push(item)
    bytes += list.weigh?.(item) ?? 0
  }
  return { items: bounds.upwards ? items.reverse() : items, done }
}

/** Lists of names are bound as one JSON text: one prepared statement whatever their number. */
export function eventConditions(
  table: string,
  filter: Pick<EventFilter, 'eventTypes' | 'channel' | 'tag'>,
): Condition[] {
  const conditions: Condition[] = []
  if (filter.eventTypes !== null) {
    const { names, prefixes } = splitTypes(filter.eventTypes)
    const named = {
      sql: `and ${table}.event_type in (select value from json_each(?))`,
      values: [JSON.stringify(names)],
    }
    const ruled = {
      sql: `and (${table}.event_type in (select value from json_each(?)) or exists (
        select 1 from json_each(?) where substr(${table}.event_type, 1, length(value)) = value))`,
      values: [JSON.stringify(names), JSON.stringify(prefixes)],
    }
    conditions.push(prefixes.length === 0 ? named : ruled)
  }
  if (filter.channel !== null) conditions.push(contains(`${table}.channels`, filter.channel))
  if (filter.tag !== null) conditions.push(contains(`${table}.tags`, filter.tag))
  return conditions
}

/** Of the delivery `d`, by the row of its last attempt. */
export function answerCondition({ statuses, classes }: AnswerFilter): Condition {
  const sql = `and exists (
    select 1 from attempt last
    where last.application_id = d.application_id and last.message_id = d.message_id
      and last.id = d.last_attempt_id
      and (last.response_status in (select value from json_each(?))
        or last.error_class in (select value from json_each(?))))`
  return { sql, values: [JSON.stringify(statuses), JSON.stringify(classes)] }
}

function contains(column: string, name: string): Condition {
  return {
    sql: `and ${column} is not null and exists (select 1 from json_each(${column}) where value = ?)`,
    values: [name],
  }
}
