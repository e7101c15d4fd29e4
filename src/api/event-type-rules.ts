/** What event types are judged by, wherever they come from. */
import type Type from 'typebox'
import * as contract from '../contract/event-type.ts'
import { limits } from '../domain/limits.ts'
import type { SchemaAt } from './document-reader.ts'
import { refuse } from './validate.ts'

type Fields = Type.Static<typeof contract.EventTypePatch>

const namePattern = new RegExp(String(Reflect.get(contract.EventTypeIn.properties.name, 'pattern')))

export function checkEventTypeName(
  name: string,
  loc: readonly string[] = ['name', '__all__'],
): void {
  if (!namePattern.test(name))
    throw refuse(loc, {
      en: 'not a name of an event type',
      es: 'no es un nombre de tipo de evento',
    })
}

/** To be judged. What a schema refers to outside of itself is not fetched. */
export function schemasIn({ schemas }: Pick<Fields, 'schemas'>): readonly SchemaAt[] {
  const versions = Object.entries(schemas ?? {})
  checkVersions(versions.length, ['schemas'])
  return versions.map(([version, schema]) => ({ loc: ['schemas', version], schema }))
}

/** Types that have more, of a time without this bound, keep them. */
export function checkVersions(count: number, loc: readonly string[], type?: string): void {
  const max = limits.schemaVersionsMax
  if (count <= max) return
  const which = type === undefined ? '' : `${type}: `
  throw refuse(loc, {
    en: `${which}an event type has at most ${max} versions of its schema, not ${count}: leave out the oldest, or name a new type`,
    es: `${which}un tipo de evento tiene como máximo ${max} versiones de su esquema, no ${count}: quita las más antiguas, o crea otro tipo`,
  })
}

/** Of more than these at once the schemas are not compiled: that takes half a millisecond each. */
export const compiledTypesMax = 200
