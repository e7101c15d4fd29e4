/** Endpoints that fit what is asked for: pages of the store's list, thinned out, at a bounded cost. */
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { conditionOf, type EndpointSought, endpointHas } from '../domain/endpoint-sought.ts'
import type { EndpointId } from '../domain/ids.ts'
import { lookedThrough, type SoughtPage } from '../intake/sought-rows.ts'
import type { PageRequest } from '../store/port/page.ts'
import { activityMax, activityOf } from './activity.ts'
import type { Services } from './call.ts'
import { lookBound } from './sought.ts'
import { outcomes } from './usage.ts'

export interface EndpointParameters {
  readonly q?: string
  readonly state?: NonNullable<EndpointSought['conditions']>
  readonly event_types?: readonly string[]
  readonly label?: readonly string[]
}

/** Null: all of them. */
export function endpointSought(asked: EndpointParameters): EndpointSought | null {
  const { q, state, event_types, label } = asked
  if ([q, state, event_types, label].every((one) => one === undefined)) return null
  return {
    ...{ text: q ?? null, conditions: state ?? null },
    ...{ types: event_types ?? null, labels: label ?? null },
  }
}

export function soughtEndpoints(
  sought: EndpointSought | null,
  of: {
    readonly application: Application
    readonly services: Services
    readonly page: PageRequest
    readonly now: number
  },
): Promise<SoughtPage<Endpoint>> {
  const { application, services, page, now } = of
  return lookedThrough(
    { page, bound: lookBound(services) },
    {
      upwards: page.backwards,
      idOf: ({ id }: Endpoint) => id,
      read: (part) => services.store.listEndpoints({ applicationId: application.id, page: part }),
      async thin(rows) {
        if (sought === null) return { items: rows, skipped: 0 }
        const likely = rows.filter((endpoint) => endpointHas(endpoint, sought))
        const { conditions } = sought
        if (conditions === null) return { items: likely, skipped: 0 }
        const tried = await triedOf(likely, { application, services, now })
        const items = likely.filter((endpoint) => {
          const set = { disabled: endpoint.disabledAt !== null, paused: endpoint.pausedAt !== null }
          const none = { succeeded: 0, failed: 0 }
          return conditions.includes(conditionOf(set, tried.get(endpoint.id) ?? none))
        })
        return { items, skipped: 0 }
      },
    },
  )
}

/** What became of the attempts of the last day, of those that are switched on. */
async function triedOf(
  endpoints: readonly Endpoint[],
  of: { readonly application: Application; readonly services: Services; readonly now: number },
): Promise<ReadonlyMap<EndpointId, ReturnType<typeof outcomes>>> {
  const on = endpoints.filter(({ disabledAt, pausedAt }) => (disabledAt ?? pausedAt) === null)
  const tried = new Map<EndpointId, ReturnType<typeof outcomes>>()
  for (let from = 0; from < on.length; from += activityMax) {
    const ids = on.slice(from, from + activityMax).map(({ id }) => id)
    const { activity } = await activityOf(ids, of)
    for (const { endpointId, slices } of activity) tried.set(endpointId, outcomes(slices))
  }
  return tried
}
