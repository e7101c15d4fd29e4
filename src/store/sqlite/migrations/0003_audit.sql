-- Who changed what: appended in the commit of the change, removed by age only, never altered.
create table audit (
  organization_id text not null,
  id text not null,
  at integer not null,
  application_id text,
  actor_kind text not null,
  actor_id text,
  operation text not null,
  resource_kind text,
  resource_id text,
  body text not null,
  primary key (organization_id, id)
) strict, without rowid;
create index audit_actor on audit (organization_id, actor_id, id);
create index audit_resource on audit (organization_id, resource_id, id);
create index audit_age on audit (at);
create trigger audit_stays before update on audit
begin
  select raise(abort, 'the audit log is append-only');
end;
