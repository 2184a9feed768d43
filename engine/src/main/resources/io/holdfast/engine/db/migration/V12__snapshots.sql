-- Snapshots of instances: files of their own on the instance's host, in the pool of its disks.

create table snapshot (
  id            uuid primary key,             -- derives from the job that takes it
  project       text not null default 'default',
  name          text not null,
  -- Refers to no row: an instance may go, and what was taken of it stays.
  instance_id   uuid not null,
  instance_name text not null,
  host_id       uuid not null references host,  -- a host with snapshots is not deleted
  pool          text not null,
  consistency   text not null check (consistency in ('CRASH', 'APPLICATION')),
  size_bytes    bigint not null,              -- of the instance's disks
  -- As much as the disks have until it is taken, then what its files take; null before its job
  -- has claimed anything.
  claimed_bytes bigint,
  disks         jsonb not null default '[]',  -- name, bytes, allocatedBytes
  taken_at      timestamptz,                  -- no later than what it shows; null until it is taken
  window_millis bigint not null default 0,    -- for which the guest was held still
  created_at    timestamptz not null,
  unique (project, name)
);
create index snapshot_by_page on snapshot (created_at, id);
create index snapshot_by_instance on snapshot (instance_id);
create index snapshot_by_host on snapshot (host_id);

create or replace view claim as
  select host_id, pool, vcpus, memory_mib, disk_bytes from reservation
  union all
  select host_id, pool, 0, 0, disk_bytes from volume_reservation
  union all
  select host_id, pool, 0, 0, disk_bytes from protection_member where host_id is not null
  union all
  select host_id, pool, 0, 0, claimed_bytes from snapshot where claimed_bytes is not null;

create trigger event_of_row
  after insert or delete or update of taken_at on snapshot
  for each row execute function event_of_row('snapshot', 'instance_id', 'taken_at');
