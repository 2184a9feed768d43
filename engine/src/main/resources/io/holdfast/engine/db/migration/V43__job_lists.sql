-- Lists of what runs now: a handful of rows among all that ever ran.
create index job_open_by_page on job (created_at, id)
  where state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL');

-- Runs of all plans, also of those that were deleted.
create index plan_run_by_time on plan_run (triggered_at, id);
