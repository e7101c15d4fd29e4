-- Who follows what happens reads by transaction: nodes commit out of the order of their ids, and a
-- transaction below the snapshot's xmin is over for everybody. See changes.ts. Rows from before this
-- migration have none and are never read as news.
alter table message add column tx xid8;
alter table message alter column tx set default pg_current_xact_id();
create index message_tx on message (tx);
alter table attempt add column tx xid8;
alter table attempt alter column tx set default pg_current_xact_id();
create index attempt_tx on attempt (tx);
