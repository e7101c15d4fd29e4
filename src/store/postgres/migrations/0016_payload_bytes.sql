-- How long a payload was, noted when it is dropped; before that it is its length. Null: dropped before
-- this migration, or by an older node.
alter table message add column payload_bytes integer;
