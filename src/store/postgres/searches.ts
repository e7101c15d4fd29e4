import type { Message } from '../../domain/message.ts'
import { fitsPayload, payloadQueryLimits } from '../../domain/payload-query.ts'
import type { SearchStore } from '../port/searches.ts'
import { adHoc, type Database } from './database.ts'
import { addEventFilter, addWindow, Conditions } from './page.ts'
import { messageColumns, messageOf } from './rows.ts'

/** Bytes looked into before other work gets its turn. */
const bytesAtOnce = 262_144

export function searchStore(database: Database): SearchStore {
  return {
    async searchMessages(input) {
      const { applicationId, filter, query, iterator, limit, rowsMax, now } = input
      const page = { limit: rowsMax, order: 'descending', iterator, backwards: false } as const
      const where = new Conditions().add('n.application_id = ?', applicationId)
      addWindow(where, { column: 'n.id', kind: 'message', filter, page, now })
      const newest = `select n.* from message n where ${where.text}
        order by n.id desc limit ${where.value(rowsMax + 1)}`
      const passing = new Passing(where)
      addEventFilter(passing, 'm', filter)
      const rows = await database.run(
        adHoc(
          `select ${messageColumns(false)}, ${passing.text} as passes,
             -- Of two columns of a name the later counts.
             case when octet_length(m.payload) <= ${payloadQueryLimits.payloadBytesMax}
               then m.payload end as m_payload
           from (${newest}) m
           order by m.id desc`,
        ),
        where.values,
      )
      const items: Message[] = []
      let [scanned, skipped, bytes] = [0, 0, 0]
      let scannedTo: string | null = null
      for (const row of rows) {
        if (items.length === limit || scanned === rowsMax) {
          return { items, scannedTo, done: false, scanned, skipped }
        }
        scanned += 1
        const message = messageOf(row)
        scannedTo = message.id
        if (row['passes'] !== true) continue
        const { payload } = message
        if (payload === null) {
          skipped += 1
          continue
        }
        if (fitsPayload(query, payload)) items.push(message)
        bytes += payload.length
        if (bytes < bytesAtOnce) continue
        bytes = 0
        await new Promise((resolve) => setImmediate(resolve))
      }
      return { items, scannedTo, done: true, scanned, skipped }
    },
  }
}

/** Conditions as one value of a row: what does not pass still counts as looked at. */
class Passing {
  readonly #values: Conditions
  readonly #parts: string[] = []

  constructor(values: Conditions) {
    this.#values = values
  }

  add(part: string, value: unknown): void {
    this.#parts.push(`coalesce(${part.replace('?', this.#values.value(value))}, false)`)
  }

  get text(): string {
    return this.#parts.length === 0 ? 'true' : this.#parts.join(' and ')
  }
}
