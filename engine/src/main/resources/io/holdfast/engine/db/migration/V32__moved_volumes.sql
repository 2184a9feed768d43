-- Volumes that go along with an instance that moves. As the instance does, each is claimed twice
-- meanwhile: in its own row, and here on the host that it is not on.
create table migration_volume (
  instance_id uuid not null references migration on delete cascade,
  volume_id   uuid primary key references volume on delete cascade,
  source_pool text not null,
  disk_bytes  bigint not null
);
create index migration_volume_by_instance on migration_volume (instance_id);

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
         vcpus, memory_mib, disk_bytes
  from migration
  union all
  select case when m.arrived then m.source_host else m.target_host end,
         case when m.arrived then v.source_pool else m.target_pool end,
         0, 0, v.disk_bytes
  from migration_volume v join migration m on m.instance_id = v.instance_id
  union all
  select target_host, target_pool, vcpus, memory_mib, disk_bytes
  from evacuation_move where state = 'PLANNED';
