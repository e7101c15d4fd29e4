/**
 * Whether a payload fits a filter. The work is bounded by `filterLimits.workMax`: a long list
 * under many tests would else hold the event loop for seconds. What lies past the bound is not
 * looked at, as if it were not there.
 */
import { type Filter, filterLimits, isObject, type Test } from './filter.ts'

/** What is left of the bound; one for each filter and payload. */
export interface Work {
  left: number
}

/** The test that a payload fails: where, what was there (null: nothing), what was wanted. */
export interface FilterMiss {
  readonly path: string
  readonly value: unknown
  readonly wanted: unknown
}

/** Null: the payload fits. A payload that is no JSON object is `undefined` and misses every test. */
export function filterMiss(
  filter: Filter,
  payload: unknown,
  work: Work = { left: filterLimits.workMax },
): FilterMiss | null {
  switch (filter.kind) {
    case 'test':
      return testMiss(filter, payload, work)
    case 'and':
      for (const part of filter.parts) {
        const miss = filterMiss(part, payload, work)
        if (miss !== null) return miss
      }
      return null
    case 'or': {
      const misses = filter.parts.map((part) => filterMiss(part, payload, work))
      const none: FilterMiss = { path: '$or', value: null, wanted: null }
      return misses.includes(null) ? null : (misses[0] ?? none)
    }
    case 'not': {
      const fits = filter.parts.every((part) => filterMiss(part, payload, work) === null)
      return fits ? { path: '$not', value: true, wanted: false } : null
    }
    default:
      return filter satisfies never
  }
}

function testMiss(test: Test, payload: unknown, work: Work): FilterMiss | null {
  // Negations must hold for every value found, the others for one of them.
  const every = test.operator === '$ne' || test.operator === '$nin'
  const seen = { count: 0, first: null as unknown, fits: every }
  walk(payload, test.names, work, (value) => {
    if (seen.count === 0) seen.first = value
    seen.count += 1
    if (test.operator === '$exists') return false
    work.left -= costOf(test, value)
    if (work.left < 0) return false
    seen.fits = holds(test, value)
    return seen.fits === every
  })
  const fits =
    test.operator === '$exists' ? seen.count > 0 === test.wanted : seen.count > 0 && seen.fits
  return fits ? null : { path: test.path, value: seen.first, wanted: test.wanted }
}

/** Stars and `$contains` search the text; all else is one comparison. */
function costOf({ operator, wanted }: Test, value: unknown): number {
  const items = Array.isArray(wanted) ? wanted : [wanted]
  if (typeof value !== 'string') return items.length
  const searches = operator === '$contains' || items.some((item) => String(item).includes('*'))
  return searches ? items.length * (1 + value.length) : items.length
}

/**
 * Visits the values at the path: own members only, and each item where the path meets a list.
 * Ends when `visit` answers false or the work is used up; false then.
 */
function walk(
  value: unknown,
  names: readonly string[],
  work: Work,
  visit: (value: unknown) => boolean,
  at = 0,
): boolean {
  work.left -= 1
  if (work.left < 0) return false
  if (Array.isArray(value)) {
    if (at === names.length && value.length === 0) return visit(value)
    return value.every((item) => walk(item, names, work, visit, at))
  }
  const name = names[at]
  if (name === undefined) return visit(value)
  if (!isObject(value) || !Object.hasOwn(value, name)) return true
  return walk(value[name], names, work, visit, at + 1)
}

function holds(test: Test, value: unknown): boolean {
  const { operator, wanted } = test
  switch (operator) {
    case '$eq':
      return equals(wanted, value)
    case '$ne':
      return !equals(wanted, value)
    case '$in':
      return Array.isArray(wanted) && wanted.some((one) => equals(one, value))
    case '$nin':
      return Array.isArray(wanted) && !wanted.some((one) => equals(one, value))
    case '$prefix':
      return typeof value === 'string' && value.startsWith(String(wanted))
    case '$suffix':
      return typeof value === 'string' && value.endsWith(String(wanted))
    case '$contains':
      return typeof value === 'string' && value.includes(String(wanted))
    case '$exists':
      return true
    default:
      return typeof value === 'number' && typeof wanted === 'number'
        ? compares(operator, value, wanted)
        : false
  }
}

function compares(
  operator: '$gt' | '$gte' | '$lt' | '$lte',
  value: number,
  wanted: number,
): boolean {
  switch (operator) {
    case '$gt':
      return value > wanted
    case '$gte':
      return value >= wanted
    case '$lt':
      return value < wanted
    case '$lte':
      return value <= wanted
    default:
      return operator satisfies never
  }
}

function equals(wanted: unknown, value: unknown): boolean {
  if (typeof wanted === 'string' && typeof value === 'string' && wanted.includes('*')) {
    return globFits(wanted, value)
  }
  return wanted === value
}

/** Pieces between stars are looked for from left to right, once each: no backtracking. */
function globFits(glob: string, text: string): boolean {
  const pieces = glob.split('*')
  const first = pieces[0] ?? ''
  const last = pieces[pieces.length - 1] ?? ''
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  const end = text.length - last.length
  let at = first.length
  if (at > end) return false
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found === -1 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
