-- Who changed what: appended in the commit of the change, removed by age only, never altered.
create table audit (
  organization_id text collate "C" not null,
  id text collate "C" not null,
  at bigint not null,
  application_id text collate "C",
  actor_kind text collate "C" not null,
  actor_id text collate "C",
  operation text collate "C" not null,
  resource_kind text collate "C",
  resource_id text collate "C",
  body text not null,
  primary key (organization_id, id)
);
create index audit_actor on audit (organization_id, actor_id, id);
create index audit_resource on audit (organization_id, resource_id, id);
create index audit_age on audit (at);
create function audit_stays() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end
$$;
create trigger audit_stays before update on audit
for each statement execute function audit_stays();
