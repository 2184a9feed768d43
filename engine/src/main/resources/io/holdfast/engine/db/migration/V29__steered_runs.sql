-- What people do to a run of a recovery plan besides its job's verbs: hold it up, and change what it
-- has not begun.

alter table plan_run
  add column paused_at timestamptz,           -- since when nothing more of it begins, or null
  add column paused_by text,
  add column pause_reason text;

create function event_of_pause() returns trigger language plpgsql as $$
begin
  perform event_write(
    case when new.paused_at is null then 'run.resumed' else 'run.paused' end,
    new.id, 'recovery-plan', new.plan_id, new.plan_name,
    jsonb_build_object('run', new.id, 'kind', new.kind, 'by', new.paused_by,
      'reason', new.pause_reason));
  return null;
end $$;
create trigger event_of_pause after update of paused_at on plan_run
  for each row when ((old.paused_at is null) is distinct from (new.paused_at is null))
  execute function event_of_pause();

alter table plan_run_instance drop constraint plan_run_instance_state_check;
alter table plan_run_instance add constraint plan_run_instance_state_check check (state in
  ('NOT_STARTED', 'RUNNING', 'RECOVERED', 'SKIPPED', 'LEFT_OUT', 'FAILED', 'REMOVED'));

create table plan_run_edit (
  id        uuid primary key,
  run_id    uuid not null references plan_run on delete cascade,
  edited_at timestamptz not null,
  edited_by text not null,
  reason    text,                             -- the caller's own words
  changes   jsonb not null                    -- of which instance, of what, from what, to what
);
create index plan_run_edit_by_run on plan_run_edit (run_id, edited_at, id);

create function event_of_edit() returns trigger language plpgsql as $$
begin
  perform event_write('run.edited', r.id, 'recovery-plan', r.plan_id, r.plan_name,
    jsonb_build_object('run', r.id, 'kind', r.kind, 'by', new.edited_by, 'reason', new.reason,
      'changes', new.changes))
  from plan_run r where r.id = new.run_id;
  return null;
end $$;
create trigger event_of_edit after insert on plan_run_edit
  for each row execute function event_of_edit();
