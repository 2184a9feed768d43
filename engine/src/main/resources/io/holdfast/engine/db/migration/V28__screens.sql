-- What the screens of the guests of runs showed, for their reports alone: so apart from the rows that runs work with.
create table plan_run_screen (
  run_id    uuid not null,
  source_id uuid not null,
  png       text, -- in base64, as the report's page has it
  missing   text, -- why there is none
  primary key (run_id, source_id),
  foreign key (run_id, source_id) references plan_run_instance on delete cascade,
  check ((png is null) <> (missing is null))
);
