-- What the counts of large lists read instead of every row.
--
-- The event type beside the delivery saves a look-up of its message, which lies on a page of its
-- own. Null: written before this migration, the message has it.
alter table delivery add column event_type text;

-- Attempts of an endpoint by spans of about eight minutes: all ids that begin with the same ten
-- characters. Follows `attempt_endpoint_list`, in the same commits: see lists.ts.
create table attempt_count (
  application_id text not null,
  endpoint_id text not null,
  span text not null,
  succeeded integer not null,
  count integer not null,
  primary key (application_id, endpoint_id, span, succeeded)
) strict, without rowid;
insert into attempt_count (application_id, endpoint_id, span, succeeded, count)
select application_id, endpoint_id, substr(id, 1, 10), succeeded, count(*)
from attempt_endpoint_list
group by 1, 2, 3, 4;
