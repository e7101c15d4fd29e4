/**
 * Where rows lie whose keys are given: one look-up in the index of the key for each, whatever the
 * planner believes of the table.
 *
 * The hot tables are often empty, and PostgreSQL then holds one index for as good as another and the
 * table for one page. A plan made then and kept would read all of an index for each batch once there
 * is a backlog. So nothing is left to choose: a range and its order fit the index of the key alone, and
 * the row itself is taken by its place. What another transaction moved meanwhile is not found there:
 * where that matters the row is locked before, or the caller counts.
 */

/** Before every id, and behind every id. */
export const [beforeAll, behindAll] = ['', '~'] as const

/** Of `given`, named `r`, those whose delivery is open, with its `place`. */
export function placesOfOpen(given: string, condition = 'true'): string {
  return `select r.*, o.place
     from ${given}
     cross join lateral (
       select o.ctid as place, o.id, o.lease_token
       from open_delivery o
       where o.application_id = r.application_id and o.id >= r.id and o.id <= r.id
       order by o.id
       limit 1
     ) o
     where ${condition}`
}

/** Of `given`, named `r`, those that have a stream, with its `place`; from a generation on. */
export function placesOfStreams(given: string): string {
  return `select r.*, s.place
     from ${given}
     cross join lateral (
       select s.ctid as place
       from stream s
       where s.application_id = r.application_id and s.endpoint_id = r.endpoint_id
         and s.generation >= r.generation
       order by s.generation
       limit 1
     ) s`
}

/**
 * Locks the streams of $1 (applications), $2 (endpoints) and $3 (generations), in the order of the
 * key: unordered locks deadlock (RELIABILITY rule 32).
 */
export const lockedStreams = `
   select s.*
   from (
     select * from unnest($1::text[], $2::text[], $3::bigint[])
       as w(application_id, endpoint_id, generation)
     order by w.application_id collate "C", w.endpoint_id collate "C"
     offset 0
   ) w
   cross join lateral (
     select s.application_id, s.endpoint_id, s.generation
     from stream s
     where s.application_id = w.application_id and s.endpoint_id = w.endpoint_id
       and s.generation >= w.generation
     for update
   ) s`

/** Whether the endpoint of `key` may be sent to: its application, itself and its circuit. */
export function isOpen(key: string, now: string): string {
  return `(select p.enabled and p.deleted_at is null from application p
            where p.id >= ${key}.application_id and p.id <= ${key}.application_id
            order by p.id limit 1)
       and (select e.deleted_at is null and e.disabled_at is null and e.paused_at is null
            from endpoint e
            where e.application_id = ${key}.application_id
              and e.id >= ${key}.endpoint_id and e.id <= ${key}.endpoint_id
            order by e.id limit 1)
       and coalesce((select h.open_until <= ${now} from endpoint_health h
            where h.application_id = ${key}.application_id
              and h.endpoint_id >= ${key}.endpoint_id and h.endpoint_id <= ${key}.endpoint_id
            order by h.endpoint_id limit 1), true)`
}
