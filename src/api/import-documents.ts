/**
 * Event types out of documents that describe them: OpenAPI (`webhooks`), AsyncAPI (messages of its
 * channels), or a plain list with a line for each. Each type gets its own copy of what it shares
 * with others, which takes long where many share much: it is done in `document-worker.ts`.
 */
import { isPlainObject } from '../domain/json.ts'
import { checkEventTypeName } from './event-type-rules.ts'
import { type Description, groupOf, importMax } from './import-described.ts'
import { listedTypes } from './import-list.ts'
import { refuse } from './validate.ts'
import { documentDepthMax, jsonOfYaml, tooDeep } from './yaml-text.ts'

export type ImportFormat = 'openapi' | 'asyncapi' | 'list'

export interface Described {
  readonly format: ImportFormat
  readonly types: readonly Description[]
}

/** What the text describes. `field` is where refusals say that it is. */
export function describedIn(
  text: string,
  { field, formats }: { readonly field: string; readonly formats: 'openapi' | 'all' },
): Described {
  if (formats === 'openapi') {
    return { format: 'openapi', types: webhooksOf(parsedDocument(text, field), field) }
  }
  const document = marked.test(text) ? parsedDocument(text, field) : null
  if (!isPlainObject(document)) return { format: 'list', types: listedTypes(text) }
  return document['asyncapi'] === undefined
    ? { format: 'openapi', types: webhooksOf(document, field) }
    : { format: 'asyncapi', types: messagesOf(document) }
}

/** A member that only such a document has, as YAML or JSON writes it: a list may say the words too. */
const marked =
  /^[ \t]{0,8}(asyncapi|openapi|swagger|webhooks|x-webhooks)[ \t]{0,8}:|"(asyncapi|openapi|swagger|webhooks|x-webhooks)"\s{0,8}:/m

/** A text of JSON or YAML. */
function parsedDocument(text: string, field: string): unknown {
  const value = jsonIn(text) ?? yamlIn(text, field)
  if (isDeeperThan(documentDepthMax, value)) throw refuse(field, tooDeep)
  return value
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function yamlIn(text: string, field: string): unknown {
  const read = jsonOfYaml(text)
  if (!read.ok) throw refuse(field, read.reason)
  return JSON.parse(read.json)
}

/** Without recursion: what is written about a document recurses, and would run out of stack. */
function isDeeperThan(max: number, value: unknown): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > max) return true
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    )
  }
  return false
}

type Json = Readonly<Record<string, unknown>>

/** Of the schemas together: each type gets its own copy of what it shares with others. */
const schemaCharsMax = 16_777_216

/** Counts the schemas of one document, and refuses it when they pass the bound. */
function schemaCounter(field: string): (schema: Json | null) => void {
  let left = schemaCharsMax
  return (schema) => {
    left -= schema === null ? 0 : JSON.stringify(schema).length
    if (left < 0) {
      throw refuse(field, {
        en: 'the schemas of all types, each with what it refers to, pass 16 MiB',
        es: 'los esquemas de todos los tipos, cada uno con lo que refiere, pasan de 16 MiB',
      })
    }
  }
}

/** The `webhooks` of OpenAPI 3.1, or `x-webhooks` of 3.0; one event type each. */
function webhooksOf(document: unknown, field: string): readonly Description[] {
  const webhooks = objectAt(document, 'webhooks') ?? objectAt(document, 'x-webhooks')
  if (webhooks === null) {
    throw refuse(field, {
      en: 'the document has no `webhooks`',
      es: 'el documento no tiene `webhooks`',
    })
  }
  const entries = Object.entries(webhooks)
  if (entries.length > importMax) {
    throw refuse(field, {
      en: `at most ${importMax} webhooks`,
      es: `como máximo ${importMax} webhooks`,
    })
  }
  const count = schemaCounter(field)
  return entries.map(([name, item]) => {
    checkEventTypeName(name, [field, 'webhooks', name])
    const post = objectAt(item, 'post') ?? {}
    const schema = schemaOf(post, objectAt(objectAt(document, 'components'), 'schemas') ?? {})
    count(schema)
    return describedAs(name, post, schema)
  })
}

/** The body's schema with its examples and the shared schemas that it refers to. */
function schemaOf(post: Json, shared: Json): Json | null {
  const content = objectAt(objectAt(post, 'requestBody'), 'content')
  const media = objectAt(content, 'application/json')
  const examples = [
    ...(media?.['example'] === undefined ? [] : [media['example']]),
    ...Object.values(objectAt(media, 'examples') ?? {}).map((one) => objectAt(one, 'value')),
  ]
  return completed(objectAt(media, 'schema'), examples, shared)
}

