/** Payloads made from a type's schema and example, to see what a receiver makes of them. */
import { formatted } from '../../../src/domain/schema/sample.ts'

export const variants = ['minimal', 'full', 'edge', 'large'] as const
export type Variant = (typeof variants)[number]

const depthMax = 8
const largeChars = 256 * 1024
/** Beyond what a double holds: a receiver that reads it as one rounds it. */
const largeNumber = '9007199254740993'
const edgeText = 'ñ 漢 🎉 "\' \\ <b>&amp;</b>'
const numberMark = '\u0000number\u0000'

type Schema = Readonly<Record<string, unknown>>

/** The text of the variant, indented. */
export function variantText(variant: Variant, schema: unknown, example: unknown): string {
  const root = isObject(schema) ? schema : {}
  const top = made(root, example, { variant, depth: 0, required: true })
  const value = isObject(top) ? top : { value: top }
  const whole = variant === 'large' ? { ...value, padding: 'x'.repeat(largeChars) } : value
  return JSON.stringify(whole, null, 2).replaceAll(JSON.stringify(numberMark), largeNumber)
}

interface Context {
  readonly variant: Variant
  readonly depth: number
  readonly required: boolean
}

function made(schema: Schema, example: unknown, context: Context): unknown {
  const { variant, depth } = context
  const fixed = schema['const'] ?? (Array.isArray(schema['enum']) ? schema['enum'][0] : undefined)
  if (fixed !== undefined) return example ?? fixed
  if (variant === 'edge' && !context.required && allows(schema, 'null')) return null
  if (allows(schema, 'object') || isObject(example)) {
    return objectOf(schema, isObject(example) ? example : {}, context)
  }
  if (allows(schema, 'array') || Array.isArray(example)) {
    return listOf(schema, Array.isArray(example) ? example : [], context)
  }
  if (depth > depthMax) return null
  return variant === 'edge' ? edgeOf(schema, example) : (example ?? plainOf(schema))
}

function objectOf(
  schema: Schema,
  example: Readonly<Record<string, unknown>>,
  context: Context,
): unknown {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  const names = new Set([...Object.keys(properties), ...Object.keys(example)])
  const kept = [...names].filter(
    // Without a word of the schema on what is required, the example is the least there is.
    (name) => context.variant !== 'minimal' || required.length === 0 || required.includes(name),
  )
  if (context.depth > depthMax) return {}
  return Object.fromEntries(
    kept.map((name) => {
      const child = properties[name]
      const inner = { ...context, depth: context.depth + 1, required: required.includes(name) }
      return [name, made(isObject(child) ? child : {}, example[name], inner)]
    }),
  )
}

function listOf(schema: Schema, example: readonly unknown[], context: Context): unknown {
  const { variant, depth } = context
  const least = Number(schema['minItems'] ?? 0)
  if ((variant === 'edge' || variant === 'minimal') && least === 0) return []
  if (depth > depthMax) return []
  const items = isObject(schema['items']) ? schema['items'] : {}
  const count = Math.max(1, Math.min(least, 20), variant === 'minimal' ? 0 : example.length)
  const inner = { ...context, depth: depth + 1, required: true }
  return Array.from({ length: count }, (_, at) => made(items, example[at] ?? example[0], inner))
}

/** Text beyond ASCII and a number that is too large for most, where the schema lets them. */
function edgeOf(schema: Schema, example: unknown): unknown {
  const bound = ['format', 'pattern', 'maxLength', 'maximum', 'exclusiveMaximum', 'multipleOf']
  if (bound.some((name) => schema[name] !== undefined)) return example ?? plainOf(schema)
  if (allows(schema, 'string') || typeof example === 'string') return edgeText
  if (allows(schema, 'integer') || allows(schema, 'number') || typeof example === 'number') {
    return numberMark
  }
  return example ?? plainOf(schema)
}

function plainOf(schema: Schema): unknown {
  if (schema['default'] !== undefined) return schema['default']
  if (Array.isArray(schema['examples'])) return schema['examples'][0]
  if (allows(schema, 'string')) return formatted[String(schema['format'])] ?? 'text'
  if (allows(schema, 'integer') || allows(schema, 'number')) return schema['minimum'] ?? 1
  return allows(schema, 'boolean') ? true : null
}

function allows({ type }: Schema, wanted: string): boolean {
  return Array.isArray(type) ? type.includes(wanted) : type === wanted
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
