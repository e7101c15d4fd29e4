/** A payload as Go structs: what may be absent is a pointer, what the schema leaves open is `any`. */
import { commentText, Names, typeName } from './names.ts'
import { type Shape, shapeOf } from './shape.ts'

export function goOf(eventType: string, schema: unknown): string {
  const structs: string[] = []
  const names = new Names()
  const name = names.take(typeName(eventType))
  const shape = shapeOf(schema)
  const type = goType(shape, name, { structs, names, own: name })
  const head = type === name ? '' : `type ${name} ${type}\n`
  return `package events\n\n${[head, ...structs].filter((one) => one !== '').join('\n')}`
}

interface Output {
  readonly structs: string[]
  readonly names: Names
  /** The name that this very shape has already. */
  readonly own?: string
}

const scalars = { string: 'string', number: 'float64', integer: 'int64', boolean: 'bool' } as const

function goType(shape: Shape, name: string, out: Output): string {
  switch (shape.kind) {
    case 'scalar':
      return shape.type === 'null' ? 'any' : scalars[shape.type]
    case 'values':
      return valuesType(shape.values)
    case 'any':
      return 'any'
    case 'union': {
      const others = shape.of.filter((one) => !(one.kind === 'scalar' && one.type === 'null'))
      const [only] = others
      if (only === undefined || others.length > 1) return 'any'
      return pointer(goType(only, name, out))
    }
    case 'list':
      return `[]${goType(shape.items, `${name}Item`, { structs: out.structs, names: out.names })}`
    case 'object':
      return objectType(shape, name, out)
    default:
      return shape satisfies never
  }
}

/** Of pointers, lists, maps and `any` nothing tells that they are absent but what they are. */
function pointer(type: string): string {
  return /^(\*|\[\]|map\[)|^any$/.test(type) ? type : `*${type}`
}

function valuesType(values: readonly unknown[]): string {
  if (values.every((value) => typeof value === 'string')) return 'string'
  if (values.every((value) => typeof value === 'boolean')) return 'bool'
  if (values.every(Number.isInteger)) return 'int64'
  return values.every((value) => typeof value === 'number') ? 'float64' : 'any'
}

function objectType(
  shape: Extract<Shape, { readonly kind: 'object' }>,
  wanted: string,
  out: Output,
): string {
  const { structs, names } = out
  if (shape.fields.length === 0) {
    const { others } = shape
    const values =
      others === null || others === false
        ? 'any'
        : goType(others, `${wanted}Value`, { structs, names })
    return `map[string]${values}`
  }
  const name = out.own ?? names.take(wanted)
  const at = structs.push('') - 1 // before those that it is made of
  const fieldNames = new Names()
  const lines = shape.fields.map((field) => {
    if (!isTag(field.name)) return `\t// ${commentText(field.name)}: no name for a struct tag\n`
    const own = fieldNames.take(typeName(field.name))
    const type = goType(field.shape, `${name}${typeName(field.name)}`, { structs, names })
    const comment = commentText(field.description)
    const head = comment === '' ? '' : `\t// ${comment}\n`
    const tag = field.required ? field.name : `${field.name},omitempty`
    return `${head}\t${own} ${field.required ? type : pointer(type)} \`json:"${tag}"\`\n`
  })
  structs[at] = `type ${name} struct {\n${lines.join('')}}\n`
  return name
}

/** What `encoding/json` takes as a name in a tag: letters, digits and some signs. */
function isTag(name: string): boolean {
  return /^[\p{L}\p{N}!#$%&()*+\-./:;<=>?@[\]^_{|}~ ]+$/u.test(name) && name !== '-'
}
