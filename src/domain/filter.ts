/**
 * Payload filters: which payloads an endpoint wants, as data.
 *
 *   filter    = { path: condition, ... , "$and": [filter, ...], "$or": [...], "$not": filter }
 *   condition = scalar | { operator: value, ... }
 *
 * All members of a filter, and all operators of a condition, must hold. A path is member names
 * joined by dots; where it passes through a list, one fitting item is enough. A missing member
 * fits nothing but `{"$exists": false}`; null is a value like any other. Types are never converted.
 * In a text, `*` stands for any characters. There are no regular expressions. Numbers compare as
 * JSON numbers of JavaScript. This file reads filters; `filter-match.ts` holds payloads to them.
 */

import type { Sentence } from './sentence.ts'

export type Scalar = string | number | boolean | null
export type Operator =
  | '$eq'
  | '$ne'
  | '$gt'
  | '$gte'
  | '$lt'
  | '$lte'
  | '$in'
  | '$nin'
  | '$exists'
  | '$prefix'
  | '$suffix'
  | '$contains'

export interface Test {
  readonly kind: 'test'
  readonly path: string
  readonly names: readonly string[]
  readonly operator: Operator
  readonly wanted: Scalar | readonly Scalar[]
}
interface Group {
  readonly kind: 'and' | 'or' | 'not'
  readonly parts: readonly Filter[]
}
/** A checked filter. */
export type Filter = Test | Group

export const filterLimits = {
  nodesMax: 200,
  depthMax: 8,
  listMax: 100,
  textLengthMax: 1024,
  pathLengthMax: 256,
  namesMax: 16,
  starsMax: 16,
  /** Values compared and characters searched in one payload; what lies beyond is not looked at. */
  workMax: 250_000,
} as const

/** Why a filter is refused: where, and what would be right. */
export interface FilterFault {
  readonly path: string
  readonly reason: Sentence
}

export type ParsedFilter =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly fault: FilterFault }

class Refused extends Error {
  readonly fault: FilterFault
  constructor(path: string, reason: Sentence) {
    super(reason.en)
    this.fault = { path, reason }
  }
}

export function parseFilter(value: unknown): ParsedFilter {
  const budget = { nodes: filterLimits.nodesMax }
  try {
    return { ok: true, filter: readFilter(value, { path: '', depth: 1, budget }) }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, fault: error.fault }
    throw error
  }
}

interface Place {
  readonly path: string
  readonly depth: number
  readonly budget: { nodes: number }
}

function readFilter(value: unknown, place: Place): Filter {
  if (!isObject(value))
    throw new Refused(place.path, { en: 'a filter is an object', es: 'un filtro es un objeto' })
  if (place.depth > filterLimits.depthMax)
    throw new Refused(place.path, { en: 'nested too deeply', es: 'demasiado anidado' })
  const parts = Object.entries(value).flatMap(([name, part]): readonly Filter[] => {
    spend(place)
    const inner = { ...place, path: join(place.path, name), depth: place.depth + 1 }
    return name.startsWith('$') ? [readGroup(name, part, inner)] : readTests(name, part, inner)
  })
  return { kind: 'and', parts }
}

function readGroup(name: string, value: unknown, place: Place): Group {
  if (name === '$not') return { kind: 'not', parts: [readFilter(value, place)] }
  if (name !== '$and' && name !== '$or') throw unknownOperator(place, ['$and', '$or', '$not'])
  if (!Array.isArray(value) || value.length === 0) {
    throw new Refused(place.path, {
      en: 'expected a list of filters',
      es: 'se esperaba una lista de filtros',
    })
  }
  if (value.length > filterLimits.listMax)
    throw new Refused(place.path, { en: 'too many filters', es: 'demasiados filtros' })
  const parts = value.map((part: unknown) => readFilter(part, place))
  return { kind: name === '$and' ? 'and' : 'or', parts }
}

function readTests(path: string, value: unknown, place: Place): readonly Test[] {
  const names = path.split('.')
  if (path.length > filterLimits.pathLengthMax || names.length > filterLimits.namesMax) {
    throw new Refused(place.path, { en: 'the path is too long', es: 'la ruta es demasiado larga' })
  }
  if (names.includes(''))
    throw new Refused(place.path, {
      en: 'the path has an empty name',
      es: 'la ruta tiene un nombre vacío',
    })
  const test = (operator: Operator, wanted: Test['wanted']): Test => {
    return { kind: 'test', path, names, operator, wanted }
  }
  if (!isObject(value)) return [test('$eq', readScalar(value, place))]
  const tests = Object.entries(value).map(([operator, wanted]) => {
    spend(place)
    const inner = { ...place, path: join(place.path, operator) }
    return test(readOperator(operator, inner), readWanted(operator, wanted, inner))
  })
  if (tests.length === 0)
    throw new Refused(place.path, {
      en: 'a condition needs an operator',
      es: 'una condición necesita un operador',
    })
  return tests
}

const operators: ReadonlySet<string> = new Set<Operator>([
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$exists',
  '$prefix',
  '$suffix',
  '$contains',
])

function unknownOperator({ path }: Place, known: Iterable<string>): Refused {
  const names = [...known].join(', ')
  return new Refused(path, {
    en: `unknown operator; there are ${names}`,
    es: `operador desconocido; hay ${names}`,
  })
}

function readOperator(name: string, place: Place): Operator {
  if (!operators.has(name)) throw unknownOperator(place, operators)
  return name as Operator // one of the set above
}

function readWanted(operator: string, value: unknown, place: Place): Test['wanted'] {
  switch (operator) {
    case '$in':
    case '$nin':
      if (!Array.isArray(value))
        throw new Refused(place.path, { en: 'expected a list', es: 'se esperaba una lista' })
      if (value.length > filterLimits.listMax)
        throw new Refused(place.path, { en: 'too many values', es: 'demasiados valores' })
      return value.map((item: unknown) => readScalar(item, place))
    case '$exists':
      if (typeof value !== 'boolean')
        throw new Refused(place.path, {
          en: 'expected true or false',
          es: 'se esperaba true o false',
        })
      return value
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if (typeof value !== 'number')
        throw new Refused(place.path, { en: 'expected a number', es: 'se esperaba un número' })
      return value
    case '$prefix':
    case '$suffix':
    case '$contains':
      if (typeof value !== 'string')
        throw new Refused(place.path, { en: 'expected a text', es: 'se esperaba un texto' })
      return readScalar(value, place)
    default:
      return readScalar(value, place)
  }
}

function readScalar(value: unknown, place: Place): Scalar {
  if (typeof value === 'string') {
    if (value.length > filterLimits.textLengthMax)
      throw new Refused(place.path, { en: 'text too long', es: 'texto demasiado largo' })
    if (value.split('*').length - 1 > filterLimits.starsMax) {
      throw new Refused(place.path, {
        en: `at most ${filterLimits.starsMax} stars`,
        es: `como máximo ${filterLimits.starsMax} asteriscos`,
      })
    }
    return value
  }
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  throw new Refused(place.path, {
    en: 'expected a text, a number, true, false or null',
    es: 'se esperaba un texto, un número, true, false o null',
  })
}

function spend(place: Place): void {
  place.budget.nodes -= 1
  if (place.budget.nodes < 0)
    throw new Refused(place.path, {
      en: 'the filter is too large',
      es: 'el filtro es demasiado grande',
    })
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
