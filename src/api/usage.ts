import type Type from 'typebox'
import { getUsage, type UsageOut } from '../contract/usage.ts'
import { limits } from '../domain/limits.ts'
import { percentile } from '../domain/percentile.ts'
import type { AttemptUsage, DurationCount } from '../store/port/usage.ts'
import { absent } from './absent.ts'
import { answer, applicationOf, notFound, type Route, route } from './call.ts'
import { queryTime, timeText } from './times.ts'
import { refuseQuery } from './validate.ts'

const dayMs = 86_400_000
const slices = 60
/** Counted in about a second by either database. */
const attemptsMax = 200_000

export const usageRoutes: readonly Route[] = [
  route(getUsage, async (call, services) => {
    const application = await applicationOf(call, services)
    const until = queryTime(call.query.until, 'until') ?? call.now
    const since = queryTime(call.query.since, 'since') ?? until - dayMs
    if (since >= until)
      throw refuseQuery('since', { en: 'not before `until`', es: 'no es anterior a `until`' })
    if (until - since > limits.listWindowMs) {
      throw refuseQuery('since', {
        en: 'at most 90 days before `until`',
        es: 'como máximo 90 días antes de `until`',
      })
    }
    const wanted = call.query.endpoint_id
    const endpoint =
      wanted === undefined
        ? null
        : await services.store.findEndpoint({ applicationId: application.id, idOrUid: wanted })
    if (wanted !== undefined && endpoint === null) throw notFound(absent.endpoint)
    const sliceMs = Math.ceil((until - since) / slices)
    const usage = await services.store.attemptUsage({
      applicationId: application.id,
      endpointId: endpoint?.id ?? null,
      ...{ since, until, sliceMs, rowsMax: attemptsMax },
    })
    return answer(200, usageOut(usage, { since, until, sliceMs }))
  }),
]

function usageOut(
  usage: AttemptUsage,
  span: { readonly since: number; readonly until: number; readonly sliceMs: number },
): Type.Static<typeof UsageOut> {
  const total = standing(usage.slices)
  const bySlice = Map.groupBy(usage.slices, ({ slice }) => slice)
  const byEndpoint = Map.groupBy(usage.endpoints, ({ endpointId }) => endpointId)
  const byType = Map.groupBy(usage.eventTypes, ({ name }) => name)
  const { since, until, sliceMs } = span
  return {
    since: timeText(since),
    until: timeText(until),
    sliceMs,
    complete: total.succeeded + total.failed < attemptsMax,
    total,
    slices: Array.from({ length: Math.ceil((until - since) / sliceMs) }, (_, slice) => ({
      from: timeText(since + slice * sliceMs),
      ...standing(bySlice.get(slice) ?? []),
    })),
    endpoints: [...byEndpoint].map(([endpointId, counts]) => ({ endpointId, ...standing(counts) })),
    eventTypes: [...byType].map(([name, counts]) => ({ name, ...outcomes(counts) })),
    errors: usage.errors.map(({ responseStatus, errorClass, count }) => ({
      responseStatusCode: responseStatus,
      errorClass,
      count,
    })),
  }
}

function standing(counts: readonly DurationCount[]) {
  return {
    ...outcomes(counts),
    p50Ms: percentile(counts, 0.5),
    p95Ms: percentile(counts, 0.95),
    p99Ms: percentile(counts, 0.99),
  }
}

/** How many of them succeeded and failed. */
export function outcomes(
  counts: readonly { readonly succeeded: boolean; readonly count: number }[],
) {
  let [succeeded, failed] = [0, 0]
  for (const each of counts) {
    if (each.succeeded) succeeded += each.count
    else failed += each.count
  }
  return { succeeded, failed }
}
