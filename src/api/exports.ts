/**
 * Lists as files, a part at a time. Nothing is kept between the parts: each is read from the store
 * when it is asked for, under the rights and the mask that the caller has then, and names the place
 * where the next begins. So progress, stopping, and going on after a restart are the caller's, on any
 * node: `docs/adr/exports-in-parts.md`.
 */

import * as contract from '../contract/export.ts'
import type { Attempt } from '../domain/attempt.ts'
import type { Delivery } from '../domain/delivery.ts'
import { type Endpoint, endpointTitle } from '../domain/endpoint.ts'
import type { Mask } from '../domain/masking.ts'
import type { Message } from '../domain/message.ts'
import { sourceOf } from '../domain/message-marks.ts'
import { seekingOf, wordOf } from '../domain/sought.ts'
import { type EndpointNow, soughtDeliveries, soughtMessages } from '../intake/sought-rows.ts'
import { applicationOf, type Route, route } from './call.ts'
import { csvLine } from './csv.ts'
import { answersWanted, deliveryText, type OpenCircuits, openCircuitsOf } from './deliveries.ts'
import { endpointSought, soughtEndpoints } from './endpoint-list.ts'
import { endpointOut } from './endpoints.ts'
import { fileOf, isCsv, pageFrom, partOf, placeOf } from './export-parts.ts'
import { maskMessage } from './masked.ts'
import { maskFor } from './masking.ts'
import { messageText } from './message-text.ts'
import { eventFilter } from './pagination.ts'
import { aroundNamed, endpointsNow, endpointsWanted, lookBound, soughtOf } from './sought.ts'
import { timeText } from './times.ts'
import { withPayloads } from './with-payloads.ts'

export const exportRoutes: readonly Route[] = [
  route(contract.exportDeliveries, async (call, services) => {
    const { id: applicationId } = await applicationOf(call, services)
    const endpointIds = await endpointsWanted(call.query.endpoint_id, (idOrUid) =>
      services.store.findEndpoint({ applicationId, idOrUid }),
    )
    const { sought, states } = await soughtOf(call.query, call, { services, applicationId })
    const seeking = seekingOf(sought)
    const endpoint = await endpointsNow(applicationId, services)
    const columns = deliveryColumns
    const part = await partOf<DeliveryRow>({
      ...placeOf(call.query, 'delivery'),
      clock: services.world.clock,
      read: async (iterator) => {
        const list = {
          ...{ applicationId, endpointIds, states, now: call.now },
          ...answersWanted(call.query.code),
          filter: eventFilter(call.query),
        }
        const { items, done, scannedTo } = await soughtDeliveries(services.store, list, {
          ...{ seeking, endpoint, page: pageFrom(iterator), bound: lookBound(services) },
        })
        const deliveries = items.map(({ delivery }) => delivery)
        const circuits = await openCircuitsOf(deliveries, call.now, services)
        const rows = items.map((item) => ({
          ...item,
          circuits,
          endpoint: endpoint(item.delivery.endpointId),
        }))
        return { items: rows, scannedTo: scannedTo?.id ?? items.at(-1)?.delivery.id ?? null, done }
      },
      idOf: ({ delivery }) => delivery.id,
      line: isCsv(call.query)
        ? (row) => csvLine(columns.map(([, of]) => of(row)))
        : (row) => `${deliveryText(row)}\n`,
    })
    const heading = csvLine(columns.map(([name]) => name))
    return fileOf(call, { part, heading, name: 'deliveries' })
  }),

  route(contract.exportMessages, async (call, services) => {
    const { store, world } = services
    const { id: applicationId } = await applicationOf(call, services)
    const mask = await maskFor(call, services)
    const shown = { withContent: call.query.with_content ?? true, mask }
    const { sought, selective } = await soughtOf(call.query, call, { services, applicationId })
    const seeking = seekingOf(sought)
    const filter = aroundNamed(eventFilter(call.query), sought)
    const part = await partOf<Message>({
      ...placeOf(call.query, 'message'),
      clock: world.clock,
      read: async (iterator) => {
        const list = { applicationId, filter, withPayload: false, now: call.now }
        const page = pageFrom(iterator)
        if (selective) {
          const bound = lookBound(services)
          const found = await soughtMessages(store, list, { seeking, page, bound })
          const whole = shown.withContent ? await withPayloads(store, found) : found
          return { ...whole, scannedTo: whole.scannedTo?.id ?? null }
        }
        const all = await store.listMessages({ ...list, page, withPayload: shown.withContent })
        return { ...all, scannedTo: all.items.at(-1)?.id ?? null }
      },
      idOf: ({ id }) => id,
      line: isCsv(call.query)
        ? (message) => csvLine(messageCells(message, shown))
        : (message) => `${onOneLine(messageText(message, shown))}\n`,
    })
    return fileOf(call, { part, heading: csvLine(messageHeadings), name: 'messages' })
  }),

  route(contract.exportEndpoints, async (call, services) => {
    const application = await applicationOf(call, services)
    const sought = endpointSought(call.query)
    const part = await partOf<Endpoint>({
      ...placeOf(call.query, 'endpoint'),
      clock: services.world.clock,
      read: async (iterator) => {
        const page = pageFrom(iterator)
        const found = await soughtEndpoints(sought, { application, services, page, now: call.now })
        return { ...found, scannedTo: found.scannedTo?.id ?? null }
      },
      idOf: ({ id }) => id,
      line: isCsv(call.query)
        ? (endpoint) => csvLine(endpointColumns.map(([, of]) => of(endpoint)))
        : (endpoint) => `${JSON.stringify(endpointOut(endpoint, application, services))}\n`,
    })
    const heading = csvLine(endpointColumns.map(([name]) => name))
    return fileOf(call, { part, heading, name: 'endpoints' })
  }),
]

