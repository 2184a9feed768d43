-- A volume that an instance has is one more disk of its points. What is restored of it is a disk of
-- the new instance's own, which points of that one say, too.
alter table recovery_point_disk
  add column volume_id   uuid,
  add column volume_name text;

-- Since when a volume has the instance that it has, or none. What was counted of its changes before
-- is not trusted.
alter table volume add column instance_since timestamptz;
