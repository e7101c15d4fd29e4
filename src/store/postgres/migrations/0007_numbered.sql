-- What was sent to an ordered endpoint, in its order (see numbered.ts).
create index concurrently delivery_numbered on delivery (application_id, endpoint_id, sequence)
  where sequence is not null;
