-- A run may turn the direction of protection: what was recovered is protected at the site that was
-- failed over from.

alter table plan_run drop constraint plan_run_kind_check;
alter table plan_run add constraint plan_run_kind_check
  check (kind in ('TEST', 'DRILL', 'DISASTER_RECOVERY', 'REPROTECT', 'PLANNED_MIGRATION', 'FAILBACK'));

-- What was copied before its direction was turned is no point of what a group protects now.
alter table protection_group add column direction_since timestamptz;
-- Points with a higher number are of the direction that the group has now.
alter table protection_group add column direction_after bigint not null default 0;

-- A group whose direction a run turns, with what a turn back needs.
create table reversed_group (
  run_id      uuid not null references plan_run on delete cascade,
  group_id    uuid not null,
  group_name  text not null,
  point_id    uuid not null,                  -- keeps what the old site had
  from_site   uuid not null,                  -- that has protected its replicas until now
  to_site     uuid not null,                  -- the old site
  was_paused  boolean not null,
  was_since   timestamptz,                    -- its direction_since before, and direction_after
  was_after   bigint not null,
  reversed_at timestamptz,                    -- null: not yet, or turned back
  primary key (run_id, group_id)
);

-- An instance of such a group. As with runs, nothing here refers to a row that may go.
create table reversed_instance (
  run_id         uuid not null references plan_run on delete cascade,
  source_id      uuid not null,
  source_name    text not null,
  successor_id   uuid not null,               -- that has taken over from it, and is protected now
  successor_name text not null,
  group_id       uuid not null,
  host_id        uuid not null,               -- has the source's disks, and its successor's replicas
  host_name      text not null,
  pool           text not null,
  replica_host   uuid,                        -- had the source's replicas
  replica_pool   text,
  replica_bytes  bigint not null,             -- that were claimed there
  released_at    timestamptz,                 -- when the source was removed
  primary key (run_id, source_id)
);

-- What a site that was failed over from had written and nobody had copied.
create table lost_write (
  run_id      uuid not null references plan_run on delete cascade,
  instance_id uuid not null,
  disk        text not null,
  bytes       bigint not null,
  ranges      int not null,
  first       jsonb not null,                 -- the first of them: offset and length
  primary key (run_id, instance_id, disk)
);
