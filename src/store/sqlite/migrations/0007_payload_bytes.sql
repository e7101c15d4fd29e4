-- How long a payload was, noted when it is dropped; before that it is its length. Behind the payload in
-- the row, and read only where that is gone. Null: dropped before this migration.
alter table message add column payload_bytes integer;
