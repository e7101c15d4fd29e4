-- One stream for each endpoint. An expression, so that no look at a stream goes by this index, which
-- has no generations: the planner would take it for the better one, or a column of it.
create unique index concurrently stream_key on stream ((application_id || ' ' || endpoint_id));
