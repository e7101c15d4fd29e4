import { idAtTime } from '../../domain/ids.ts'
import type { ActivityStore, EndpointActivity } from '../port/activity.ts'
import { readWithTail, spanLength, spanNear } from './attempt-counts.ts'
import { adHoc, type Database, patient } from './database.ts'

// Planned each time, as all that reads the tail is (`attempt-counts.ts`). One text for each endpoint:
// as rows, the counts of 50 cost more than to find.
const countSlices = adHoc(
  `select (select tx::text from attempt_counted) as mark, endpoint_id,
     string_agg(concat_ws(' ', slice, succeeded::int, n), ',') as counts
   from (
     select c.endpoint_id, width_bucket(c.span, $3::text[] collate "C") as slice, c.succeeded,
       sum(c.count) as n
     from attempt_count c
     where c.application_id = $1 and c.endpoint_id = any($2::text[])
       and c.span >= $4 and c.span < $5
     group by 1, 2, 3
     union all
     select a.endpoint_id, width_bucket(left(a.id, ${spanLength}), $3::text[] collate "C"),
       a.succeeded, count(*)
     from attempt a
     where a.tx >= $6::xid8 and a.application_id = $1 and a.endpoint_id = any($2::text[])
       and a.id >= $4 and a.id < $5
     group by 1, 2, 3) as counted
   group by endpoint_id`,
)
// The newest of each endpoint, a short walk of the index.
const countDurations = patient(
  'activity_durations',
  `select endpoint_id, string_agg(concat_ws(' ', succeeded::int, ms, count), ',') as counts
   from (
     select e.endpoint_id, found.succeeded, found.ms, count(*) as count
     from unnest($2::text[]) as e(endpoint_id)
     cross join lateral (
       select a.succeeded,
         case
           when a.duration_ms < 100 then floor(a.duration_ms)::bigint
           when a.duration_ms < 1000 then floor(a.duration_ms / 10)::bigint * 10
           when a.duration_ms < 10000 then floor(a.duration_ms / 100)::bigint * 100
           else floor(a.duration_ms / 1000)::bigint * 1000
         end as ms
       from attempt a
       where a.application_id = $1 and a.endpoint_id = e.endpoint_id and a.id >= $3 and a.id < $4
       order by a.id desc
       limit $5) as found
     group by 1, 2, 3) as counted
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

const selectStanding = patient(
  'application_standing',
  `select a.id, e.endpoints, e.failing, e.given_up, e.paused, e.failing_since, w.count, w.oldest
   from application a
   cross join lateral (
     select count(*) as endpoints,
       count(*) filter (where disabled_at is null and paused_at is null
         and failing_since is not null) as failing,
       count(*) filter (where disabled_at is not null and disabled_reason <> 'manual') as given_up,
       count(*) filter (where disabled_at is null and paused_at is not null) as paused,
       min(failing_since) filter (where disabled_at is null and paused_at is null) as failing_since
     from endpoint
     left join endpoint_health h on h.application_id = a.id and h.endpoint_id = endpoint.id
     where endpoint.application_id = a.id and endpoint.deleted_at is null) as e
   cross join lateral (
     select count(*) as count, min(created_at) as oldest
     from (
       select d.created_at from open_delivery d
       where d.application_id = a.id and d.state = 'pending' and e.endpoints > 0
       order by d.id
       limit $3) as waiting) as w
   where a.organization_id = $1 and a.id = any($2::text[])`,
)

export function activityStore(database: Database): ActivityStore {
  return {
    async applicationStanding({ organizationId, applicationIds, waitingMax }) {
      const rows = await database.run(selectStanding, [organizationId, applicationIds, waitingMax])
      const found = new Map(rows.map((row) => [row['id'], row]))
      return applicationIds.map((applicationId) => {
        const row = found.get(applicationId) ?? {}
        return {
          applicationId,
          endpoints: Number(row['endpoints'] ?? 0),
          failing: Number(row['failing'] ?? 0),
          givenUp: Number(row['given_up'] ?? 0),
          paused: Number(row['paused'] ?? 0),
          failingSince: timeOrNull(row['failing_since']),
          waiting: Number(row['count'] ?? 0),
          oldestWaitingAt: timeOrNull(row['oldest']),
        }
      })
    },

    async endpointActivity(input) {
      const { applicationId, endpointIds, since, until, sliceMs, lastSince, waitingMax } = input
      const edge = (ms: number): string => idAtTime('attempt', ms)
      const count = Math.ceil((until - since) / sliceMs)
      const starts = Array.from({ length: count }, (_, at) => spanNear(since + at * sliceMs))
      const key = [applicationId, endpointIds]
      const counted = await readWithTail(database, (mark) =>
        database.run(countSlices, [...key, starts, starts[0], spanNear(until), mark]),
      )
      const timed = await database.seek(
        countDurations,
        [...key, edge(since), edge(until), input.rowsMax],
        'in_order',
      )
      const newest = await database.seek(
        selectLast,
        [...key, edge(lastSince), edge(until)],
        'in_order',
      )
      const waiting = await database.run(countWaiting, [...key, waitingMax])
      const slices = new Map(counted.map((row) => [row['endpoint_id'], slicesOf(row['counts'])]))
      const durations = new Map(
        timed.map((row) => [row['endpoint_id'], durationsOf(row['counts'])]),
      )
      const last = new Map(newest.map((row) => [row['endpoint_id'], row]))
      const open = new Map(waiting.map((row) => [row['endpoint_id'], row]))
      return endpointIds.map((endpointId) => ({
        endpointId,
        slices: slices.get(endpointId) ?? [],
        complete: true,
        durations: durations.get(endpointId) ?? [],
        waiting: Math.min(Number(open.get(endpointId)?.['count'] ?? 0), waitingMax),
        oldestWaitingAt: timeOrNull(open.get(endpointId)?.['oldest']),
        failingSince: timeOrNull(open.get(endpointId)?.['failing_since']),
        last: lastOf(last.get(endpointId)),
      }))
    },
  }
}

/** `slice succeeded count`, slices counted from 1, with commas between. */
function slicesOf(counts: unknown): EndpointActivity['slices'] {
  return numbersOf(counts).map(([slice = 0, succeeded, count = 0]) => ({
    ...{ slice: slice - 1, succeeded: succeeded === 1, count },
  }))
}

/** `succeeded ms count`. */
function durationsOf(counts: unknown): EndpointActivity['durations'] {
  return numbersOf(counts).map(([succeeded, ms = 0, count = 0]) => ({
    ...{ succeeded: succeeded === 1, ms, count },
  }))
}

function numbersOf(counts: unknown): readonly (readonly number[])[] {
  return String(counts)
    .split(',')
    .map((text) => text.split(' ').map(Number))
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
