/** Event types from elsewhere: a document that describes them, or the export of another environment. */
import type { Static } from 'typebox'
import * as contract from '../contract/import.ts'
import { type EventType, sunsetOf, withSunset } from '../domain/event-type.ts'
import type { OrganizationId } from '../domain/ids.ts'
import { newestSchema, nextVersion, schemaVersions } from '../domain/schema/versions.ts'
import { answer, type Call, noContent, type Route, route, type Services } from './call.ts'
import type { DescribedTypes } from './document-reader.ts'
import { checkVersions, compiledTypesMax, schemasIn } from './event-type-rules.ts'
import { eventTypeFrom, eventTypeOut } from './event-types.ts'
import type { Description } from './import-described.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

const exportVersion = 1

export const importRoutes: readonly Route[] = [
  route(contract.importOpenApi, async (call, services) => {
    const { dryRun, replaceAll } = call.body
    const [field, text] = documentOf(call)
    const { types } = await services.documents.types(text, { field, formats: 'openapi' })
    const { organizationId } = call.principal
    const names = new Set(types.map(({ name }) => name))
    const extra = replaceAll === true ? await otherTypes(organizationId, names, services) : []
    const modified = [...names, ...extra]
    if (dryRun === true) {
      const told = `"modified":${JSON.stringify(modified)}`
      return {
        status: 200,
        body: `{"data":{${told},"to_modify":[${types.map(({ json }) => json)}]}}`,
      }
    }
    for await (const one of inTurns(types)) {
      await putType(eventTypeFrom(one.name, one, organizationId, call.now), services)
    }
    for (const name of extra) {
      await services.store.deleteEventType({ organizationId, name, expunge: false, now: call.now })
    }
    return answer(200, { data: { modified } })
  }),

  route(contract.importEventTypes, async (call, services) => {
    const place = { field: 'text', formats: 'all' } as const
    const { format, types } = await services.documents.types(call.body.text, place)
    // All are looked at before one is stored: what is refused then leaves no half of an import.
    let data = await importTypes(types, call, async () => {}, services)
    if (call.body.dryRun !== true) {
      const { store } = services
      data = await importTypes(types, call, (type) => store.putEventType(type), services)
    }
    return answer(200, { format, data })
  }),

  route(contract.exportEnvironment, async (call, services) => {
    const { eventTypes: _, ...head }: Static<typeof contract.Exported> = {
      version: exportVersion,
      createdAt: timeText(call.now),
      eventTypes: [],
      settings: null,
      connectors: [],
    }
    const pages = typePages(call.principal.organizationId, true, services)
    const first = await pages.next() // what cannot be read is told before anything is answered
    const lines = exportText(first.done === true ? [] : first.value, pages, JSON.stringify(head))
    return {
      status: 200,
      body: null,
      download: { type: 'application/json', name: 'environment.json', lines },
    }
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
    const given = eventTypes ?? []
    const fresh = given.map((one) => eventTypeFrom(one.name, one, organizationId, call.now))
    const compile = given.length <= compiledTypesMax
    for (let at = 0; at < given.length; at += judgedAtOnce) {
      const some = given.slice(at, at + judgedAtOnce)
      await services.documents.judge(some.flatMap(schemasIn), compile)
    }
    for (const one of fresh) await putType(one, services)
    return noContent
  }),
]

/** The export a page at a time: all of it together may be far more than memory has room for. */
async function* exportText(
  first: readonly EventType[],
  others: AsyncIterable<readonly EventType[]>,
  head: string,
): AsyncGenerator<string> {
  let before = '{"eventTypes":['
  const textOf = (one: EventType): string => {
    const text = before + JSON.stringify(eventTypeOut(one, true))
    before = ','
    return text
  }
  for (const one of first) yield textOf(one)
  for await (const page of others) for (const one of page) yield textOf(one)
  yield `${before === ',' ? '' : before}],${head.slice(1)}`
}

