import { idAtTime, idTime } from '../../domain/ids.ts'
import type { TypeActivityStore } from '../port/type-activity.ts'
import { type Database, patient } from './database.ts'

// Differs because messages have no index by type here: the newest of each slice are looked through,
// whatever their type. What was looked at in a slice is told beside each of its types.
const countTypes = patient(
  'type_volume',
  `select slice, event_type, count, looked, oldest
   from (
     select s.slice, m.event_type, count(*) as count,
       sum(count(*)) over (partition by s.slice) as looked,
       min(min(m.id)) over (partition by s.slice) as oldest
     from unnest($2::text[], $3::text[]) with ordinality as s(low, high, slice)
     cross join lateral (
       select id, event_type
       from message
       where application_id = $1 and id >= s.low and id < s.high
       order by id desc
       limit $4) as m
     group by s.slice, m.event_type) as counted
   where event_type = any($5::text[])`,
)
const selectNewest = patient(
  'newest_payloads',
  `with newest as materialized (
     select id, event_type
     from message
     where application_id = $1
     order by id desc
     limit $2
   ), placed as (
     select id, event_type, row_number() over (partition by event_type order by id desc) as place
     from newest
     where event_type = any($3::text[]))
   select p.event_type, m.payload
   from placed p
   join message m on m.application_id = $1 and m.id = p.id
   where p.place <= $4 and octet_length(m.payload) <= $5
   order by p.event_type, p.place`,
)

export function typeActivityStore(database: Database): TypeActivityStore {
  return {
    async typeVolume({ applicationId, eventTypes, since, until, sliceMs, rowsMax }) {
      const edge = (ms: number): string => idAtTime('message', Math.min(ms, until))
      const slices = Math.ceil((until - since) / sliceMs)
      const edges = Array.from({ length: slices + 1 }, (_, at) => edge(since + at * sliceMs))
      const most = Math.ceil(rowsMax / slices)
      const rows = await database.seek(
        countTypes,
        [applicationId, edges.slice(0, -1), edges.slice(1), most, eventTypes],
        'in_order',
      )
      return rows.map((row) => {
        const slice = Number(row['slice']) - 1
        const from = since + slice * sliceMs
        const cut = Number(row['looked']) >= most
        return {
          ...{ eventType: String(row['event_type']), slice, count: Number(row['count']) },
          countedSince: cut ? (idTime(String(row['oldest'])) ?? from) : from,
        }
      })
    },

    async newestPayloads({ applicationId, eventTypes, each, bytesEach, rowsMax }) {
      const rows = await database.seek(
        selectNewest,
        [applicationId, rowsMax, eventTypes, each, bytesEach],
        'in_order',
      )
      return rows.map((row) => ({
        eventType: String(row['event_type']),
        payload: row['payload'] as Uint8Array, // a bytea
      }))
    },
  }
}
