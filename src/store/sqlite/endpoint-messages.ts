/**
 * The messages of an endpoint. Deliveries of an endpoint are listed in the order of their ids,
 * which is the order of their messages but for those added later (resend, replay): this list
 * follows the first delivery of each message and shows the last one. By state it follows the last
 * one, which alone has that state to show.
 */
import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery, DeliveryState } from '../../domain/delivery.ts'
import { idAtTime, idTime } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { MessageStore, Standing } from '../port/messages.ts'
import type { Page } from '../port/page.ts'
import { lastAttempt } from './attempts.ts'
import { stateCodes } from './columns.ts'
import type { Database } from './database.ts'
import { deliveryOrigins } from './deliveries.ts'
import { type DeliveryRow, deliveryColumns, toDelivery } from './delivery-row.ts'
import { findMessage } from './messages.ts'
import { type Filtered, filteredPage } from './window.ts'

type Input = Parameters<MessageStore['listEndpointMessages']>[0]

const selectRow = `
  select d.message_id
  from delivery d
  join message m on m.id = d.message_id and m.application_id = d.application_id`

const isFirst = `
  and not exists (
    select 1
    from delivery other
    where other.message_id = d.message_id and other.application_id = d.application_id
      and other.endpoint_id = d.endpoint_id and other.id < d.id)`

const isLast = `
  and not exists (
    select 1
    from delivery other
    where other.message_id = d.message_id and other.application_id = d.application_id
      and other.endpoint_id = d.endpoint_id and other.id > d.id)`

const selectEnds = `
  select min(id) as first, max(id) as last
  from delivery
  where application_id = ? and message_id = ? and endpoint_id = ?`

const selectLast = `
  select ${deliveryColumns}
  from delivery
  where application_id = ? and message_id = ? and endpoint_id = ?
  order by id desc
  limit 1`

/** How the wire's statuses read off a delivery: in which states it may be, and what else holds then. */
const standings: Readonly<Record<Standing, { states: readonly DeliveryState[]; sql: string }>> = {
  success: { states: ['succeeded'], sql: `d.state = ${stateCodes.succeeded}` },
  fail: { states: ['failed'], sql: `d.state = ${stateCodes.failed}` },
  canceled: { states: ['canceled'], sql: `d.state = ${stateCodes.canceled}` },
  pending: {
    states: ['pending'],
    sql: `d.state = ${stateCodes.pending} and d.attempt_count = 0`,
  },
  sending: {
    states: ['pending', 'sending'],
    sql: `(d.state = ${stateCodes.sending} or d.state = ${stateCodes.pending} and d.attempt_count > 0)`,
  },
}

interface Row {
  readonly message_id: Message['id']
}

interface Item {
  readonly message: Message
  readonly delivery: Delivery
  readonly last: Attempt | null
}

export function listEndpointMessages(db: Database, input: Input): Page<Item> {
  const { applicationId, endpointId, page } = input
  const asked = input.statuses?.map((status) => standings[status]) ?? null
  const states = asked === null ? null : [...new Set(asked.flatMap((one) => one.states))]
  const list: Filtered<Row, Item | null> = {
    kind: 'delivery',
    origins: deliveryOrigins({ applicationId, endpointIds: [endpointId], states }),
    select: selectRow,
    table: 'd',
    eventTable: 'm',
    conditions:
      asked === null
        ? [{ sql: isFirst, values: [] }]
        : [{ sql: `${isLast} and (${asked.map(({ sql }) => sql).join(' or ')})`, values: [] }],
    map: (row) => itemOf(db, input, row),
    weigh: (item) => item?.message.payload?.length ?? 0,
  }
  const iterator = page.iterator === null ? null : placeOf(db, input, page.iterator)
  const found = filteredPage(db, list, { ...input, page: { ...page, iterator } })
  return { items: found.items.filter((item) => item !== null), done: found.done }
}

/** The place of a message in the list; of an unknown one, the place that its time would have. */
function placeOf(db: Database, input: Input, messageId: string): string {
  const { applicationId, endpointId, statuses } = input
  const ends = db.row<{ first: string | null; last: string | null }>(
    selectEnds,
    applicationId,
    messageId,
    endpointId,
  )
  const place = statuses === null ? ends?.first : ends?.last
  return place ?? idAtTime('delivery', idTime(messageId) ?? input.now)
}

function itemOf(db: Database, input: Input, row: Row): Item | null {
  const { applicationId, endpointId, withPayload } = input
  const message = findMessage(db, { applicationId, idOrEventId: row.message_id, withPayload })
  const last = db.row<DeliveryRow>(selectLast, applicationId, row.message_id, endpointId)
  if (message === null || last === undefined) return null
  return { message, delivery: toDelivery(last), last: lastAttempt(db, last) }
}
