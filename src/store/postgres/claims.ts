/** Taking due work from the table, fairly and without ever waiting for another node. */
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { Claim, DeliveryStore } from '../port/deliveries.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'
import { deliveryColumns, deliveryOf, messageColumns, messageOf } from './rows.ts'

/** The next endpoints that have open work: seeks the index from one to the next. Parameters 1 to 4. */
const walkEndpoints = `with recursive clock as materialized (select ${nowSql(1)} as now),
   walk as (
     (select application_id, endpoint_id from open_delivery
      where due_at is not null and (application_id, endpoint_id) > ($2, $3)
      order by application_id, endpoint_id
      limit 1)
     union all
     select following.application_id, following.endpoint_id
     from walk
     cross join lateral (
       select application_id, endpoint_id from open_delivery
       where due_at is not null
         and (application_id, endpoint_id) > (walk.application_id, walk.endpoint_id)
       order by application_id, endpoint_id
       limit 1
     ) following
   ),
   walked as materialized (select * from walk limit $4)`

/**
 * Walks the endpoints that have open work by seeking the index from one to the next, so that a
 * million waiting deliveries of one endpoint cost one step. Of each endpoint that may be sent to,
 * the oldest due ones are locked; whatever another node holds is skipped, never waited for.
 * Ranks go before ages, so that each endpoint gives its first before any gives its second.
 */
const claimDue = statement(
  'claim_due',
  `${walkEndpoints},
   open_endpoint as materialized (
     select w.application_id, w.endpoint_id
     from walked w
     join application p on p.id = w.application_id
     join endpoint e on e.application_id = w.application_id and e.id = w.endpoint_id
     left join endpoint_health h
       on h.application_id = w.application_id and h.endpoint_id = w.endpoint_id
     where p.enabled and p.deleted_at is null
       and e.deleted_at is null and e.disabled_at is null and e.paused_at is null
       and (h.open_until is null or h.open_until <= (select now from clock))
       and w.endpoint_id <> all ($5::text[])
   ),
   locked as materialized (
     select due.*
     from open_endpoint w
     cross join lateral (
       select d.application_id, d.id, d.endpoint_id, d.message_id, d.due_at
       from open_delivery d
       where d.application_id = w.application_id and d.endpoint_id = w.endpoint_id
         and d.due_at <= (select now from clock)
       order by d.due_at
       limit $6
       for update skip locked
     ) due
   ),
   ranked as (
     select locked.*, row_number() over (partition by endpoint_id order by due_at) as rank
     from locked
   ),
   sized as (
     select r.application_id, r.id,
       sum(coalesce(octet_length(m.payload), 0)) over (order by r.rank, r.due_at, r.id
         rows between unbounded preceding and 1 preceding) as before_bytes,
       coalesce(octet_length(m.payload), 0) as bytes,
       row_number() over (order by r.rank, r.due_at, r.id) as place
     from ranked r
     join message m on m.application_id = r.application_id and m.id = r.message_id
   ),
   claimed as (
     update open_delivery d
     set state = 'sending', lease_token = $7, due_at = (select now from clock) + $8,
         updated_at = (select now from clock)
     from sized s
     where d.application_id = s.application_id and d.id = s.id
       and s.place <= $9 and (s.place = 1 or s.before_bytes + s.bytes <= $10)
     returning d.*
   )
   select 'claim' as kind, ${deliveryColumns}, ${messageColumns(true)}
   from claimed d
   join message m on m.application_id = d.application_id and m.id = d.message_id`,
)
const walkEnd = statement(
  'claim_walk_end',
  `${walkEndpoints}
   select w.application_id, w.endpoint_id,
     (select min(due_at) from open_delivery d
      where d.application_id = w.application_id and d.endpoint_id = w.endpoint_id
        and d.due_at > (select now from clock)) as next_due_at
   from walked w
   order by w.application_id, w.endpoint_id`,
)
const applicationOfEndpoint = statement(
  'claim_cursor_application',
  'select application_id from endpoint where id = $1',
)

/** Endpoints looked at in one call; never more than may be claimed, so that none is passed over. */
const walkMax = 500

export function claimDueWork(database: Database, time: StoreTime): DeliveryStore['claimDue'] {
  return async (input) => {
    const endpoints = Math.min(walkMax, input.limit)
    const from = await cursorOf(database, input.afterEndpointId)
    const now = time.parameter(input.now)
    const rows = await database.run(claimDue, [
      now,
      ...from,
      endpoints,
      input.except,
      input.perEndpoint,
      input.token,
      input.leaseUntil - input.now,
      input.limit,
      input.bytesMax,
    ])
    const walked = await database.run(walkEnd, [now, ...from, endpoints])
    const dueTimes = walked.flatMap((row) =>
      row['next_due_at'] === null ? [] : [Number(row['next_due_at'])],
    )
    const last = walked.at(-1)
    return {
      claims: rows.map(
        (row): Claim => ({
          delivery: deliveryOf(row),
          message: messageOf(row),
          token: input.token,
          leaseUntil: Number(row['d_due_at']),
        }),
      ),
      cursor:
        last === undefined || walked.length < endpoints
          ? null
          : (String(last['endpoint_id']) as EndpointId), // a column of ours
      nextDueAt: dueTimes.length === 0 ? null : Math.min(...dueTimes),
    }
  }
}

/** The index goes by application first, the cursor names only the endpoint. */
async function cursorOf(
  database: Database,
  endpointId: EndpointId | null,
): Promise<readonly [ApplicationId | '', EndpointId | '']> {
  if (endpointId === null) return ['', '']
  const [row] = await database.run(applicationOfEndpoint, [endpointId])
  return row === undefined ? ['', ''] : [String(row['application_id']) as ApplicationId, endpointId] // a column of ours
}
