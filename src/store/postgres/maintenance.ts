import { idAtTime } from '../../domain/ids.ts'
import type { MaintenanceStore, SweepResult } from '../port/maintenance.ts'
import { StoreUnavailable } from '../store.ts'
import { removeAttempts } from './attempt-counts.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, patient, statement } from './database.ts'
import { dropPartitions, makePartitions } from './partitions.ts'

const expirePayloads = patient(
  'sweep_payloads',
  `update message set payload = null, payload_bytes = octet_length(payload)
   where (application_id, id) in (
     select m.application_id, m.id from message m
     where m.payload is not null and m.payload_expires_at <= $1
       and not exists (
         select 1 from open_delivery d
         where d.application_id = m.application_id and d.message_id = m.id)
     limit $2
   )
   returning id`,
)
const removeKeys = patient(
  'sweep_keys',
  `delete from idempotency_key
   where (scope, key) in (select scope, key from idempotency_key where expires_at <= $1 limit $2)
   returning key`,
)
// What lies in no weekly partition, or in the week that retention cuts through.
const removeMessages = patient(
  'sweep_messages',
  `delete from message where (application_id, id) in (
     select m.application_id, m.id from message m
     where m.id < $1 and not exists (
       select 1 from open_delivery d
       where d.application_id = m.application_id and d.message_id = m.id)
     limit $2
   )
   returning application_id, id`,
)
const removeDeliveries = patient(
  'sweep_deliveries',
  `delete from delivery d using unnest($1::text[], $2::text[]) as gone(application_id, id)
   where d.application_id = gone.application_id and d.message_id = gone.id`,
)
// The span that retention cuts through is left; others have left with their partition.
const removeCounts = patient(
  'sweep_counts',
  'delete from attempt_count_default where span < left($1, length(span))',
)
const removeEventIds = patient(
  'sweep_event_ids',
  `delete from message_event_id t using unnest($1::text[], $2::text[]) as gone(application_id, id)
   where t.application_id = gone.application_id and t.message_id = gone.id`,
)
// What is being sent is left to its holder for as long as the lease lasts: its outcome is recorded.
const cancelOrphans = patient(
  'sweep_orphans',
  `with gone as (
     delete from open_delivery where (application_id, id) in (
       select d.application_id, d.id from open_delivery d
       join application p on p.id = d.application_id
       join endpoint e on e.application_id = d.application_id and e.id = d.endpoint_id
       where (d.state = 'pending' or d.due_at <= ${nowSql(3)})
         and (e.deleted_at is not null or p.deleted_at is not null)
       limit $2
     )
     returning *
   )
   insert into delivery (application_id, id, endpoint_id, message_id, state, trigger, attempt_count,
     sequence, created_at, updated_at)
   select application_id, id, endpoint_id, message_id, 'canceled', trigger, attempt_count, sequence,
     created_at, $1
   from gone
   returning id`,
)
const readSetting = statement('read_setting', 'select value from posthorn_setting where name = $1')
const writeSetting = statement(
  'write_setting',
  `insert into posthorn_setting (name, value) values ($1, $2)
   on conflict (name) do update set value = excluded.value`,
)

export function maintenanceStore(database: Database, time: StoreTime): MaintenanceStore {
  return {
    async sweep({ now, removeBefore, limit }) {
      await makePartitions(database, now)
      await dropPartitions(database, removeBefore)
      return database.transaction(async (session): Promise<SweepResult> => {
        const orphans = await session.run(cancelOrphans, [now, limit, time.parameter(now)])
        const payloads = await session.run(expirePayloads, [now, limit])
        const keys = await session.run(removeKeys, [now, limit])
        const messages = await session.run(removeMessages, [
          idAtTime('message', removeBefore),
          limit,
        ])
        const applicationIds = messages.map((row) => row['application_id'])
        const ids = messages.map((row) => row['id'])
        let attempts = 0
        if (messages.length > 0) {
          attempts = await removeAttempts(session, { applicationIds, ids })
          await session.run(removeDeliveries, [applicationIds, ids])
          await session.run(removeEventIds, [applicationIds, ids])
        }
        await session.run(removeCounts, [idAtTime('attempt', removeBefore)])
        const counts = [orphans, payloads, keys, messages].map((rows) => rows.length)
        return {
          payloads: payloads.length,
          messages: messages.length,
          attempts,
          keys: keys.length,
          more: counts.some((count) => count >= limit),
        }
      })
    },

    backup: () =>
      Promise.reject(
        new StoreUnavailable(
          'io',
          'A PostgreSQL database is backed up by its own tools: use pg_dump or base backups.',
        ),
      ),

    async readSetting(name) {
      const [row] = await database.run(readSetting, [name])
      return row === undefined ? null : String(row['value'])
    },

    async writeSetting({ name, value }) {
      await database.run(writeSetting, [name, value])
    },

    async ping() {
      await database.run(writeSetting, ['ping', 'ok'])
    },
  }
}
