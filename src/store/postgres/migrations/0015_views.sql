-- The views of the list of messages: what nobody wanted, tests, and what failed somewhere. Marks stand
-- first in the attributes (see domain/message-marks.ts).
create index concurrently message_unsubscribed on message (application_id, id)
  where attributes like '{"unsubscribed":true%';
create index concurrently message_test on message (application_id, id)
  where attributes like '{"source":"test"%';
create index concurrently delivery_failed_message on delivery (application_id, message_id)
  where state = 'failed';
