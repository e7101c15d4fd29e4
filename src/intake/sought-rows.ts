/**
 * Rows that are looked at one by one, since no index knows what is asked of them: pages of the store's
 * lists, thinned out, at a bounded cost. Where looking ends before a page is full it says so, and the
 * next page goes on there.
 */
import type { Attempt } from '../domain/attempt.ts'
import type { Delivery } from '../domain/delivery.ts'
import type { EndpointId, MessageId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Message } from '../domain/message.ts'
import {
  deliveryHasText,
  messageHasText,
  readsMessages,
  type Seeking,
  wordOf,
} from '../domain/sought.ts'
import type { Clock } from '../runtime/clock.ts'
import type { DeliveryStore } from '../store/port/deliveries.ts'
import type { MessageStore } from '../store/port/messages.ts'
import type {
  EndpointSeen,
  OverallDelivery,
  OverallMessage,
  OverallStore,
} from '../store/port/overall.ts'
import type { Page, PageRequest } from '../store/port/page.ts'
import type { MessageLook, MessageNamed, SearchStore } from '../store/port/searches.ts'

export interface DeliveryRow {
  readonly delivery: Delivery
  readonly eventType: string
  readonly last: Attempt | null
}

/** The endpoint as it is now: undefined when it was deleted. */
export type EndpointNow = (id: EndpointId) => Omit<EndpointSeen, 'openUntil'> | undefined

type Looks = Pick<SearchStore, 'lookIntoMessages'>

/** Those of a page that fit, and how many of their messages could not be looked into. */
export async function deliveriesThatFit<Row extends Pick<DeliveryRow, 'delivery' | 'eventType'>>(
  store: Looks,
  rows: readonly Row[],
  of: {
    readonly seeking: Seeking
    readonly endpoint: EndpointNow
  },
): Promise<{ readonly items: readonly Row[]; readonly skipped: number }> {
  const { seeking, endpoint } = of
  const { text, words, messageId } = seeking
  const likely = rows.filter(
    ({ delivery }) =>
      (messageId === undefined || delivery.messageId === messageId) &&
      (words === null || words.includes(wordOf(delivery, endpoint(delivery.endpointId)))),
  )
  if (!readsMessages(seeking)) return { items: likely, skipped: 0 }
  const messages = likely.map(({ delivery: { applicationId, messageId: id } }) => ({
    ...{ applicationId, id },
  }))
  const looks = await lookInto(store, { seeking, messages })
  const items = likely.filter(({ delivery }) => {
    const look = looks.get(delivery.messageId)
    if (look === undefined || !look.fits) return false
    if (text === null || look.hasText) return true
    return deliveryHasText(delivery, endpoint(delivery.endpointId), text)
  })
  return { items, skipped: skippedOf(looks) }
}

/** Those of a page that fit. Payloads that are not with them are looked into. */
export async function messagesThatFit(
  store: Looks,
  rows: readonly Message[],
  seeking: Seeking,
): Promise<{ readonly items: readonly Message[]; readonly skipped: number }> {
  const { text, messageId, query, view } = seeking
  const likely = rows.filter(
    (message) =>
      (messageId === undefined || message.id === messageId) &&
      (text === null || messageHasText(message, text)),
  )
  if (query === null && view === null) return { items: likely, skipped: 0 }
  const looks = await lookInto(store, { seeking, messages: likely })
  const items = likely.filter(({ id }) => looks.get(id)?.fits === true)
  return { items, skipped: skippedOf(looks) }
}

function skippedOf(looks: ReadonlyMap<MessageId, MessageLook>): number {
  return [...looks.values()].filter(({ skipped }) => skipped).length
}

async function lookInto(
  store: Looks,
  of: {
    readonly seeking: Seeking
    readonly messages: readonly MessageNamed[]
  },
): Promise<ReadonlyMap<MessageId, MessageLook>> {
  const named = new Map(of.messages.map(({ applicationId, id }) => [id, { applicationId, id }]))
  if (named.size === 0) return new Map()
  const { text, query, view } = of.seeking
  const looks = await store.lookIntoMessages({ messages: [...named.values()], text, query, view })
  return new Map(looks.map((look) => [look.id, look]))
}

/** How much is looked at for one answer. */
export interface LookBound {
  readonly rowsMax: number
  readonly timeMaxMs: number
  readonly clock: Clock
}

/** A page of what fits, and what it took. */
export interface SoughtPage<Item> extends Page<Item> {
  readonly scanned: number
  readonly skipped: number
}

type DeliveryList = Omit<Parameters<DeliveryStore['listDeliveries']>[0], 'page'>

/** A page of the deliveries that fit, from the page's place on in its direction. */
export function soughtDeliveries(
  store: Looks & Pick<DeliveryStore, 'listDeliveries'>,
  list: DeliveryList,
  of: {
    readonly seeking: Seeking
    readonly endpoint: EndpointNow
    readonly page: PageRequest
    readonly bound: LookBound
  },
): Promise<SoughtPage<DeliveryRow>> {
  const { messageId } = of.seeking
  const narrow = messageId === undefined ? list : { ...list, messageId }
  return lookedThrough(of, {
    upwards: goesUp(list.filter, of.page),
    idOf: ({ delivery }: DeliveryRow) => delivery.id,
    read: (page) => store.listDeliveries({ ...narrow, page }),
    thin: (rows) => deliveriesThatFit(store, rows, of),
  })
}

