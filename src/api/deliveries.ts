import type Type from 'typebox'
import * as contract from '../contract/delivery.ts'
import { cancelMessage } from '../contract/message-more.ts'
import { answerFilter } from '../domain/answer-filter.ts'
import type { Attempt } from '../domain/attempt.ts'
import type { Delivery, DeliveryState } from '../domain/delivery.ts'
import { type EndpointId, isId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { seekingOf } from '../domain/sought.ts'
import { soughtDeliveries } from '../intake/sought-rows.ts'
import type { Store } from '../store/store.ts'
import { absent } from './absent.ts'
import {
  type Answer,
  answer,
  applicationOf,
  type Call,
  conflict,
  endpointOf,
  messageOf,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { eventFilter, listText, pageRequest } from './pagination.ts'
import { endpointsNow, endpointsWanted, lookBound, lookedText, soughtOf } from './sought.ts'
import { timeText } from './times.ts'

export const deliveryRoutes: readonly Route[] = [
  route(contract.listDeliveries, async (call, services) => {
    const application = await applicationOf(call, services)
    const applicationId = application.id
    const { sought, states, selective } = await soughtOf(call.query, call, {
      ...{ services, applicationId },
    })
    const list = {
      applicationId,
      endpointIds: await endpointsWanted(call.query.endpoint_id, (idOrUid) =>
        services.store.findEndpoint({ applicationId, idOrUid }),
      ),
      states,
      ...answersWanted(call.query.code),
      filter: eventFilter(call.query),
      now: call.now,
    }
    const asked = pageRequest(call.query, { kind: 'delivery', order: 'descending' })
    const found = selective
      ? await soughtDeliveries(services.store, list, {
          seeking: seekingOf(sought),
          endpoint: await endpointsNow(applicationId, services),
          page: asked,
          bound: lookBound(services),
        })
      : null
    const page = found ?? (await services.store.listDeliveries({ ...list, page: asked }))
    const deliveries = page.items.map(({ delivery }) => delivery)
    const circuits = await openCircuitsOf(deliveries, call.now, services)
    const body = listText(page, {
      idOf: ({ delivery }) => delivery.id,
      render: (row) => deliveryText({ ...row, circuits }),
      ...(found === null ? {} : { more: lookedText(found) }),
    })
    return { status: 200, body }
  }),

  route(contract.getDelivery, async (call, services) => {
    const delivery = await deliveryOf(call, services)
    return { status: 200, body: await wholeText(delivery, call.now, services) }
  }),

  route(contract.cancelDelivery, async (call, services) => {
    const { id, applicationId, messageId } = await deliveryOf(call, services)
    const key = { applicationId, messageId, deliveryId: id, now: call.now }
    const canceled = await services.store.cancelMessageDeliveries(key)
    if (canceled === 0)
      throw conflict({
        en: 'The delivery is being sent, or it is over.',
        es: 'La entrega se está enviando o ya terminó.',
      })
    return wholeAnswer({ applicationId, id }, call.now, services)
  }),

  route(contract.retryDelivery, async (call, services) => {
    const { id, applicationId, endpointId } = await deliveryOf(call, services)
    const key = { applicationId, endpointId, deliveryId: id, now: call.now, limit: 1 }
    if ((await services.store.hastenRetries(key)) === 0)
      throw conflict({
        en: 'The delivery does not wait for a retry of its own.',
        es: 'La entrega no espera un reintento propio.',
      })
    services.wake()
    return wholeAnswer({ applicationId, id }, call.now, services)
  }),

  route(contract.retryNow, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const moved = await services.store.hastenRetries({
      applicationId: application.id,
      endpointId: endpoint.id,
      now: call.now,
      limit: contract.retryNowMax,
    })
    if (moved > 0) services.wake()
    return answer(200, { moved })
  }),

  route(cancelMessage, async (call, services) => {
    const { application, message } = await messageOf(call, services, false)
    const canceled = await services.store.cancelMessageDeliveries({
      applicationId: application.id,
      messageId: message.id,
      now: call.now,
    })
    return answer(200, { canceled })
  }),
]

/** The last answers that are wanted, as the store's list takes them. */
export function answersWanted(
  code: readonly string[] | undefined,
): Pick<Parameters<Store['listDeliveries']>[0], 'answers'> {
  const answers = answerFilter(code)
  return answers === null ? {} : { answers: { ...answers, rowsMax: limits.answerRowsMax } }
}

async function deliveryOf(
  call: Pick<Call<unknown, unknown>, 'principal' | 'path'>,
  services: Services,
): Promise<Delivery> {
  const application = await applicationOf(call, services)
  const id = call.path['delivery_id'] ?? ''
  if (!isId('delivery', id)) throw notFound(absent.delivery)
  const found = await services.store.findDelivery({
    applicationId: application.id,
    deliveryId: id,
  })
  if (found === null) throw notFound(absent.delivery)
  return found
}

const noFilter = {
  before: null,
  after: null,
  eventTypes: null,
  channel: null,
  tag: null,
  succeeded: null,
  statusCodeClass: null,
}

async function wholeAnswer(
  of: Pick<Delivery, 'applicationId' | 'id'>,
  now: number,
  services: Services,
): Promise<Answer> {
  const { applicationId, id: deliveryId } = of
  const delivery = await services.store.findDelivery({ applicationId, deliveryId })
  if (delivery === null) throw notFound(absent.delivery)
  return { status: 200, body: await wholeText(delivery, now, services) }
}

/** One delivery with its last attempt and the type of its event. */
async function wholeText(delivery: Delivery, now: number, services: Services): Promise<string> {
  const { applicationId, messageId, endpointId } = delivery
  const message = await services.store.findMessage({
    applicationId,
    idOrEventId: messageId,
    withPayload: false,
  })
  const page = await services.store.listMessageAttempts({
    applicationId,
    messageId,
    endpointId,
    filter: noFilter,
    page: { limit: 50, order: 'descending', iterator: null, backwards: false },
    withContent: false,
    now,
  })
  const last = page.items.find(({ deliveryId }) => deliveryId === delivery.id) ?? null
  const circuits = await openCircuitsOf([delivery], now, services)
  return deliveryText({ delivery, eventType: message?.eventType ?? '', last, circuits })
}

/** When circuits open again for attempts, by endpoint: of those that are open now. */
export type OpenCircuits = ReadonlyMap<EndpointId, number>

/** Asks the store once, and only where something waits. */
export async function openCircuitsOf(
  deliveries: readonly Pick<Delivery, 'applicationId' | 'endpointId' | 'state'>[],
  now: number,
  { store }: { readonly store: Pick<Store, 'openCircuits'> },
): Promise<OpenCircuits> {
  const open = deliveries.filter(({ state }) => isOpenState(state))
  const [first] = open
  if (first === undefined) return new Map()
  const endpointIds = [...new Set(open.map(({ endpointId }) => endpointId))]
  const { applicationId } = first
  const found = await store.openCircuits({ applicationId, endpointIds, now })
  return new Map(found.map(({ endpointId, openUntil }) => [endpointId, openUntil]))
}

function isOpenState(state: DeliveryState): boolean {
  return state === 'pending' || state === 'sending'
}

interface ShownDelivery {
  readonly delivery: Delivery
  readonly eventType: string
  readonly last: Attempt | null
  readonly circuits: OpenCircuits
}

/** A delivery as the contract writes it. */
export function deliveryText(row: ShownDelivery): string {
  return JSON.stringify(deliveryOut(row))
}

export function deliveryOut(row: ShownDelivery): Type.Static<typeof contract.DeliveryOut> {
  const { delivery, eventType, last } = row
  const openUntil = isOpenState(delivery.state) ? row.circuits.get(delivery.endpointId) : undefined
  return {
    id: delivery.id,
    msgId: delivery.messageId,
    endpointId: delivery.endpointId,
    eventType,
    state: delivery.state,
    trigger: delivery.trigger,
    attemptCount: delivery.attemptCount,
    nextAttempt: delivery.dueAt === null ? null : timeText(delivery.dueAt),
    circuitOpenUntil: openUntil === undefined ? null : timeText(openUntil),
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
  }
}
