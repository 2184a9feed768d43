-- The moves of an evacuation, as they were pinned. As with runs of recovery plans, nothing here refers
-- to a row that may go: what has ended is evidence.

create table evacuation_move (
  job_id        uuid not null,                -- of the evacuation
  instance_id   uuid not null,
  instance_name text not null,
  position      int not null,                 -- in the order in which moves begin
  priority      int not null,
  running       boolean not null,             -- when it was planned
  source_host   uuid not null,
  target_host   uuid,                         -- null: no host will do
  target_name   text,
  target_pool   text,
  why           text,                         -- what set the target apart
  vcpus         int not null,
  memory_mib    bigint not null,
  disk_bytes    bigint not null,
  refusals      jsonb not null default '[]',  -- each host that will not do, with its numbers
  obstacles     jsonb not null default '[]',  -- what of the instance cannot leave its host
  state         text not null check (state in
    ('PLANNED', 'REFUSED', 'MOVING', 'MOVED', 'FAILED', 'SKIPPED', 'CANCELLED')),
  move_job      uuid,                         -- of the last attempt
  error         text,
  started_at    timestamptz,
  ended_at      timestamptz,
  primary key (job_id, instance_id),
  check (state <> 'PLANNED' or target_host is not null)
);
create index evacuation_move_by_job on evacuation_move (move_job);
create index evacuation_move_planned on evacuation_move (target_host) where state = 'PLANNED';

-- A place that was planned is claimed until its move begins, and claims it by itself.
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
  select target_host, target_pool, vcpus, memory_mib, disk_bytes
  from evacuation_move where state = 'PLANNED';