/** Every message of the channels, of AsyncAPI 2 or 3; one event type each. */
function messagesOf(document: Json): readonly Description[] {
  const channels = Object.entries(objectAt(document, 'channels') ?? {})
  const shared = objectAt(objectAt(document, 'components'), 'schemas') ?? {}
  const count = schemaCounter('text')
  const found = new Map<string, Description>()
  for (const [channel, described] of channels) {
    for (const { key, given } of messagesIn(described)) {
      const message = resolved(given, document)
      if (message === null) continue
      const name = nameOf(textAt(message, 'name') ?? referredName(given) ?? key ?? channel)
      checkEventTypeName(name, ['text', 'channels', channel])
      const payload = objectAt(message, 'payload')
      const examples = listAt(message, 'examples').map((one) => objectAt(one, 'payload'))
      const schema = completed(objectAt(payload, 'schema') ?? payload, examples, shared)
      if (!found.has(name)) count(schema)
      if (found.size >= importMax) {
        throw refuse('text', {
          en: `at most ${importMax} messages`,
          es: `como máximo ${importMax} mensajes`,
        })
      }
      found.set(name, found.get(name) ?? describedAs(name, message, schema))
    }
  }
  if (found.size === 0) {
    throw refuse('text', {
      en: 'no channel of the document has a message',
      es: 'ningún canal del documento tiene un mensaje',
    })
  }
  return [...found.values()]
}

interface Given {
  /** What the channel calls it; null: nothing. */
  readonly key: string | null
  readonly given: unknown
}

/** AsyncAPI 3 has them by name, 2 below each operation, alone or as `oneOf`. */
function messagesIn(channel: unknown): readonly Given[] {
  const named = Object.entries(objectAt(channel, 'messages') ?? {})
  const alone = ['subscribe', 'publish'].flatMap((way) => {
    const message = objectAt(objectAt(channel, way), 'message')
    if (message === null) return []
    const several = listAt(message, 'oneOf')
    return several.length > 0 ? several : [message]
  })
  return [
    ...named.map(([key, given]) => ({ key, given })),
    ...alone.map((given) => ({ key: null, given })),
  ]
}

/** References that are followed before one is given up. */
const stepsMax = 8

function resolved(given: unknown, document: Json): Json | null {
  let value = given
  for (let step = 0; step < stepsMax; step++) {
    if (!isPlainObject(value)) return null
    const reference = value['$ref']
    if (typeof reference !== 'string') return value
    if (!reference.startsWith('#/')) return null
    value = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, name) => objectAt(at, name.replaceAll('~1', '/')), document)
  }
  return null
}

function referredName(given: unknown): string | null {
  const reference = isPlainObject(given) ? given['$ref'] : undefined
  return typeof reference === 'string' ? (reference.split('/').at(-1) ?? null) : null
}

/** `light/measured` is `light.measured` here. */
function nameOf(text: string): string {
  const dotted = text.replaceAll(/[/:]+/g, '.').replaceAll(/[^a-zA-Z0-9\-_.]/g, '-')
  const isDot = (at: number): boolean => dotted[at] === '.'
  let [from, to] = [0, dotted.length]
  while (from < to && isDot(from)) from += 1
  while (to > from && isDot(to - 1)) to -= 1
  return dotted.slice(from, to)
}

function describedAs(name: string, from: Json, schema: Json | null): Description {
  const [tag] = listAt(from, 'tags')
  const group = typeof tag === 'string' ? tag : textAt(tag, 'name')
  return {
    name,
    description:
      textAt(from, 'description') ?? textAt(from, 'summary') ?? textAt(from, 'title') ?? '',
    deprecated: from['deprecated'] === true || from['x-deprecated'] === true,
    schemas: schema === null ? null : { 1: schema },
    groupName: group === null ? null : groupOf(group),
  }
}

/** The schema with its examples and the shared schemas that it refers to. */
function completed(schema: Json | null, examples: readonly unknown[], shared: Json): Json | null {
  if (schema === null) return null
  const given = examples.filter((one) => one !== null)
  const needed = referred(schema, shared)
  return {
    ...schema,
    ...(given.length > 0 && schema['examples'] === undefined ? { examples: given } : {}),
    ...(Object.keys(needed).length > 0 ? { components: { schemas: needed } } : {}),
  }
}

/** Shared schemas that a schema needs, and those that they need. */
function referred(schema: unknown, shared: Json): Json {
  const needed = new Map<string, unknown>()
  const open: unknown[] = [schema]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    for (const [, name = ''] of JSON.stringify(value).matchAll(
      /"\$ref":"#\/components\/schemas\/([^"\\]+)"/g,
    )) {
      if (needed.has(name) || !Object.hasOwn(shared, name)) continue
      needed.set(name, shared[name])
      open.push(shared[name])
    }
  }
  return Object.fromEntries(needed)
}

function objectAt(value: unknown, name: string): Json | null {
  if (!isPlainObject(value) || !Object.hasOwn(value, name)) return null
  const found = value[name]
  return isPlainObject(found) ? found : null
}

function listAt(value: Json, name: string): readonly unknown[] {
  const found = value[name]
  return Array.isArray(found) ? found : []
}

function textAt(value: unknown, name: string): string | null {
  const found = isPlainObject(value) ? value[name] : undefined
  return typeof found === 'string' ? found : null
}
