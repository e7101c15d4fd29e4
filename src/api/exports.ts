/**
 * Lists as files, a part at a time. Nothing is kept between the parts: each is read from the store
 * when it is asked for, under the rights and the mask that the caller has then, and names the place
 * where the next begins. So progress, stopping, and going on after a restart are the caller's, on any
 * node: `docs/adr/exports-in-parts.md`.
 */

import type Type from 'typebox'
import * as contract from '../contract/export.ts'
import type { Attempt } from '../domain/attempt.ts'
import type { Delivery, DeliveryState } from '../domain/delivery.ts'
import { type Endpoint, endpointTitle } from '../domain/endpoint.ts'
import type { EndpointId } from '../domain/ids.ts'
import type { Mask } from '../domain/masking.ts'
import type { Message } from '../domain/message.ts'
import { sourceOf } from '../domain/message-marks.ts'
import type { PageRequest } from '../store/port/page.ts'
import { absent } from './absent.ts'
import { applicationOf, notFound, type Route, route } from './call.ts'
import { csvLine } from './csv.ts'
import { answersWanted, deliveryText, type OpenCircuits, openCircuitsOf } from './deliveries.ts'
import { fileOf, isCsv, partOf, placeOf } from './export-parts.ts'
import { maskMessage } from './masked.ts'
import { maskFor } from './masking.ts'
import { messageText } from './message-text.ts'
import { eventFilter } from './pagination.ts'
import { payloadQueryOf, scanAtOnce } from './searches.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

/** Rows read in one go of the store. */
const rowsAtOnce = 250

