/**
 * Taking streams that are ready. Those that are named are taken at once; to find any, a look says
 * which are ready first, and takes none.
 *
 * The table has a dead row for every event that was accepted or delivered since the last vacuum, and
 * while any transaction keeps an old snapshot they stay. So the look does not read the table: it reads
 * the streams that are known to be busy by their key, from the last generation of each on
 * (`stream-generations.ts`), and the index between them.
 */
import { nowSql } from './clock.ts'
import { statement } from './database.ts'
import { beforeAll, behindAll, isOpen } from './places.ts'

/** Busy streams of others that one look tells. */
const strangersMax = 500

/** Of a stream by its key, if nothing in its own row stands in the way. */
function isReady(stream: string, now: string): string {
  return `${stream}.head < ${stream}.next and ${stream}.held_since is null and ${stream}.ready_at <= ${now}
         and (${stream}.lease_until is null or ${stream}.lease_until < ${now})`
}

/**
 * Whether nothing around the stream of `key` stands in the way: its endpoint, the time of the message
 * at the head, and deliveries from before the endpoint was ordered.
 */
function mayGo(key: string, head: string, now: string): string {
  return `${isOpen(key, now)}
       and coalesce((select m.deliver_at <= ${now}
            from (
              select d.application_id, d.message_id from open_delivery d
              where d.application_id = ${key}.application_id and d.endpoint_id = ${key}.endpoint_id
                and d.sequence >= ${head} and d.sequence <= ${head}
              order by d.sequence limit 1
            ) d
            cross join lateral (
              select m.deliver_at from message m
              where m.application_id = d.application_id
                and m.id >= d.message_id and m.id <= d.message_id
              order by m.id limit 1
            ) m), true)
       and (select d.due_at from open_delivery d
            where d.endpoint_id = ${key}.endpoint_id and d.state = 'pending'
              and d.due_at is not null and d.sequence is null
            order by d.due_at limit 1) is null
       and (select d.due_at from open_delivery d
            where d.endpoint_id = ${key}.endpoint_id and d.state = 'sending'
              and d.due_at is not null and d.sequence is null
            order by d.due_at limit 1) is null`
}

const clock = `clock as materialized (select ${nowSql(1)} as now)`
const now = '(select now from clock)'

/**
 * Which are ready, the longest waiting first (`due`); when the next one will be (`later`, one row); and
 * busy ones that this node did not name (`busy`). Parameters: now, the applications, endpoints and
 * generations of busy streams in the order of the key, endpoints that are not wanted, how many.
 */
export const lookForAny = statement(
  'look_streams',
  `with ${clock},
   gap as materialized (
     select *
     from unnest(array_prepend('${beforeAll}', $2::text[]), array_prepend('${beforeAll}', $3::text[]),
         array_append($2::text[], '${behindAll}'), array_append($3::text[], '${behindAll}'))
       as g(application_id, endpoint_id, to_application, to_endpoint)
   ),
   looked as materialized (
     select s.*, false as strange
     from unnest($2::text[], $3::text[], $4::bigint[]) as b(application_id, endpoint_id, generation)
     cross join lateral (
       select s.* from stream s
       where s.application_id = b.application_id and s.endpoint_id = b.endpoint_id
         and s.generation >= b.generation
       order by s.generation
       limit 1
     ) s
     union all
     select s.*, s.generation > 0
     from gap g
     cross join lateral (
       select s.* from stream s
       where (s.application_id, s.endpoint_id) > (g.application_id, g.endpoint_id)
         and (s.application_id, s.endpoint_id) < (g.to_application, g.to_endpoint)
         and (s.head < s.next or s.lease_until > ${now})
     ) s
   )
   (select 'due' as what, s.application_id, s.endpoint_id, s.generation, null::bigint as at
    from looked s
    where ${isReady('s', now)}
      and s.endpoint_id <> all ($5::text[])
      and ${mayGo('s', 's.head', now)}
    order by s.ready_at
    limit $6)
   union all
   select 'later', null, null, null, min(greatest(s.ready_at, s.lease_until))
   from looked s
   where s.head < s.next and s.held_since is null and greatest(s.ready_at, s.lease_until) > ${now}
   union all
   (select 'busy', s.application_id, s.endpoint_id, s.generation, null
    from looked s where s.strange limit ${strangersMax})`,
)

function lockReady(at: string): string {
  return `select s.ctid as place, s.head
       from stream s
       where s.application_id = r.application_id and s.endpoint_id = r.endpoint_id
         and s.generation >= r.generation
         and ${isReady('s', at)}
       for update skip locked`
}
// First, so that the claim itself sees what the last holder of each wrote.
export const lockNamed = statement(
  'claim_lock_named_streams',
  `with ${clock}
   select 1
   from unnest($2::text[], $3::text[], $4::bigint[]) as r(application_id, endpoint_id, generation)
   cross join lateral (${lockReady(now)}) s`,
)
/** Parameters: now, a token for each, the length of the lease, their applications, endpoints and generations. */
export const claimNamed = statement(
  'claim_named_streams',
  `with ${clock},
   ready as materialized (
     select s.place, row_number() over () as number
     from unnest($4::text[], $5::text[], $6::bigint[]) as r(application_id, endpoint_id, generation)
     cross join lateral (${lockReady(now)}) s
     where ${mayGo('r', 's.head', now)}
     limit cardinality($2::text[])
   )
   update stream s
   set lease_token = ($2::text[])[ready.number], lease_epoch = s.lease_epoch + 1,
       lease_until = ${now} + $3
   from ready
   where s.ctid = ready.place
   returning s.*`,
)