type MessageList = Omit<Parameters<MessageStore['listMessages']>[0], 'page' | 'view'>

/** The same of messages. A view is read by its index; the rest is looked for in it. */
export function soughtMessages(
  store: Looks & Pick<MessageStore, 'listMessages'>,
  list: MessageList,
  of: { readonly seeking: Seeking; readonly page: PageRequest; readonly bound: LookBound },
): Promise<SoughtPage<Message>> {
  const { view } = of.seeking
  const seeking = { ...of.seeking, view: null } // the list has no others
  return lookedThrough(of, {
    upwards: goesUp(list.filter, of.page),
    idOf: ({ id }: Message) => id,
    read: (page) => store.listMessages({ ...list, view, page }),
    thin: (rows) => messagesThatFit(store, rows, seeking),
  })
}

/** As `window.ts` has it: with a beginning alone, or backwards, the oldest are read first. */
export function goesUp(
  { before, after }: { readonly before: number | null; readonly after: number | null },
  { iterator, backwards }: PageRequest,
): boolean {
  return backwards || (iterator === null && after !== null && before === null)
}

/** Rows read in one go of the store: others have their turn between them. */
const rowsAtOnce = limits.pageMax

/** A page of a list, looked through from the page's place on; `upwards`: its pages are walked from their end. */
export async function lookedThrough<Row>(
  { page, bound }: { readonly page: PageRequest; readonly bound: LookBound },
  list: {
    readonly upwards: boolean
    readonly idOf: (row: Row) => string
    readonly read: (page: PageRequest) => Promise<Page<Row>>
    readonly thin: (rows: readonly Row[]) => Promise<{
      readonly items: readonly Row[]
      readonly skipped: number
    }>
  },
): Promise<SoughtPage<Row>> {
  const { upwards, idOf } = list
  const until = bound.clock.monotonic() + bound.timeMaxMs
  const { limit } = page
  const found: Row[] = []
  let [scanned, skipped, done] = [0, 0, false]
  let place = page.iterator
  while (!done && found.length < limit && scanned < bound.rowsMax) {
    const next: PageRequest = { ...page, limit: rowsAtOnce, iterator: place, backwards: upwards }
    const part = await list.read(place === null ? { ...next, backwards: page.backwards } : next)
    const fit = await list.thin(part.items)
    const inTurn = upwards ? fit.items.toReversed() : fit.items
    const room = limit - found.length
    found.push(...inTurn.slice(0, room))
    skipped += fit.skipped
    const end = upwards ? part.items[0] : part.items.at(-1)
    const last = found.at(-1)
    const isCut = inTurn.length > room && last !== undefined
    scanned += isCut ? placeIn(part.items, last, upwards) : part.items.length
    place = isCut ? idOf(last) : (part.scannedTo?.id ?? (end === undefined ? place : idOf(end)))
    done = part.done && !isCut
    if (bound.clock.monotonic() > until) break
  }
  const towards = upwards ? 'newer' : 'older'
  return {
    items: upwards ? found.reverse() : found,
    done,
    ...(place === null ? {} : { scannedTo: { id: place, towards } }),
    ...{ scanned, skipped },
  }
}

/** How many of the rows were looked at up to that one. */
function placeIn<Row>(rows: readonly Row[], row: Row, upwards: boolean): number {
  const at = rows.indexOf(row)
  return upwards ? rows.length - at : at + 1
}

type Overall = Looks & OverallStore
type OverallDeliveryList = Omit<Parameters<OverallStore['listOverallDeliveries']>[0], 'page'>
type OverallMessageList = Omit<Parameters<OverallStore['listOverallMessages']>[0], 'page'>

interface SeekingOverall {
  readonly seeking: Seeking
  readonly page: PageRequest
  readonly bound: LookBound
}

/** The same of the deliveries of all applications. */
export function soughtOverallDeliveries(
  store: Overall,
  list: OverallDeliveryList,
  of: SeekingOverall,
): Promise<SoughtPage<OverallDelivery>> {
  return lookedThrough(of, {
    upwards: goesUp(list.filter, of.page),
    idOf: ({ delivery }: OverallDelivery) => delivery.id,
    read: (page) => store.listOverallDeliveries({ ...list, page }),
    thin: (rows) => {
      const seen = new Map(rows.map(({ endpoint }) => [endpoint?.id, endpoint ?? undefined]))
      return deliveriesThatFit(store, rows, { ...of, endpoint: (id) => seen.get(id) })
    },
  })
}

/** The same of the messages of all applications; a view is looked for in each. */
export function soughtOverallMessages(
  store: Overall,
  list: OverallMessageList,
  of: SeekingOverall,
): Promise<SoughtPage<OverallMessage>> {
  return lookedThrough(of, {
    upwards: goesUp(list.filter, of.page),
    idOf: ({ message }: OverallMessage) => message.id,
    read: (page) => store.listOverallMessages({ ...list, page }),
    thin: async (rows) => {
      const messages = rows.map(({ message }) => message)
      const { items, skipped } = await messagesThatFit(store, messages, of.seeking)
      const fitting = new Set(items)
      return { items: rows.filter(({ message }) => fitting.has(message)), skipped }
    },
  })
}
