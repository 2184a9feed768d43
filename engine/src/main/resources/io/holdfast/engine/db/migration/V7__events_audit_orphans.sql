-- Events: every change of what the API shows, in one order that no reader can miss a part of.
--
-- Triggers write them, so that no code path can change a row and forget its event. They go to
-- event_pending first, inside the transaction of the change. Ids from a sequence become visible in
-- the order of commits, not of ids, and a reader by "id > last" would miss what commits late; so an
-- event gets its id after its commit, when an engine moves it to event (EventDao.publish).

create table event_pending (
  seq           bigint generated always as identity primary key,
  at            timestamptz not null default clock_timestamp(),
  type          text not null,
  job_id        uuid,
  resource_type text not null,
  resource_id   uuid not null,
  resource_name text not null,
  data          jsonb not null
);

create table event (
  id            bigint primary key,           -- 1, 2, 3 ...: without a gap, and never given again
  at            timestamptz not null,         -- of the change
  type          text not null,                -- <noun>.<what happened>
  job_id        uuid,
  resource_type text not null,
  resource_id   uuid not null,
  resource_name text not null,
  data          jsonb not null
);
create index event_by_time on event (at);

-- Both the counter and the lock of whoever numbers events. It is part of every backup, so ids go on
-- where they were.
create table event_log (
  one       boolean primary key default true check (one),
  last_id   bigint not null default 0,
  pruned_to bigint not null default 0         -- events up to this one are no longer kept
);
insert into event_log default values;

create function event_write(
  type text, job uuid, resource_type text, resource_id uuid, resource_name text, data jsonb)
returns void language sql as $$
  insert into event_pending (type, job_id, resource_type, resource_id, resource_name, data)
  values (type, job, resource_type, resource_id, resource_name, jsonb_strip_nulls(data))
$$;

-- What an instance's state derives from; the state itself is derived by readers (InstanceBody).
create function event_instance_state(instance_id uuid, job uuid)
returns void language sql as $$
  select event_write('instance.state', job, 'instance', i.id, i.name,
           jsonb_build_object('powerState', i.power_state, 'activeJob', j.id,
                              'activeJobKind', j.kind))
  from instance i
  left join job j on j.target_id = i.id
    and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
  where i.id = instance_id
$$;

create function event_of_job() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform event_write('job.accepted', new.id, lower(new.target_type), new.target_id,
      new.target_name, jsonb_build_object('kind', new.kind, 'state', new.state,
                                          'submittedBy', new.submitted_by));
  else
    perform event_write('job.state', new.id, lower(new.target_type), new.target_id,
      new.target_name, jsonb_build_object('kind', new.kind, 'state', new.state,
        'undone', case when new.ended_at is null then null else new.undone end,
        'error', lower(replace(new.error ->> 'type', '_', '-'))));
  end if;
  if new.target_type = 'INSTANCE' and (tg_op = 'INSERT' or new.ended_at is not null) then
    perform event_instance_state(new.target_id, new.id);
  end if;
  return null;
end $$;
create trigger event_of_job_accepted after insert on job
  for each row execute function event_of_job();
create trigger event_of_job_state after update of state on job
  for each row when (old.state is distinct from new.state) execute function event_of_job();

create function event_of_step() returns trigger language plpgsql as $$
begin
  perform event_write('job.step', j.id, lower(j.target_type), j.target_id, j.target_name,
    jsonb_build_object('kind', j.kind, 'step', new.name, 'state', new.state,
      'attempt', new.attempt, 'detail', new.detail,
      'error', lower(replace(new.error ->> 'type', '_', '-'))))
  from job j where j.id = new.job_id;
  return null;
end $$;
create trigger event_of_step after update on job_step
  for each row when ((old.state, old.attempt, old.detail, old.error)
                     is distinct from (new.state, new.attempt, new.detail, new.error))
  execute function event_of_step();

create function event_of_power() returns trigger language plpgsql as $$
begin
  perform event_instance_state(new.id, null);
  return null;
end $$;
create trigger event_of_power after update of power_state on instance
  for each row when (old.power_state is distinct from new.power_state)
  execute function event_of_power();

