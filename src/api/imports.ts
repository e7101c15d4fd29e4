/** Event types from elsewhere: a document that describes them, or the export of another environment. */
import type Type from 'typebox'
import * as contract from '../contract/import.ts'
import { type EventType, sunsetOf, withSunset } from '../domain/event-type.ts'
import type { OrganizationId } from '../domain/ids.ts'
import { newestSchema, nextVersion, schemaVersions } from '../domain/schema/versions.ts'
import { answer, noContent, type Route, route, type Services } from './call.ts'
import { eventTypeFrom, eventTypeOut, schemasIn } from './event-types.ts'
import type { Description } from './import-described.ts'
import { describedTypes, parsedDocument, webhooksOf } from './import-documents.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

const exportVersion = 1

export const importRoutes: readonly Route[] = [
  route(contract.importOpenApi, async (call, services) => {
    const { spec, specRaw, dryRun, replaceAll } = call.body
    const document = spec ?? (await parsedDocument(specRaw, 'specRaw', services.documents))
    const found = webhooksOf(document, 'spec')
    const { organizationId } = call.principal
    const fresh = await freshTypes(found, organizationId, { services, now: call.now })
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

  route(contract.importEventTypes, async (call, services) => {
    const { format, types } = await describedTypes(call.body.text, services.documents)
    const { organizationId } = call.principal
    const all = await freshTypes(types, organizationId, { services, now: call.now })
    const old = await oldTypes(types, organizationId, services)
    const merged = all.map((fresh) => {
      const before = old.get(fresh.name)
      const type = before === undefined ? fresh : mergedWith(before, fresh)
      const change = before === undefined ? 'created' : isSame(before, type) ? 'same' : 'changed'
      return { type, change }
    })
    if (call.body.dryRun !== true) {
      for (const { type, change } of merged) {
        if (change !== 'same') await services.store.putEventType(type)
      }
    }
    return answer(200, {
      format,
      data: merged.map(({ type, change }) => ({
        ...{ name: type.name, change, description: type.description, groupName: type.groupName },
        version: schemaVersions(type.schemas)[0] ?? null,
      })),
    })
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
    const fresh = await freshTypes(eventTypes ?? [], organizationId, { services, now: call.now })
    await putAll(fresh, organizationId, services)
    return noContent
  }),
]

/** Of more than these the schemas are not compiled: that takes half a millisecond each. */
const compiledTypesMax = 200

/** The types that descriptions give, their schemas judged. */
async function freshTypes(
  described: readonly Description[],
  organizationId: OrganizationId,
  { services, now }: { readonly services: Services; readonly now: number },
): Promise<readonly EventType[]> {
  const fresh = described.map((one) => eventTypeFrom(one.name, one, organizationId, now))
  const compile = described.length <= compiledTypesMax
  await services.documents.judge(described.flatMap(schemasIn), compile)
  return fresh
}

/** Names that are looked up at once. */
const namesAtOnce = 500

/** Those of the types that there are already, archived ones too. */
async function oldTypes(
  types: readonly Description[],
  organizationId: OrganizationId,
  { store }: Services,
): Promise<ReadonlyMap<string, EventType>> {
  const found: EventType[] = []
  for (let at = 0; at < types.length; at += namesAtOnce) {
    const names = types.slice(at, at + namesAtOnce).map(({ name }) => name)
    found.push(...(await store.findEventTypes({ organizationId, names })))
  }
  return new Map(found.map((type) => [type.name, type]))
}

/** What the document says, and all that it says nothing of as it was. */
function mergedWith(before: EventType, fresh: EventType): EventType {
  const schema = newestSchema(fresh.schemas)
  const isNew =
    schema !== undefined && JSON.stringify(schema) !== JSON.stringify(newestSchema(before.schemas))
  return {
    ...before,
    archived: false,
    description: fresh.description === '' ? before.description : fresh.description,
    deprecated: before.deprecated || fresh.deprecated,
    groupName: fresh.groupName ?? before.groupName,
    schemas: isNew ? { ...before.schemas, [nextVersion(before.schemas)]: schema } : before.schemas,
    updatedAt: Math.max(fresh.updatedAt, before.updatedAt + 1),
  }
}

function isSame(before: EventType, after: EventType): boolean {
  return JSON.stringify({ ...after, updatedAt: before.updatedAt }) === JSON.stringify(before)
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
      attributes: withSunset(old?.attributes ?? {}, sunsetOf(one)),
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

function toModify(one: Description): Type.Static<typeof contract.Imported> {
  return {
    name: one.name,
    description: one.description,
    deprecated: one.deprecated ?? false,
    schemas: one.schemas ?? null,
    groupName: one.groupName ?? null,
  }
}
