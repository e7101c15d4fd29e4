/** An example of a payload, made where the schema gives none: no event is without one. */
import { exampleIn } from './fields.ts'
import { type Shape, shapeOf } from './shape.ts'

/** The schema's first example, else one made of its fields; undefined: it has neither. */
export function sampleIn(schema: unknown): unknown {
  const given = exampleIn(schema)
  if (given !== undefined) return given
  const shape = shapeOf(schema)
  return shape.kind === 'object' && shape.fields.length > 0 ? sampleOf(shape, 'payload') : undefined
}

const scalars = { number: 1.5, integer: 1, boolean: true, null: null } as const

/** A value of each format that schemas name often. */
export const formatted: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  email: 'ana@example.com',
  uri: 'https://example.com/',
  uuid: '7b0d7ed0-4f0b-4b6c-9d4e-2f6c1a6f3a55',
}

function sampleOf(shape: Shape, name: string): unknown {
  switch (shape.kind) {
    case 'object':
      return Object.fromEntries(
        shape.fields.map((field) => [
          field.name,
          field.example === undefined ? sampleOf(field.shape, field.name) : field.example,
        ]),
      )
    case 'list':
      return [sampleOf(shape.items, name)]
    case 'scalar':
      if (shape.type !== 'string') return scalars[shape.type]
      return (shape.format === null ? undefined : formatted[shape.format]) ?? name
    case 'values':
      return shape.values[0] ?? null
    case 'union': {
      const present = shape.of.find((one) => one.kind !== 'scalar' || one.type !== 'null')
      return present === undefined ? null : sampleOf(present, name)
    }
    case 'any':
      return {}
    default:
      return shape satisfies never
  }
}