interface DeliveryRow {
  readonly delivery: Delivery
  readonly eventType: string
  readonly last: Attempt | null
  readonly circuits: OpenCircuits
  /** Absent: it was deleted. */
  readonly endpoint: ReturnType<EndpointNow>
}

export const deliveryColumns: readonly (readonly [
  name: string,
  of: (row: DeliveryRow) => string | number | null,
])[] = [
  ['id', ({ delivery }) => delivery.id],
  ['messageId', ({ delivery }) => delivery.messageId],
  ['eventType', ({ eventType }) => eventType],
  ['endpointId', ({ delivery }) => delivery.endpointId],
  ['endpoint', ({ endpoint }) => (endpoint === undefined ? null : endpointTitle(endpoint))],
  ['status', ({ delivery, endpoint }) => wordOf(delivery, endpoint)],
  ['attempts', ({ delivery }) => delivery.attemptCount],
  ['responseStatus', ({ last }) => last?.responseStatus ?? null],
  ['error', ({ last }) => last?.errorClass ?? null],
  ['durationMs', ({ last }) => (last === null ? null : Math.round(last.durationMs))],
  ['createdAt', ({ delivery }) => timeText(delivery.createdAt)],
  ['lastAttemptAt', ({ last }) => (last === null ? null : timeText(last.createdAt))],
  ['nextAttemptAt', ({ delivery }) => (delivery.dueAt === null ? null : timeText(delivery.dueAt))],
]

const endpointColumns: readonly (readonly [
  name: string,
  of: (endpoint: Endpoint) => string | null,
])[] = [
  ['id', ({ id }) => id],
  ['uid', ({ uid }) => uid],
  ['name', endpointTitle],
  ['url', ({ url }) => url],
  ['eventTypes', ({ eventTypes }) => eventTypes?.join(' ') ?? null],
  ['channels', ({ channels }) => channels?.join(' ') ?? null],
  [
    'labels',
    ({ metadata }) =>
      Object.entries(metadata)
        .map(([name, value]) => `${name}:${value}`)
        .join(' ') || null,
  ],
  ['disabledAt', ({ disabledAt }) => (disabledAt === null ? null : timeText(disabledAt))],
  ['pausedAt', ({ pausedAt }) => (pausedAt === null ? null : timeText(pausedAt))],
  ['createdAt', ({ createdAt }) => timeText(createdAt)],
  ['updatedAt', ({ updatedAt }) => timeText(updatedAt)],
]

const messageHeadings = [
  ...['id', 'eventType', 'eventId', 'channels', 'tags', 'timestamp', 'deliverAt'],
  ...['source', 'payloadBytes', 'masked', 'payload'],
]

function messageCells(
  message: Message,
  { withContent, mask }: { readonly withContent: boolean; readonly mask: Mask },
): readonly (string | number | null)[] {
  const masked = withContent ? maskMessage(message, mask) : null
  const payload = masked?.message.payload
  return [
    ...[message.id, message.eventType, message.eventId],
    message.channels?.join(' ') ?? null,
    message.tags?.join(' ') ?? null,
    timeText(message.createdAt),
    message.deliverAt === null ? null : timeText(message.deliverAt),
    sourceOf(message),
    message.payload?.length ?? message.payloadBytes ?? null,
    masked === null || masked.paths.length === 0 ? null : masked.paths.join(' '),
    payload == null ? null : Buffer.from(payload).toString('utf8'),
  ]
}

/** Payloads are as they came: between their tokens there may be line ends. */
function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]+/g, ' ')
}
