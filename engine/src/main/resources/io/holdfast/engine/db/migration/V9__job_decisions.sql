-- What people decide about jobs. A decision is written in the transaction that checks whether it is
-- possible, and delivered to the job's run afterwards: like a job, it is accepted once and kept.

alter table job
  add column on_failure  text not null default 'ROLLBACK' check (on_failure in ('ROLLBACK', 'PAUSE')),
  add column approval    boolean not null default false,  -- waits for one before its first step
  add column hold        uuid,                            -- the question that is open, or null
  add column hold_actions jsonb not null default '[]',    -- what answers it
  add column progress_at timestamptz,                     -- workflow time of the last change of state
  add column removed     jsonb,                           -- the rows that its undo removed, for a retry
  add column retryable   boolean not null default true,   -- false when what it needs went with its undo
  add column retry_of    uuid references job,
  add column retried_by  uuid;                            -- written before the job that it names

create table job_decision (
  id           uuid primary key,
  job_id       uuid not null references job on delete cascade,
  hold         uuid,                                      -- what it answers; null for a cancel
  verb         text not null check (verb in ('CANCEL', 'RESUME', 'SKIP', 'ABORT', 'APPROVE')),
  reason       text,
  patch        jsonb,                                     -- of the job's target, names resolved
  decided_by   text not null,
  decided_at   timestamptz not null,
  delivered_at timestamptz                                -- null is the outbox
);
-- A question is answered once, and a job is cancelled once.
create unique index job_decision_answers_once on job_decision (hold) where verb <> 'CANCEL';
create unique index job_decision_cancels_once on job_decision (job_id) where verb = 'CANCEL';
create index job_decision_by_job on job_decision (job_id, decided_at);
create index job_decision_outbox on job_decision (decided_at) where delivered_at is null;
