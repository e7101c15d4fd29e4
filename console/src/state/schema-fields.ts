/** One field of a payload, as its JSON Schema says. */
export interface SchemaField {
  readonly path: string
  readonly type: string
  readonly required: boolean
  readonly description: string
}

const depthMax = 6
const fieldsMax = 300

/** Every field of an object schema, depth first, by path: `data.order.id`, `items[].sku`. */
export function fieldsOf(schema: unknown): readonly SchemaField[] {
  const fields: SchemaField[] = []
  walk(schema, '', 0, fields)
  return fields.slice(0, fieldsMax)
}

function walk(schema: unknown, path: string, depth: number, fields: SchemaField[]): void {
  if (!isObject(schema) || depth > depthMax || fields.length >= fieldsMax) return
  const properties = schema['properties']
  if (isObject(properties)) {
    const required = Array.isArray(schema['required']) ? schema['required'] : []
    for (const [name, child] of Object.entries(properties)) {
      const childPath = path === '' ? name : `${path}.${name}`
      if (!isObject(child)) continue
      fields.push({
        path: childPath,
        type: typeOf(child),
        required: required.includes(name),
        description: typeof child['description'] === 'string' ? child['description'] : '',
      })
      walk(child, childPath, depth + 1, fields)
    }
  }
  if (isObject(schema['items'])) walk(schema['items'], `${path}[]`, depth + 1, fields)
}

function typeOf(schema: Readonly<Record<string, unknown>>): string {
  const { type } = schema as { readonly type?: unknown }
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['enum'])) return schema['enum'].slice(0, 4).map(String).join(' | ')
  if (Array.isArray(type)) return type.join(' | ')
  if (typeof type === 'string') return type
  const variants = schema['anyOf'] ?? schema['oneOf']
  if (!Array.isArray(variants)) return ''
  return [...new Set(variants.filter(isObject).map(typeOf))].filter((one) => one !== '').join(' | ')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
