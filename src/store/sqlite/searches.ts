import type { Message } from '../../domain/message.ts'
import { fitsPayload, payloadQueryLimits } from '../../domain/payload-query.ts'
import type { SearchPage, SearchStore } from '../port/searches.ts'
import { windowOf } from '../window.ts'
import type { Database } from './database.ts'
import { candidates, origin } from './lists.ts'
import { type MessageRow, messageColumns, toMessage } from './messages.ts'
import { eventConditions } from './window.ts'

const selectRow = `
  select ${messageColumns},
    case when length(m.payload) <= ${payloadQueryLimits.payloadBytesMax} then m.payload end
      as payload
  from message m
  where m.seq = ? and m.id = ?`

/** Runs in the reader's thread: payloads are read, parsed and looked at there. */
export function searchMessages(
  db: Database,
  input: Parameters<SearchStore['searchMessages']>[0],
): SearchPage {
  const { applicationId, filter, query, iterator, limit, rowsMax, now } = input
  const page = { limit, order: 'descending', iterator, backwards: false } as const
  const bounds = { ...windowOf('message', filter, page, now), upwards: false }
  const conditions = eventConditions('m', filter)
  const sql = selectRow + conditions.map((condition) => ` ${condition.sql}`).join('')
  const values = conditions.flatMap((condition) => condition.values)
  const all = origin('message', 'message_list', { application_id: applicationId })
  const items: Message[] = []
  let scanned = 0
  let skipped = 0
  let scannedTo: string | null = null
  for (const { id, seq } of candidates(db, [all], bounds, rowsMax)) {
    if (items.length === limit || scanned === rowsMax) {
      return { items, scannedTo, done: false, scanned, skipped }
    }
    scanned += 1
    scannedTo = id
    const row = db.row<MessageRow>(sql, seq, id, ...values)
    if (row === undefined) continue
    if (row.payload === null || row.payload === undefined) skipped += 1
    else if (fitsPayload(query, row.payload)) items.push(toMessage(row))
  }
  return { items, scannedTo, done: true, scanned, skipped }
}
