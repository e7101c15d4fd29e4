import { type MessageView, markTexts } from '../../domain/message-marks.ts'
import { fitsPayload, payloadQueryLimits } from '../../domain/payload-query.ts'
import { messageHasText } from '../../domain/sought.ts'
import type { MessageLook, SearchStore } from '../port/searches.ts'
import { adHoc, type Database } from './database.ts'
import { messageColumns, messageOf } from './rows.ts'

/** Bytes looked into before other work gets its turn. */
const bytesAtOnce = 262_144

export function searchStore(database: Database): SearchStore {
  return {
    async lookIntoMessages({ messages, text, query, view }) {
      const values = [messages.map((each) => each.applicationId), messages.map(({ id }) => id)]
      const columns = `${messageColumns(false)}, ${view === null ? 'true' : inView(view)} as in_view`
      const rows = await database.run(
        adHoc(
          `select ${columns}${query === null ? '' : `, ${boundedPayload}`}
           from unnest($1::text[], $2::text[]) as named(application_id, id)
           join message m on m.application_id = named.application_id and m.id = named.id`,
        ),
        values,
      )
      const looks: MessageLook[] = []
      let bytes = 0
      for (const row of rows) {
        const message = messageOf(row)
        const { id, payload } = message
        const fits =
          row['in_view'] === true &&
          (query === null || (payload !== null && fitsPayload(query, payload)))
        const hasText = text !== null && messageHasText(message, text)
        looks.push({ id, hasText, fits, skipped: query !== null && payload === null })
        bytes += payload?.length ?? 0
        if (bytes < bytesAtOnce) continue
        bytes = 0
        await new Promise((resolve) => setImmediate(resolve))
      }
      return looks
    },
  }
}

// Of two columns of a name the later counts.
const boundedPayload = `case when octet_length(m.payload) <= ${payloadQueryLimits.payloadBytesMax}
  then m.payload end as m_payload`

function inView(view: MessageView): string {
  if (view !== 'failed') return `coalesce(m.attributes like '${markTexts[view]}%', false)`
  return `exists (
    select 1 from delivery d
    where d.application_id = m.application_id and d.message_id = m.id and d.state = 'failed')`
}
