/** Event types from elsewhere: an OpenAPI document, or the export of another environment. */
import type Type from 'typebox'
import { parse } from 'yaml'
import type { EventTypeIn } from '../contract/event-type.ts'
import * as contract from '../contract/import.ts'
import type { EventType } from '../domain/event-type.ts'
import type { OrganizationId } from '../domain/ids.ts'
import { isPlainObject } from '../domain/json.ts'
import { answer, noContent, type Route, route, type Services } from './call.ts'
import { checkEventTypeName, eventTypeFrom, eventTypeOut } from './event-types.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

const exportVersion = 1
const importMax = 5_000

type Description = Type.Static<typeof EventTypeIn>

export const importRoutes: readonly Route[] = [
  route(contract.importOpenApi, async (call, services) => {
    const { spec, specRaw, dryRun, replaceAll } = call.body
    const document = spec ?? parseDocument(specRaw)
    const found = webhooksOf(document)
    const { organizationId } = call.principal
    const fresh = freshTypes(found, organizationId, call.now)
    const names = new Set(fresh.map(({ name }) => name))
    const extra = replaceAll === true ? await otherTypes(organizationId, names, services) : []
    const modified = [...names, ...extra]
    if (dryRun === true) return answer(200, { data: { modified, to_modify: found.map(toModify) } })
    await putAll(fresh, organizationId, services)
    for (const name of extra) {
      await services.store.deleteEventType({ organizationId, name, expunge: false, now: call.now })
    }
    return answer(200, { data: { modified } })
  }),

  route(contract.exportEnvironment, async (call, services) => {
    const types = await allTypes(call.principal.organizationId, services)
    return answer(200, {
      version: exportVersion,
      createdAt: timeText(call.now),
      eventTypes: types.map((one) => eventTypeOut(one, true)),
      settings: null,
      connectors: [],
    })
  }),

  route(contract.importEnvironment, async (call, services) => {
    const { eventTypes, settings, connectors } = call.body
    if (connectors != null && connectors.length > 0) {
      throw refuse('connectors', {
        en: 'connectors are not supported',
        es: 'no se admiten conectores',
      })
    }
    if (settings != null && Object.keys(settings).length > 0) {
      throw refuse('settings', { en: 'settings are not supported', es: 'no se admiten ajustes' })
    }
    const { organizationId } = call.principal
    const fresh = freshTypes(eventTypes ?? [], organizationId, call.now)
    await putAll(fresh, organizationId, services)
    return noContent
  }),
]

/** Of more than these the schemas are not compiled: that takes half a millisecond each. */
const compiledTypesMax = 200

function freshTypes(
  described: readonly Description[],
  organizationId: OrganizationId,
  now: number,
): readonly EventType[] {
  const compile = described.length <= compiledTypesMax
  return described.map((one) => eventTypeFrom(one.name, one, organizationId, now, compile))
}

async function putAll(
  fresh: readonly EventType[],
  organizationId: OrganizationId,
  services: Services,
): Promise<void> {
  for (const one of fresh) {
    const old = await services.store.findEventType({ organizationId, name: one.name })
    await services.store.putEventType({
      ...one,
      attributes: old?.attributes ?? {},
      createdAt: old?.createdAt ?? one.createdAt,
    })
  }
}

async function allTypes(
  organizationId: OrganizationId,
  services: Services,
): Promise<readonly EventType[]> {
  const found: EventType[] = []
  let iterator: string | null = null
  for (;;) {
    const page = await services.store.listEventTypes({
      organizationId,
      includeArchived: false,
      featureFlags: null,
      page: { limit: 250, order: 'ascending', iterator, backwards: false },
    })
    found.push(...page.items)
    iterator = found[found.length - 1]?.name ?? null
    if (page.done || iterator === null) return found
  }
}

async function otherTypes(
  organizationId: OrganizationId,
  names: ReadonlySet<string>,
  services: Services,
): Promise<readonly string[]> {
  const types = await allTypes(organizationId, services)
  return types.map(({ name }) => name).filter((name) => !names.has(name))
}

