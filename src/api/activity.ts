/** What a list of endpoints shows of each, in one call for a page of them. */
import type Type from 'typebox'
import { type ActivityOut, activityEndpointsMax, endpointActivity } from '../contract/summary.ts'
import type { Application } from '../domain/application.ts'
import type { EndpointId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { percentile } from '../domain/percentile.ts'
import type { EndpointActivity } from '../store/port/activity.ts'
import { answer, applicationOf, type Route, route, type Services } from './call.ts'
import { timeText } from './times.ts'
import { outcomes } from './usage.ts'

const hourMs = 3_600_000
const slices = 24
/**
 * Rows looked at for one answer: on an embedded database all that is told, on a shared one, which has
 * counts, how long attempts took. See bench/RESULTS.md.
 */
const rowsMax = { embedded: 60_000, shared: 5_000 }
const waitingMax = 10_000

export const activityRoutes: readonly Route[] = [
  route(endpointActivity, async (call, services) => {
    const application = await applicationOf(call, services)
    const endpointIds = [...new Set(call.query.endpoint_ids)] as EndpointId[] // by their pattern
    const { since, until, activity } = await activityOf(endpointIds, {
      ...{ application, services, now: call.now },
    })
    return answer(200, {
      since: timeText(since),
      until: timeText(until),
      sliceMs: hourMs,
      data: activity.map(activityOut),
    })
  }),
]

/** Endpoints that are asked about at once. */
export const activityMax = activityEndpointsMax

/** What became of the attempts of at most `activityMax` endpoints in the last 24 hours. */
export async function activityOf(
  endpointIds: readonly EndpointId[],
  of: {
    readonly application: Pick<Application, 'id'>
    readonly services: Pick<Services, 'store'>
    readonly now: number
  },
) {
  const { application, services, now } = of
  const until = Math.ceil((now + 1) / hourMs) * hourMs
  const since = until - slices * hourMs
  const rows = services.store.shared ? rowsMax.shared : rowsMax.embedded
  const activity = await services.store.endpointActivity({
    ...{ applicationId: application.id, endpointIds, since, until, sliceMs: hourMs },
    ...{ rowsMax: Math.ceil(rows / endpointIds.length), waitingMax },
    lastSince: now - limits.listWindowMs,
  })
  return { since, until, activity }
}

function activityOut(one: EndpointActivity): Type.Static<typeof ActivityOut>['data'][number] {
  const bySlice = Map.groupBy(one.slices, ({ slice }) => slice)
  const counts = Array.from({ length: slices }, (_, slice) => outcomes(bySlice.get(slice) ?? []))
  return {
    endpointId: one.endpointId,
    ...outcomes(one.slices),
    p50Ms: percentile(one.durations, 0.5),
    p95Ms: percentile(one.durations, 0.95),
    complete: one.complete,
    waiting: one.waiting,
    oldestWaitingAt: one.oldestWaitingAt === null ? null : timeText(one.oldestWaitingAt),
    failingSince: one.failingSince === null ? null : timeText(one.failingSince),
    lastAttempt:
      one.last === null
        ? null
        : {
            timestamp: timeText(one.last.at),
            succeeded: one.last.succeeded,
            responseStatusCode: one.last.responseStatus,
            errorClass: one.last.errorClass,
          },
    slices: counts,
  }
}
