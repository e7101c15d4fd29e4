/** The lists of all applications together. What is masked for a reader is masked here as in each. */
import type Type from 'typebox'
import * as contract from '../contract/overall.ts'
import { endpointTitle } from '../domain/endpoint.ts'
import { type ApplicationId, isId, type OrganizationId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Message } from '../domain/message.ts'
import { nothingSought, type Sought, seekingOf } from '../domain/sought.ts'
import {
  goesUp,
  type SoughtPage,
  soughtOverallDeliveries,
  soughtOverallMessages,
} from '../intake/sought-rows.ts'
import type {
  ApplicationNamed,
  EndpointSeen,
  OverallDelivery,
  OverallMessage,
} from '../store/port/overall.ts'
import type { EventFilter, Page, PageRequest } from '../store/port/page.ts'
import { absent } from './absent.ts'
import { answer, type Call, notFound, type Route, route, type Services } from './call.ts'
import { answersWanted, deliveryOut } from './deliveries.ts'
import { maskFor } from './masking.ts'
import { messageText } from './message-text.ts'
import { countedOverall } from './overall-counts.ts'
import { eventFilter, listText, listTextInTurns, pageRequest } from './pagination.ts'
import { aroundId, aroundNamed, lookBound, lookedText, soughtOf } from './sought.ts'
import { withPayloads } from './with-payloads.ts'

export const overallRoutes: readonly Route[] = [
  route(contract.listAllDeliveries, async (call, services) => {
    const read = await deliveriesOfAll(call, services)
    const page = await read(pageRequest(call.query, { kind: 'delivery', order: 'descending' }))
    const body = listText(page, {
      idOf: ({ delivery }) => delivery.id,
      render: (row) => deliveryText(row, call.now),
      ...('scanned' in page ? { more: lookedText(page) } : {}),
    })
    return { status: 200, body }
  }),

  route(contract.summarizeAllDeliveries, async (call, services) => {
    const read = await deliveriesOfAll(call, services)
    return answer(200, await countedOverall(read, services))
  }),

  route(contract.listAllMessages, async (call, services) => {
    const { sought, selective, list } = await overallOf(call, services)
    const wanted = {
      ...list,
      filter: aroundNamed(list.filter, sought),
      rowsMax: limits.overallRowsMax,
    }
    const page = pageRequest(call.query, { kind: 'message', order: 'descending' })
    const found = selective
      ? await soughtOverallMessages(services.store, wanted, {
          ...{ seeking: seekingOf(sought), page, bound: lookBound(services) },
        })
      : null
    const rows = found ?? (await services.store.listOverallMessages({ ...wanted, page }))
    const withContent = call.query.with_content ?? true
    const { whole, application } = await shownMessages(rows, {
      ...{ withContent, services, upwards: goesUp(wanted.filter, page) },
    })
    const mask = await maskFor(call, services)
    const body = await listTextInTurns(whole, {
      idOf: ({ id }) => id,
      render: (message) =>
        messageText(message, { withContent, mask }, `,"application":${application(message)}`),
      bytesOf: ({ payload }) => payload?.length ?? 0,
      ...(found === null ? {} : { more: lookedText({ ...found, ...whole }) }),
    })
    return { status: 200, body }
  }),
]

export type DeliveriesAsked = Omit<
  Type.Static<typeof contract.listAllDeliveries.query>,
  'limit' | 'iterator' | 'with_content'
>

/** How pages of what is asked for are read. */
export async function deliveriesOfAll(call: Call<DeliveriesAsked, null>, services: Services) {
  const { sought, states, selective, list } = await overallOf(call, services)
  const { messageId } = sought
  const { q, code } = call.query
  const wanted = {
    ...list,
    ...(messageId === undefined ? {} : { messageId }),
    ...(q !== undefined && isId('delivery', q) ? { filter: aroundId(list.filter, q) } : {}),
    ...answersWanted(code),
    ...{ states, rowsMax: code === undefined ? limits.overallRowsMax : limits.answerRowsMax },
  }
  const { store } = services
  const seeking = seekingOf(sought)
  const bound = lookBound(services)
  return (page: PageRequest): Promise<Page<OverallDelivery> | SoughtPage<OverallDelivery>> =>
    selective
      ? soughtOverallDeliveries(store, wanted, { seeking, page, bound })
      : store.listOverallDeliveries({ ...wanted, page })
}

