-- Who owns an instance. The epoch grows with each change; hosts keep it, and refuse a lower one.
alter table instance add column ownership_epoch bigint not null default 1;

-- An instance that may not run where it is: another one takes over from it, or has (see promotion).
create table fenced_instance (
  instance_id  uuid primary key references instance on delete cascade,
  job_id       uuid not null,       -- of the promotion that took it away
  epoch        bigint not null,
  fenced_at    timestamptz not null,
  told_at      timestamptz,         -- when its host last said that it keeps it off
  power_state  text,                -- as the host found it then
  written_at   timestamptz,         -- when its disks were last written, by the host's clock
  suspected_at timestamptz          -- when it was first found to have run beside its successor
);

alter table fencing_proof drop constraint fencing_proof_proof_check;
alter table fencing_proof add constraint fencing_proof_proof_check
  check (proof in ('OPERATOR', 'HOST_CONFIRMED', 'AGENT'));

create function event_of_fencing() returns trigger language plpgsql as $$
begin
  perform event_write(
    case when new.suspected_at is null then 'instance.fenced'
         else 'instance.split-brain-suspected' end,
    new.job_id, 'instance', i.id, i.name,
    jsonb_build_object('epoch', new.epoch, 'powerState', new.power_state,
                       'writtenAt', new.written_at))
  from instance i where i.id = new.instance_id;
  return null;
end $$;
create trigger event_of_fencing after update of told_at, suspected_at on fenced_instance
  for each row when ((old.told_at is null) <> (new.told_at is null)
                     or old.suspected_at is distinct from new.suspected_at)
  execute function event_of_fencing();
