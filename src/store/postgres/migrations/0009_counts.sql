-- Attempts of an endpoint by spans of about eight minutes: all ids that begin with the same ten
-- characters. One node at a time counts behind the rows, by their transactions: see attempt-counts.ts.
-- Weekly partitions, as of the attempts themselves.
create table attempt_count (
  application_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  span text collate "C" not null,
  succeeded boolean not null,
  count bigint not null,
  primary key (application_id, endpoint_id, span, succeeded)
) partition by range (span);
create table attempt_count_default partition of attempt_count default;
-- Attempts of transactions below `tx`, and those of none (from before they had any), are counted.
create table attempt_counted (
  tx xid8 not null
);
insert into attempt_counted (tx) values ('0');
insert into attempt_count (application_id, endpoint_id, span, succeeded, count)
select application_id, endpoint_id, substr(id, 1, 10), succeeded, count(*)
from attempt
where tx is null
group by 1, 2, 3, 4;
