/**
 * The deliveries that a person chose, by name or by filter: read in pages, oldest first, and counted
 * before anything is done with them.
 */
import { isAnsweredSo } from '../domain/answer-filter.ts'
import type { Delivery } from '../domain/delivery.ts'
import { type EndpointId, idAtTime } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { seekingOf } from '../domain/sought.ts'
import type { DeliverySelection } from '../domain/task.ts'
import type { DeliveryStore } from '../store/port/deliveries.ts'
import type { MessageStore } from '../store/port/messages.ts'
import type { SearchStore } from '../store/port/searches.ts'
import { deliveriesThatFit, type EndpointNow } from './sought-rows.ts'

export interface SelectionPage {
  readonly items: readonly {
    readonly delivery: Delivery
    readonly eventType: string
    /** The cursor of a page that begins after it. */
    readonly place: string
  }[]
  /** Deliveries that were read for it, also those that did not fit. */
  readonly looked: number
  /** Nothing lies beyond the last item. */
  readonly done: boolean
  /** Where the next page begins: also past items that did not fit. */
  readonly cursor: string
}

type Lists = Pick<SearchStore, 'lookIntoMessages'> &
  Pick<
    DeliveryStore,
    'listDeliveries' | 'listNumberedDeliveries' | 'listMessageDeliveries' | 'findDelivery'
  > &
  Pick<MessageStore, 'findMessage'>

const pageSize = 100
/** Behind the numbered delivery of that number. */
const numberedPlace = /^#(\d+)$/

/**
 * The chosen deliveries of one endpoint after `cursor`, oldest first. With `byNumber`, of an endpoint
 * that is ordered: those without a number, from before it was; then the others by number, since ids
 * tell only the clocks of the nodes that made them.
 */
export async function selectionPage(
  store: Lists,
  selection: DeliverySelection,
  from: {
    readonly endpointId: EndpointId
    readonly cursor: string | null
    readonly now: number
    readonly byNumber?: boolean
    readonly endpoint: EndpointNow
  },
): Promise<SelectionPage> {
  const page = await wholePage(store, selection, from)
  const { sought } = selection
  if (sought === undefined) return page
  const of = { seeking: seekingOf(sought), endpoint: from.endpoint }
  const { items } = await deliveriesThatFit(store, page.items, of)
  return { ...page, items }
}

/** The same, before what is sought in each row. */
async function wholePage(
  store: Lists,
  selection: DeliverySelection,
  from: {
    readonly endpointId: EndpointId
    readonly cursor: string | null
    readonly now: number
    readonly byNumber?: boolean
  },
): Promise<SelectionPage> {
  if (selection.deliveryIds !== null) return namedPage(store, selection, from)
  if (from.byNumber !== true) return pageById(store, selection, from)
  const number = numberedPlace.exec(from.cursor ?? '')?.[1]
  if (number !== undefined) {
    return pageByNumber(store, selection, { ...from, number: Number(number) })
  }
  const page = await pageById(store, selection, from)
  return {
    items: page.items.filter(({ delivery }) => delivery.sequence === null),
    looked: page.looked,
    done: false,
    cursor: page.done ? '#0' : page.cursor,
  }
}

async function pageByNumber(
  store: Lists,
  selection: DeliverySelection,
  from: { readonly endpointId: EndpointId; readonly number: number },
): Promise<SelectionPage> {
  const { applicationId, states, since, until, eventTypes, channel, tag } = selection
  const page = await store.listNumberedDeliveries({
    ...{ applicationId, endpointId: from.endpointId, afterSequence: from.number, limit: pageSize },
    ...{ states, since, until, eventTypes, channel, tag },
  })
  const items = page.items.map((item) => ({ ...item, place: `#${item.delivery.sequence}` }))
  return {
    items: items.filter(({ delivery, last }) => {
      const { answers } = selection
      return fits(delivery, selection) && (answers === undefined || isAnsweredSo(last, answers))
    }),
    looked: items.length,
    done: page.done,
    cursor: items.at(-1)?.place ?? `#${from.number}`,
  }
}

