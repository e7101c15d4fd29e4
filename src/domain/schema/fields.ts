/** The fields of a payload as a table: one row each, depth first. */
import { type Shape, shapeOf } from './shape.ts'

export interface SchemaField {
  /** `order.id`, `items[].sku`, `labels.*` where any member is meant. */
  readonly path: string
  readonly type: string
  readonly required: boolean
  readonly description: string
  /** As text; empty: the schema gives none, and neither does its example. */
  readonly example: string
}

const fieldsMax = 500
const exampleCharsMax = 80
const valuesShown = 6

export function fieldsOf(schema: unknown): readonly SchemaField[] {
  const rows: SchemaField[] = []
  walk(shapeOf(schema), { path: '', example: exampleIn(schema), rows })
  return rows
}

/** The first example of a schema; undefined: it has none. */
export function exampleIn(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return undefined
  const { examples, example } = schema as {
    readonly examples?: unknown
    readonly example?: unknown
  }
  return Array.isArray(examples) && examples.length > 0 ? examples[0] : example
}

function walk(
  shape: Shape,
  at: { readonly path: string; readonly example: unknown; readonly rows: SchemaField[] },
): void {
  const { path, example, rows } = at
  if (rows.length >= fieldsMax) return
  switch (shape.kind) {
    case 'object':
      for (const field of shape.fields) {
        if (rows.length >= fieldsMax) return
        const sample = field.example ?? memberOf(example, field.name)
        const child = path === '' ? field.name : `${path}.${field.name}`
        rows.push({
          path: child,
          type: typeText(field.shape),
          required: field.required,
          description: field.description,
          example: exampleText(sample),
        })
        walk(field.shape, { path: child, example: sample, rows })
      }
      if (shape.others !== null && shape.others !== false) {
        walk(shape.others, { path: path === '' ? '*' : `${path}.*`, example: undefined, rows })
      }
      return
    case 'list':
      walk(shape.items, { path: `${path}[]`, example: memberOf(example, '0'), rows })
      return
    case 'union':
      for (const one of shape.of) if (isDeep(one)) walk(one, at)
      return
    case 'scalar':
    case 'values':
    case 'any':
      return
    default:
      shape satisfies never
  }
}

const isDeep = ({ kind }: Shape): boolean => kind === 'object' || kind === 'list'

/** `string`, `string (date-time)`, `integer[]`, `"paid" | "open"`. */
export function typeText(shape: Shape): string {
  switch (shape.kind) {
    case 'scalar':
      return shape.format === null ? shape.type : `${shape.type} (${shape.format})`
    case 'values': {
      const shown = shape.values.slice(0, valuesShown).map((value) => JSON.stringify(value))
      return [...shown, ...(shape.values.length > valuesShown ? ['…'] : [])].join(' | ')
    }
    case 'list': {
      const items = typeText(shape.items)
      return items.includes(' | ') ? `(${items})[]` : `${items}[]`
    }
    case 'union':
      return [...new Set(shape.of.map(typeText))].join(' | ')
    case 'object':
    case 'any':
      return shape.kind
    default:
      return shape satisfies never
  }
}

/** Objects and lists have rows of their own. */
function exampleText(value: unknown): string {
  if (value === undefined || (typeof value === 'object' && value !== null)) return ''
  const text = JSON.stringify(value)
  return text.length > exampleCharsMax ? `${text.slice(0, exampleCharsMax)}…` : text
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}
