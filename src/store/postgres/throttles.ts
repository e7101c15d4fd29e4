/**
 * One row of starts for each throttled endpoint or application, shared by all nodes: who wants to
 * start requests takes the next places in it, so that a rate holds in total.
 */
import type { ClusterStore } from '../port/cluster.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'

/** Nobody reserves so far ahead: the database's clock was set back. */
const aheadMaxMs = 600_000

// In the order of the key, so that two nodes that want the same places do not deadlock.
const reserveStarts = statement(
  'reserve_starts',
  `with clock as materialized (select ${nowSql(4)}::double precision as now)
   insert into throttle as t (application_id, endpoint_id, next_at)
   select application_id, endpoint_id, now + span
   from unnest($1::text[], $2::text[], $3::float8[]) as wanted(application_id, endpoint_id, span)
   cross join clock
   order by application_id, endpoint_id
   on conflict (application_id, endpoint_id) do update
   set next_at = excluded.next_at + case
     when t.next_at < (select now from clock) + ${aheadMaxMs}
     then greatest(0, t.next_at - (select now from clock)) else 0 end
   returning application_id, endpoint_id, next_at - (select now from clock) as ends_in`,
)

export function throttleStore(
  database: Database,
  time: StoreTime,
): Pick<ClusterStore, 'reserveStarts'> {
  return {
    async reserveStarts({ wanted, now }) {
      const rows = await database.run(reserveStarts, [
        wanted.map(({ scope }) => scope.applicationId),
        wanted.map(({ scope }) => scope.endpointId ?? ''),
        wanted.map(({ count, spacingMs }) => count * spacingMs),
        time.parameter(now),
      ])
      const ends = new Map(
        rows.map((row) => [`${row['application_id']} ${row['endpoint_id']}`, row['ends_in']]),
      )
      return wanted.map(({ scope, count, spacingMs }) => {
        const end = Number(ends.get(`${scope.applicationId} ${scope.endpointId ?? ''}`))
        return { count, spacingMs, delayMs: end - count * spacingMs }
      })
    },
  }
}
