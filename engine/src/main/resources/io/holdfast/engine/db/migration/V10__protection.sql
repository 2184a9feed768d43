-- Protection groups and their recovery points. The hosts have the bytes; which of them make up a
-- point that may be recovered from is decided here, in one transaction.

create table protection_group (
  id             uuid primary key,
  project        text not null default 'default',
  name           text not null,
  target_site    uuid not null references site,
  rpo_millis     bigint not null check (rpo_millis > 0),
  retention      jsonb not null,              -- keepLast, hourly, daily, weekly
  -- DISSOLVED: protects nothing any more, and is there for the points that were to stay.
  state          text not null default 'ACTIVE' check (state in ('ACTIVE', 'DISSOLVED')),
  paused         boolean not null default false,
  -- The timer of its rounds (as instance.lease_until is one): a change of it is an update, and no
  -- process has to live for it to go on.
  next_round_at  timestamptz not null,
  missed_rounds  bigint not null default 0,   -- fell due while the last one still ran
  last_number    bigint not null default 0,   -- of its points; never given again
  rpo_violation  text check (rpo_violation in ('WARNING', 'CRITICAL')),  -- as it was last told
  revision       bigint not null default 0,   -- grows with each change of its definition
  created_at     timestamptz not null
);
-- A group that is only kept for its points does not keep its name from a new one.
create unique index protection_group_by_name on protection_group (project, name)
  where state = 'ACTIVE';
create index protection_group_by_page on protection_group (created_at, id);
create index protection_group_due on protection_group (next_round_at)
  where state = 'ACTIVE' and not paused;

create table protection_member (
  -- The key says that an instance is in at most one group: two would fight over its bitmaps.
  -- An instance that is deleted leaves its group; its part of the points stays.
  instance_id uuid primary key references instance on delete cascade,
  group_id    uuid not null references protection_group on delete cascade,
  -- Where its replicas go, and what they claim there: the size of its disks, once. Points share
  -- what they have in common, and pools promise twice what they have anyway.
  host_id     uuid references host,
  pool        text,
  disk_bytes  bigint not null default 0,
  position    int not null                    -- in the order that the caller gave
);
create index protection_member_by_group on protection_member (group_id, position);
create index protection_member_by_host on protection_member (host_id);

create or replace view claim as
  select host_id, pool, vcpus, memory_mib, disk_bytes from reservation
  union all
  select host_id, pool, 0, 0, disk_bytes from volume_reservation
  union all
  select host_id, pool, 0, 0, disk_bytes from protection_member where host_id is not null;

create table recovery_point (
  id            uuid primary key,             -- derives from the job that makes it
  group_id      uuid not null references protection_group on delete cascade,
  number        bigint not null,              -- rises by one in its group
  job_id        uuid not null unique,         -- a repeated call finds its point by it
  -- STAGING and SEALED: a round works on it. Without one that lives it is a leftover, which the
  -- next holder of the group retires.
  state         text not null check (state in
    ('STAGING', 'SEALED', 'AVAILABLE', 'RETIRED', 'PURGED', 'BROKEN')),
  taken_at      timestamptz,                  -- no later than what it shows; null until it is taken
  window_millis bigint not null default 0,    -- between the moments of its instances, at most
  held          boolean not null default false,  -- retention does not touch it
  held_reason   text,
  verified_at   timestamptz,                  -- when all of it was last read and found right
  notes         jsonb not null default '[]',  -- what was unusual about it, for people
  available_at  timestamptz,
  created_at    timestamptz not null,
  unique (group_id, number)
);
create index recovery_point_by_group on recovery_point (group_id, state, number);
create index recovery_point_by_page on recovery_point (group_id, created_at, id);

-- A row is there as long as its replica may be.
create table recovery_point_disk (
  point_id        uuid not null references recovery_point on delete cascade,
  -- Neither of these refers to a row: an instance may go, and what was copied of it stays.
  instance_id     uuid not null,
  instance_name   text not null,
  disk            text not null,
  bytes           bigint not null,            -- of the disk that the guest saw
  host_id         uuid not null references host,  -- a host with replicas is not deleted
  pool            text not null,
  base_id         uuid,                       -- the point that it started from, or null
  base_root       text,
  change_source   text not null check (change_source in ('FULL', 'BITMAP', 'HASHES')),
  reason          text not null,              -- why it is what it is, for people
  root            text,                       -- Merkle root; null until it is sealed
  allocated_bytes bigint not null default 0,
  logical_bytes   bigint not null default 0,
  wire_bytes      bigint not null default 0,
  zero_bytes      bigint not null default 0,
  same_bytes      bigint not null default 0,
  broken          text,                       -- what is wrong with it, or null
  primary key (point_id, instance_id, disk)
);
create index recovery_point_disk_by_host on recovery_point_disk (host_id);
create index recovery_point_disk_by_instance on recovery_point_disk (instance_id);

create trigger event_of_row
  after insert or delete
    or update of state, paused, rpo_millis, retention, revision, missed_rounds, rpo_violation
  on protection_group
  for each row execute function event_of_row(
    'protection-group', 'state', 'paused', 'rpo_millis', 'retention', 'revision', 'missed_rounds',
    'rpo_violation');

-- A point has no name but its group's, with its number.
create function event_of_point() returns trigger language plpgsql as $$
begin
  perform event_write('recovery-point.state', new.job_id, 'recovery-point', new.id,
    (select name from protection_group where id = new.group_id) || '-' || new.number,
    jsonb_build_object('state', new.state, 'group', new.group_id, 'held', new.held));
  return null;
end $$;
create trigger event_of_point_made after insert on recovery_point
  for each row execute function event_of_point();
create trigger event_of_point after update of state, held on recovery_point
  for each row when ((old.state, old.held) is distinct from (new.state, new.held))
  execute function event_of_point();

-- As before, with the names of resources as the API spells them: protection-group.
create or replace function event_of_job() returns trigger language plpgsql as $$
declare
  noun text := lower(replace(new.target_type, '_', '-'));
begin
  if tg_op = 'INSERT' then
    perform event_write('job.accepted', new.id, noun, new.target_id,
      new.target_name, jsonb_build_object('kind', new.kind, 'state', new.state,
                                          'submittedBy', new.submitted_by));
  else
    perform event_write('job.state', new.id, noun, new.target_id,
      new.target_name, jsonb_build_object('kind', new.kind, 'state', new.state,
        'undone', case when new.ended_at is null then null else new.undone end,
        'error', lower(replace(new.error ->> 'type', '_', '-'))));
  end if;
  if new.target_type = 'INSTANCE' and (tg_op = 'INSERT' or new.ended_at is not null) then
    perform event_instance_state(new.target_id, new.id);
  end if;
  return null;
end $$;

create or replace function event_of_step() returns trigger language plpgsql as $$
begin
  perform event_write('job.step', j.id, lower(replace(j.target_type, '_', '-')), j.target_id,
    j.target_name,
    jsonb_build_object('kind', j.kind, 'step', new.name, 'state', new.state,
      'attempt', new.attempt, 'detail', new.detail,
      'error', lower(replace(new.error ->> 'type', '_', '-'))))
  from job j where j.id = new.job_id;
  return null;
end $$;
