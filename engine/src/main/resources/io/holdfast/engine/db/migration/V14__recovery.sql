-- Recovery plans, their runs, and what a run makes of protected instances.

create table recovery_plan (
  id         uuid primary key,
  project    text not null default 'default',
  name       text not null,
  site_id    uuid not null references site,   -- the recovery site
  version    bigint not null,                 -- of the definition; a run keeps the one it began with
  definition jsonb not null,                  -- tiers, instances, probes, networks
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (project, name)
);
create index recovery_plan_by_page on recovery_plan (created_at, id);

-- A run outlives its plan: it is evidence. Its id is that of its job.
create table plan_run (
  id           uuid primary key,
  plan_id      uuid not null,
  plan_name    text not null,
  plan_version bigint not null,
  definition   jsonb not null,
  site_id      uuid not null references site,
  kind         text not null check (kind in ('TEST', 'DRILL', 'DISASTER_RECOVERY')),
  reason       text,                          -- the caller's own words
  triggered_at timestamptz not null,
  pinned_at    timestamptz,                   -- when points, hosts and networks were settled
  ended_at     timestamptz,
  verdict      text check (verdict in ('PASSED', 'FAILED')),
  rto_millis   bigint,
  rpo_millis   bigint,
  cleanup_job  uuid,                          -- that removed what a test made
  removed_at   timestamptz                    -- when hosts and ledger were read back as clean
);
create index plan_run_by_page on plan_run (plan_id, triggered_at, id);

-- An instance of a run. As with recovery points, nothing here refers to a row that may go.
create table plan_run_instance (
  run_id        uuid not null references plan_run on delete cascade,
  source_id     uuid not null,
  source_name   text not null,
  tier          text not null,
  tier_position int not null,
  position      int not null,                 -- in its tier
  parallel      int not null,                 -- of its tier
  policy        text not null,
  attempts      int not null,                 -- at most
  probes        jsonb not null,               -- as the plan has them
  point_id      uuid,                         -- null when none could be chosen
  point_number  bigint,
  group_name    text,
  taken_at      timestamptz,
  verified_at   timestamptz,
  disks         jsonb not null,               -- name, bytes and root of each
  host_id       uuid,
  host_name     text,
  nics          jsonb not null,               -- from which network to which, with addresses
  refusal       text,                         -- why it cannot be recovered, or null
  attempt       int not null default 0,
  job_id        uuid,                         -- of the last attempt
  instance_id   uuid,                         -- that the last attempt makes
  instance_name text,
  state         text not null check (state in
    ('NOT_STARTED', 'RUNNING', 'RECOVERED', 'SKIPPED', 'FAILED', 'REMOVED')),
  started_at    timestamptz,
  recovered_at  timestamptz,
  results       jsonb not null default '[]',  -- of the probes
  console       text,
  error         text,
  primary key (run_id, source_id)
);

-- Why an instance cannot be running at the protected site any more.
create table fencing_proof (
  id          uuid primary key,
  run_id      uuid not null references plan_run on delete cascade,
  instance_id uuid,                           -- null: all instances of the run
  proof       text not null check (proof in ('OPERATOR')),
  reason      text,
  given_by    text not null,
  given_at    timestamptz not null
);
create index fencing_proof_by_run on fencing_proof (run_id);

-- Which instance has taken over from another one. The source's row and disks stay as they are.
create table promotion (
  source_id   uuid primary key references instance on delete cascade,
  instance_id uuid not null,
  run_id      uuid not null,
  promoted_at timestamptz not null
);

-- The network of a test has the addresses of the one that it stands for, on other hosts.
alter table network add column bubble_of uuid; -- the run that it is of, or null
alter table network drop constraint network_cidr_excl;
alter table network add constraint network_cidr_excl
  exclude using gist (cidr inet_ops with &&) where (bubble_of is null);

-- A run reads the points that it pinned until it ends.
create or replace view recovery_point_reader as
  select p.id as point_id, j.id as job_id
  from recovery_point p join job j on j.target_id = p.id
  where j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
  union all
  select p.id, j.id
  from recovery_point p join job j on j.request ->> 'recoveryPoint' = p.id::text
  where j.kind = 'RESTORE_POINT'
    and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
  union all
  select i.point_id, j.id
  from plan_run_instance i join job j on j.id = i.run_id
  where i.point_id is not null
    and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL');
create index plan_run_instance_by_point on plan_run_instance (point_id);
create index job_of_run on job ((request ->> 'run')) where kind = 'PROMOTE_INSTANCE';

create trigger event_of_row
  after insert or delete or update of version on recovery_plan
  for each row execute function event_of_row('recovery-plan', 'version');

create function event_of_run() returns trigger language plpgsql as $$
begin
  perform event_write('run.verdict', new.id, 'recovery-plan', new.plan_id, new.plan_name,
    jsonb_build_object('run', new.id, 'kind', new.kind, 'verdict', new.verdict,
      'rtoMillis', new.rto_millis, 'rpoMillis', new.rpo_millis));
  return null;
end $$;
create trigger event_of_run after update of verdict on plan_run
  for each row when (old.verdict is distinct from new.verdict) execute function event_of_run();
