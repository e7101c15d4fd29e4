/**
 * Every text that somebody can write through the API, read from the contract itself: a new field is
 * here by itself, and then wants a marker in `hostile-fields.ts` or a reason here.
 */
import { operations } from '../../src/contract/operations.ts'

/** A schema as JSON Schema has it, as far as it is walked here. */
interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
}

/** Signs that make the difference between text and a page. */
const samples = ['<b>', '/<b>', '<b>@evil.example']

const takes = (pattern: string | undefined): boolean =>
  pattern === undefined || samples.some((text) => new RegExp(pattern, 'u').test(text))

/** Where the schema takes any text: `.metadata.*` a value, `.metadata.{name}` its name, `[]` an item. */
function textsIn(schema: Schema, path: string): readonly string[] {
  if (schema.const !== undefined || schema.enum !== undefined) return []
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((one) => textsIn(one, path))
  if (schema.items !== undefined) return textsIn(schema.items, `${path}[]`)
  if (schema.type === 'string') {
    return takes(schema.pattern) && schema.format === undefined ? [path] : []
  }
  const { properties = {}, patternProperties = {}, additionalProperties } = schema
  const named = Object.entries(properties).flatMap(([name, one]) => textsIn(one, `${path}.${name}`))
  const free = Object.entries(patternProperties)
  if (typeof additionalProperties === 'object') free.push(['', additionalProperties])
  if (free.some(([, one]) => isAnything(one))) return [...named, `${path}.*`]
  const others = free.flatMap(([pattern, one]) => [
    ...(takes(pattern) ? [`${path}.{name}`] : []),
    ...textsIn(one, `${path}.*`),
  ])
  return [...named, ...others, ...(isAnything(schema) ? [path] : [])]
}

/** Any JSON: one marker in it does. */
function isAnything(schema: Schema): boolean {
  if (schema.additionalProperties === true) return true
  return schema.type === undefined && schema.anyOf === undefined
}

/** What is kept as one thing, whichever operation brings it. */
const same: readonly (readonly [from: RegExp, to: string])[] = [
  [/^message\.(?:create-batch|send-and-wait) (?:\.messages\[\])?/, 'message.create '],
  [/^\S+ \.application\b/, 'application.create '],
  [/^environment\.import \.eventTypes\[\]/, 'event-type.create '],
  [/^(application|event-type|user|view)\.(?:update|patch) /, '$1.create '],
  [/^((?:operational-webhook\.)?endpoint)\.(?:update|patch)(?:-headers)? /, '$1.create '],
  [/^rest-hook\.subscribe \.(name|integration)$/, 'endpoint.create .$1'],
  [/^inspector\.bin\.update /, 'inspector.bin.create '],
  [/^rest-hook\.subscribe \.targetUrl$/, 'endpoint.create .url'],
]

/** One name for each: `endpoint.create .metadata.*`. */
export function fieldName(operation: string, path: string): string {
  const given = `${operation.replace(/^v1\./, '')} ${path}`
  return same.reduce((name, [from, to]) => name.replace(from, to), given)
}

const bodies = operations.flatMap(({ id, body }) => (body === null ? [] : [[id, body] as const]))

/** All of them, each once. */
export const textFields: readonly string[] = [
  ...new Set(
    bodies.flatMap(([operation, body]) =>
      textsIn(JSON.parse(JSON.stringify(body)), '').map((path) => fieldName(operation, path)),
    ),
  ),
]

/** The operation that is called. */
export function operationOf(method: string, path: string): string {
  const bare = path.replace(/\?.*/, '')
  const called = operations.find(
    (one) =>
      one.method === method &&
      new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`, 'u').test(bare),
  )
  if (called === undefined) throw new Error(`${method} ${bare} is no operation`)
  return called.id
}

/** Where a body has such a text: a name that has it is `{name}`, what stands under it `*`. */
export function pathsOf(body: unknown, has: (text: string) => boolean, path = ''): string[] {
  if (typeof body === 'string') return has(body) ? [path] : []
  if (Array.isArray(body)) return body.flatMap((one) => pathsOf(one, has, `${path}[]`))
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([name, one]) => [
    ...(has(name) ? [`${path}.{name}`] : []),
    ...pathsOf(one, has, `${path}.${has(name) ? '*' : name}`),
  ])
}

/** Whether a marked path is in that field: `.metadata.label` in `.metadata.*`. */
export function isIn(field: string, marked: string): boolean {
  if (marked === field) return true
  const [start, end] = field.split('.*', 2)
  if (start === undefined || end === undefined || !marked.startsWith(`${start}.`)) {
    return marked.startsWith(`${field}.`)
  }
  const within = marked.slice(start.length + 1)
  return within !== '{name}' && within.endsWith(end)
}