async function pageById(
  store: Lists,
  selection: DeliverySelection,
  from: { readonly endpointId: EndpointId; readonly cursor: string | null; readonly now: number },
): Promise<SelectionPage> {
  const { answers, sought } = selection
  const rowsMax = limits.answerRowsMax
  const start = from.cursor ?? idAtTime('delivery', selection.since)
  const page = await store.listDeliveries({
    applicationId: selection.applicationId,
    endpointIds: [from.endpointId],
    ...(sought?.messageId === undefined ? {} : { messageId: sought.messageId }),
    states: selection.states,
    ...(answers === undefined ? {} : { answers: { ...answers, rowsMax } }),
    filter: {
      before: selection.until,
      after: null,
      eventTypes: selection.eventTypes,
      channel: selection.channel,
      tag: selection.tag,
    },
    page: { limit: pageSize, order: 'descending', iterator: start, backwards: true },
    now: from.now,
  })
  const items = page.items.map((item) => ({ ...item, place: item.delivery.id })).reverse()
  return {
    items: items.filter(({ delivery }) => fits(delivery, selection)),
    looked: page.scannedTo === undefined ? items.length : rowsMax,
    done: page.done,
    cursor: page.scannedTo?.id ?? items.at(-1)?.place ?? start,
  }
}

async function namedPage(
  store: Lists,
  selection: DeliverySelection,
  from: {
    readonly endpointId: EndpointId
    readonly cursor: string | null
    readonly byNumber?: boolean
  },
): Promise<SelectionPage> {
  const { applicationId } = selection
  const { ids, done, cursor } =
    from.byNumber === true
      ? await namedByNumber(store, selection, from)
      : namedById(selection, from.cursor ?? '')
  const items: { delivery: Delivery; eventType: string; place: string }[] = []
  for (const { deliveryId, place } of ids) {
    const delivery = await store.findDelivery({ applicationId, deliveryId })
    if (delivery === null || delivery.endpointId !== from.endpointId) continue
    if (!selection.states.includes(delivery.state) || !fits(delivery, selection)) continue
    const message = await store.findMessage({
      applicationId,
      idOrEventId: delivery.messageId,
      withPayload: false,
    })
    items.push({ delivery, eventType: message?.eventType ?? '', place })
  }
  return { items, looked: ids.length, done, cursor }
}

/** Some of those named, each with its place, and where the next begin. */
interface NamedIds {
  readonly ids: readonly { readonly deliveryId: Delivery['id']; readonly place: string }[]
  readonly done: boolean
  readonly cursor: string
}

function namedById({ deliveryIds }: DeliverySelection, cursor: string): NamedIds {
  const left = (deliveryIds ?? []).filter((id) => id > cursor)
  const ids = left.slice(0, pageSize).map((deliveryId) => ({ deliveryId, place: deliveryId }))
  return { ids, done: left.length <= pageSize, cursor: ids.at(-1)?.place ?? cursor }
}

/** Those without a number, by id, then the others by number. All are looked at: there are few. */
async function namedByNumber(
  store: Lists,
  { applicationId, deliveryIds }: DeliverySelection,
  { endpointId, cursor }: { readonly endpointId: EndpointId; readonly cursor: string | null },
): Promise<NamedIds> {
  const found: Delivery[] = []
  for (const deliveryId of deliveryIds ?? []) {
    const delivery = await store.findDelivery({ applicationId, deliveryId })
    if (delivery?.endpointId === endpointId) found.push(delivery)
  }
  const behind = Number(numberedPlace.exec(cursor ?? '')?.[1] ?? -1)
  const unnumbered = found
    .filter(({ id, sequence }) => sequence === null && behind < 0 && id > (cursor ?? ''))
    .map(({ id }) => ({ deliveryId: id, place: String(id) }))
  const numbered = found
    .filter(({ sequence }) => sequence !== null && sequence > behind)
    .sort((a, b) => Number(a.sequence) - Number(b.sequence))
    .map(({ id, sequence }) => ({ deliveryId: id, place: `#${sequence}` }))
  const left = [...unnumbered, ...numbered]
  const ids = left.slice(0, pageSize)
  return { ids, done: left.length <= pageSize, cursor: ids.at(-1)?.place ?? cursor ?? '' }
}

function fits({ attemptCount }: Delivery, { attempted }: DeliverySelection): boolean {
  return attempted === null || attempted === attemptCount > 0
}

/** Every delivery of a message to one endpoint, oldest first. */
export async function deliveriesAt(
  store: Pick<DeliveryStore, 'listMessageDeliveries'>,
  at: Pick<Delivery, 'applicationId' | 'endpointId' | 'messageId'>,
): Promise<readonly Delivery[]> {
  const { applicationId, messageId } = at
  const found: Delivery[] = []
  let iterator: string | null = null
  for (;;) {
    const page = await store.listMessageDeliveries({
      applicationId,
      messageId,
      page: { limit: 250, order: 'ascending', iterator, backwards: false },
    })
    for (const { delivery } of page.items) {
      if (delivery.endpointId === at.endpointId) found.push(delivery)
    }
    iterator = page.items[page.items.length - 1]?.delivery.id ?? null
    if (page.done || iterator === null) return found
  }
}

