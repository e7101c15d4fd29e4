import { idAtTime } from '../../domain/ids.ts'
import type { ActivityInput, EndpointActivity } from '../port/activity.ts'
import type { Database } from './database.ts'

const selectMark = `
  select seq
  from list_progress
  where source = 'attempt'`

const aboutMs = (table: string): string => `
  case
    when ${table}.duration_ms < 100 then ${table}.duration_ms
    when ${table}.duration_ms < 1000 then ${table}.duration_ms / 10 * 10
    when ${table}.duration_ms < 10000 then ${table}.duration_ms / 100 * 100
    else ${table}.duration_ms / 1000 * 1000
  end`

// The list up to a mark and the tail above it: none is counted twice, also while the list grows.
const countListed = `
  select a.succeeded, ${aboutMs('a')} as ms, count(*) as count
  from (
    select seq
    from attempt_endpoint_list
    where application_id = ?1 and endpoint_id = ?2 and id >= ?3 and id < ?4 and seq <= ?5
    order by id desc
    limit ?6
  ) found
  join attempt a on a.seq = found.seq
  group by 1, 2`

const countTail = `
  select endpoint_id, cast((created_at - ?5) / ?6 as integer) as slice, succeeded,
    ${aboutMs('attempt')} as ms, count(*) as count
  from attempt
  where seq > ?1 and application_id = ?2 and +id >= ?3 and +id < ?4
    and endpoint_id in (select value from json_each(?7))
  group by 1, 2, 3, 4`

const lastListed = `
  select a.id, a.created_at, a.succeeded, a.response_status, a.error_class
  from (
    select seq
    from attempt_endpoint_list
    where application_id = ?1 and endpoint_id = ?2 and id >= ?3 and id < ?4 and seq <= ?5
    order by id desc
    limit 1
  ) found
  join attempt a on a.seq = found.seq`

// SQLite takes the other columns from the row of the maximum.
const lastOfTail = `
  select max(id) as id, endpoint_id, created_at, succeeded, response_status, error_class
  from attempt
  where seq > ?1 and application_id = ?2 and +id >= ?3 and +id < ?4
    and endpoint_id in (select value from json_each(?5))
  group by endpoint_id`

// A branch for each state, so that each uses its partial index.
const countWaiting = `
  select
    (select count(*) from (
      select 1 from delivery
      where state = 0 and application_id = ?1 and endpoint_id = ?2
      limit ?3)) +
    (select count(*) from (
      select 1 from delivery
      where due_at is not null and state = 1 and endpoint_id = ?2 and application_id = ?1
      limit ?3)) as count`

// The index of what waits is in the order of ids, and an id begins with its time.
const oldestWaiting = `
  select created_at
  from delivery
  where state = 0 and application_id = ?1 and endpoint_id = ?2
  order by id
  limit 1`

const oldestSending = `
  select min(created_at) as created_at
  from delivery
  where due_at is not null and state = 1 and endpoint_id = ?2 and application_id = ?1`

const selectHealth = `
  select failing_since
  from endpoint_health
  where application_id = ?1 and endpoint_id = ?2`

interface Created {
  readonly created_at: number | null
}

interface Counted {
  readonly succeeded: number
  readonly ms: number
  readonly count: number
}

interface Last {
  readonly id: string
  readonly created_at: number
  readonly succeeded: number
  readonly response_status: number
  readonly error_class: string | null
}

export function endpointActivity(db: Database, input: ActivityInput): readonly EndpointActivity[] {
  const { applicationId, endpointIds, since, until, sliceMs, lastSince, waitingMax } = input
  const mark = db.row<{ seq: number }>(selectMark)?.seq ?? 0
  const ids = JSON.stringify(endpointIds)
  const edge = (ms: number): string => idAtTime('attempt', ms)
  const tail = Map.groupBy(
    db.rows<Counted & { endpoint_id: string; slice: number }>(
      countTail,
      ...[mark, applicationId, edge(since), edge(until), since, sliceMs, ids],
    ),
    (row) => row.endpoint_id,
  )
  const lastTail = new Map(
    db
      .rows<Last & { endpoint_id: string }>(
        lastOfTail,
        ...[mark, applicationId, edge(lastSince), edge(until), ids],
      )
      .map((row) => [row.endpoint_id, row] as const),
  )
  const rowsPerSlice = Math.ceil((input.rowsMax * sliceMs) / (until - since))
  return endpointIds.map((endpointId) => {
    const key = [applicationId, endpointId] as const
    const slices: (Counted & { slice: number })[] = [...(tail.get(endpointId) ?? [])]
    for (let slice = 0; since + slice * sliceMs < until; slice++) {
      const from = since + slice * sliceMs
      const counted = db.rows<Counted>(
        countListed,
        ...key,
        ...[edge(from), edge(Math.min(from + sliceMs, until)), mark, rowsPerSlice],
      )
      for (const row of counted) slices.push({ ...row, slice })
    }
    // Ids grow with time: what is in the tail is newer, but for a clock that was set back.
    const listed = db.row<Last>(lastListed, ...key, edge(lastSince), edge(until), mark)
    const waiting = db.row<{ count: number }>(countWaiting, ...key, waitingMax)?.count ?? 0
    return {
      endpointId,
      slices: slices.map(({ slice, succeeded, count }) => ({
        ...{ slice, succeeded: succeeded === 1, count },
      })),
      complete: isComplete(slices, rowsPerSlice),
      durations: slices.map(({ succeeded, ms, count }) => ({
        ...{ succeeded: succeeded === 1, ms, count },
      })),
      waiting: Math.min(waiting, waitingMax),
      oldestWaitingAt: oldestOf(
        db.row<Created>(oldestWaiting, ...key),
        db.row<Created>(oldestSending, ...key),
      ),
      failingSince:
        db.row<{ failing_since: number | null }>(selectHealth, ...key)?.failing_since ?? null,
      last: newerOf(listed, lastTail.get(endpointId)),
    }
  })
}

function isComplete(
  slices: readonly { readonly slice: number; readonly count: number }[],
  rowsPerSlice: number,
): boolean {
  const bySlice = new Map<number, number>()
  for (const { slice, count } of slices) bySlice.set(slice, (bySlice.get(slice) ?? 0) + count)
  return [...bySlice.values()].every((count) => count < rowsPerSlice)
}

function oldestOf(...rows: readonly (Created | undefined)[]): number | null {
  const times = rows.flatMap((row) => row?.created_at ?? [])
  return times.length === 0 ? null : Math.min(...times)
}

function newerOf(one: Last | undefined, other: Last | undefined): EndpointActivity['last'] {
  const row = one === undefined || (other !== undefined && other.id > one.id) ? other : one
  if (row === undefined) return null
  return {
    at: row.created_at,
    succeeded: row.succeeded === 1,
    responseStatus: row.response_status,
    errorClass: row.error_class,
  }
}
