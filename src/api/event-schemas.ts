/** Whether JSON Schemas of event types are some, found out in a time that others do not notice. */

import { Ajv } from 'ajv'
import type { Sentence } from '../domain/sentence.ts'
import { mustBe, type SchemaFault } from './schema-sentences.ts'

type Schema = Readonly<Record<string, unknown>>

const options = { strict: false, validateFormats: false, logger: false } as const
/** Made once: the schema of schemas takes longer to compile than most that it judges. */
const judge = new Ajv(options)
/**
 * Characters up to which a schema is compiled too, which finds references that lead nowhere. The
 * time of that grows with its square and more: 3,000 patterns in 100 kB took 15 s.
 */
const compiledCharsMax = 4_096
/** Values of one `enum`, and of all in a schema: each is compared with each. */
const enumMax = 2_000
const enumsMax = 5_000

/** What is wrong with it; null: nothing. `compile` false leaves that out, where there are many. */
export function schemaFault(schema: Schema, compile: boolean): Sentence | null {
  const { $schema: _, ...body } = schema
  if (enumValues(body) > enumsMax) {
    return {
      en: `an enum has at most ${enumMax} values, all of a schema at most ${enumsMax}`,
      es: `un enum tiene como máximo ${enumMax} valores; todos los de un esquema, ${enumsMax}`,
    }
  }
  if (judge.validateSchema(body) !== true) return noSchema(judge.errors ?? [])
  if (!compile || JSON.stringify(body).length > compiledCharsMax) return null
  try {
    new Ajv({ ...options, validateSchema: false }).compile(body) // it was judged above
    return null
  } catch {
    return { en: 'not a JSON Schema that compiles', es: 'no es un JSON Schema que compile' }
  }
}

/** The first place that is wrong, as a JSON pointer, with what it must be. */
function noSchema(errors: readonly SchemaFault[]): Sentence {
  const [first] = errors
  const here = errors.filter(({ instancePath, keyword }) => {
    return instancePath === first?.instancePath && keyword !== 'anyOf'
  })
  const found = mustBe(here)
  const at = first === undefined || first.instancePath === '' ? '' : `${first.instancePath} `
  return {
    en: `not a JSON Schema: ${at}${found.en}`,
    es: `no es un JSON Schema: ${at}${found.es}`,
  }
}

/** Of all below; infinite where one `enum` alone has too many. Bodies are of bounded depth. */
function enumValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'enum' && Array.isArray(inner)) {
      if (inner.length > enumMax) return Number.POSITIVE_INFINITY
      count += inner.length
    }
    count += enumValues(inner)
  }
  return count
}
