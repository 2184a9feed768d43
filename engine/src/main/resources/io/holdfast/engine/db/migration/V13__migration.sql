-- Instances on their way to another host. An instance has one place, and while it moves one claim
-- more: first at the host that it goes to, then, once it is there, at the one that it left.

create table migration (
  instance_id uuid primary key references instance on delete cascade,
  job_id      uuid not null,
  source_host uuid not null references host,
  source_pool text not null,
  target_host uuid not null references host,
  target_pool text not null,
  vcpus       int not null,
  memory_mib  bigint not null,
  disk_bytes  bigint not null,
  arrived     boolean not null default false,  -- the instance's own claim is at the target now
  created_at  timestamptz not null
);
create index migration_by_source on migration (source_host);
create index migration_by_target on migration (target_host);

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
  from migration;
