import { type EndpointId, idAtTime } from '../../domain/ids.ts'
import type { UsageStore } from '../port/usage.ts'
import { type Database, patient } from './database.ts'

const picked = `
  with picked as (
    select endpoint_id, event_type, succeeded, response_status, error_class,
      floor(duration_ms)::bigint as duration_ms, created_at
    from attempt
    where application_id = $1 and id >= $2 and id < $3 and ($4::text is null or endpoint_id = $4)
    limit $5)`
const aboutMs = `
  case
    when duration_ms < 100 then duration_ms
    when duration_ms < 1000 then duration_ms / 10 * 10
    when duration_ms < 10000 then duration_ms / 100 * 100
    else duration_ms / 1000 * 1000
  end`
const bySlice = patient(
  'usage_by_slice',
  `${picked}
   select (created_at - $6::bigint) / $7::bigint as slice, succeeded, ${aboutMs} as ms,
     count(*) as count
   from picked group by 1, 2, 3 order by 1, 2, 3`,
)
const byEndpoint = patient(
  'usage_by_endpoint',
  `${picked}
   select endpoint_id, succeeded, ${aboutMs} as ms, count(*) as count
   from picked group by 1, 2, 3 order by 1, 2, 3`,
)
const byEventType = patient(
  'usage_by_event_type',
  `${picked}
   select event_type, succeeded, count(*) as count from picked group by 1, 2 order by 1, 2`,
)
const byError = patient(
  'usage_by_error',
  `${picked}
   select response_status, error_class, count(*) as count
   from picked where not succeeded group by 1, 2 order by 3 desc, 1, 2`,
)

export function usageStore(database: Database): UsageStore {
  return {
    async attemptUsage({ applicationId, endpointId, since, until, sliceMs, rowsMax }) {
      const values = [
        applicationId,
        idAtTime('attempt', since),
        idAtTime('attempt', until),
        endpointId,
        rowsMax,
      ]
      const slices = await database.run(bySlice, [...values, since, sliceMs])
      const endpoints = await database.run(byEndpoint, values)
      const eventTypes = await database.run(byEventType, values)
      const errors = await database.run(byError, values)
      return {
        slices: slices.map((row) => ({ ...durationOf(row), slice: Number(row['slice']) })),
        endpoints: endpoints.map((row) => ({
          ...durationOf(row),
          endpointId: String(row['endpoint_id']) as EndpointId, // a column of ours
        })),
        eventTypes: eventTypes.map((row) => ({
          name: String(row['event_type']),
          succeeded: row['succeeded'] === true,
          count: Number(row['count']),
        })),
        errors: errors.map((row) => ({
          responseStatus: Number(row['response_status']),
          errorClass: row['error_class'] === null ? null : String(row['error_class']),
          count: Number(row['count']),
        })),
      }
    },
  }
}

function durationOf(row: Readonly<Record<string, unknown>>) {
  return {
    succeeded: row['succeeded'] === true,
    ms: Number(row['ms']),
    count: Number(row['count']),
  }
}