type Asked = Pick<DeliveriesAsked, 'status' | 'state'> &
  Omit<Type.Static<typeof contract.listAllMessages.query>, 'limit' | 'iterator' | 'with_content'>

/** What both lists are asked for. A message that is named by its id is looked for in its own application. */
async function overallOf(call: Call<Asked, null>, services: Services) {
  const { organizationId } = call.principal
  const { q, app_id } = call.query
  const applicationIds = await applicationsWanted(app_id, organizationId, services)
  const list = { organizationId, filter: eventFilter(call.query), now: call.now }
  const asked = await soughtOf(call.query, call, { services, applicationId: null })
  const named = q === undefined ? null : await messageNamed(q, { organizationId, services, call })
  if (named === null) return { ...asked, list: { ...list, applicationIds } }
  const { id: messageId, applicationId } = named
  const sought: Sought = { ...nothingSought, ...asked.sought, text: null, messageId }
  const isAmong = applicationIds === null || applicationIds.includes(applicationId)
  return {
    ...{ ...asked, sought, selective: true },
    list: { ...list, applicationIds: isAmong ? [applicationId] : [] },
  }
}

/** Null: of all. 404 for one that is not there. */
async function applicationsWanted(
  named: readonly string[] | undefined,
  organizationId: OrganizationId,
  { store }: Services,
): Promise<readonly ApplicationId[] | null> {
  if (named === undefined) return null
  const found = await Promise.all(
    named.map((idOrUid) => store.findApplication({ organizationId, idOrUid })),
  )
  const ids = found.map((application) => {
    if (application === null) throw notFound(absent.application)
    return application.id
  })
  return [...new Set(ids)]
}

const anything: EventFilter = {
  before: null,
  after: null,
  eventTypes: null,
  channel: null,
  tag: null,
}

/** The message of that id, whichever application it is of: an id tells its moment. */
async function messageNamed(
  id: string,
  of: {
    readonly organizationId: OrganizationId
    readonly services: Services
    readonly call: Pick<Call<unknown, unknown>, 'now'>
  },
): Promise<Message | null> {
  if (!isId('message', id)) return null
  const { items } = await of.services.store.listOverallMessages({
    organizationId: of.organizationId,
    applicationIds: null,
    filter: aroundId(anything, id),
    // From the least text above it on.
    page: { limit: 1, order: 'descending', iterator: `${id}!`, backwards: false },
    rowsMax: limits.pageMax,
    now: of.call.now,
  })
  const [newest] = items
  return newest?.message.id === id ? newest.message : null
}

export function deliveryText(row: OverallDelivery, now: number): string {
  const { endpoint, delivery } = row
  const openUntil = endpoint?.openUntil ?? null
  const isOpen = openUntil !== null && openUntil > now
  const out: Type.Static<typeof contract.OverallDeliveryOut> = {
    ...deliveryOut({
      ...row,
      circuits: new Map(isOpen ? [[delivery.endpointId, openUntil]] : []),
    }),
    application: row.application,
    endpoint: endpoint === null ? null : endpointSeen(endpoint),
  }
  return JSON.stringify(out)
}

function endpointSeen(endpoint: EndpointSeen) {
  return {
    name: endpointTitle(endpoint),
    url: endpoint.url,
    disabled: endpoint.disabledAt !== null,
    paused: endpoint.pausedAt !== null,
  }
}

/** The messages with their payloads, where they are shown, and what each is told to belong to. */
async function shownMessages(
  page: Page<OverallMessage>,
  of: {
    readonly withContent: boolean
    readonly services: Services
    readonly upwards: boolean
  },
): Promise<{
  readonly whole: Page<Message>
  readonly application: (message: Message) => string
}> {
  const applications = new Map<ApplicationId, ApplicationNamed>(
    page.items.map(({ application }) => [application.id, application]),
  )
  const items = page.items.map(({ message }) => message)
  const looked = { ...page, items, scanned: items.length, skipped: 0 }
  const [newest] = items
  // What payloads leave no room for is cut off where the walk would go on.
  const bare: SoughtPage<Message> =
    of.upwards && newest !== undefined && page.scannedTo === undefined
      ? { ...looked, scannedTo: { id: newest.id, towards: 'newer' } }
      : looked
  return {
    whole: of.withContent ? await withPayloads(of.services.store, bare) : bare,
    application: ({ applicationId }) => JSON.stringify(applications.get(applicationId)),
  }
}
