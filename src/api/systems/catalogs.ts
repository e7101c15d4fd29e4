/** Catalogs and profiles: what they hold, and installing a catalog into the caller's organisation. */

import type Type from 'typebox'
import { type Catalog, type CatalogEvent, eventsOf, namesFor } from '../../catalog/catalog.ts'
import { installCatalog } from '../../catalog/install.ts'
import { catalogNames, loadCatalog } from '../../catalog/load.ts'
import * as contract from '../../contract/catalog.ts'
import type { Profile } from '../../profiles/profile.ts'
import { isProfile, profileOf, profiles } from '../../profiles/profiles.ts'
import { absent } from '../absent.ts'
import { answer, notFound, type Route, route, type Services } from '../call.ts'

export const catalogRoutes: readonly Route[] = [
  route(contract.listCatalogs, async () => {
    const catalogs = await Promise.all((await catalogNames()).map(catalogOf))
    return answer(200, { data: catalogs.map(catalogOut) })
  }),

  route(contract.getCatalog, async (call) => {
    const catalog = await catalogOf(call.path['catalog_name'] ?? '')
    const { context, documented, name } = call.query
    const wanted = name === undefined ? null : new Set(namesFor(catalog, name))
    const events = eventsOf(catalog, {
      ...(context === undefined ? {} : { context }),
      ...(documented === undefined ? {} : { documented }),
    }).filter((event) => wanted === null || wanted.has(event.name))
    return answer(200, { catalog: catalogOut(catalog), events: events.map(eventOut) })
  }),

  route(contract.installCatalog, async (call, services) => {
    const catalog = await catalogOf(call.path['catalog_name'] ?? '')
    const { organizationId } = call.principal
    const { store } = services
    return answer(200, await installCatalog({ store, organizationId, catalog, now: call.now }))
  }),

  route(contract.listProfiles, (_call, services) =>
    answer(200, { data: profiles.map((profile) => profileOut(profile, services)) }),
  ),

  route(contract.getProfile, (call, services) => {
    const name = call.path['profile_name'] ?? ''
    if (!isProfile(name)) throw notFound(absent.catalog)
    return answer(200, profileOut(profileOf(name), services))
  }),
]

async function catalogOf(name: string): Promise<Catalog> {
  const catalog = await loadCatalog(name)
  if (catalog === null) throw notFound(absent.catalog)
  return catalog
}

function catalogOut(catalog: Catalog): Type.Static<typeof contract.CatalogOut> {
  const { events, aliases: _, ...rest } = catalog
  return { ...rest, eventCount: events.length }
}

function eventOut(event: CatalogEvent): Type.Static<typeof contract.CatalogEventOut> {
  return { ...event, deprecated: event.deprecated ?? false } as Type.Static<
    typeof contract.CatalogEventOut
  > // the schema of a catalog says that schema and example are objects
}

/** With the policy that is in force: owners change the standard one. */
function profileOut(profile: Profile, services: Pick<Services, 'profilePolicy'>): unknown {
  const { shape: _, userAgent: __, replaceableHeaders: ___, ...data } = profile
  return { ...data, policy: services.profilePolicy(profile.name) ?? data.policy }
}
