import type { MessageStore } from '../port/messages.ts'
import { adHoc, type Database, statement } from './database.ts'
import { addEventFilter, addIterator, addWindow, Conditions, pageOf, walk } from './page.ts'
import {
  anyDelivery,
  attemptColumns,
  attemptOrNull,
  deliveryColumns,
  deliveryOf,
  messageColumns,
  messageOf,
} from './rows.ts'

const findMessage = (withPayload: boolean) =>
  statement(
    `find_message_${withPayload}`,
    `select ${messageColumns(withPayload)} from message m
     where m.application_id = $1 and m.id = coalesce(
       (select message_id from message_event_id where application_id = $1 and event_id = $2), $2)`,
  )
const expungeMessage = statement(
  'expunge_message',
  'update message set payload = null where application_id = $1 and id = $2 returning id',
)

/** How the wire's statuses read off a delivery. */
const statusCondition = {
  success: `d.state = 'succeeded'`,
  fail: `d.state = 'failed'`,
  canceled: `d.state = 'canceled'`,
  pending: `d.state in ('pending', 'sending') and d.attempt_count = 0`,
  sending: `d.state in ('pending', 'sending') and d.attempt_count > 0`,
} as const

export function messageStore(database: Database): MessageStore {
  return {
    async findMessage({ applicationId, idOrEventId, withPayload }) {
      const [row] = await database.run(findMessage(withPayload), [applicationId, idOrEventId])
      return row === undefined ? null : messageOf(row)
    },

    async listMessages({ applicationId, filter, page, withPayload, now }) {
      const where = new Conditions().add('m.application_id = ?', applicationId)
      addWindow(where, { column: 'm.id', kind: 'message', filter, page, now })
      addIterator(where, 'm.id', page)
      addEventFilter(where, 'm', filter)
      const rows = await database.run(
        adHoc(
          `select ${messageColumns(withPayload)} from message m where ${where.text}
           order by m.id ${walk(page).order} limit ${where.value(page.limit + 1)}`,
        ),
        where.values,
      )
      return pageOf(rows.map(messageOf), page)
    },

    async listEndpointMessages(input) {
      const { applicationId, endpointId, filter, page, withPayload, status, now } = input
      const where = new Conditions().add('m.application_id = ?', applicationId)
      const endpoint = where.value(endpointId)
      addWindow(where, { column: 'm.id', kind: 'message', filter, page, now })
      addIterator(where, 'm.id', page)
      addEventFilter(where, 'm', filter)
      if (status !== null) where.add(statusCondition[status])
      const rows = await database.run(
        adHoc(
          `select ${messageColumns(withPayload)}, ${deliveryColumns}, ${attemptColumns(false)}
           from message m
           cross join lateral (
             select * from ${anyDelivery(`application_id = m.application_id and message_id = m.id and endpoint_id = ${endpoint}`)} each
             order by id desc limit 1
           ) d
           left join lateral (
             select * from attempt last
             where last.application_id = m.application_id and last.message_id = m.id
               and last.endpoint_id = ${endpoint}
             order by last.id desc limit 1
           ) a on true
           where ${where.text}
           order by m.id ${walk(page).order} limit ${where.value(page.limit + 1)}`,
        ),
        where.values,
      )
      const items = rows.map((row) => ({
        message: messageOf(row),
        delivery: deliveryOf(row),
        last: attemptOrNull(row),
      }))
      return pageOf(items, page)
    },

    async expungeMessage({ applicationId, messageId }) {
      const rows = await database.run(expungeMessage, [applicationId, messageId])
      return rows.length > 0 ? 'expunged' : 'not_found'
    },
  }
}