/** What the types of a document change; each that is new or differs goes to `put`. */
async function importTypes(
  types: DescribedTypes['types'],
  { principal, now }: Pick<Call<unknown, unknown>, 'principal' | 'now'>,
  put: (type: EventType) => Promise<unknown>,
  services: Services,
): Promise<Static<typeof contract.ImportedChange>[]> {
  const { organizationId } = principal
  const data: Static<typeof contract.ImportedChange>[] = []
  for (let at = 0; at < types.length; at += namesAtOnce) {
    const some = types.slice(at, at + namesAtOnce)
    const old = await oldTypes(some, organizationId, services)
    for await (const one of inTurns(some)) {
      const fresh = eventTypeFrom(one.name, one, organizationId, now)
      const { type, change } = changeOf(old.get(one.name), fresh)
      if (change !== 'same') await put(type)
      data.push({
        ...{ name: type.name, change, description: type.description, groupName: type.groupName },
        version: schemaVersions(type.schemas)[0] ?? null,
      })
    }
  }
  return data
}

/** The document of a call, and where it stands. */
function documentOf({
  body,
  bytesOf,
}: Call<unknown, Static<typeof contract.importOpenApi.body>>): readonly [
  field: string,
  text: string,
] {
  if (body.spec != null) return ['spec', Buffer.from(bytesOf('spec') ?? []).toString()]
  if (body.specRaw != null) return ['specRaw', body.specRaw]
  throw refuse('spec', { en: 'give `spec` or `specRaw`', es: 'se requiere `spec` o `specRaw`' })
}

/** Characters of types that are read before others have their turn. */
const charsInARow = 65_536

/** The types, read one after another so that the event loop is never held up by many. */
async function* inTurns(types: DescribedTypes['types']): AsyncGenerator<Description> {
  let chars = 0
  for (const { json } of types) {
    chars += json.length
    if (chars > charsInARow) {
      chars = 0
      await othersTurn()
    }
    yield JSON.parse(json) as Description // made of one by `document-worker.ts`
  }
}

/** Types whose schemas go to their thread at once: they are copied on the way. */
const judgedAtOnce = 100

/** Names that are looked up at once. */
const namesAtOnce = 25

/** Those of the types that there are already, archived ones too. */
async function oldTypes(
  types: DescribedTypes['types'],
  organizationId: OrganizationId,
  { store }: Services,
): Promise<ReadonlyMap<string, EventType>> {
  const names = types.map(({ name }) => name)
  const found = await store.findEventTypes({ organizationId, names })
  return new Map(found.map((type) => [type.name, type]))
}

function changeOf(
  before: EventType | undefined,
  fresh: EventType,
): { readonly type: EventType; readonly change: 'created' | 'changed' | 'same' } {
  if (before === undefined) return { type: fresh, change: 'created' }
  const type = mergedWith(before, fresh)
  return { type, change: isSame(before, type) ? 'same' : 'changed' }
}

/** What the document says, and all that it says nothing of as it was. */
function mergedWith(before: EventType, fresh: EventType): EventType {
  const schema = newestSchema(fresh.schemas)
  const isNew =
    schema !== undefined && JSON.stringify(schema) !== JSON.stringify(newestSchema(before.schemas))
  if (isNew) checkVersions(schemaVersions(before.schemas).length + 1, ['text'], before.name)
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

async function putType(fresh: EventType, { store }: Services): Promise<void> {
  const { organizationId, name } = fresh
  const old = await store.findEventType({ organizationId, name })
  await store.putEventType({
    ...fresh,
    attributes: withSunset(old?.attributes ?? {}, sunsetOf(fresh)),
    createdAt: old?.createdAt ?? fresh.createdAt,
  })
}

const typesAtOnce = 50

/** All types that are not archived, with a turn for others after each page. */
async function* typePages(
  organizationId: OrganizationId,
  withSchemas: boolean,
  services: Services,
): AsyncGenerator<readonly EventType[]> {
  let iterator: string | null = null
  for (;;) {
    const page = await services.store.listEventTypes({
      organizationId,
      includeArchived: false,
      featureFlags: null,
      withSchemas,
      page: { limit: typesAtOnce, order: 'ascending', iterator, backwards: false },
    })
    yield page.items
    iterator = page.items[page.items.length - 1]?.name ?? null
    if (page.done || iterator === null) return
    await othersTurn()
  }
}

async function otherTypes(
  organizationId: OrganizationId,
  names: ReadonlySet<string>,
  services: Services,
): Promise<readonly string[]> {
  const found: string[] = []
  for await (const page of typePages(organizationId, false, services)) {
    found.push(...page.map(({ name }) => name).filter((name) => !names.has(name)))
  }
  return found
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
