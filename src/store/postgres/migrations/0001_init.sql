-- Times are milliseconds since 1970 (bigint), as in the SQLite adapter: the same values and the same
-- arithmetic in both. Ids are compared bytewise (collate "C"), so that they sort by time.
-- Every hot table carries the application id first in its key.

create table posthorn_setting (
  name text primary key,
  value text not null
);

create table application (
  id text collate "C" primary key,
  organization_id text collate "C" not null,
  uid text collate "C",
  name text not null,
  metadata text not null,
  throttle_rate integer,
  profile text not null,
  enabled boolean not null,
  config_version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint
);
create unique index application_uid on application (organization_id, uid)
  where uid is not null and deleted_at is null;
create index application_list on application (organization_id, id) where deleted_at is null;

create table endpoint (
  application_id text collate "C" not null,
  id text collate "C" not null,
  uid text collate "C",
  url text not null,
  description text not null,
  version integer not null,
  transport text not null check (transport in ('http', 'listen')),
  disabled_at bigint,
  disabled_reason text check (disabled_reason in ('manual', 'failing', 'gone')),
  paused_at bigint,
  event_types text,
  channels text,
  metadata text not null,
  throttle_rate integer,
  secrets text not null,
  headers text not null,
  credentials text,
  policy text not null,
  attributes text not null,
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint,
  primary key (application_id, id)
);
create unique index endpoint_uid on endpoint (application_id, uid)
  where uid is not null and deleted_at is null;

create table endpoint_health (
  application_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  failing_since bigint,
  consecutive_failures integer not null,
  open_until bigint,
  primary key (application_id, endpoint_id)
) with (fillfactor = 50);

create table event_type (
  organization_id text collate "C" not null,
  name text collate "C" not null,
  description text not null,
  archived boolean not null,
  deprecated boolean not null,
  schemas text,
  feature_flags text[] not null,
  group_name text,
  attributes text not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (organization_id, name)
);

-- History lies in partitions by time. The id begins with its time, so a range of ids is a range
-- of time, and the key needs no further column. Partitions are made ahead (see partitions.ts).
create table message (
  application_id text collate "C" not null,
  id text collate "C" not null,
  event_type text collate "C" not null,
  event_id text collate "C",
  channels text[],
  tags text[],
  payload bytea,
  content_type text not null,
  created_at bigint not null,
  deliver_at bigint,
  payload_expires_at bigint not null,
  attributes text not null,
  primary key (application_id, id)
) partition by range (id);
create table message_default partition of message default;
create index message_expiry on message (payload_expires_at) where payload is not null;

-- Differs because a unique index of a partitioned table must hold the partition key.
create table message_event_id (
  application_id text collate "C" not null,
  event_id text collate "C" not null,
  message_id text collate "C" not null,
  primary key (application_id, event_id)
);

-- Differs because of vacuum: open deliveries live in a small hot table and leave it when final,
-- so that history is only ever appended to.
create table open_delivery (
  application_id text collate "C" not null,
  id text collate "C" not null,
  endpoint_id text collate "C" not null,
  message_id text collate "C" not null,
  state text not null check (state in ('pending', 'sending')),
  trigger text not null check (trigger in ('scheduled', 'manual')),
  attempt_count integer not null,
  due_at bigint,
  sequence bigint,
  lease_token text,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (application_id, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);
create index open_delivery_due on open_delivery (application_id, endpoint_id, due_at)
  where due_at is not null;
create index open_delivery_message on open_delivery (application_id, message_id);
create index open_delivery_sequence on open_delivery (application_id, endpoint_id, sequence)
  where sequence is not null;

create table delivery (
  application_id text collate "C" not null,
  id text collate "C" not null,
  endpoint_id text collate "C" not null,
  message_id text collate "C" not null,
  state text not null check (state in ('succeeded', 'failed', 'canceled')),
  trigger text not null check (trigger in ('scheduled', 'manual')),
  attempt_count integer not null,
  sequence bigint,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (application_id, id)
) partition by range (id);
create table delivery_default partition of delivery default;
create index delivery_message on delivery (application_id, message_id);
create index delivery_endpoint on delivery (application_id, endpoint_id, id);

create table attempt (
  application_id text collate "C" not null,
  id text collate "C" not null,
  endpoint_id text collate "C" not null,
  message_id text collate "C" not null,
  delivery_id text collate "C" not null,
  event_type text collate "C" not null,
  channels text[],
  tags text[],
  trigger text not null,
  number integer not null,
  succeeded boolean not null,
  url text not null,
  response_status integer not null,
  response_body bytea not null,
  response_truncated boolean not null,
  error_class text,
  duration_ms double precision not null,
  request_headers text not null,
  response_headers text not null,
  timings text not null,
  remote_address text,
  next_attempt_at bigint,
  -- Kept for the record: its delivery was not moved.
  lease_lost boolean not null default false,
  created_at bigint not null,
  primary key (application_id, id)
) partition by range (id);
create table attempt_default partition of attempt default;
create index attempt_message on attempt (application_id, message_id, id);
create index attempt_endpoint on attempt (application_id, endpoint_id, id);

create table stream (
  application_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  next bigint not null,
  head bigint not null,
  lease_token text,
  lease_epoch bigint not null,
  lease_until bigint,
  ready_at bigint,
  held_since bigint,
  primary key (application_id, endpoint_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

create table idempotency_key (
  scope text collate "C" not null,
  key text collate "C" not null,
  request_hash text not null,
  message_id text collate "C",
  status integer,
  body text,
  reserved_until bigint,
  expires_at bigint not null,
  primary key (scope, key)
);
create index idempotency_key_expiry on idempotency_key (expires_at);
