/**
 * What a schema refuses, in words for who sent it: what the value must be, in both languages. All
 * faults of one place are told in one sentence, so that a choice names everything it takes. The value
 * itself is not repeated, since it may be a secret; only what kind of value it is.
 */
import { Locale } from 'typebox/system'
import type { Sentence } from '../domain/sentence.ts'
import { patternSentences } from './pattern-sentences.ts'
import type { SchemaError } from './union-errors.ts'

/** What is read of a fault, of either validator. */
export type SchemaFault = Pick<
  SchemaError,
  'keyword' | 'schemaPath' | 'instancePath' | 'params'
> & {
  readonly message?: string | undefined
  readonly said?: Sentence
}

/** At least one fault, all of the same place; `value` is what stands there, where it is at hand. */
export function mustBe(faults: readonly SchemaFault[], value?: unknown): Sentence {
  const said = faults.find((fault) => fault.said !== undefined)?.said
  if (said !== undefined) return said
  const choices = faults.filter(({ keyword }) => keyword === 'const')
  const types = faults.filter(({ keyword }) => keyword === 'type').map(typeOf)
  const others = faults.filter(({ keyword }) => keyword !== 'const' && keyword !== 'type')
  const sentences = others.map(ofRule)
  if (choices.length > 0) sentences.unshift(oneOf(choices.map(allowed), types.includes('null')))
  else if (others.length === 0) sentences.push(ofTypes(new Set(types), value))
  const [first] = sentences
  const alternatives = faults.some(({ schemaPath }) => schemaPath.includes('/anyOf/'))
  if (!alternatives && first !== undefined) return first
  return {
    en: [...new Set(sentences.map(({ en }) => en))].join(', or '),
    es: [...new Set(sentences.map(({ es }) => es))].join(', o '),
  }
}

function allowed({ params }: SchemaFault): string {
  return String(Reflect.get(params, 'allowedValue'))
}

function oneOf(values: readonly string[], orNull: boolean): Sentence {
  const names = [...new Set(orNull ? [...values, 'null'] : values)].join(', ')
  return values.length === 1 && !orNull
    ? { en: `must be ${names}`, es: `debe ser ${names}` }
    : { en: `must be one of: ${names}`, es: `debe ser uno de: ${names}` }
}

const typeNames: Readonly<Record<string, Sentence>> = {
  string: { en: 'a string', es: 'un texto' },
  number: { en: 'a number', es: 'un número' },
  integer: { en: 'a whole number', es: 'un número entero' },
  boolean: { en: 'true or false', es: 'true o false' },
  object: { en: 'an object', es: 'un objeto' },
  array: { en: 'a list', es: 'una lista' },
  null: { en: 'null', es: 'null' },
}

function typeOf({ params }: SchemaFault): string {
  return String(Reflect.get(params, 'type'))
}

function ofTypes(types: ReadonlySet<string>, value: unknown): Sentence {
  // Null stands last: it is what a member may be besides.
  const ordered = [...types].sort((a, b) => Number(a === 'null') - Number(b === 'null'))
  const named = ordered.map((type) => typeNames[type] ?? { en: type, es: type })
  const wanted = {
    en: `must be ${named.map(({ en }) => en).join(' or ')}`,
    es: `debe ser ${named.map(({ es }) => es).join(' o ')}`,
  }
  if (value === undefined) return wanted
  const sent = sentKind(value)
  return { en: `${wanted.en}, not ${sent.en}`, es: `${wanted.es}, no ${sent.es}` }
}

const fraction: Sentence = { en: 'a fraction', es: 'un decimal' }

function sentKind(value: unknown): Sentence {
  const unknown = { en: 'that', es: 'eso' }
  if (value === null) return { en: 'null', es: 'null' }
  if (Array.isArray(value)) return typeNames['array'] ?? unknown
  if (typeof value === 'number' && !Number.isInteger(value)) return fraction
  if (typeof value === 'boolean') return { en: String(value), es: String(value) }
  return typeNames[typeof value] ?? unknown
}

function ofRule(fault: SchemaFault): Sentence {
  const limit = Number(Reflect.get(fault.params, 'limit'))
  switch (fault.keyword) {
    case 'minimum':
      return { en: `must be at least ${limit}`, es: `debe ser como mínimo ${limit}` }
    case 'maximum':
      return { en: `must be at most ${limit}`, es: `debe ser como máximo ${limit}` }
    case 'minLength':
      return limit === 1
        ? { en: 'must not be empty', es: 'no puede estar vacío' }
        : { en: `needs at least ${limit} characters`, es: `necesita al menos ${limit} caracteres` }
    case 'maxLength':
      return {
        en: `must not be longer than ${limit} characters`,
        es: `no puede tener más de ${limit} caracteres`,
      }
    case 'minItems':
      return limit === 1
        ? { en: 'must hold at least one item', es: 'necesita al menos un elemento' }
        : { en: `must hold at least ${limit} items`, es: `necesita al menos ${limit} elementos` }
    case 'uniqueItems':
      return {
        en: 'must not hold the same item twice',
        es: 'no puede repetir un elemento',
      }
    case 'enum':
      return oneOf(listed(fault.params, 'allowedValues'), false)
    case 'pattern':
      return patternSentences.get(String(Reflect.get(fault.params, 'pattern'))) ?? ofLibrary(fault)
    default:
      return ofLibrary(fault)
  }
}

function ofLibrary(fault: SchemaFault): Sentence {
  const es = Locale.es_419(fault as Parameters<typeof Locale.es_419>[0]) // as the library made it
  return { en: fault.message ?? es, es }
}

/** The texts of a list among a fault's parameters. */
export function listed(params: object, name: string): readonly string[] {
  const values: unknown = Reflect.get(params, name)
  return Array.isArray(values) ? values.map(String) : []
}
