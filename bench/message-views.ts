/**
 * What the views of the list of messages cost: one application with a million messages over seven
 * days, each delivered to one endpoint; of every thousand (`--every`) one failed there, one was wanted
 * by nobody and one was a test. Prints how long a page of 100 takes, the newest, one half way down and
 * one of a type that has none, in ms, on the embedded database or on PostgreSQL.
 *
 *   node bench/message-views.ts [--messages 1000000] [--every 1000] [--postgres]
 */
import { parseArgs } from 'node:util'
import { type ApplicationId, type EndpointId, idAtTime } from '../src/domain/ids.ts'
import { asUnsubscribed, withSource } from '../src/domain/message-marks.ts'
import { everything, firstPage, Scene } from '../src/store/conformance/scene.ts'
import type { Store } from '../src/store/store.ts'
import { onPostgres, onSqlite, time } from './support/filled.ts'

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    every: { type: 'string', default: '1000' },
    postgres: { type: 'boolean', default: false },
  },
})
const messages = Number(options.messages)
const every = Number(options.every)
const [days, perInsert] = [7, 20_000]
const dayMs = 86_400_000
const payload = JSON.stringify({ id: 'o_91', text: 'x'.repeat(400) })
const unsubscribed = JSON.stringify(asUnsubscribed({}))
const test = JSON.stringify(withSource('test', {}))
const scene = new Scene()

interface Row {
  readonly id: string
  readonly at: number
  readonly attributes: string | null
  readonly state: 'succeeded' | 'failed' | null
}

/** The messages from a number on, with what became of each. */
function rows(from: number): readonly Row[] {
  return Array.from({ length: Math.min(perInsert, messages - from) }, (_, n) => {
    const at = Math.floor(scene.now - ((messages - from - n) / messages) * days * dayMs)
    const id = `${idAtTime('message', at).slice(0, 14)}${String(from + n).padStart(17, '0')}`
    const kind = (from + n) % every
    const attributes = kind === 1 ? unsubscribed : kind === 2 ? test : null
    return { id, at, attributes, state: kind === 0 ? 'failed' : kind === 1 ? null : 'succeeded' }
  })
}

interface Made {
  readonly id: ApplicationId
  readonly endpointId: EndpointId
}

const filled = {
  scene,
  async make(): Promise<Made> {
    const { id } = await scene.application()
    return { id, endpointId: (await scene.endpoint({ id })).id }
  },
  measure: (store: Store, made: Made) => measure(store, made.id),
}

if (options.postgres) {
  await onPostgres({
    ...filled,
    async fill(client, { id, endpointId }) {
      for (let from = 0; from < messages; from += perInsert) {
        const some = JSON.stringify(rows(from))
        await client.query(
          `insert into message (application_id, id, event_type, content_type, created_at,
             payload_expires_at, attributes, payload)
           select $1, m.id, 'order.paid', 'application/json', m.at, $3, coalesce(m.attributes, '{}'), $4
           from json_to_recordset($2) as m(id text, at bigint, attributes text)`,
          [id, some, scene.now + 30 * dayMs, Buffer.from(payload)],
        )
        await client.query(
          `insert into delivery (application_id, id, endpoint_id, message_id, state, trigger,
             attempt_count, created_at, updated_at)
           select $1, 'dlv_' || substr(m.id, 5), $2, m.id, m.state, 'scheduled', 1, m.at, m.at
           from json_to_recordset($3) as m(id text, at bigint, state text)
           where m.state is not null`,
          [id, endpointId, some],
        )
      }
    },
  })
} else {
  await onSqlite({
    ...filled,
    fill(db, { id, endpointId }) {
      const insert = db.prepare(
        `insert into message
           (application_id, id, event_type, created_at, payload_expires_at, attributes, payload)
         select ?, value ->> 'id', 'order.paid', value ->> 'at', ?, value ->> 'attributes',
           cast(? as blob)
         from json_each(?)`,
      )
      const deliver = db.prepare(
        `insert into delivery (application_id, id, endpoint_id, message_id, state, trigger,
           attempt_count, event_type, created_at, updated_at)
         select ?, 'dlv_' || substr(value ->> 'id', 5), ?, value ->> 'id',
           iif(value ->> 'state' = 'failed', 3, 2), 0, 1, 'order.paid', value ->> 'at', value ->> 'at'
         from json_each(?)
         where value ->> 'state' is not null`,
      )
      for (let from = 0; from < messages; from += perInsert) {
        const some = JSON.stringify(rows(from))
        insert.run(id, scene.now + 30 * dayMs, payload, some)
        deliver.run(id, endpointId, some)
      }
      db.exec(`insert into message_list select application_id, id, seq from message order by 1, 2;
        update list_progress set seq = (select max(seq) from message) where source = 'message'`)
    },
  })
}

async function measure(store: Store, applicationId: ApplicationId): Promise<void> {
  const middle = idAtTime('message', scene.now - (days / 2) * dayMs)
  for (const view of [null, 'failed', 'unsubscribed', 'test'] as const) {
    const page = async (iterator: string | null, eventTypes: readonly string[] | null) => {
      const { items } = await store.listMessages({
        ...{ applicationId, view, withPayload: false, now: scene.now },
        filter: { ...everything, eventTypes },
        page: { ...firstPage, limit: 100, iterator },
      })
      return items.length
    }
    const name = view ?? 'all'
    await time(`${name}, newest`, () => page(null, null))
    await time(`${name}, half way down`, () => page(middle, null))
    if (view !== null) await time(`${name}, of a type without any`, () => page(null, ['none']))
  }
}
