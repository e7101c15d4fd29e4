/** Counts of an endpoint over the last 24 hours, in its profile's unit, and since it was made. */
import type Type from 'typebox'
import * as contract from '../../contract/webhook.ts'
import type { Application } from '../../domain/application.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import { runsOf } from '../../intake/run-count.ts'
import { profileOf } from '../../profiles/profiles.ts'
import { answer, endpointOf, type Route, route, type Services } from '../call.ts'
import { timeText } from '../times.ts'

export type Summary = Type.Static<typeof contract.SummaryOut>

const dayMs = 86_400_000
/** Rates below are shown as an error, or as a warning. */
const errorBelow = 90
const warningBelow = 99

export const summaryRoutes: readonly Route[] = [
  route(contract.getEndpointSummary, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    return answer(200, await summaryOf(endpoint, { application, services, now: call.now }))
  }),
]

export async function summaryOf(
  endpoint: Endpoint,
  context: {
    readonly application: Application
    readonly services: Pick<Services, 'store'>
    readonly now: number
  },
): Promise<Summary> {
  const { application, services, now } = context
  const key = { applicationId: application.id, endpointId: endpoint.id }
  // The window's lower bound is exclusive, and `until` must take in what was sent this very moment.
  const until = now + 1_000
  const day = await services.store.endpointStats({ ...key, since: now - dayMs + 1, until })
  const runs = await runsOf(services.store, endpoint, now)
  const unit = profileOf(application.profile).logUnit
  const failed = unit === 'delivery' ? day.exhausted : day.fail
  const requests = day.success + failed
  const rate = requests === 0 ? null : (day.success / requests) * 100
  return {
    requests,
    succeeded: day.success,
    successRate: rate === null ? null : rate.toFixed(2),
    level: rate === null ? null : levelOf(rate),
    runCount: Number(endpoint.attributes['runCount'] ?? 0) + runs.count,
    lastFailedAt: runs.lastFailedAt === null ? null : timeText(runs.lastFailedAt),
  }
}

function levelOf(rate: number): Summary['level'] {
  if (rate < errorBelow) return 'error'
  return rate < warningBelow ? 'warning' : 'success'
}
