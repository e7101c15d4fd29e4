import * as contract from '../contract/message.ts'
import type { Application } from '../domain/application.ts'
import type { Delivery } from '../domain/delivery.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { Problem, problems } from '../domain/errors.ts'
import type { EventType } from '../domain/event-type.ts'
import { withSource } from '../domain/message-marks.ts'
import { schemaVersions } from '../domain/schema/versions.ts'
import type { EventInput } from '../intake/accept.ts'
import { absent } from './absent.ts'
import {
  answer,
  applicationOf,
  endpointOf,
  messageOf,
  noContent,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { type OpenCircuits, openCircuitsOf } from './deliveries.ts'
import { deliveryStatus, nextAttempt, statusesOf } from './delivery-status.ts'
import { endpointOut } from './endpoints.ts'
import { maskFor } from './masking.ts'
import { acceptedAnswer } from './message-create.ts'
import { messageText } from './message-text.ts'
import { eventFilter, listText, listTextInTurns, pageRequest } from './pagination.ts'
import { timeText } from './times.ts'

const retentionMs = 90 * 86_400_000
/** Understood by every endpoint, and by no catalog. */
const pingType = 'svix.ping'

export const messageRoutes: readonly Route[] = [
  route(contract.listMessages, async (call, services) => {
    const application = await applicationOf(call, services)
    const withContent = call.query.with_content ?? true
    const page = await services.store.listMessages({
      applicationId: application.id,
      filter: eventFilter(call.query),
      view: call.query.view ?? null,
      page: pageRequest(call.query, { kind: 'message', order: 'descending' }),
      withPayload: withContent,
      now: call.now,
    })
    const mask = await maskFor(call, services)
    const body = await listTextInTurns(page, {
      idOf: (item) => item.id,
      render: (item) => messageText(item, { withContent, mask }),
      bytesOf: ({ payload }) => payload?.length ?? 0,
    })
    return { status: 200, body }
  }),

  route(contract.getMessage, async (call, services) => {
    const withContent = call.query.with_content ?? true
    const { message } = await messageOf(call, services, withContent)
    const mask = await maskFor(call, services)
    return { status: 200, body: messageText(message, { withContent, mask }) }
  }),

  route(contract.expungeMessageContent, async (call, services) => {
    const { application, message } = await messageOf(call, services, false)
    const result = await services.store.expungeMessage({
      applicationId: application.id,
      messageId: message.id,
    })
    if (result === 'not_found') throw notFound(absent.message)
    return noContent
  }),

  route(contract.listAttemptedDestinations, async (call, services) => {
    const { application, message } = await messageOf(call, services, false)
    const page = await services.store.listMessageDeliveries({
      applicationId: application.id,
      messageId: message.id,
      page: pageRequest(call.query, { kind: 'delivery', order: 'ascending' }),
    })
    const view = await services.views.get(application.id)
    const expanded = call.query.expanded_statuses ?? false
    const deliveries = page.items.map(({ delivery }) => delivery)
    const circuits = await openCircuitsOf(deliveries, call.now, services)
    const body = listText(page, {
      idOf: (item) => item.delivery.id,
      render: ({ delivery }) =>
        JSON.stringify({
          ...destination(
            view?.endpoint(delivery.endpointId),
            delivery.endpointId,
            application,
            services,
          ),
          deliveryId: delivery.id,
          ...deliveryStatus(delivery, expanded),
          nextAttempt: nextAttempt(delivery),
          ...circuitOf(delivery, circuits),
        }),
    })
    return { status: 200, body }
  }),

  route(contract.listAttemptedMessages, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const withContent = call.query.with_content ?? true
    const expanded = call.query.expanded_statuses ?? false
    const page = await services.store.listEndpointMessages({
      applicationId: application.id,
      endpointId: endpoint.id,
      filter: eventFilter(call.query),
      statuses: statusesOf(call.query.status, expanded),
      page: pageRequest(call.query, { kind: 'message', order: 'descending' }),
      withPayload: withContent,
      now: call.now,
    })
    const mask = await maskFor(call, services)
    const body = await listTextInTurns(page, {
      idOf: (item) => item.message.id,
      bytesOf: ({ message }) => message.payload?.length ?? 0,
      render: ({ message, delivery }) => {
        const status = deliveryStatus(delivery, expanded)
        const next = nextAttempt(delivery)
        const extra = `,"status":${status.status},"statusText":"${status.statusText}","nextAttempt":${next === null ? 'null' : `"${next}"`},"deliveryId":"${delivery.id}"`
        return messageText(message, { withContent, mask }, extra)
      },
    })
    return { status: 200, body }
  }),

  route(contract.resendMessage, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const { message } = await messageOf(call, services, false)
    const view = await services.views.get(application.id)
    const added = await services.store.addDelivery({
      id: services.ids.next('delivery'),
      applicationId: application.id,
      endpointId: endpoint.id,
      messageId: message.id,
      trigger: 'manual',
      ordered: view?.policy(endpoint).ordering === 'fifo',
      now: call.now,
    })
    if (added === 'payload_gone') throw new Problem(problems.missingPayload)
    if (added === 'message_not_found') throw notFound(absent.message)
    if (added === 'endpoint_not_found') throw notFound(absent.endpoint)
    services.wake()
    return answer(202, {})
  }),

  route(contract.sendExample, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const { eventType } = call.body
    const given = call.body.payload == null ? null : call.bytesOf('payload')
    const payload = given ?? (await examplePayload(application, call.body, services))
    const acceptance = await services.acceptor.accept({
      ...exampleEvent(application, payload),
      eventType,
      onlyEndpoint: endpoint.id,
    })
    return acceptedAnswer(acceptance, true, 200)
  }),
]

