-- Drills on a schedule, what a rehearsal may leave and until when, what a passed one proves of its
-- plan, and who outside is told.

create table drill_schedule (
  id              uuid primary key,
  project         text not null default 'default',
  name            text not null,
  plan_id         uuid not null references recovery_plan,
  cron            text,                       -- five fields, in the time zone
  every_millis    bigint check (every_millis > 0),  -- counted from anchor_at
  time_zone       text not null,              -- IANA
  anchor_at       timestamptz not null,
  catch_up_millis bigint not null,            -- a drill that is later than this is missed
  deadline_millis bigint not null,            -- from its begin
  paused          boolean not null default false,
  -- The timer, as protection_group.next_round_at is one.
  next_at         timestamptz not null,
  missed          bigint not null default 0,  -- so many fell due and did not begin
  missed_at       timestamptz,                -- when the last of them had fallen due
  missed_reason   text,
  revision        bigint not null default 0,  -- grows with each change of its definition
  created_at      timestamptz not null,
  changed_at      timestamptz not null,
  unique (project, name),
  check ((cron is null) <> (every_millis is null))
);
create index drill_schedule_by_page on drill_schedule (created_at, id);
create index drill_schedule_by_plan on drill_schedule (plan_id);
create index drill_schedule_due on drill_schedule (next_at) where not paused;

-- Of a run that makes guests which are not to stay: TEST and DRILL.
create table rehearsal (
  run_id        uuid primary key references plan_run on delete cascade,
  schedule_id   uuid,                         -- that began it, or null; the schedule may be gone
  schedule_name text,
  due_at        timestamptz,                  -- when it was to begin
  deadline_at   timestamptz,                  -- when it gives up; null: never
  expires_at    timestamptz not null,         -- what is left of it then is removed
  late          text                          -- why it is late, or null
);
create index rehearsal_by_schedule on rehearsal (schedule_id, due_at);

create trigger event_of_row
  after insert or delete or update of revision, paused, next_at on drill_schedule
  for each row execute function event_of_row('drill-schedule', 'revision', 'paused', 'next_at');

create function event_of_missed_drill() returns trigger language plpgsql as $$
begin
  perform event_write('drill.missed', null, 'recovery-plan', p.id, p.name,
    jsonb_build_object('schedule', new.name, 'dueAt', new.missed_at, 'reason', new.missed_reason,
                       'missed', new.missed - old.missed))
  from recovery_plan p where p.id = new.plan_id;
  return null;
end $$;
create trigger event_of_missed_drill after update of missed on drill_schedule
  for each row when (old.missed < new.missed) execute function event_of_missed_drill();

create function event_of_late_drill() returns trigger language plpgsql as $$
begin
  perform event_write('drill.late', r.id, 'recovery-plan', r.plan_id, r.plan_name,
    jsonb_build_object('run', r.id, 'schedule', new.schedule_name, 'dueAt', new.due_at,
                       'deadlineAt', new.deadline_at, 'reason', new.late))
  from plan_run r where r.id = new.run_id;
  return null;
end $$;
create trigger event_of_rehearsal_begun_late after insert on rehearsal
  for each row when (new.late is not null) execute function event_of_late_drill();
create trigger event_of_rehearsal_late after update of late on rehearsal
  for each row when (old.late is distinct from new.late and new.late is not null)
  execute function event_of_late_drill();

-- A run whose job ends short of its end proves that it failed, whichever way the job ended.
create function run_of_job_ended() returns trigger language plpgsql as $$
begin
  update plan_run set verdict = 'FAILED', ended_at = coalesce(ended_at, new.ended_at)
  where id = new.id and verdict is null;
  return null;
end $$;
create trigger run_of_job_ended after update of state on job
  for each row when (new.state in ('FAILED', 'CANCELLED') and old.state <> new.state
                     and new.target_type = 'RECOVERY_PLAN')
  execute function run_of_job_ended();

create function event_of_drill() returns trigger language plpgsql as $$
begin
  perform event_write(case new.verdict when 'PASSED' then 'drill.passed' else 'drill.failed' end,
    new.id, 'recovery-plan', new.plan_id, new.plan_name,
    jsonb_build_object('run', new.id, 'schedule', h.schedule_name, 'dueAt', h.due_at,
      'rtoMillis', new.rto_millis, 'rpoMillis', new.rpo_millis,
      'error', lower(replace(j.error ->> 'type', '_', '-')), 'reason', j.error ->> 'message'))
  from job j left join rehearsal h on h.run_id = j.id where j.id = new.id;
  return null;
end $$;
create trigger event_of_drill after update of verdict on plan_run
  for each row when (old.verdict is null and new.verdict is not null and new.kind = 'DRILL')
  execute function event_of_drill();