export interface EndpointCount {
  /** Messages: one that failed twice counts once. */
  readonly matching: number
  /** Of these: got through some other time. */
  readonly delivered: number
  /** Of these: on the way by another delivery. */
  readonly onTheWay: number
}

export interface SelectionCount {
  readonly endpoints: ReadonlyMap<EndpointId, EndpointCount>
  readonly eventTypes: ReadonlyMap<string, number>
  readonly oldestAt: number | null
  readonly newestAt: number | null
  /** False when the count ended at its limit. */
  readonly complete: boolean
}

/** Counts what is chosen; looks at no more than about `max` deliveries, and at none once it `isOver`. */
export async function countSelection(
  store: Lists,
  selection: DeliverySelection,
  bound: {
    readonly max: number
    readonly now: number
    readonly endpoint: EndpointNow
    readonly isOver?: () => boolean
  },
): Promise<SelectionCount> {
  const endpoints = new Map<EndpointId, EndpointCount>()
  const eventTypes = new Map<string, number>()
  const times: { oldest: number | null; newest: number | null } = { oldest: null, newest: null }
  const seen = new Set<string>()
  let looked = 0
  for await (const { endpointId, items, looked: read } of pagesOf(store, selection, bound)) {
    if (looked >= bound.max || bound.isOver?.() === true) {
      return {
        endpoints,
        eventTypes,
        oldestAt: times.oldest,
        newestAt: times.newest,
        complete: false,
      }
    }
    looked += read
    const fresh = items.filter(({ delivery: { messageId } }) => {
      const key = `${endpointId}/${messageId}`
      return !seen.has(key) && seen.add(key)
    })
    for (const { delivery, eventType } of fresh) {
      eventTypes.set(eventType, (eventTypes.get(eventType) ?? 0) + 1)
      times.oldest = Math.min(times.oldest ?? delivery.createdAt, delivery.createdAt)
      times.newest = Math.max(times.newest ?? delivery.createdAt, delivery.createdAt)
    }
    const page = await countPage(store, fresh)
    const before = endpoints.get(endpointId) ?? { matching: 0, delivered: 0, onTheWay: 0 }
    if (page.matching === 0) continue
    endpoints.set(endpointId, {
      matching: before.matching + page.matching,
      delivered: before.delivered + page.delivered,
      onTheWay: before.onTheWay + page.onTheWay,
    })
  }
  return { endpoints, eventTypes, oldestAt: times.oldest, newestAt: times.newest, complete: true }
}

/** Every page of every endpoint, in turn. */
async function* pagesOf(
  store: Lists,
  selection: DeliverySelection,
  { now, endpoint }: { readonly now: number; readonly endpoint: EndpointNow },
) {
  for (const endpointId of selection.endpointIds) {
    let cursor: string | null = null
    for (;;) {
      const page: SelectionPage = await selectionPage(store, selection, {
        ...{ endpointId, cursor, now, endpoint },
      })
      yield { ...page, endpointId }
      cursor = page.cursor
      if (page.done) break
    }
  }
}

async function countPage(store: Lists, items: SelectionPage['items']): Promise<EndpointCount> {
  const all = await Promise.all(items.map(({ delivery }) => deliveriesAt(store, delivery)))
  const standings = all.map((others, at) => settledBy(others, items[at]?.delivery.id))
  return {
    matching: items.length,
    delivered: standings.filter((standing) => standing === 'delivered').length,
    onTheWay: standings.filter((standing) => standing === 'on_the_way').length,
  }
}

/** Whether a message that has these deliveries needs no further one, besides the one named. */
export function settledBy(
  deliveries: readonly Delivery[],
  besides: Delivery['id'] | undefined,
): 'delivered' | 'on_the_way' | null {
  const states = deliveries.filter(({ id }) => id !== besides).map(({ state }) => state)
  if (states.includes('succeeded')) return 'delivered'
  return states.includes('pending') || states.includes('sending') ? 'on_the_way' : null
}

/** What a recovery would send again of that many. */
export function toSend({ endpoints }: SelectionCount, skipDelivered: boolean): number {
  let count = 0
  for (const { matching, delivered, onTheWay } of endpoints.values()) {
    count += skipDelivered ? matching - delivered - onTheWay : matching
  }
  return count
}
