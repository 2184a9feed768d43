-- Pools of several hosts that lie on one storage: its room is there once. A move between two of them
-- copies nothing, so it claims none of it.
alter table pool add column storage text;            -- the id that lies on it; null: the host's own
alter table migration add column shared boolean not null default false;
alter table volume add column wanted_pool text;      -- asked for, or null

create or replace view claim as
  select host_id, pool, vcpus, memory_mib, disk_bytes from reservation
  union all
  select host_id, pool, 0, 0, disk_bytes from volume_reservation
  union all
  select host_id, pool, 0, 0, disk_bytes from protection_member where host_id is not null
  union all
  select host_id, pool, 0, 0, claimed_bytes from snapshot where claimed_bytes is not null
  union all
  select case when arrived then source_host else target_host end,
         case when arrived then source_pool else target_pool end,
         vcpus, memory_mib, case when shared then 0 else disk_bytes end
  from migration
  union all
  select case when m.arrived then m.source_host else m.target_host end,
         case when m.arrived then p.source_pool else m.target_pool end,
         0, 0, p.disk_bytes
  from (select instance_id, source_pool, disk_bytes from migration_volume
        union all
        select instance_id, source_pool, disk_bytes from migration_snapshot) p
  join migration m on m.instance_id = p.instance_id
  where not m.shared
  union all
  select target_host, target_pool, vcpus, memory_mib, disk_bytes
  from evacuation_move where state = 'PLANNED';
