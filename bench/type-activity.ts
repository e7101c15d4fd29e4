/**
 * What the list of event types costs: one application with a million messages over seven days, half of
 * them one type's and the rest spread over 99. Prints how long their volume and their newest payloads
 * take, in ms, on the embedded database or on PostgreSQL.
 *
 *   node bench/type-activity.ts [--messages 1000000] [--postgres]
 */
import { parseArgs } from 'node:util'
import { idAtTime } from '../src/domain/ids.ts'
import { Scene } from '../src/store/conformance/scene.ts'
import type { Store } from '../src/store/store.ts'
import { onPostgres, onSqlite, time } from './support/filled.ts'

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    postgres: { type: 'boolean', default: false },
  },
})
const messages = Number(options.messages)
const [typeCount, days, perInsert] = [100, 7, 20_000]
const dayMs = 86_400_000
const types = Array.from({ length: typeCount }, (_, n) => `order.type_${n}`)
const payload = JSON.stringify({
  id: 'o_91',
  text: 'x'.repeat(400),
  lines: [{ sku: 'a', count: 1 }],
})
const scene = new Scene()

/** Ids and types of the messages from a number on. */
function rows(from: number): readonly (readonly [id: string, type: string, at: number])[] {
  return Array.from({ length: Math.min(perInsert, messages - from) }, (_, n) => {
    const at = Math.floor(scene.now - ((messages - from - n) / messages) * days * dayMs)
    const id = `${idAtTime('message', at).slice(0, 14)}${String(from + n).padStart(17, '0')}`
    return [id, types[n % 2 === 0 ? 0 : 1 + (n % (typeCount - 1))] ?? '', at]
  })
}

const filled = { scene, make: async () => (await scene.application()).id, measure }

if (options.postgres) {
  await onPostgres({
    ...filled,
    async fill(client, id) {
      for (let from = 0; from < messages; from += perInsert) {
        const some = rows(from)
        await client.query(
          `insert into message (application_id, id, event_type, content_type, created_at,
             payload_expires_at, attributes, payload)
           select $1, m.id, m.type, 'application/json', m.at, $5, '{}', $6
           from unnest($2::text[], $3::text[], $4::bigint[]) as m(id, type, at)`,
          [
            ...[
              id,
              some.map(([one]) => one),
              some.map(([, type]) => type),
              some.map(([, , at]) => at),
            ],
            ...[scene.now + 30 * dayMs, Buffer.from(payload)],
          ],
        )
      }
    },
  })
} else {
  await onSqlite({
    ...filled,
    fill(db, id) {
      const insert = db.prepare(
        `insert into message (application_id, id, event_type, created_at, payload_expires_at, payload)
         select ?, value ->> 0, value ->> 1, value ->> 2, ?, cast(? as blob) from json_each(?)`,
      )
      for (let from = 0; from < messages; from += perInsert) {
        insert.run(id, scene.now + 30 * dayMs, payload, JSON.stringify(rows(from)))
      }
      db.exec(`insert into message_list select application_id, id, seq from message order by 1, 2;
        insert into message_type_list select application_id, event_type, id, seq from message order by 1, 2, 3;
        update list_progress set seq = (select max(seq) from message) where source = 'message'`)
    },
  })
}

async function measure(
  store: Store,
  applicationId: Parameters<Store['typeVolume']>[0]['applicationId'],
) {
  const since = scene.now - days * dayMs
  await time(`volume of ${typeCount} types`, async () => {
    const volume = await store.typeVolume({
      ...{ applicationId, eventTypes: types, since, until: scene.now, sliceMs: dayMs },
      rowsMax: options.postgres ? 14_000 : 60_000,
    })
    return volume.reduce((sum, { count }) => sum + count, 0)
  })
  const bounds = { rowsMax: 10_000 }
  await time(`5 payloads of each of ${typeCount} types`, async () => {
    const of = { applicationId, eventTypes: types, each: 5, bytesEach: 8_000 }
    return (await store.newestPayloads({ ...of, ...bounds })).length
  })
  await time('50 payloads of one type', async () => {
    const of = { applicationId, eventTypes: types.slice(0, 1), each: 50, bytesEach: 80_000 }
    return (await store.newestPayloads({ ...of, ...bounds })).length
  })
}
