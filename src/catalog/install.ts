/** Puts a catalog's event types into an organisation. Safe to repeat: the result is the same. */
import type { EventType } from '../domain/event-type.ts'
import type { OrganizationId } from '../domain/ids.ts'
import type { EventTypeStore } from '../store/port/event-types.ts'
import type { Catalog, CatalogEvent } from './catalog.ts'

export interface Installed {
  readonly catalog: string
  readonly created: number
  readonly updated: number
  readonly total: number
}

/** Event types written at the same moment, so that they share commits without flooding the store. */
const writesAtOnce = 32

export async function installCatalog(input: {
  readonly store: Pick<EventTypeStore, 'putEventType'>
  readonly organizationId: OrganizationId
  readonly catalog: Catalog
  readonly now: number
}): Promise<Installed> {
  const { catalog, store } = input
  let created = 0
  for (let at = 0; at < catalog.events.length; at += writesAtOnce) {
    const puts = catalog.events
      .slice(at, at + writesAtOnce)
      .map((event) => store.putEventType(eventTypeOf(catalog, event, input)))
    for (const put of await Promise.all(puts)) if (put.created) created += 1
  }
  const total = catalog.events.length
  return { catalog: catalog.name, created, updated: total - created, total }
}

/** The event type as it is stored: schema with its examples as version 1, the rest as attributes. */
function eventTypeOf(
  catalog: Catalog,
  event: CatalogEvent,
  input: { readonly organizationId: OrganizationId; readonly now: number },
): EventType {
  const { name, description, deprecated, schema, example, variants, group, ...rest } = event
  const examples = [example, ...(variants ?? [])]
  return {
    organizationId: input.organizationId,
    name,
    description: description.en,
    archived: false,
    deprecated: deprecated ?? false,
    schemas: { '1': { title: event.label.en, ...schema, examples } },
    featureFlags: [],
    groupName: group,
    attributes: {
      ...{ ...rest, description, catalog: catalog.name },
      group: catalog.groups.find((one) => one.name === group) ?? null,
    },
    createdAt: input.now,
    updatedAt: input.now,
  }
}
