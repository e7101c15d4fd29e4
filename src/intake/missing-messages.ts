/** Messages that an endpoint wants by its settings of now, and that were never sent to it. */
import type { Endpoint } from '../domain/endpoint.ts'
import { idAtTime } from '../domain/ids.ts'
import { matchEndpoint } from '../domain/matching.ts'
import type { Message } from '../domain/message.ts'
import type { DeliveryStore } from '../store/port/deliveries.ts'
import type { MessageStore } from '../store/port/messages.ts'
import type { IndexedView } from './application-views.ts'
import { deliveriesAt } from './delivery-selection.ts'
import { payloadValue } from './endpoints-for.ts'

type Lists = Pick<DeliveryStore, 'listMessageDeliveries'> & Pick<MessageStore, 'listMessages'>

const pageSize = 100

interface Range {
  readonly since: number
  readonly until: number
}

export interface MissingPage {
  readonly missing: readonly Message[]
  /** Messages looked at. */
  readonly seen: number
  /** The last of them; null: there was none. */
  readonly last: string | null
  readonly done: boolean
}

/** The next page of the application's messages, oldest first, and which of them are missing. */
export async function missingPage(
  store: Lists,
  { view, endpoint }: { readonly view: IndexedView; readonly endpoint: Endpoint },
  { since, until, cursor, now }: Range & { readonly cursor: string | null; readonly now: number },
): Promise<MissingPage> {
  const { applicationId, id: endpointId } = endpoint
  const page = await store.listMessages({
    applicationId,
    filter: { before: until, after: null, eventTypes: null, channel: null, tag: null },
    page: {
      ...{ limit: pageSize, order: 'descending', backwards: true },
      iterator: cursor ?? idAtTime('message', since),
    },
    withPayload: true,
    now,
  })
  const items = [...page.items].reverse()
  const filter = view.filter(endpoint)
  const missing: Message[] = []
  for (const message of items) {
    const routable = { ...message, payload: () => payloadValue(message.payload) }
    if (!matchEndpoint(view.application, endpoint, routable, filter).matched) continue
    const sent = await deliveriesAt(store, { applicationId, endpointId, messageId: message.id })
    if (sent.length === 0) missing.push(message)
  }
  return { missing, seen: items.length, last: items.at(-1)?.id ?? null, done: page.done }
}

export interface MissingCount {
  readonly missing: number
  readonly seen: number
  readonly eventTypes: ReadonlyMap<string, number>
  readonly oldestAt: number | null
  readonly newestAt: number | null
  /** False when the count ended at its limit. */
  readonly complete: boolean
}

/** Counts them; looks at no more than about `max` messages. */
export async function countMissing(
  store: Lists,
  target: { readonly view: IndexedView; readonly endpoint: Endpoint },
  bound: Range & { readonly max: number; readonly now: number },
): Promise<MissingCount> {
  const eventTypes = new Map<string, number>()
  let [missing, seen, cursor, done] = [0, 0, null as string | null, false]
  let [oldestAt, newestAt] = [null as number | null, null as number | null]
  while (!done && seen < bound.max) {
    const page = await missingPage(store, target, { ...bound, cursor })
    for (const { eventType, createdAt } of page.missing) {
      eventTypes.set(eventType, (eventTypes.get(eventType) ?? 0) + 1)
      oldestAt ??= createdAt
      newestAt = createdAt
    }
    missing += page.missing.length
    seen += page.seen
    cursor = page.last ?? cursor
    done = page.done
  }
  return { missing, seen, eventTypes, oldestAt, newestAt, complete: done }
}
