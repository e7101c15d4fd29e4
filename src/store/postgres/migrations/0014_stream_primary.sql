alter table stream
  drop constraint stream_pkey,
  add constraint stream_primary primary key using index stream_generation;
