-- Counts up with a stream's numbers, so that a look at it can begin behind its dead rows
-- (stream-generations.ts). Rows that older nodes write keep theirs.
alter table stream add column generation bigint not null default 0;
