-- Claims read what waits and what is leased apart: what a node sends from memory is leased from its
-- first moment and never among what waits, and what waits dies only once it was due. So dead entries
-- lie below the time a claim reads from, and not in front of it (see claims.ts). By the endpoint
-- alone: with the application in front, the planner takes another index of the application where it
-- knows of few live rows, and reads all that is dead in it.
create index concurrently open_delivery_waiting on open_delivery (endpoint_id, due_at)
  where state = 'pending' and due_at is not null;
create index concurrently open_delivery_leased on open_delivery (endpoint_id, due_at)
  where state = 'sending' and due_at is not null;
