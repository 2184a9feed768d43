-- Since when an instance is in its group: before a point shows it, its lag counts from then. Of those
-- that are there already only the group's age is known.
alter table protection_member add column joined_at timestamptz not null default '-infinity';
alter table protection_member alter column joined_at set default now();

-- Names of the instances that the promise was not kept to, as it was last told.
alter table protection_group add column rpo_violated_by text[] not null default '{}';

drop trigger event_of_row on protection_group;
create trigger event_of_row
  after insert or delete
    or update of state, paused, rpo_millis, retention, revision, missed_rounds, rpo_violation, rpo_violated_by
  on protection_group
  for each row execute function event_of_row(
    'protection-group', 'state', 'paused', 'rpo_millis', 'retention', 'revision', 'missed_rounds',
    'rpo_violation', 'rpo_violated_by');
