-- Small things with a version: API keys, ended sessions, background tasks, places of pollers.
create table record (
  kind text collate "C" not null,
  id text collate "C" not null,
  owner text collate "C" not null,
  version bigint not null,
  due_at bigint,
  expires_at bigint,
  body text not null,
  primary key (kind, id)
);
create index record_owner on record (kind, owner, id);
create index record_due on record (kind, due_at) where due_at is not null;
create index record_expiry on record (expires_at) where expires_at is not null;
