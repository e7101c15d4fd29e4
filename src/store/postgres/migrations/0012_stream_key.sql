-- One stream for each endpoint. An expression, so that no look at a stream goes by this index, which
-- has no generations: the planner would take it for the better one.
create unique index concurrently stream_key on stream ((endpoint_id || ''), application_id);
