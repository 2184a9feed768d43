-- What a planned migration shuts down, and starts again when it is undone.

create table stopped_guest (
  run_id      uuid not null references plan_run on delete cascade,
  instance_id uuid not null,
  ran         boolean not null,               -- before the run
  primary key (run_id, instance_id)
);
