-- The views of the list of messages: what nobody wanted, tests, and what failed somewhere. Marks stand
-- first in the attributes (see domain/message-marks.ts).
create index message_unsubscribed on message (application_id, id)
  where substr(attributes, 1, 20) = '{"unsubscribed":true';
create index message_test on message (application_id, id)
  where substr(attributes, 1, 16) = '{"source":"test"';
create index delivery_failed_message on delivery (application_id, message_id) where state = 3;
