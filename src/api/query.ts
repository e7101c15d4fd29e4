/**
 * Query strings: flat only. A parameter is known by the operation's schema; unknown ones are
 * ignored. A list may be written as `a,b`, repeated, as `name[]=` or as `name[0]=`.
 */
import type Type from 'typebox'
import { Problem, problems } from '../domain/errors.ts'
import type { Sentence } from '../domain/sentence.ts'
import { validator } from './validate.ts'

type Kind = 'text' | 'integer' | 'number' | 'boolean' | 'list'

const parametersMax = 1000

/** Makes the reader of an operation's query. It throws 400 (unreadable) or 422 (refused). */
export function queryReader(
  schema: Type.TSchema,
): (text: string) => Readonly<Record<string, unknown>> {
  const kinds = new Map<string, Kind>()
  const properties: unknown = Reflect.get(schema, 'properties')
  for (const [name, property] of Object.entries(properties ?? {})) {
    kinds.set(name, kindOf(property))
  }
  const check = validator(schema, 'query')
  const nothing = Object.freeze({})
  const nothingDoes = Reflect.get(schema, 'required') === undefined
  return (text) => {
    if ((text === '' || kinds.size === 0) && nothingDoes) return nothing
    const values = read(text, kinds)
    check(values)
    return values
  }
}

function kindOf(property: unknown): Kind {
  const type: unknown =
    typeof property === 'object' && property !== null ? Reflect.get(property, 'type') : undefined
  if (type === 'integer' || type === 'number' || type === 'boolean') return type
  return type === 'array' ? 'list' : 'text'
}

function read(text: string, kinds: ReadonlyMap<string, Kind>): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  const lists = new Map<string, string[]>()
  const parts = text.split('&', parametersMax)
  for (const part of parts) {
    const equals = part.indexOf('=')
    const rawName = decode(equals === -1 ? part : part.slice(0, equals))
    const name = rawName.replace(/\[\d*\]$/, '')
    const kind = kinds.get(name)
    if (kind === undefined || (name !== rawName && kind !== 'list')) continue
    const value = decode(equals === -1 ? '' : part.slice(equals + 1))
    if (kind === 'list') append(lists, name, value)
    else if (value !== '' || kind === 'text') values[name] = convert(name, kind, value)
  }
  for (const [name, items] of lists) values[name] = items
  return values
}

function append(lists: Map<string, string[]>, name: string, value: string): void {
  const items = lists.get(name) ?? []
  items.push(...value.split(',').filter((item) => item !== ''))
  if (items.length > 0) lists.set(name, items)
}

function convert(name: string, kind: Kind, value: string): string | number | boolean {
  if (kind === 'integer') {
    if (/^-?\d{1,15}$/.test(value)) return Number(value)
    throw unreadableQuery(name, { en: 'a whole number', es: 'un número entero' })
  }
  if (kind === 'number') {
    if (/^-?\d{1,15}(\.\d{1,15})?$/.test(value)) return Number(value)
    throw unreadableQuery(name, { en: 'a number', es: 'un número' })
  }
  if (kind === 'boolean') {
    if (value === 'true' || value === '1') return true
    if (value === 'false' || value === '0') return false
    throw unreadableQuery(name, { en: 'true or false', es: 'true o false' })
  }
  return value
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new Problem(problems.genericError, {
      detail: {
        en: 'The query is not valid percent-encoding.',
        es: 'La consulta no es una codificación de porcentaje válida.',
      },
    })
  }
}

function unreadableQuery(name: string, wanted: Sentence): Problem {
  return new Problem(problems.genericError, {
    detail: {
      en: `The query parameter ${name} must be ${wanted.en}.`,
      es: `El parámetro ${name} de la consulta debe ser ${wanted.es}.`,
    },
  })
}
