/** A payload as Python's `TypedDict`s. */
import { commentText, Names, quoted, typeName } from './names.ts'
import { type Shape, type ShapeField, shapeOf } from './shape.ts'

export function pythonOf(eventType: string, schema: unknown): string {
  const out: Output = { classes: [], names: new Names(), imports: new Set() }
  const name = out.names.take(typeName(eventType))
  const type = pythonType(shapeOf(schema), name, { ...out, own: name })
  const alias = type === quoted(name) ? [] : [`${name} = ${type}\n`]
  const imports = [...out.imports].sort().join(', ')
  const head = imports === '' ? [] : [`from typing import ${imports}\n`]
  return [...head, ...out.classes, ...alias].join('\n\n')
}

interface Output {
  readonly classes: string[]
  readonly names: Names
  readonly imports: Set<string>
  /** The name that this very shape has already. */
  readonly own?: string
}

const scalars = {
  string: 'str',
  number: 'float',
  integer: 'int',
  boolean: 'bool',
  null: 'None',
} as const

function pythonType(shape: Shape, name: string, out: Output): string {
  const { own: _, ...inner } = out
  switch (shape.kind) {
    case 'scalar':
      return scalars[shape.type]
    case 'values':
      return literal(shape.values, out)
    case 'any':
      return use('Any', out)
    case 'union': {
      const types = shape.of.map((one) => pythonType(one, name, inner))
      return `${use('Union', out)}[${[...new Set(types)].join(', ')}]`
    }
    case 'list':
      return `list[${pythonType(shape.items, `${name}Item`, inner)}]`
    case 'object':
      return objectType(shape, name, out)
    default:
      return shape satisfies never
  }
}

function use(name: string, { imports }: Output): string {
  imports.add(name)
  return name
}

/** `Literal` takes no fractions. */
function literal(values: readonly unknown[], out: Output): string {
  if (
    values.length === 0 ||
    values.some((one) => typeof one === 'number' && !Number.isInteger(one))
  )
    return values.length === 0 ? use('Any', out) : 'float'
  const texts = values.map((value) =>
    value === null
      ? 'None'
      : typeof value === 'boolean'
        ? value
          ? 'True'
          : 'False'
        : quoted(value),
  )
  return `${use('Literal', out)}[${texts.join(', ')}]`
}

function objectType(
  shape: Extract<Shape, { readonly kind: 'object' }>,
  wanted: string,
  out: Output,
): string {
  const { own, ...inner } = out
  if (shape.fields.length === 0) {
    const { others } = shape
    const values =
      others === null || others === false
        ? use('Any', out)
        : pythonType(others, `${wanted}Value`, inner)
    return `dict[str, ${values}]`
  }
  const name = own ?? out.names.take(wanted)
  use('TypedDict', out)
  const members = shape.fields.map((field) => {
    const type = pythonType(field.shape, `${name}${typeName(field.name)}`, inner)
    return { field, type: field.required ? type : `${use('NotRequired', out)}[${type}]` }
  })
  // A class names its members as the language names things; a call takes any text.
  const plain = members.every(({ field }) => isPlain(field.name))
  out.classes.push(plain ? classOf(name, members) : callOf(name, members))
  return quoted(name)
}

type Members = readonly { readonly field: ShapeField; readonly type: string }[]

function classOf(name: string, members: Members): string {
  return `class ${name}(TypedDict):\n${members
    .map(({ field, type }) => `${commentOf(field)}    ${field.name}: ${type}\n`)
    .join('')}`
}

function callOf(name: string, members: Members): string {
  return `${name} = TypedDict(${quoted(name)}, {\n${members
    .map(({ field, type }) => `${commentOf(field)}    ${quoted(field.name)}: ${type},\n`)
    .join('')}})\n`
}

function commentOf({ description }: ShapeField): string {
  const text = commentText(description)
  return text === '' ? '' : `    # ${text}\n`
}

const keywords = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
)

/** Two underscores first would be mangled in a class. */
function isPlain(name: string): boolean {
  return /^(?!__)[A-Za-z_]\w*$/.test(name) && !keywords.has(name)
}
