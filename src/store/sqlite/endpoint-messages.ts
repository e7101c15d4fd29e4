/**
 * The messages of an endpoint. Deliveries of an endpoint lie in the order of their ids, which is
 * the order of their messages but for those added later (resend, replay): the list follows the
 * first delivery of each message and shows the last one.
 */
import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery } from '../../domain/delivery.ts'
import { idAtTime, idTime } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { MessageStore } from '../port/messages.ts'
import type { Page } from '../port/page.ts'
import { lastAttempt } from './attempts.ts'
import { stateCodes } from './columns.ts'
import type { Database } from './database.ts'
import { type DeliveryRow, deliveryColumns, toDelivery } from './delivery-row.ts'
import { findMessage } from './messages.ts'
import { type Filtered, filteredPage } from './window.ts'

type Input = Parameters<MessageStore['listEndpointMessages']>[0]

const selectFirst = `
  select d.id as first_id, d.message_id, m.event_type
  from delivery d
  join message m on m.application_id = d.application_id and m.id = d.message_id
  where d.application_id = ? and d.endpoint_id = ?
    and not exists (
      select 1
      from delivery before
      where before.application_id = d.application_id and before.message_id = d.message_id
        and before.endpoint_id = d.endpoint_id and before.id < d.id)`

const lastState = `
  and (
    select last.state
    from delivery last
    where last.application_id = d.application_id and last.message_id = d.message_id
      and last.endpoint_id = d.endpoint_id
    order by last.id desc
    limit 1) = ?`

const selectFirstOf = `
  select min(id) as id
  from delivery
  where application_id = ? and message_id = ? and endpoint_id = ?`

const selectLast = `
  select ${deliveryColumns}
  from delivery
  where application_id = ? and message_id = ? and endpoint_id = ?
  order by id desc
  limit 1`

const states = {
  success: 'succeeded',
  pending: 'pending',
  fail: 'failed',
  sending: 'sending',
  canceled: 'canceled',
} as const

interface Row {
  readonly message_id: Message['id']
}

interface Item {
  readonly message: Message
  readonly delivery: Delivery
  readonly last: Attempt | null
}

export function listEndpointMessages(db: Database, input: Input): Page<Item> {
  const { applicationId, endpointId, status, page } = input
  const list: Filtered<Row, Item | null> = {
    kind: 'delivery',
    select: selectFirst,
    values: [applicationId, endpointId],
    idColumn: 'd.id',
    eventColumns: 'm',
    conditions: status === null ? [] : [{ sql: lastState, values: [stateCodes[states[status]]] }],
    map: (row) => itemOf(db, input, row),
  }
  const iterator = page.iterator === null ? null : firstDeliveryOf(db, input, page.iterator)
  const found = filteredPage(db, list, { ...input, page: { ...page, iterator } })
  return { items: found.items.filter((item) => item !== null), done: found.done }
}

/** The place of a message in the list; of an unknown one, the place that its time would have. */
function firstDeliveryOf(db: Database, input: Input, messageId: string): string {
  const { applicationId, endpointId } = input
  const row = db.row<{ id: string | null }>(selectFirstOf, applicationId, messageId, endpointId)
  return row?.id ?? idAtTime('delivery', idTime(messageId) ?? input.now)
}

function itemOf(db: Database, input: Input, row: Row): Item | null {
  const { applicationId, endpointId, withPayload } = input
  const message = findMessage(db, { applicationId, idOrEventId: row.message_id, withPayload })
  const last = db.row<DeliveryRow>(selectLast, applicationId, row.message_id, endpointId)
  if (message === null || last === undefined) return null
  return { message, delivery: toDelivery(last), last: lastAttempt(db, last) }
}
