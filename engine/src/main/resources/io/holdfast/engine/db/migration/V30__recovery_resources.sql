-- What an instance of a run gets: its plan may give it other processors and memory than it had. Null: the
-- run began before, and the instance gets what its recovery point says.
alter table plan_run_instance add column size jsonb;
