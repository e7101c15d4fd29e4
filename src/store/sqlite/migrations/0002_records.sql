-- Small things with a version: API keys, ended sessions, background tasks, places of pollers.
create table record (
  kind text not null,
  id text not null,
  owner text not null,
  version integer not null,
  due_at integer,
  expires_at integer,
  body text not null,
  primary key (kind, id)
) strict, without rowid;
create index record_owner on record (kind, owner, id);
create index record_due on record (kind, due_at) where due_at is not null;
create index record_expiry on record (expires_at) where expires_at is not null;
