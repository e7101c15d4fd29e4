import { limits } from '../../domain/limits.ts'
import { markTexts } from '../../domain/message-marks.ts'
import type { MessageStore } from '../port/messages.ts'
import { adHoc, type Database, type Row, statement } from './database.ts'
import { addEventFilter, addWindow, Conditions } from './page.ts'
import {
  anyDelivery,
  attemptColumns,
  attemptOrNull,
  deliveryColumns,
  deliveryOf,
  messageColumns,
  messageOf,
} from './rows.ts'

/** With the length of a payload that is gone. */
function shownColumns(withPayload: boolean): string {
  const columns = messageColumns(withPayload)
  if (!withPayload) return columns
  return `${columns}, case when m.payload is null then m.payload_bytes end as m_payload_bytes`
}

const findMessage = (withPayload: boolean) =>
  statement(
    `find_message_${withPayload}`,
    `select ${shownColumns(withPayload)} from message m
     where m.application_id = $1 and m.id = coalesce(
       (select message_id from message_event_id where application_id = $1 and event_id = $2), $2)`,
  )
const expungeMessage = statement(
  'expunge_message',
  `update message
   set payload = null, payload_bytes = coalesce(octet_length(payload), payload_bytes)
   where application_id = $1 and id = $2
   returning id`,
)

/** How the wire's statuses read off a delivery. */
const statusCondition = {
  success: `d.state = 'succeeded'`,
  fail: `d.state = 'failed'`,
  canceled: `d.state = 'canceled'`,
  pending: `d.state = 'pending' and d.attempt_count = 0`,
  sending: `(d.state = 'sending' or d.state = 'pending' and d.attempt_count > 0)`,
} as const

export function messageStore(database: Database): MessageStore {
  return {
    async findMessage({ applicationId, idOrEventId, withPayload }) {
      const [row] = await database.run(findMessage(withPayload), [applicationId, idOrEventId])
      return row === undefined ? null : messageOf(row)
    },

    async listMessages({ applicationId, filter, view = null, page, withPayload, now }) {
      if (view === 'failed')
        return listFailed(database, { applicationId, filter, page, withPayload, now })
      const where = new Conditions().add('m.application_id = ?', applicationId)
      const window = addWindow(where, { column: 'm.id', kind: 'message', filter, page, now })
      addEventFilter(where, 'm', filter)
      if (view !== null) where.add(`m.attributes like '${markTexts[view]}%'`)
      const rows = await database.run(
        adHoc(
          byPayload(
            `select ${shownColumns(withPayload)} from message m where ${where.text}
             order by m.id ${window.order} limit ${where.value(page.limit + 1)}`,
            window.order,
          ),
        ),
        where.values,
      )
      return window.cut(rows.map(messageOf), listedOf(rows))
    },

    async listEndpointMessages(input) {
      const { applicationId, endpointId, filter, page, withPayload, statuses, now } = input
      const where = new Conditions().add('m.application_id = ?', applicationId)
      const endpoint = where.value(endpointId)
      const window = addWindow(where, { column: 'm.id', kind: 'message', filter, page, now })
      addEventFilter(where, 'm', filter)
      if (statuses !== null) {
        where.add(`(${statuses.map((status) => statusCondition[status]).join(' or ')})`)
      }
      const rows = await database.run(
        adHoc(
          byPayload(
            `select ${shownColumns(withPayload)}, ${deliveryColumns}, ${attemptColumns(false)}
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
           order by m.id ${window.order} limit ${where.value(page.limit + 1)}`,
            window.order,
          ),
        ),
        where.values,
      )
      const items = rows.map((row) => ({
        message: messageOf(row),
        delivery: deliveryOf(row),
        last: attemptOrNull(row),
      }))
      return window.cut(items, listedOf(rows))
    },

    async expungeMessage({ applicationId, messageId }) {
      const rows = await database.run(expungeMessage, [applicationId, messageId])
      return rows.length > 0 ? 'expunged' : 'not_found'
    },
  }
}

/**
 * From the index of failed deliveries to their messages, each once and in their order: it ends with
 * the page, however many have failed.
 */
async function listFailed(
  database: Database,
  input: Omit<Parameters<MessageStore['listMessages']>[0], 'view'>,
): ReturnType<MessageStore['listMessages']> {
  const { applicationId, filter, page, withPayload, now } = input
  const where = new Conditions().add(`d.application_id = ? and d.state = 'failed'`, applicationId)
  const window = addWindow(where, { column: 'd.message_id', kind: 'message', filter, page, now })
  const failed = `select distinct d.message_id from delivery d where ${where.text}
    order by d.message_id ${window.order}`
  const known = new Conditions(where.values)
    .add('each.application_id = ?', applicationId)
    .add('each.id = f.message_id')
  addEventFilter(known, 'each', filter)
  const rows = await database.run(
    adHoc(
      byPayload(
        `select ${shownColumns(withPayload)} from (${failed}) f
         cross join lateral (select each.* from message each where ${known.text} offset 0) m
         order by f.message_id ${window.order} limit ${known.value(page.limit + 1)}`,
        window.order,
      ),
    ),
    known.values,
  )
  return window.cut(rows.map(messageOf), listedOf(rows))
}

/** The rows of a list up to where payloads pass what a page may hold, and how many there were. */
function byPayload(list: string, order: string): string {
  return `select * from (
      select each.*, count(*) over () as listed,
        sum(octet_length(each.m_payload)) over (
          order by each.m_id ${order} rows between unbounded preceding and 1 preceding
        ) as bytes_before
      from (${list}) each
    ) counted
    where coalesce(bytes_before, 0) <= ${limits.pagePayloadBytesMax}
    order by m_id ${order}`
}

function listedOf(rows: readonly Row[]): number {
  return Number(rows[0]?.['listed'] ?? 0)
}
