/** A payload as a TypeScript type, and as a schema of Zod. */
import { commentText, isIdentifier, quoted, typeName } from './names.ts'
import { type Shape, type ShapeField, shapeOf } from './shape.ts'

export function typescriptOf(eventType: string, schema: unknown): string {
  const shape = shapeOf(schema)
  const name = typeName(eventType)
  return shape.kind === 'object' && shape.others === null
    ? `export interface ${name} ${typeOf(shape, '')}\n`
    : `export type ${name} = ${typeOf(shape, '')}\n`
}

function typeOf(shape: Shape, indent: string): string {
  switch (shape.kind) {
    case 'scalar':
      return shape.type === 'integer' ? 'number' : shape.type
    case 'values':
      return shape.values.length === 0 ? 'never' : shape.values.map(quoted).join(' | ')
    case 'any':
      return 'unknown'
    case 'union':
      return [...new Set(shape.of.map((one) => typeOf(one, indent)))].join(' | ')
    case 'list': {
      const items = typeOf(shape.items, indent)
      return needsParentheses(shape.items) ? `(${items})[]` : `${items}[]`
    }
    case 'object': {
      const { fields, others } = shape
      const record = isOpen(others) ? recordOf(others, indent) : ''
      if (fields.length === 0) return record === '' ? 'Record<string, unknown>' : record
      const inner = `${indent}  `
      const members = fields.map(
        (field) =>
          `${commentOf(field, inner)}${inner}${keyOf(field)}: ${typeOf(field.shape, inner)}\n`,
      )
      const object = `{\n${members.join('')}${indent}}`
      return record === '' ? object : `${object} & ${record}`
    }
    default:
      return shape satisfies never
  }
}

function needsParentheses(shape: Shape): boolean {
  if (shape.kind === 'union') return true
  if (shape.kind === 'values') return shape.values.length > 1
  return shape.kind === 'object' && shape.fields.length > 0 && isOpen(shape.others)
}

const isOpen = (others: Shape | false | null): others is Shape =>
  others !== null && others !== false

const recordOf = (others: Shape, indent: string): string =>
  `Record<string, ${typeOf(others, indent)}>`

function keyOf({ name, required }: ShapeField): string {
  return `${isIdentifier(name) ? name : quoted(name)}${required ? '' : '?'}`
}

function commentOf({ description }: ShapeField, indent: string): string {
  const text = commentText(description)
  return text === '' ? '' : `${indent}/** ${text} */\n`
}

export function zodOf(eventType: string, schema: unknown): string {
  const name = typeName(eventType)
  return `import { z } from 'zod'

export const ${name} = ${zodType(shapeOf(schema), '')}
export type ${name} = z.infer<typeof ${name}>
`
}

const zodScalars = {
  string: 'z.string()',
  number: 'z.number()',
  integer: 'z.number().int()',
  boolean: 'z.boolean()',
  null: 'z.null()',
} as const

function zodType(shape: Shape, indent: string): string {
  switch (shape.kind) {
    case 'scalar':
      return zodScalars[shape.type]
    case 'values':
      return zodUnion(shape.values.map((value) => `z.literal(${quoted(value)})`))
    case 'any':
      return 'z.unknown()'
    case 'union':
      return zodUnion([...new Set(shape.of.map((one) => zodType(one, indent)))])
    case 'list':
      return `z.array(${zodType(shape.items, indent)})`
    case 'object': {
      const { fields, others } = shape
      const record = isOpen(others) ? zodType(others, indent) : 'z.unknown()'
      if (fields.length === 0) return `z.record(z.string(), ${record})`
      const inner = `${indent}  `
      const members = fields.map((field) => {
        const key = isIdentifier(field.name) ? field.name : quoted(field.name)
        const type = zodType(field.shape, inner)
        return `${commentOf(field, inner)}${inner}${key}: ${type}${field.required ? '' : '.optional()'},\n`
      })
      const object = `z.object({\n${members.join('')}${indent}})`
      return isOpen(others) ? `${object}.catchall(${record})` : object
    }
    default:
      return shape satisfies never
  }
}

function zodUnion(types: readonly string[]): string {
  const [only = 'z.never()'] = types
  return types.length < 2 ? only : `z.union([${types.join(', ')}])`
}
