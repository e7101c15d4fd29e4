-- Waiting, failed and canceled deliveries of all applications together, by time: they are looked for among
-- many others. Written when a delivery fails or has to wait; what arrives at once costs nothing. All
-- deliveries, and messages, are in the order of time by their keys.
create index delivery_attention_overall on delivery (state, id)
  where state = 0 or state = 3 or state = 4;
