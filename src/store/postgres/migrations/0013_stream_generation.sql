create unique index concurrently stream_generation
  on stream (application_id, endpoint_id, generation);
