-- The first schema. Times are integer milliseconds; ids are text that sorts by time.
--
-- Hot tables (message, delivery, attempt) are written at their ends only: rows in the order of
-- commits (`seq`), keys by id, and ids ascend in time. A key that began with the application would
-- scatter each commit over as many pages as it has applications. The lists by application and by
-- endpoint are kept in `*_list` tables that follow behind in sorted chunks; see `lists.ts`. What is
-- indexed by application or endpoint at once is rare or short-lived: failures, retries, open work.
-- Hot tables have no foreign keys either: each would cost a look-up per row.

create table setting (
  name text primary key,
  value text not null
) strict, without rowid;

create table application (
  id text primary key,
  organization_id text not null,
  uid text,
  name text not null,
  metadata text not null,
  throttle_rate integer,
  profile text not null,
  enabled integer not null,
  config_version integer not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer
) strict;
create index application_list on application (organization_id, id) where deleted_at is null;
create unique index application_uid on application (organization_id, uid)
  where uid is not null and deleted_at is null;

-- `secrets`, `headers` and `credentials` are sealed; everything that is only carried along is in `settings`.
-- `cancel_open`: deleted, and open deliveries may be left for the sweeper to cancel.
create table endpoint (
  application_id text not null references application (id),
  id text not null,
  uid text,
  disabled_at integer,
  disabled_reason text,
  paused_at integer,
  settings text not null,
  secrets text not null,
  headers text not null,
  credentials text,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  cancel_open integer not null default 0,
  primary key (application_id, id)
) strict;
create unique index endpoint_uid on endpoint (application_id, uid)
  where uid is not null and deleted_at is null;
create index endpoint_cancel_open on endpoint (id) where cancel_open = 1;

-- Written on failures and recoveries only; a healthy endpoint has no row.
create table endpoint_health (
  application_id text not null,
  endpoint_id text not null,
  failing_since integer,
  consecutive_failures integer not null,
  open_until integer,
  primary key (application_id, endpoint_id)
) strict, without rowid;

create table event_type (
  organization_id text not null,
  name text not null,
  description text not null,
  archived integer not null,
  deprecated integer not null,
  schemas text,
  feature_flags text not null,
  group_name text,
  attributes text not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (organization_id, name)
) strict;

-- Rows lie in the order of acceptance, which the sweeper follows. The payload comes last, so that
-- reading the rest does not walk over it.
create table message (
  seq integer primary key,
  application_id text not null,
  id text not null,
  event_type text not null,
  event_id text,
  channels text,
  tags text,
  content_type text,
  created_at integer not null,
  deliver_at integer,
  payload_expires_at integer not null,
  attributes text,
  payload blob
) strict;
create unique index message_key on message (id, application_id);
create unique index message_event on message (application_id, event_id) where event_id is not null;
create index message_expiry on message (payload_expires_at) where payload is not null;

-- state: 0 pending, 1 sending, 2 succeeded, 3 failed, 4 canceled. trigger: 0 scheduled, 1 manual.
-- due_at: pending: next attempt; sending: end of the lease, so that an expired lease is due by
-- itself; null: final, or its stream decides (ordered).
create table delivery (
  seq integer primary key,
  application_id text not null,
  id text not null,
  endpoint_id text not null,
  message_id text not null,
  state integer not null,
  trigger integer not null,
  attempt_count integer not null,
  due_at integer,
  lease_token text,
  sequence integer,
  last_attempt_id text,
  created_at integer not null,
  updated_at integer not null
) strict;
create unique index delivery_key on delivery (id, application_id);
create index delivery_message on delivery (message_id, id);
create index delivery_due on delivery (endpoint_id, due_at, state) where due_at is not null;
create index delivery_sequence on delivery (application_id, endpoint_id, sequence)
  where sequence is not null and state < 2;
create index delivery_attention on delivery (application_id, state, id)
  where state = 0 or state = 3 or state = 4;
create index delivery_endpoint_attention on delivery (application_id, endpoint_id, state, id)
  where state = 0 or state = 3 or state = 4;

-- One row per endpoint that has ever been ordered. `claimable_at` is null while there is nothing
-- to claim: empty, held, or stopped (endpoint disabled, paused or deleted, application off).
create table stream (
  application_id text not null,
  endpoint_id text not null,
  next integer not null,
  head integer not null,
  retry_at integer not null,
  held_since integer,
  stopped integer not null default 0,
  lease_token text,
  lease_epoch integer not null default 0,
  lease_until integer,
  claimable_at integer generated always as (
    case
      when held_since is not null or stopped = 1 or head >= next then null
      else max(retry_at, coalesce(lease_until, 0))
    end
  ) virtual,
  primary key (application_id, endpoint_id)
) strict;
create index stream_claimable on stream (claimable_at) where claimable_at is not null;

-- `lease_lost`: kept for the record, the delivery was not moved. `detail`: JSON of url, headers,
-- timings and address.
create table attempt (
  seq integer primary key,
  application_id text not null,
  message_id text not null,
  id text not null,
  endpoint_id text not null,
  delivery_id text not null,
  event_type text not null,
  channels text,
  tags text,
  trigger integer not null,
  number integer not null,
  succeeded integer not null,
  response_status integer not null,
  error_class text,
  duration_ms integer not null,
  next_attempt_at integer,
  created_at integer not null,
  lease_lost integer not null default 0,
  response_truncated integer not null,
  detail text not null,
  response_body text not null
) strict;
create unique index attempt_message on attempt (message_id, id, application_id);
create index attempt_failed on attempt (application_id, endpoint_id, id) where succeeded = 0;

-- The lists. `list_progress`: rows of the table up to that `seq` are in its lists.
create table list_progress (
  source text primary key,
  seq integer not null
) strict, without rowid;
insert into list_progress (source, seq) values ('message', 0), ('delivery', 0), ('attempt', 0);

create table message_list (
  application_id text not null,
  id text not null,
  seq integer not null,
  primary key (application_id, id)
) strict, without rowid;
create table message_type_list (
  application_id text not null,
  event_type text not null,
  id text not null,
  seq integer not null,
  primary key (application_id, event_type, id)
) strict, without rowid;
create table delivery_list (
  application_id text not null,
  id text not null,
  seq integer not null,
  primary key (application_id, id)
) strict, without rowid;
create table delivery_endpoint_list (
  application_id text not null,
  endpoint_id text not null,
  id text not null,
  seq integer not null,
  primary key (application_id, endpoint_id, id)
) strict, without rowid;
create table attempt_endpoint_list (
  application_id text not null,
  endpoint_id text not null,
  id text not null,
  succeeded integer not null,
  seq integer not null,
  primary key (application_id, endpoint_id, id)
) strict, without rowid;

-- Rows lie in the order of writing, which is about the order of expiry: the sweeper follows it.
-- `message_id`: the message that was accepted with the key; `status`: a stored answer; neither:
-- the request is in progress until `expires_at`.
create table idempotency_key (
  seq integer primary key,
  scope text not null,
  key text not null,
  request_hash text not null,
  message_id text,
  status integer,
  body text,
  expires_at integer not null
) strict;
create unique index idempotency_key_key on idempotency_key (scope, key);
