-- Only nodes from before 0006 claim through it.
drop index open_delivery_due;
