-- Processes that work on this database. A row lives as long as its process, and an hour after one
-- that died.
create table node (
  id text collate "C" primary key,
  role text not null check (role in ('all', 'api', 'worker')),
  version text not null,
  schema integer not null,
  started_at bigint not null,
  last_seen_at bigint not null,
  in_flight integer not null
) with (fillfactor = 50);

-- The row of starts of a throttled endpoint, or with an empty endpoint of an application: the time,
-- in ms with a fraction, of the next place that no node has taken.
create table throttle (
  application_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  next_at double precision not null,
  primary key (application_id, endpoint_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
