/**
 * Finds a list or map of a refused value that is larger than its schema allows, by counting alone.
 * Describing every fault of a large one takes time that grows with its square where its items must
 * differ: 200,000 channels of one name would hold the process for minutes.
 */

import type Type from 'typebox'
import type { Sentence } from '../domain/sentence.ts'

/** For lists and maps to which the schema gives no bound of their own. */
const ownMax = 10_000
/** For lists whose items must differ. */
const uniqueMax = 1_000

export interface Oversize {
  /** A JSON pointer. */
  readonly pointer: string
  readonly msg: Sentence
}

export function oversized(schema: Type.TSchema, value: unknown, pointer = ''): Oversize | null {
  if (typeof value !== 'object' || value === null) return null
  const { anyOf, items, maxItems, uniqueItems, properties, patternProperties, maxProperties } =
    schema as Keywords // of JSON Schema
  for (const branch of anyOf ?? []) {
    const found = oversized(branch, value, pointer)
    if (found !== null) return found
  }
  if (Array.isArray(value)) {
    if (items === undefined) return null
    const max = maxItems ?? (uniqueItems === true ? uniqueMax : ownMax)
    if (value.length > max)
      return {
        pointer,
        msg: {
          en: `must not have more than ${max} items`,
          es: `no debe tener más de ${max} elementos`,
        },
      }
    return first(value.entries(), (item, index) => oversized(items, item, `${pointer}/${index}`))
  }
  const [values] = Object.values(patternProperties ?? {})
  if (values !== undefined && Object.keys(values).length > 0) {
    const max = maxProperties ?? ownMax
    if (Object.keys(value).length > max)
      return {
        pointer,
        msg: {
          en: `must not have more than ${max} properties`,
          es: `no debe tener más de ${max} propiedades`,
        },
      }
    const entries = Object.entries(value)
    const found = first(entries, (item, name) => oversized(values, item, `${pointer}/${name}`))
    if (found !== null) return found
  }
  return first(Object.entries(properties ?? {}), (inner, name) =>
    Object.hasOwn(value, name)
      ? oversized(inner, Reflect.get(value, name), `${pointer}/${name}`)
      : null,
  )
}

interface Keywords {
  readonly anyOf?: readonly Type.TSchema[]
  readonly items?: Type.TSchema
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly maxProperties?: number
  readonly properties?: Readonly<Record<string, Type.TSchema>>
  readonly patternProperties?: Readonly<Record<string, Type.TSchema>>
}

function first<Key, Item>(
  entries: Iterable<[Key, Item]>,
  look: (item: Item, key: Key) => Oversize | null,
): Oversize | null {
  for (const [key, item] of entries) {
    const found = look(item, key)
    if (found !== null) return found
  }
  return null
}