/** Reading YAML takes a tenth of a second a megabyte, and nobody is served meanwhile. */
const yamlCharsMax = 1_048_576
/** Nodes that aliases may stand for: a few lines can else unfold to gigabytes. */
const yamlAliasesMax = 100

function parseDocument(text: string | null | undefined): unknown {
  if (text === null || text === undefined)
    throw refuse('spec', { en: 'give `spec` or `specRaw`', es: 'se requiere `spec` o `specRaw`' })
  try {
    return JSON.parse(text)
  } catch {
    return parseYaml(text)
  }
}

function parseYaml(text: string): unknown {
  if (text.length > yamlCharsMax)
    throw refuse('specRaw', {
      en: 'YAML of more than 1 MiB: send JSON',
      es: 'YAML de más de 1 MiB: envía JSON',
    })
  try {
    const options = { maxAliasCount: yamlAliasesMax, schema: 'core', logLevel: 'silent' } as const
    // Through JSON: what YAML alone can say (shared nodes, odd keys) ends here.
    return JSON.parse(JSON.stringify(parse(text, options) ?? null))
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : '').split('\n')
    throw refuse('specRaw', {
      en: `neither JSON nor YAML: ${reason.slice(0, 200)}`,
      es: `no es JSON ni YAML: ${reason.slice(0, 200)}`,
    })
  }
}

type Json = Readonly<Record<string, unknown>>

/** Of the schemas together: each webhook gets its own copy of what it shares with others. */
const schemaCharsMax = 16_777_216

/** The `webhooks` of OpenAPI 3.1, or `x-webhooks` of 3.0; one event type each. */
function webhooksOf(document: unknown): readonly Description[] {
  const webhooks = objectAt(document, 'webhooks') ?? objectAt(document, 'x-webhooks')
  if (webhooks === null)
    throw refuse('spec', {
      en: 'the document has no `webhooks`',
      es: 'el documento no tiene `webhooks`',
    })
  const entries = Object.entries(webhooks)
  if (entries.length > importMax)
    throw refuse('spec', {
      en: `at most ${importMax} webhooks`,
      es: `como máximo ${importMax} webhooks`,
    })
  let left = schemaCharsMax
  return entries.map(([name, item]) => {
    checkEventTypeName(name, ['spec', 'webhooks', name])
    const post = objectAt(item, 'post') ?? {}
    const schema = schemaOf(post, objectAt(objectAt(document, 'components'), 'schemas') ?? {})
    left -= schema === null ? 0 : JSON.stringify(schema).length
    if (left < 0) {
      throw refuse('spec', {
        en: 'the schemas of all webhooks, each with what it refers to, pass 16 MiB',
        es: 'los esquemas de todos los webhooks, cada uno con lo que refiere, pasan de 16 MiB',
      })
    }
    const [group] = listAt(post, 'tags')
    return {
      name,
      description: textAt(post, 'description') ?? textAt(post, 'summary') ?? '',
      deprecated: post['deprecated'] === true,
      schemas: schema === null ? null : { 1: schema },
      groupName: typeof group === 'string' ? group.replaceAll(/[^a-zA-Z0-9\-_. ]/g, '-') : null,
    }
  })
}

function toModify(one: Description): Type.Static<typeof contract.Imported> {
  return {
    name: one.name,
    description: one.description,
    deprecated: one.deprecated ?? false,
    schemas: one.schemas ?? null,
    groupName: one.groupName ?? null,
  }
}

/** The body's schema with its examples and the shared schemas that it refers to. */
function schemaOf(post: Json, shared: Json): Record<string, unknown> | null {
  const content = objectAt(objectAt(post, 'requestBody'), 'content')
  const media = objectAt(content, 'application/json')
  const schema = objectAt(media, 'schema')
  if (schema === null) return null
  const examples = [
    ...(media?.['example'] === undefined ? [] : [media['example']]),
    ...Object.values(objectAt(media, 'examples') ?? {}).map((one) => objectAt(one, 'value')),
  ].filter((one) => one !== null)
  const needed = referred(schema, shared)
  return {
    ...schema,
    ...(examples.length > 0 && schema['examples'] === undefined ? { examples } : {}),
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

function textAt(value: Json, name: string): string | null {
  const found = value[name]
  return typeof found === 'string' ? found : null
}