create function event_of_host() returns trigger language plpgsql as $$
begin
  perform event_write('host.state', null, 'host', new.id, new.name,
    jsonb_build_object('state', new.state, 'reachable', new.unreachable_since is null));
  return null;
end $$;
create trigger event_of_host_state after update of state, unreachable_since on host
  for each row when (old.state is distinct from new.state
    or (old.unreachable_since is null) is distinct from (new.unreachable_since is null))
  execute function event_of_host();

-- For any table with an id and a name: <noun>.created and <noun>.deleted, and <noun>.changed with
-- the values of the columns that the trigger names. Arguments: the noun, then columns.
create function event_of_row() returns trigger language plpgsql as $$
declare
  noun text := tg_argv[0];
  row_now jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
  shown jsonb := '{}';
begin
  for i in 1 .. tg_nargs - 1 loop
    if tg_op = 'INSERT' or (tg_op = 'UPDATE'
        and to_jsonb(old) -> tg_argv[i] is distinct from row_now -> tg_argv[i]) then
      shown := shown || jsonb_build_object(
        (select string_agg(case when n = 1 then word else initcap(word) end, '' order by n)
         from unnest(string_to_array(tg_argv[i], '_')) with ordinality t (word, n)),
        row_now -> tg_argv[i]);
    end if;
  end loop;
  if tg_op <> 'UPDATE' or shown <> '{}' then
    perform event_write(
      noun || case tg_op when 'INSERT' then '.created' when 'DELETE' then '.deleted'
                         else '.changed' end,
      null, noun, (row_now ->> 'id')::uuid, row_now ->> 'name', shown);
  end if;
  return null;
end $$;
create trigger event_of_row after insert or delete on site
  for each row execute function event_of_row('site');
create trigger event_of_row after insert or delete on flavor
  for each row execute function event_of_row('flavor');
create trigger event_of_row after insert or delete on network
  for each row execute function event_of_row('network');
create trigger event_of_row after insert or delete on host
  for each row execute function event_of_row('host');
create trigger event_of_row after insert or delete or update of state, size_bytes on image
  for each row execute function event_of_row('image', 'state', 'size_bytes');
create trigger event_of_row
  after insert or delete or update of name, host_id, labels, addresses on instance
  for each row execute function event_of_row('instance', 'name', 'host_id', 'labels', 'addresses');
create trigger event_of_row
  after insert or delete or update of size_bytes, host_id, instance_id on volume
  for each row execute function event_of_row('volume', 'size_bytes', 'host_id', 'instance_id');

-- Audit: who asked for what, when, why, and what came of it. Written with what was accepted, in its
-- transaction; a refusal is written by itself.
create table audit (
  id          uuid primary key,
  created_at  timestamptz not null,
  caller      text not null,
  role        text not null,
  method      text not null,
  path        text not null,                  -- without query; bodies are never kept
  target_type text,
  target_id   uuid,
  target_name text,
  reason      text,                           -- the caller's own words
  request_id  text not null,
  outcome     text not null check (outcome in ('ACCEPTED', 'REFUSED')),
  status      int,                            -- of the refusal
  code        text,                           -- of the refusal
  job_id      uuid                            -- its end is read from the job
);
create index audit_by_page on audit (created_at, id);
create index audit_by_caller on audit (caller, created_at, id);

-- What of ours each host has, as of its last census. What of it is left over is never stored: it is
-- the difference to the ledger, taken when somebody asks.
create table host_census (
  host_id  uuid primary key references host on delete cascade,
  taken_at timestamptz not null,              -- when it began
  digest   text not null                      -- of the items; an equal census is not written again
);

create table census_item (
  host_id       uuid not null references host on delete cascade,
  kind          text not null,
  place         text not null,                -- pool, network, or empty
  name          text not null,
  owner_id      uuid not null,                -- the instance, image or network that it is of
  tagged_job    uuid,                         -- that made it
  bytes         bigint not null,
  detail        text not null,
  cidr          text,
  first_seen_at timestamptz not null,
  primary key (host_id, kind, place, name)
);
create index job_by_end on job (ended_at);    -- for "which jobs have ended since that census"