-- What a rehearsal proves of its plan, as long as nothing changes that it rests on. The row is there
-- from the moment that the run is settled, so that a change during the run counts.
create table plan_proof (
  run_id         uuid primary key references plan_run on delete cascade,
  plan_id        uuid not null references recovery_plan on delete cascade,
  verified_at    timestamptz,                 -- when the run passed; null until then
  verified_until timestamptz,
  voided_at      timestamptz,
  voided_by      text                         -- what changed, for people
);
create index plan_proof_by_plan on plan_proof (plan_id);
create table plan_proof_subject (
  run_id     uuid not null references plan_proof on delete cascade,
  subject_id uuid not null,                   -- plan, group, instance, network or host
  primary key (run_id, subject_id)
);
create index plan_proof_by_subject on plan_proof_subject (subject_id);

create function void_proofs(subject uuid, words text) returns void language sql as $$
  update plan_proof set voided_at = clock_timestamp(), voided_by = words
  where run_id in (
    select p.run_id from plan_proof p join plan_proof_subject s on s.run_id = p.run_id
    where s.subject_id = subject and p.voided_at is null
    order by p.run_id for update of p)        -- in one order, so that two changes do not deadlock
$$;

-- Arguments: the noun, then the columns whose change counts. A deletion always does.
create function proof_of_row() returns trigger language plpgsql as $$
declare
  changed text[] := '{}';
begin
  if tg_op = 'DELETE' then
    perform void_proofs(old.id, format('%s %s was deleted', tg_argv[0], old.name));
    return null;
  end if;
  for i in 1 .. tg_nargs - 1 loop
    if to_jsonb(old) -> tg_argv[i] is distinct from to_jsonb(new) -> tg_argv[i] then
      changed := changed || replace(tg_argv[i], '_', ' ');
    end if;
  end loop;
  if changed <> '{}' then
    perform void_proofs(new.id, format('%s %s has changed: %s', tg_argv[0], new.name,
                                       array_to_string(changed, ', ')));
  end if;
  return null;
end $$;
create trigger proof_of_plan after update of version on recovery_plan
  for each row execute function proof_of_row('recovery plan', 'version');
create trigger proof_of_group
  after delete or update of rpo_millis, target_site, state, paused on protection_group
  for each row execute function proof_of_row(
    'protection group', 'rpo_millis', 'target_site', 'state', 'paused');
create trigger proof_of_instance after delete or update of name, spec, host_id on instance
  for each row execute function proof_of_row('instance', 'name', 'spec', 'host_id');
create trigger proof_of_network after delete or update of name, mode, cidr on network
  for each row execute function proof_of_row('network', 'name', 'mode', 'cidr');
create trigger proof_of_host after delete or update of site_id, state, cpus, memory_mib on host
  for each row execute function proof_of_row('host', 'site_id', 'state', 'cpus', 'memory_mib');

-- Rows that have no name of their own: who is in a group, and which nics and volumes an instance has.
create function proof_of_member() returns trigger language plpgsql as $$
declare
  member record;
begin
  if tg_op = 'DELETE' then member := old; else member := new; end if;
  perform void_proofs(g.id, format('protection group %s has changed: instances', g.name))
  from protection_group g where g.id = member.group_id;
  return null;
end $$;
create trigger proof_of_member after insert or delete on protection_member
  for each row execute function proof_of_member();

create function proof_of_part() returns trigger language plpgsql as $$
begin
  perform void_proofs(i.id, format('instance %s has changed: %s', i.name, tg_argv[0]))
  from instance i where i.id in (
    case when tg_op <> 'INSERT' then (to_jsonb(old) ->> 'instance_id')::uuid end,
    case when tg_op <> 'DELETE' then (to_jsonb(new) ->> 'instance_id')::uuid end);
  return null;
end $$;
create trigger proof_of_nic after insert or delete on port
  for each row execute function proof_of_part('nics');
create trigger proof_of_volume after update of instance_id on volume
  for each row when (old.instance_id is distinct from new.instance_id)
  execute function proof_of_part('volumes');

create function event_of_readiness() returns trigger language plpgsql as $$
begin
  perform event_write('recovery-plan.readiness', null, 'recovery-plan', p.id, p.name,
    jsonb_build_object('run', new.run_id, 'verifiedUntil', new.verified_until,
                       'voided', new.voided_by))
  from recovery_plan p where p.id = new.plan_id;
  return null;
end $$;
create trigger event_of_readiness after update on plan_proof
  for each row when (new.verified_at is not null) execute function event_of_readiness();

-- Events for a receiver outside, each a row until it has taken it.
create table webhook_delivery (
  event_id     bigint primary key,
  body         text not null,                 -- as it is signed and sent, each time the same
  type         text not null,
  created_at   timestamptz not null,
  attempts     int not null default 0,
  next_at      timestamptz not null,
  delivered_at timestamptz,
  given_up_at  timestamptz,
  last_error   text
);
create index webhook_delivery_due on webhook_delivery (next_at)
  where delivered_at is null and given_up_at is null;

-- Up to which event deliveries were made of events; also the lock of whoever makes them.
create table webhook_cursor (
  one     boolean primary key default true check (one),
  last_id bigint not null
);
