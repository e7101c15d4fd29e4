import type { AnswerFilter } from '../../domain/answer-filter.ts'
import type { IdKind } from '../../domain/ids.ts'
import { splitTypes } from '../../domain/type-rule.ts'
import type { EventFilter, Page, PageRequest } from '../port/page.ts'
import { windowOf } from '../window.ts'

/** Collects conditions with their values, numbered as they come. */
export class Conditions {
  readonly values: unknown[]
  readonly #parts: string[] = []

  /** With the values of others, conditions of a statement around theirs. */
  constructor(values: readonly unknown[] = []) {
    this.values = [...values]
  }

  /** Adds `part` with `?` standing for each value in turn. */
  add(part: string, ...values: readonly unknown[]): this {
    let next = 0
    this.#parts.push(part.replace(/\?/g, () => `$${this.#push(values[next++])}`))
    return this
  }

  /** A value outside of a condition, such as a limit. */
  value(value: unknown): string {
    return `$${this.#push(value)}`
  }

  get text(): string {
    return this.#parts.length === 0 ? 'true' : this.#parts.join(' and ')
  }

  #push(value: unknown): number {
    this.values.push(value)
    return this.values.length
  }
}

/** How a page walks: the comparison for its iterator and the order to fetch in. */
export function walk(page: PageRequest): { readonly ascending: boolean; readonly order: string } {
  const ascending = (page.order === 'ascending') !== page.backwards
  return { ascending, order: ascending ? 'asc' : 'desc' }
}

export function addIterator(where: Conditions, column: string, page: PageRequest): void {
  if (page.iterator === null) return
  where.add(`${column} ${walk(page).ascending ? '>' : '<'} ?`, page.iterator)
}

/** Cuts the extra row that tells whether there is more, and turns a backwards page round. */
export function pageOf<Item>(
  rows: readonly Item[],
  page: PageRequest,
  /** How many rows there were, where some were left out for their size. */
  listed = rows.length,
): Page<Item> {
  const items = rows.slice(0, page.limit)
  return { items: page.backwards ? items.reverse() : items, done: listed <= items.length }
}

/** A list over time: adds its bounds, and says how to order and cut it. See `window.ts`. */
export function addWindow(
  where: Conditions,
  input: {
    readonly column: string
    readonly kind: IdKind
    readonly filter: EventFilter
    readonly page: PageRequest
    readonly now: number
  },
): { readonly order: string; cut<Item>(rows: readonly Item[], listed?: number): Page<Item> } {
  const { column, kind, filter, page, now } = input
  const { fromId, toId, upwards } = windowOf(kind, filter, page, now)
  where.add(`${column} >= ?`, fromId).add(`${column} < ?`, toId)
  return {
    order: upwards ? 'asc' : 'desc',
    cut: (rows, listed) => pageOf(rows, { ...page, backwards: upwards }, listed),
  }
}

/** Event type, channel and tag of the table under `alias`. */
export function addEventFilter(
  where: { add(part: string, value: unknown): unknown },
  alias: string,
  filter: Pick<EventFilter, 'eventTypes' | 'channel' | 'tag'>,
): void {
  if (filter.eventTypes !== null) {
    const { names, prefixes } = splitTypes(filter.eventTypes)
    if (prefixes.length === 0) where.add(`${alias}.event_type = any(?)`, names)
    else {
      const patterns = [...names.map(literal), ...prefixes.map((prefix) => `${literal(prefix)}%`)]
      where.add(`${alias}.event_type like any(?)`, patterns)
    }
  }
  if (filter.channel !== null) where.add(`${alias}.channels @> array[?]::text[]`, filter.channel)
  if (filter.tag !== null) where.add(`${alias}.tags @> array[?]::text[]`, filter.tag)
}

/** What is wanted of an attempt under `alias`; with none it is null, which is no match. */
export function answersAs(
  alias: string,
  { statuses, classes }: AnswerFilter,
  values: Conditions,
): string {
  return `(${alias}.response_status = any(${values.value(statuses)}::integer[])
    or coalesce(${alias}.error_class = any(${values.value(classes)}::text[]), false))`
}

/** Names may hold `_`, which a pattern takes for any character. */
function literal(text: string): string {
  return text.replaceAll('_', '\\_')
}
