/**
 * What a JSON Schema says about a payload, in the few words that tables, diffs and generated types
 * need. References inside of the schema are followed; what is beyond is anything.
 */
export type Shape =
  | {
      readonly kind: 'object'
      readonly fields: readonly ShapeField[]
      /** What further members hold: a shape, nothing (`false`), or nobody said (`null`). */
      readonly others: Shape | false | null
    }
  | { readonly kind: 'list'; readonly items: Shape }
  | { readonly kind: 'scalar'; readonly type: ScalarType; readonly format: string | null }
  | { readonly kind: 'values'; readonly values: readonly Scalar[] }
  | { readonly kind: 'union'; readonly of: readonly Shape[] }
  | { readonly kind: 'any' }

export type ScalarType = 'string' | 'number' | 'integer' | 'boolean' | 'null'
export type Scalar = string | number | boolean | null

export interface ShapeField {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
  readonly description: string
  /** As the schema gives it; undefined: it gives none. */
  readonly example: unknown
}

type Schema = Readonly<Record<string, unknown>>

const any: Shape = { kind: 'any' }
const depthMax = 16
/** Of one schema, references unfolded: a few lines can else name gigabytes. */
const nodesMax = 5_000
const scalarTypes: readonly string[] = ['string', 'number', 'integer', 'boolean', 'null']

export function shapeOf(schema: unknown): Shape {
  return new Reader(schema).read(schema, 0)
}

class Reader {
  readonly #root: unknown
  /** References on the way here: a schema that refers to itself ends there. */
  readonly #open = new Set<string>()
  #nodes = 0

  constructor(root: unknown) {
    this.#root = root
  }

  read(given: unknown, depth: number): Shape {
    this.#nodes += 1
    if (depth > depthMax || this.#nodes > nodesMax) return any
    const reference = isSchema(given) ? given['$ref'] : undefined
    if (typeof reference !== 'string') return this.#shape(given, depth)
    if (this.#open.has(reference)) return any
    this.#open.add(reference)
    const shape = this.#shape(given, depth)
    this.#open.delete(reference)
    return shape
  }

  #shape(given: unknown, depth: number): Shape {
    const schema = this.#resolved(given)
    if (schema === null) return any
    if (schema['const'] !== undefined) return valuesOf([schema['const']])
    if (Array.isArray(schema['enum'])) return valuesOf(schema['enum'])
    const parts = listAt(schema, 'allOf')
    if (parts.length > 0) return this.#all([withoutAllOf(schema), ...parts], depth)
    const variants = [...listAt(schema, 'anyOf'), ...listAt(schema, 'oneOf')]
    if (variants.length > 0) return unionOf(variants.map((one) => this.read(one, depth + 1)))
    const types = typesOf(schema)
    const nullable = schema['nullable'] === true && !types.includes('null') // OpenAPI 3.0
    const shapes = types.map((type) => this.#typed(type, schema, depth))
    return unionOf(nullable ? [...shapes, { kind: 'scalar', type: 'null', format: null }] : shapes)
  }

  #typed(type: string, schema: Schema, depth: number): Shape {
    if (type === 'object') return this.#object(schema, depth)
    if (type === 'array') return { kind: 'list', items: this.read(schema['items'], depth + 1) }
    if (!isScalarType(type)) return any
    const { format } = schema as { readonly format?: unknown }
    const named = typeof format === 'string' && type !== 'null'
    return { kind: 'scalar', type, format: named ? format : null }
  }

  #object(schema: Schema, depth: number): Shape {
    const properties = isSchema(schema['properties']) ? schema['properties'] : {}
    const required = new Set(listAt(schema, 'required'))
    const more = schema['additionalProperties']
    return {
      kind: 'object',
      fields: Object.entries(properties).map(([name, given]) => {
        const child = this.#resolved(given) ?? {}
        const own = isSchema(given) ? given : {}
        const description = own['description'] ?? child['description']
        return {
          name,
          shape: this.read(given, depth + 1),
          required: required.has(name),
          description: typeof description === 'string' ? description : '',
          example: listAt(child, 'examples')[0] ?? child['example'],
        }
      }),
      others: more === false ? false : isSchema(more) ? this.read(more, depth + 1) : moreOf(more),
    }
  }

  /** What holds all of these: the members of every object; of others the first that says something. */
  #all(parts: readonly unknown[], depth: number): Shape {
    const shapes = parts
      .map((one) => this.read(one, depth + 1))
      .filter(({ kind }) => kind !== 'any')
    const objects = shapes.filter((one) => one.kind === 'object')
    if (objects.length === 0) return shapes[0] ?? any
    const fields = new Map<string, ShapeField>()
    for (const field of objects.flatMap((one) => one.fields)) {
      const before = fields.get(field.name)
      const required = field.required || before?.required === true
      fields.set(field.name, { ...field, required })
    }
    const others = objects.map((one) => one.others).find((one) => one !== null) ?? null
    return { kind: 'object', fields: [...fields.values()], others }
  }

  /** Follows `#/$defs/Order` and its like, a bounded number of times. */
  #resolved(given: unknown): Schema | null {
    let schema: unknown = given
    for (let steps = 0; steps < depthMax && isSchema(schema); steps++) {
      const reference = schema['$ref']
      if (typeof reference !== 'string') return schema
      if (!reference.startsWith('#/')) return null
      schema = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, step) => memberOf(at, unescaped(step)), this.#root)
    }
    return null
  }
}

function moreOf(more: unknown): Shape | null {
  return more === true ? any : null
}

function withoutAllOf({ allOf: _, ...schema }: Schema): Schema {
  return schema
}

/** A schema that names no type says it by what else it has. */
function typesOf(schema: Schema): readonly string[] {
  const { type } = schema as { readonly type?: unknown }
  if (Array.isArray(type)) return type.map(String)
  if (typeof type === 'string') return [type]
  if (isSchema(schema['properties'])) return ['object']
  return schema['items'] === undefined ? [''] : ['array']
}

function valuesOf(values: readonly unknown[]): Shape {
  const scalars = values.filter(isScalar)
  return scalars.length === values.length ? { kind: 'values', values: scalars } : any
}

function unionOf(shapes: readonly Shape[]): Shape {
  const flat = shapes.flatMap((one) => (one.kind === 'union' ? one.of : [one]))
  const [first] = flat
  if (first === undefined || flat.some(({ kind }) => kind === 'any')) return any
  return flat.length === 1 ? first : { kind: 'union', of: flat }
}

function unescaped(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain // a percent sign of its own
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}

function listAt(schema: Schema, name: string): readonly unknown[] {
  const found = schema[name]
  return Array.isArray(found) ? found : []
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isScalarType(type: string): type is ScalarType {
  return scalarTypes.includes(type)
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
