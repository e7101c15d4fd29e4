/** Taking streams that are ready: any of them, or those that are named. */
import { nowSql } from './clock.ts'
import { statement } from './database.ts'

/**
 * Any that are ready, the longest waiting first. Parameters: now, as many tokens as may be taken, the
 * length of the lease, endpoints that are not wanted.
 */
export const claimAny = statement(
  'claim_streams',
  `with clock as materialized (select ${nowSql(1)} as now),
   ready as (
     select s.application_id, s.endpoint_id, s.generation, row_number() over () as place
     from (
       select s.application_id, s.endpoint_id, s.generation
       from stream s
       join application p on p.id = s.application_id
       join endpoint e on e.application_id = s.application_id and e.id = s.endpoint_id
       left join endpoint_health h
         on h.application_id = s.application_id and h.endpoint_id = s.endpoint_id
       where s.head < s.next and s.held_since is null
         and s.ready_at <= (select now from clock)
         and (s.lease_until is null or s.lease_until < (select now from clock))
         and p.enabled and p.deleted_at is null
         and e.deleted_at is null and e.disabled_at is null and e.paused_at is null
         and (h.open_until is null or h.open_until <= (select now from clock))
         and s.endpoint_id <> all ($4::text[])
         and not exists (
           select 1 from open_delivery d
           join message m on m.application_id = d.application_id and m.id = d.message_id
           where d.application_id = s.application_id and d.endpoint_id = s.endpoint_id
             and d.sequence = s.head and m.deliver_at > (select now from clock))
         -- From before the endpoint was ordered.
         and not exists (
           select 1 from open_delivery d
           where d.endpoint_id = s.endpoint_id and d.state = 'pending'
             and d.due_at is not null and d.sequence is null)
         and not exists (
           select 1 from open_delivery d
           where d.endpoint_id = s.endpoint_id and d.state = 'sending'
             and d.due_at is not null and d.sequence is null)
       order by s.ready_at
       limit cardinality($2::text[])
       for update of s skip locked
     ) s
   )
   update stream s
   set lease_token = ($2::text[])[ready.place], lease_epoch = s.lease_epoch + 1,
       lease_until = (select now from clock) + $3
   from ready
   where s.application_id = ready.application_id and s.endpoint_id = ready.endpoint_id
     and s.generation >= ready.generation
   returning s.*`,
)

/** Of the named one that is `r`, if nothing in its own row stands in the way. */
function lockReady(now: string): string {
  return `select s.ctid as place, s.head
       from stream s
       where s.application_id = r.application_id and s.endpoint_id = r.endpoint_id
         and s.generation >= r.generation
         and s.head < s.next and s.held_since is null and s.ready_at <= ${now}
         and (s.lease_until is null or s.lease_until < ${now})
       for update skip locked`
}
// First, so that the claim itself sees what the last holder of each wrote.
export const lockNamed = statement(
  'claim_lock_named_streams',
  `with clock as materialized (select ${nowSql(1)} as now)
   select 1
   from unnest($2::text[], $3::text[], $4::bigint[]) as r(application_id, endpoint_id, generation)
   cross join lateral (${lockReady('(select now from clock)')}) s`,
)
/** The same question as that of any, asked of each by its key (`places.ts`). */
export const claimNamed = statement(
  'claim_named_streams',
  `with clock as materialized (select ${nowSql(1)} as now),
   ready as materialized (
     select s.place, row_number() over () as number
     from unnest($5::text[], $6::text[], $7::bigint[]) as r(application_id, endpoint_id, generation)
     cross join lateral (${lockReady('(select now from clock)')}) s
     where r.endpoint_id <> all ($4::text[])
       and (select p.enabled and p.deleted_at is null from application p
            where p.id >= r.application_id and p.id <= r.application_id
            order by p.id limit 1)
       and (select e.deleted_at is null and e.disabled_at is null and e.paused_at is null
            from endpoint e
            where e.application_id = r.application_id
              and e.id >= r.endpoint_id and e.id <= r.endpoint_id
            order by e.id limit 1)
       and coalesce((select h.open_until <= (select now from clock) from endpoint_health h
            where h.application_id = r.application_id
              and h.endpoint_id >= r.endpoint_id and h.endpoint_id <= r.endpoint_id
            order by h.endpoint_id limit 1), true)
       and coalesce((select m.deliver_at <= (select now from clock)
            from (
              select d.application_id, d.message_id from open_delivery d
              where d.application_id = r.application_id and d.endpoint_id = r.endpoint_id
                and d.sequence >= s.head and d.sequence <= s.head
              order by d.sequence limit 1
            ) d
            cross join lateral (
              select m.deliver_at from message m
              where m.application_id = d.application_id
                and m.id >= d.message_id and m.id <= d.message_id
              order by m.id limit 1
            ) m), true)
       -- From before the endpoint was ordered.
       and (select d.due_at from open_delivery d
            where d.endpoint_id = r.endpoint_id and d.state = 'pending'
              and d.due_at is not null and d.sequence is null
            order by d.due_at limit 1) is null
       and (select d.due_at from open_delivery d
            where d.endpoint_id = r.endpoint_id and d.state = 'sending'
              and d.due_at is not null and d.sequence is null
            order by d.due_at limit 1) is null
     limit cardinality($2::text[])
   )
   update stream s
   set lease_token = ($2::text[])[ready.number], lease_epoch = s.lease_epoch + 1,
       lease_until = (select now from clock) + $3
   from ready
   where s.ctid = ready.place
   returning s.*`,
)
