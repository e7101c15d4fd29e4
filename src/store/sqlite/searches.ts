import { type MessageView, markTexts } from '../../domain/message-marks.ts'
import { fitsPayload, payloadQueryLimits } from '../../domain/payload-query.ts'
import { messageHasText } from '../../domain/sought.ts'
import type { MessageLook, SearchStore } from '../port/searches.ts'
import { stateCodes } from './columns.ts'
import type { Database } from './database.ts'
import { type MessageRow, messageColumns, toMessage } from './messages.ts'

const selectLookedAt = `
  select ${messageColumns},
    case when length(m.payload) <= ${payloadQueryLimits.payloadBytesMax} then m.payload end
      as payload
  from message m`

const selectById = (columns: string, more: string): string => `${columns}
  where m.application_id = ? and m.id = ? ${more}`

const selectWithoutPayload = `
  select ${messageColumns}
  from message m`

const inView = (view: MessageView): string =>
  view === 'failed'
    ? `and exists (
        select 1 from delivery d
        where d.application_id = m.application_id and d.message_id = m.id and d.state = ${stateCodes.failed})`
    : `and substr(m.attributes, 1, ${markTexts[view].length}) = '${markTexts[view]}'`

/** Runs in the reader's thread: payloads are read, parsed and looked at there. */
export function lookIntoMessages(
  db: Database,
  input: Parameters<SearchStore['lookIntoMessages']>[0],
): readonly MessageLook[] {
  const { messages, text, query, view } = input
  const columns = query === null ? selectWithoutPayload : selectLookedAt
  const all = selectById(columns, '')
  const ofView = view === null ? null : selectById('select 1 from message m', inView(view))
  return messages.flatMap(({ applicationId, id }): readonly MessageLook[] => {
    const row = db.row<MessageRow>(all, applicationId, id)
    if (row === undefined) return []
    const payload = row.payload ?? null
    const fits =
      (ofView === null || db.row(ofView, applicationId, id) !== undefined) &&
      (query === null || (payload !== null && fitsPayload(query, payload)))
    const hasText = text !== null && messageHasText(toMessage(row), text)
    return [{ id, hasText, fits, skipped: query !== null && payload === null }]
  })
}
