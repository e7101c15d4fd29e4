/**
 * A payload filter as rows that a person fills in: field, comparison, value. What rows cannot say
 * (`$or`, `$not`) stays JSON.
 */
import { isObject, type Operator } from '../../../src/domain/filter.ts'

export interface FilterRow {
  readonly path: string
  readonly operator: Operator
  /** As typed: `42` is a number, `"42"` a text; lists have commas between. */
  readonly value: string
}

export const rowOperators: readonly Operator[] = [
  ...(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin'] as const),
  ...(['$contains', '$prefix', '$suffix', '$exists'] as const),
]

/** Null: rows cannot say it. */
export function rowsOfFilter(
  filter: Readonly<Record<string, unknown>> | null,
): readonly FilterRow[] | null {
  const rows: FilterRow[] = []
  for (const [path, condition] of Object.entries(filter ?? {})) {
    const more =
      path === '$and'
        ? rowsOfList(condition)
        : path.startsWith('$')
          ? null
          : rowsOf(path, condition)
    if (more === null) return null
    rows.push(...more)
  }
  return rows
}

function rowsOfList(filters: unknown): readonly FilterRow[] | null {
  if (!Array.isArray(filters)) return null
  const rows = filters.map((filter: unknown) => (isObject(filter) ? rowsOfFilter(filter) : null))
  return rows.some((some) => some === null) ? null : rows.flatMap((some) => some ?? [])
}

function rowsOf(path: string, condition: unknown): readonly FilterRow[] | null {
  if (!isObject(condition)) {
    return isScalar(condition) ? [{ path, operator: '$eq', value: shown(condition) }] : null
  }
  const rows = Object.entries(condition).map(([name, wanted]): FilterRow | null => {
    const operator = rowOperators.find((one) => one === name)
    if (operator === undefined) return null
    const isList = operator === '$in' || operator === '$nin'
    if (isList !== Array.isArray(wanted)) return null
    const items: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
    if (!items.every(isScalar) || (isList && items.some(hasComma))) return null
    const isText = ['$contains', '$prefix', '$suffix'].includes(operator)
    return { path, operator, value: items.map(isText ? String : shown).join(', ') }
  })
  return rows.some((row) => row === null) ? null : rows.flatMap((row) => row ?? [])
}

/** Rows without a field are not done yet, and left out. Null: no condition at all. */
export function filterOfRows(rows: readonly FilterRow[]): Readonly<Record<string, unknown>> | null {
  const filters: Record<string, Record<string, unknown>>[] = []
  for (const { path, operator, value } of rows) {
    const name = path.trim()
    if (name === '') continue
    // A comparison that a field has already goes into a filter of its own: both must hold.
    let place = filters.find((filter) => !Object.hasOwn(filter[name] ?? {}, operator))
    if (place === undefined) {
      place = {}
      filters.push(place)
    }
    place[name] = { ...place[name], [operator]: wantedOf(operator, value) }
  }
  const [first, ...others] = filters.map(plain)
  if (first === undefined) return null
  return others.length === 0 ? first : { $and: [first, ...others] }
}

/** `{"$eq": x}` alone is written as `x`. */
function plain(
  filter: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(filter).map(([path, condition]) => {
      const isEqual = Object.keys(condition).length === 1 && Object.hasOwn(condition, '$eq')
      return [path, isEqual ? condition['$eq'] : condition]
    }),
  )
}

function wantedOf(operator: Operator, value: string): unknown {
  switch (operator) {
    case '$in':
    case '$nin':
      return value.split(',').flatMap((item) => (item.trim() === '' ? [] : [scalarOf(item.trim())]))
    case '$contains':
    case '$prefix':
    case '$suffix':
      return value
    default:
      return scalarOf(value.trim())
  }
}

function scalarOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isScalar(value) ? value : text
  } catch {
    return text
  }
}

/** As `scalarOf` reads it again. */
function shown(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return scalarOf(value.trim()) === value ? value : JSON.stringify(value)
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function hasComma(value: unknown): boolean {
  return typeof value === 'string' && value.includes(',')
}
