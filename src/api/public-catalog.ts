/** Whether an organisation's event types are published, and the types that are. */
import * as contract from '../contract/public-catalog.ts'
import type { EventType } from '../domain/event-type.ts'
import type { OrganizationId } from '../domain/ids.ts'
import { putRecord } from '../store/put-record.ts'
import type { Store } from '../store/store.ts'
import { answer, conflict, type Route, route } from './call.ts'

const kind = 'public-catalog'

export const publicCatalogRoutes: readonly Route[] = [
  route(contract.getPublicCatalog, async (call, { store }) => {
    return answer(200, { enabled: await isPublished(store, call.principal.organizationId) })
  }),

  route(contract.setPublicCatalog, async (call, { store }) => {
    const { enabled } = call.body
    const { organizationId } = call.principal
    const record = { kind, id: organizationId, owner: organizationId, body: { enabled } } as const
    if (!(await putRecord(store, record))) {
      throw conflict({
        en: 'Others publish the event types too; try again.',
        es: 'Otras personas publican también los tipos de evento; inténtalo de nuevo.',
      })
    }
    return answer(200, { enabled })
  }),
]

async function isPublished(
  store: Pick<Store, 'findRecord'>,
  organizationId: OrganizationId,
): Promise<boolean> {
  const record = await store.findRecord({ kind, id: organizationId })
  return record?.body['enabled'] === true
}

/** Types that one page shows: as many as an import may make. */
const publishedMax = 5_000
const pageSize = 250

/** What is published, by name and without schemas; null: nothing is. */
export async function publishedTypes(
  store: Pick<Store, 'findRecord' | 'listEventTypes'>,
  organizationId: OrganizationId,
): Promise<ReadonlyMap<string, EventType> | null> {
  if (!(await isPublished(store, organizationId))) return null
  const found = new Map<string, EventType>()
  let iterator: string | null = null
  while (found.size < publishedMax) {
    const page = await store.listEventTypes({
      organizationId,
      includeArchived: false,
      featureFlags: [], // those without a flag
      withSchemas: false,
      page: { limit: pageSize, order: 'ascending', iterator, backwards: false },
    })
    for (const type of page.items) found.set(type.name, type)
    iterator = page.items.at(-1)?.name ?? null
    if (page.done || iterator === null) break
  }
  return found
}
