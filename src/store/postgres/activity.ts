import { idAtTime } from '../../domain/ids.ts'
import type { ActivityStore, EndpointActivity } from '../port/activity.ts'
import { type Database, patient } from './database.ts'

// Each endpoint and slice is a short walk of the index, in the partitions of its hours. One text for
// each endpoint: of 50 there are tens of thousands of counts, and as rows they cost more than to find.
const countSlices = patient(
  'activity_slices',
  `select endpoint_id,
     string_agg(concat_ws(' ', slice, succeeded::int, ms, count), ',') as counts
   from (
     select e.endpoint_id, s.slice, found.succeeded, found.ms, count(*) as count
     from unnest($2::text[]) as e(endpoint_id)
     cross join unnest($3::text[], $4::text[]) with ordinality as s(low, high, slice)
     cross join lateral (
       select a.succeeded,
         case
           when a.duration_ms < 100 then floor(a.duration_ms)::bigint
           when a.duration_ms < 1000 then floor(a.duration_ms / 10)::bigint * 10
           when a.duration_ms < 10000 then floor(a.duration_ms / 100)::bigint * 100
           else floor(a.duration_ms / 1000)::bigint * 1000
         end as ms
       from attempt a
       where a.application_id = $1 and a.endpoint_id = e.endpoint_id
         and a.id >= s.low and a.id < s.high
       order by a.id desc
       limit $5) as found
     group by 1, 2, 3, 4) as counted
   group by endpoint_id`,
)
const selectLast = patient(
  'activity_last',
  `select e.endpoint_id, l.created_at, l.succeeded, l.response_status, l.error_class
   from unnest($2::text[]) as e(endpoint_id)
   cross join lateral (
     select a.created_at, a.succeeded, a.response_status, a.error_class
     from attempt a
     where a.application_id = $1 and a.endpoint_id = e.endpoint_id and a.id >= $3 and a.id < $4
     order by a.id desc
     limit 1) as l`,
)
// Two branches, each with its partial index: those that have a time of their own, and those that
// wait for their turn in a stream.
const countWaiting = patient(
  'activity_waiting',
  `select e.endpoint_id, w.count, w.oldest, h.failing_since
   from unnest($2::text[]) as e(endpoint_id)
   left join endpoint_health h on h.application_id = $1 and h.endpoint_id = e.endpoint_id
   cross join lateral (
     select count(*) as count, min(created_at) as oldest from (
       (select d.created_at from open_delivery d
        where d.application_id = $1 and d.endpoint_id = e.endpoint_id and d.due_at is not null
        limit $3)
       union all
       (select d.created_at from open_delivery d
        where d.application_id = $1 and d.endpoint_id = e.endpoint_id and d.due_at is null
          and d.sequence is not null
        limit $3)) as waiting) as w`,
)

export function activityStore(database: Database): ActivityStore {
  return {
    async endpointActivity(input) {
      const { applicationId, endpointIds, since, until, sliceMs, lastSince, waitingMax } = input
      const edge = (ms: number): string => idAtTime('attempt', ms)
      const count = Math.ceil((until - since) / sliceMs)
      const edges = Array.from({ length: count + 1 }, (_, at) =>
        edge(Math.min(since + at * sliceMs, until)),
      )
      const key = [applicationId, endpointIds]
      const counted = await database.seek(
        countSlices,
        [...key, edges.slice(0, -1), edges.slice(1), input.rowsPerSlice],
        'in_order',
      )
      const newest = await database.seek(
        selectLast,
        [...key, edge(lastSince), edge(until)],
        'in_order',
      )
      const waiting = await database.run(countWaiting, [...key, waitingMax])
      const slices = new Map(counted.map((row) => [row['endpoint_id'], slicesOf(row['counts'])]))
      const last = new Map(newest.map((row) => [row['endpoint_id'], row]))
      const open = new Map(waiting.map((row) => [row['endpoint_id'], row]))
      return endpointIds.map((endpointId) => ({
        endpointId,
        slices: slices.get(endpointId) ?? [],
        waiting: Math.min(Number(open.get(endpointId)?.['count'] ?? 0), waitingMax),
        oldestWaitingAt: timeOrNull(open.get(endpointId)?.['oldest']),
        failingSince: timeOrNull(open.get(endpointId)?.['failing_since']),
        last: lastOf(last.get(endpointId)),
      }))
    },
  }
}

/** `slice succeeded ms count`, slices counted from 1, with commas between. */
function slicesOf(counts: unknown): EndpointActivity['slices'] {
  return String(counts)
    .split(',')
    .map((text) => {
      const [slice = 0, succeeded, ms = 0, count = 0] = text.split(' ').map(Number)
      return { slice: slice - 1, succeeded: succeeded === 1, ms, count }
    })
}

function timeOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}

function lastOf(row: Readonly<Record<string, unknown>> | undefined) {
  if (row === undefined) return null
  return {
    at: Number(row['created_at']),
    succeeded: row['succeeded'] === true,
    responseStatus: Number(row['response_status']),
    errorClass: row['error_class'] === null ? null : String(row['error_class']),
  }
}
