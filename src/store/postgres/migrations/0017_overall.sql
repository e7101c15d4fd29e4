-- The lists of all applications together, by time. Ids ascend, so that each of these is written at its end;
-- what failed has one of its own, since it is looked for among many others.
create index concurrently message_overall on message (id);
create index concurrently open_delivery_overall on open_delivery (id);
create index concurrently delivery_overall on delivery (id);
create index concurrently delivery_failed_overall on delivery (id)
  where state in ('failed', 'canceled');
