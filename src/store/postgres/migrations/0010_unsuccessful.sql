-- The few that ended without success, for an endpoint's statistics: among 500,000 deliveries of a day
-- they were looked for one by one.
create index concurrently delivery_unsuccessful on delivery (application_id, endpoint_id, id)
  where state in ('failed', 'canceled');
