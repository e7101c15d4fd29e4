import type { EndpointId } from '../../domain/ids.ts'
import { idAtTime } from '../../domain/ids.ts'
import type { AttemptUsage, UsageStore } from '../port/usage.ts'
import type { Database, Value } from './database.ts'

type Input = Parameters<UsageStore['attemptUsage']>[0]

// The list and its tail in one statement, so that none is counted twice.
const picked = `
  with picked as (
    select a.endpoint_id, a.event_type, a.succeeded, a.response_status, a.error_class,
      a.duration_ms, a.created_at
    from (
      select seq
      from attempt_endpoint_list
      where application_id = ?1 and id >= ?2 and id < ?3 and (?4 is null or endpoint_id = ?4)
      union all
      select seq
      from attempt
      where seq > (select p.seq from list_progress p where p.source = 'attempt')
        and application_id = ?1 and +id >= ?2 and +id < ?3 and (?4 is null or endpoint_id = ?4)
    ) found
    join attempt a on a.seq = found.seq
    limit ?5)`
const aboutMs = `
  case
    when duration_ms < 100 then duration_ms
    when duration_ms < 1000 then duration_ms / 10 * 10
    when duration_ms < 10000 then duration_ms / 100 * 100
    else duration_ms / 1000 * 1000
  end`
const bySlice = `${picked}
  select cast((created_at - ?6) / ?7 as integer) as slice, succeeded, ${aboutMs} as ms, count(*) as count
  from picked
  group by 1, 2, 3
  order by 1, 2, 3`
const byEndpoint = `${picked}
  select endpoint_id as endpointId, succeeded, ${aboutMs} as ms, count(*) as count
  from picked
  group by 1, 2, 3
  order by 1, 2, 3`
const byEventType = `${picked}
  select event_type as name, succeeded, count(*) as count
  from picked
  group by 1, 2
  order by 1, 2`
const byError = `${picked}
  select response_status as responseStatus, error_class as errorClass, count(*) as count
  from picked
  where succeeded = 0
  group by 1, 2
  order by 3 desc, 1, 2`

interface Outcome {
  readonly succeeded: number
}
const read = <Row extends Outcome>(row: Row) => ({ ...row, succeeded: row.succeeded === 1 })

export function attemptUsage(db: Database, input: Input): AttemptUsage {
  const values: readonly Value[] = [
    input.applicationId,
    idAtTime('attempt', input.since),
    idAtTime('attempt', input.until),
    input.endpointId,
    input.rowsMax,
  ]
  type Duration = Outcome & { readonly ms: number; readonly count: number }
  return {
    slices: db
      .rows<Duration & { slice: number }>(bySlice, ...values, input.since, input.sliceMs)
      .map(read),
    endpoints: db.rows<Duration & { endpointId: EndpointId }>(byEndpoint, ...values).map(read),
    eventTypes: db
      .rows<Outcome & { name: string; count: number }>(byEventType, ...values)
      .map(read),
    errors: db.rows<AttemptUsage['errors'][number]>(byError, ...values),
  }
}
