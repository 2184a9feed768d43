-- Jobs that ended long ago go with all that is theirs (EndedJobDao); the audit keeps what became of them.

create table job_log (
  one        boolean primary key default true check (one),  -- the lock of whoever removes jobs
  removed_to timestamptz                      -- no job that was removed ended later; null: none was
);
insert into job_log default values;

alter table audit
  add column ended_state text,                -- of its job, as the three are; null while that is there
  add column ended_error jsonb,
  add column ended_at    timestamptz;

-- What refers to a job. Without these, each one that goes would cost a look at all rows.
create index audit_by_job on audit (job_id) where job_id is not null;
create index idempotency_key_by_job on idempotency_key (job_id) where job_id is not null;
create index job_by_retry on job (retry_of) where retry_of is not null;
