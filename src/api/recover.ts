import * as contract from '../contract/task.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { answer, endpointOf, type Route, route, type Services } from './call.ts'
import { bodyTime, timeText } from './times.ts'
import { refuse } from './validate.ts'

const rangeMaxMs = 14 * 86_400_000 + 5 * 60_000
const recoverMax = 10_000
const pageSize = 250

export const recoverRoutes: readonly Route[] = [
  route(contract.recoverEndpoint, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const { since, until } = rangeOf(call.body, call.now)
    await recoverFailed(endpoint, { since, until, now: call.now }, services)
    return answer(202, {
      id: services.ids.next('task'),
      status: 'running',
      task: 'endpoint.recover',
      updatedAt: timeText(call.now),
    })
  }),
]

/** `since` and `until` of a body: at most 14 days apart. */
export function rangeOf(
  body: { readonly since: string; readonly until?: string | null },
  now: number,
): { readonly since: number; readonly until: number } {
  const since = bodyTime(body.since, 'since')
  const until = typeof body.until === 'string' ? bodyTime(body.until, 'until') : now
  if (until - since > rangeMaxMs) throw refuse('since', 'at most 14 days before `until`')
  if (since > until) throw refuse('since', 'after `until`')
  return { since, until }
}

/** Adds a manual delivery for each message that failed, oldest first. */
async function recoverFailed(
  endpoint: Endpoint,
  range: { readonly since: number; readonly until: number; readonly now: number },
  services: Services,
): Promise<void> {
  const { applicationId } = endpoint
  const view = await services.views.get(applicationId)
  const ordered = view?.policy(endpoint).ordering === 'fifo'
  let iterator: string | null = null
  for (let found = 0; found < recoverMax; found += pageSize) {
    const page = await services.store.listEndpointMessages({
      applicationId,
      endpointId: endpoint.id,
      filter: {
        before: range.until,
        after: range.since,
        eventTypes: null,
        channel: null,
        tag: null,
      },
      status: 'fail',
      page: { limit: pageSize, order: 'ascending', iterator, backwards: false },
      withPayload: false,
      now: range.now,
    })
    for (const { message } of page.items) {
      await services.store.addDelivery({
        id: services.ids.next('delivery'),
        applicationId,
        endpointId: endpoint.id,
        messageId: message.id,
        trigger: 'manual',
        ordered,
        now: range.now,
      })
    }
    services.wake()
    const last = page.items[page.items.length - 1]
    if (page.done || last === undefined) return
    iterator = last.message.id
  }
}
