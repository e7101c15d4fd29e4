/** JSON Schemas as rows that a person reads: name, type with its bounds, meaning. */

export type Json = Readonly<Record<string, unknown>>

export interface SchemaRow {
  /** Path of the field: `policy.retryScheduleMs`. */
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly meaning: string
}

/** Levels of nested objects that are shown. */
const depthMax = 3

export function schemaRows(schema: Json, document: Json, prefix = '', depth = 0): SchemaRow[] {
  const resolved = resolve(schema, document)
  const required = new Set(Array.isArray(resolved['required']) ? resolved['required'] : [])
  return Object.entries(record(resolved['properties'])).flatMap(([name, given]) => {
    const field = plain(resolve(record(given), document), document)
    const row: SchemaRow = {
      name: prefix + name,
      type: typeOf(field, document),
      required: required.has(name),
      meaning: String(record(given)['description'] ?? field['description'] ?? ''),
    }
    const nested =
      depth + 1 < depthMax ? schemaRows(field, document, `${prefix}${name}.`, depth + 1) : []
    return [row, ...nested]
  })
}

/** What is left of `anyOf` with null: the other one. */
function plain(schema: Json, document: Json): Json {
  const choices = (Array.isArray(schema['anyOf']) ? schema['anyOf'] : [])
    .map((each) => resolve(record(each), document))
    .filter((each) => each['type'] !== 'null')
  const [only] = choices
  return choices.length === 1 && only !== undefined ? only : schema
}

function typeOf(schema: Json, document: Json): string {
  const { type, format, enum: values, items } = schema
  if (Array.isArray(values)) return values.map(String).join(' | ')
  if (schema['const'] !== undefined) return String(schema['const'])
  if (Array.isArray(schema['anyOf'])) {
    return schema['anyOf']
      .map((each) => typeOf(resolve(record(each), document), document))
      .join(' | ')
  }
  const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems']
    .filter((name) => schema[name] !== undefined)
    .map((name) => `${name} ${String(schema[name])}`)
  const base =
    type === 'array'
      ? `${typeOf(plain(resolve(record(items), document), document), document)}[]`
      : String(format ?? type ?? 'any')
  return [base, ...bounds].join(', ')
}

function resolve(schema: Json, document: Json): Json {
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  return reference
    .slice(2)
    .split('/')
    .reduce((at: Json, name) => record(at[name]), document)
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {} // checked
}