export const exportRoutes: readonly Route[] = [
  route(contract.exportDeliveries, async (call, services) => {
    const { id: applicationId } = await applicationOf(call, services)
    const view = await services.views.get(applicationId)
    const endpointIds = await endpointsOf(call.query.endpoint_id, (idOrUid) =>
      services.store.findEndpoint({ applicationId, idOrUid }),
    )
    const keeps = deliveryTest(call.query, endpointIds)
    const columns = deliveryColumns
    const part = await partOf<DeliveryRow>({
      ...placeOf(call.query, 'delivery'),
      clock: services.world.clock,
      read: async (iterator) => {
        const { items, done, scannedTo } = await services.store.listDeliveries({
          applicationId,
          endpointId: endpointIds?.length === 1 ? (endpointIds[0] ?? null) : null,
          states: statesOf(call.query),
          ...answersWanted(call.query.code),
          filter: eventFilter(call.query),
          page: pageFrom(iterator),
          now: call.now,
        })
        const deliveries = items.map(({ delivery }) => delivery)
        const circuits = await openCircuitsOf(deliveries, call.now, services)
        const rows = items.map((item) => ({
          ...item,
          circuits,
          endpoint: view?.endpoint(item.delivery.endpointId),
        }))
        return { items: rows, scannedTo: scannedTo?.id ?? items.at(-1)?.delivery.id ?? null, done }
      },
      idOf: ({ delivery }) => delivery.id,
      keeps,
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
    const { where, q, view = null } = call.query
    if (where !== undefined && view !== null) throw refuse('view', notWithWhere)
    const mask = await maskFor(call, services)
    const shown = { withContent: call.query.with_content ?? true, mask }
    const query = where === undefined ? null : payloadQueryOf(where, mask)
    const filter = eventFilter(call.query)
    const part = await partOf<Message>({
      ...placeOf(call.query, 'message'),
      clock: world.clock,
      read: async (iterator) => {
        const from = { applicationId, filter, now: call.now }
        if (query !== null) {
          const sizes = { limit: rowsAtOnce, rowsMax: scanAtOnce }
          return store.searchMessages({ ...from, query, iterator, ...sizes })
        }
        const withPayload = shown.withContent
        const page = await store.listMessages({
          ...{ ...from, view, withPayload },
          page: pageFrom(iterator),
        })
        return { ...page, scannedTo: page.items.at(-1)?.id ?? null }
      },
      idOf: ({ id }) => id,
      keeps: (message) =>
        contains(q, [message.id, message.eventType, message.eventId, ...(message.tags ?? [])]),
      line: isCsv(call.query)
        ? (message) => csvLine(messageCells(message, shown))
        : (message) => `${onOneLine(messageText(message, shown))}\n`,
    })
    return fileOf(call, { part, heading: csvLine(messageHeadings), name: 'messages' })
  }),
]

const notWithWhere = {
  en: 'a view does not go with `where`: give one of them',
  es: 'una vista no va con `where`: solo uno de los dos',
}

function pageFrom(iterator: string | null): PageRequest {
  return { limit: rowsAtOnce, order: 'descending', iterator, backwards: false }
}

type DeliveryQuery = Type.Static<typeof contract.exportDeliveries.query>

interface DeliveryRow {
  readonly delivery: Delivery
  readonly eventType: string
  readonly last: Attempt | null
  readonly circuits: OpenCircuits
  /** Absent: it was deleted. */
  readonly endpoint: Endpoint | undefined
}

type Word = NonNullable<DeliveryQuery['status']>[number]

const stateOfWord: Readonly<Record<Word, DeliveryState>> = {
  queued: 'pending',
  retrying: 'pending',
  held: 'pending',
  sending: 'sending',
  delivered: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
}

function wordOf({ delivery, endpoint }: DeliveryRow): Word {
  if (delivery.state === 'succeeded') return 'delivered'
  if (delivery.state !== 'pending') return delivery.state
  if (endpoint !== undefined && (endpoint.pausedAt ?? endpoint.disabledAt) !== null) return 'held'
  return delivery.attemptCount > 0 ? 'retrying' : 'queued'
}

function statesOf({ state, status }: DeliveryQuery): readonly DeliveryState[] | null {
  const ofWords = status?.map((word) => stateOfWord[word])
  if (state === undefined) return ofWords === undefined ? null : [...new Set(ofWords)]
  return ofWords === undefined ? state : state.filter((one) => ofWords.includes(one))
}

async function endpointsOf(
  named: readonly string[] | undefined,
  find: (idOrUid: string) => Promise<Endpoint | null>,
): Promise<readonly EndpointId[] | null> {
  if (named === undefined) return null
  const found = new Set<EndpointId>()
  for (const idOrUid of named) {
    const endpoint = await find(idOrUid)
    if (endpoint === null) throw notFound(absent.endpoint)
    found.add(endpoint.id)
  }
  return [...found]
}

/** What the store's list has no word for. */
function deliveryTest(
  { status, q }: DeliveryQuery,
  endpointIds: readonly EndpointId[] | null,
): (row: DeliveryRow) => boolean {
  return (row) => {
    const { delivery, endpoint, eventType } = row
    if (status !== undefined && !status.includes(wordOf(row))) return false
    if (endpointIds !== null && !endpointIds.includes(delivery.endpointId)) return false
    const name = endpoint === undefined ? null : endpointTitle(endpoint)
    return contains(q, [delivery.id, delivery.messageId, delivery.endpointId, eventType, name])
  }
}

function contains(q: string | undefined, texts: readonly (string | null)[]): boolean {
  if (q === undefined) return true
  const wanted = q.toLowerCase()
  return texts.some((text) => text?.toLowerCase().includes(wanted) === true)
}

const deliveryColumns: readonly (readonly [
  name: string,
  of: (row: DeliveryRow) => string | number | null,
])[] = [
  ['id', ({ delivery }) => delivery.id],
  ['messageId', ({ delivery }) => delivery.messageId],
  ['eventType', ({ eventType }) => eventType],
  ['endpointId', ({ delivery }) => delivery.endpointId],
  ['endpoint', ({ endpoint }) => (endpoint === undefined ? null : endpointTitle(endpoint))],
  ['status', wordOf],
  ['attempts', ({ delivery }) => delivery.attemptCount],
  ['responseStatus', ({ last }) => last?.responseStatus ?? null],
  ['error', ({ last }) => last?.errorClass ?? null],
  ['durationMs', ({ last }) => (last === null ? null : Math.round(last.durationMs))],
  ['createdAt', ({ delivery }) => timeText(delivery.createdAt)],
  ['lastAttemptAt', ({ last }) => (last === null ? null : timeText(last.createdAt))],
  ['nextAttemptAt', ({ delivery }) => (delivery.dueAt === null ? null : timeText(delivery.dueAt))],
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
