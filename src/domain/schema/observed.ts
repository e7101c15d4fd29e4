/**
 * What payloads really hold: their paths and types, never a value. From it come the differences to
 * a schema (drift), and a schema for a type that has none.
 */
import { typeText } from './fields.ts'
import type { Shape } from './shape.ts'

/** All values that were seen at one place. */
export interface Observed {
  /** Values seen. */
  count: number
  /** JSON types with how often each was. */
  readonly types: Map<string, number>
  readonly fields: Map<string, Observed>
  items: Observed | null
  /** Whether every text was a moment in time, as ISO 8601 writes them; null: there was no text. */
  moments: boolean | null
}

export const observedLimits = { depthMax: 16, nodesMax: 2_000, itemsMax: 100, nameCharsMax: 128 }

/** How many places a run of payloads may still add. */
interface Room {
  nodes: number
}

export function observe(payloads: readonly unknown[]): Observed {
  const all = nothing()
  const room: Room = { nodes: observedLimits.nodesMax }
  for (const payload of payloads) see(all, payload, 0, room)
  return all
}

function nothing(): Observed {
  return { count: 0, types: new Map(), fields: new Map(), items: null, moments: null }
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

function see(at: Observed, value: unknown, depth: number, room: Room): void {
  const type = typeOf(value)
  at.count += 1
  at.types.set(type, (at.types.get(type) ?? 0) + 1)
  if (typeof value === 'string') at.moments = at.moments !== false && moment.test(value)
  if (typeof value !== 'object' || value === null || depth >= observedLimits.depthMax) return
  if (Array.isArray(value)) {
    at.items ??= nothing()
    for (const item of value.slice(0, observedLimits.itemsMax)) see(at.items, item, depth + 1, room)
    return
  }
  for (const [name, member] of Object.entries(value)) {
    let field = at.fields.get(name)
    if (field === undefined) {
      if (room.nodes <= 0 || name.length > observedLimits.nameCharsMax) continue
      room.nodes -= 1
      field = nothing()
      at.fields.set(name, field)
    }
    see(field, member, depth + 1, room)
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value // string, boolean or object: JSON has no others
}

export interface Drift {
  /** Seen in payloads, absent in the schema. */
  readonly extra: readonly DriftPath[]
  /** In the schema, never in a payload whose surroundings were there. */
  readonly unseen: readonly UnseenPath[]
}

export interface DriftPath {
  readonly path: string
  readonly type: string
}

export interface UnseenPath extends DriftPath {
  readonly required: boolean
}

export const driftPathsMax = 100

/** Of what is new or missing, the outermost place; what lies within it is not listed. */
export function driftOf(observed: Observed, schema: Shape): Drift {
  const extra: DriftPath[] = []
  const unseen: UnseenPath[] = []
  compare(observed, schema, '', { extra, unseen })
  return { extra: extra.slice(0, driftPathsMax), unseen: unseen.slice(0, driftPathsMax) }
}

interface Found {
  readonly extra: DriftPath[]
  readonly unseen: UnseenPath[]
}

function compare(observed: Observed, schema: Shape, path: string, found: Found): void {
  const variants = schema.kind === 'union' ? schema.of : [schema]
  const objects = variants.filter((one) => one.kind === 'object')
  if (objects.length > 0 && observed.types.has('object')) {
    const fields = new Map(objects.flatMap((one) => one.fields.map((each) => [each.name, each])))
    // A schema that names no member, or says what others hold, lets them be anything.
    const free = fields.size === 0 || objects.some(({ others }) => others !== null && others)
    const pathOf = (name: string): string => (path === '' ? name : `${path}.${name}`)
    for (const [name, member] of observed.fields) {
      const field = fields.get(name)
      if (field !== undefined) compare(member, field.shape, pathOf(name), found)
      else if (!free) found.extra.push({ path: pathOf(name), type: typesText(member) })
    }
    for (const [name, { shape, required }] of fields) {
      if (observed.fields.has(name)) continue
      found.unseen.push({ path: pathOf(name), type: typeText(shape), required })
    }
  }
  const list = variants.find((one) => one.kind === 'list')
  if (list !== undefined && observed.items !== null && observed.items.count > 0) {
    compare(observed.items, list.items, `${path}[]`, found)
  }
}

function typesText({ types }: Observed): string {
  return [...types.keys()].sort().join(' | ')
}

type Schema = Readonly<Record<string, unknown>>

/** A JSON Schema that every one of these payloads fits; what was in each is required. */
export function inferSchema(observed: Observed): Schema {
  const { types, fields, items, moments, count } = observed
  const names = [...types.keys()]
  // Every integer is a number: once there were others, it is one of them.
  const kept = names.filter((type) => type !== 'integer' || !types.has('number')).sort()
  const objects = types.get('object') ?? 0
  const required = [...fields].filter(([, one]) => one.count === objects).map(([name]) => name)
  const properties = [...fields].map(([name, one]) => [name, inferSchema(one)] as const)
  return {
    ...(count === 0 || kept.length === 0 ? {} : { type: kept.length === 1 ? kept[0] : kept }),
    ...(moments === true ? { format: 'date-time' } : {}),
    ...(fields.size === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(required.length === 0 ? {} : { required }),
    ...(items === null ? {} : { items: inferSchema(items) }),
  }
}

/** The inferred schema with the words that an older one has for the same places. */
export function keepWords(inferred: Schema, before: unknown): Schema {
  if (!isSchema(before)) return inferred
  const words = ['title', 'description', 'examples', 'example'].flatMap((name) =>
    before[name] === undefined ? [] : [[name, before[name]] as const],
  )
  const known = isSchema(before['properties']) ? before['properties'] : {}
  const { properties, items } = inferred as {
    readonly properties?: Readonly<Record<string, Schema>>
    readonly items?: Schema
  } // as `inferSchema` made it
  return {
    ...Object.fromEntries(words),
    ...inferred,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, one]) => [name, keepWords(one, known[name])]),
          ),
        }),
    ...(items === undefined ? {} : { items: keepWords(items, before['items']) }),
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
