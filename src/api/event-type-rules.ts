/** What event types are judged by, wherever they come from. */
import type Type from 'typebox'
import * as contract from '../contract/event-type.ts'
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
  return versions.map(([version, schema]) => ({ loc: ['schemas', version], schema }))
}

/** Of more than these at once the schemas are not compiled: that takes half a millisecond each. */
export const compiledTypesMax = 200