/** Until when nothing is sent there, where that is so. */
function circuitOf(
  { state, endpointId }: Delivery,
  circuits: OpenCircuits,
): { readonly circuitOpenUntil?: string } {
  const openUntil = circuits.get(endpointId)
  const open = state === 'pending' || state === 'sending'
  return openUntil === undefined || !open ? {} : { circuitOpenUntil: timeText(openUntil) }
}

/** An endpoint as the destination of a message; a deleted one keeps its id and little else. */
function destination(
  endpoint: Endpoint | undefined,
  id: string,
  application: Application,
  services: Services,
) {
  if (endpoint !== undefined) return endpointOut(endpoint, application, services)
  return {
    id,
    url: '',
    description: '',
    version: 1,
    disabled: true,
    eventTypes: null,
    filterTypes: null,
    channels: null,
    metadata: {},
    createdAt: new Date(0).toISOString(),
    updatedAt: new Date(0).toISOString(),
  }
}

async function examplePayload(
  application: Application,
  asked: { readonly eventType: string; readonly exampleIndex?: number | null },
  services: Services,
): Promise<Uint8Array> {
  if (asked.eventType === pingType) return Buffer.from('{"success":true}')
  const { organizationId } = application
  const found = await services.store.findEventType({ organizationId, name: asked.eventType })
  return Buffer.from(JSON.stringify(exampleOf(found, asked.exampleIndex ?? 0)))
}

/** An example of the type, those of the newest schema first: 400 when there is none. */
function exampleOf(eventType: EventType | null, index: number): unknown {
  if (eventType === null) throw notFound(absent.eventType)
  const given = eventType.attributes['examples']
  const versions = schemaVersions(eventType.schemas)
  const examples = [
    ...(Array.isArray(given) ? given : []),
    ...versions.flatMap((version) => schemaExamples(eventType.schemas?.[version])),
  ]
  const example: unknown = examples[index]
  if (typeof example !== 'object' || example === null || Array.isArray(example)) {
    throw new Problem(problems.invalidScheme, {
      detail: {
        en: `The event type has no example number ${index}.`,
        es: `El tipo de evento no tiene el ejemplo número ${index}.`,
      },
    })
  }
  return example
}

function schemaExamples(schema: unknown): readonly unknown[] {
  if (typeof schema !== 'object' || schema === null) return []
  const examples: unknown = Reflect.get(schema, 'examples')
  const example: unknown = Reflect.get(schema, 'example')
  return [...(Array.isArray(examples) ? examples : []), ...(example === undefined ? [] : [example])]
}

function exampleEvent(
  application: Application,
  payload: Uint8Array,
): Omit<EventInput, 'eventType'> {
  return {
    organizationId: application.organizationId,
    application: application.id,
    eventId: null,
    channels: null,
    tags: null,
    payload,
    contentType: 'application/json',
    deliverAt: null,
    retentionMs,
    attributes: withSource('test', { example: true }),
    idempotency: null,
  }
}
