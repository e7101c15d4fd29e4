import * as contract from '../contract/delivery.ts'
import type { Attempt } from '../domain/attempt.ts'
import type { Delivery } from '../domain/delivery.ts'
import { applicationOf, notFound, type Route, route } from './call.ts'
import { eventFilter, listText, pageRequest } from './pagination.ts'
import { timeText } from './times.ts'

export const deliveryRoutes: readonly Route[] = [
  route(contract.listDeliveries, async (call, services) => {
    const application = await applicationOf(call, services)
    const wanted = call.query.endpoint_id
    const endpoint =
      wanted === undefined
        ? null
        : await services.store.findEndpoint({ applicationId: application.id, idOrUid: wanted })
    if (wanted !== undefined && endpoint === null) throw notFound()
    const page = await services.store.listDeliveries({
      applicationId: application.id,
      endpointId: endpoint?.id ?? null,
      states: call.query.state ?? null,
      filter: eventFilter(call.query),
      page: pageRequest(call.query, { kind: 'delivery', order: 'descending' }),
      now: call.now,
    })
    const body = listText(page, {
      idOf: ({ delivery }) => delivery.id,
      render: ({ delivery, eventType, last }) => deliveryText(delivery, eventType, last),
    })
    return { status: 200, body }
  }),
]

function deliveryText(delivery: Delivery, eventType: string, last: Attempt | null): string {
  return JSON.stringify({
    id: delivery.id,
    msgId: delivery.messageId,
    endpointId: delivery.endpointId,
    eventType,
    state: delivery.state,
    trigger: delivery.trigger,
    attemptCount: delivery.attemptCount,
    nextAttempt: delivery.dueAt === null ? null : timeText(delivery.dueAt),
    createdAt: timeText(delivery.createdAt),
    updatedAt: timeText(delivery.updatedAt),
    lastAttempt:
      last === null
        ? null
        : {
            id: last.id,
            responseStatusCode: last.responseStatus,
            responseDurationMs: Math.round(last.durationMs),
            errorClass: last.errorClass,
            timestamp: timeText(last.createdAt),
          },
  })
}
