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
     select s.application_id, s.endpoint_id, s.next, s.generation
     from stream s
     where s.application_id = w.application_id and s.endpoint_id = w.endpoint_id
       and s.generation >= w.generation
     for update
   ) s`
