-- What was sent to an ordered endpoint, in its order (see numbered.ts). Not concurrently, which a
-- partitioned table cannot: while it is made, outcomes wait, and nodes keep them; accepting goes on.
create index delivery_numbered on delivery (application_id, endpoint_id, sequence)
  where sequence is not null;
