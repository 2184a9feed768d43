-- A BROKEN point that was read and found wrong is of no use; one that a target refused, and that nobody has read since, may be
-- good: its pool may not have been mounted.
alter table recovery_point add column condemned_at timestamptz; -- when it was last read and found wrong
