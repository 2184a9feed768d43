-- A host refuses a call of a run that was given up. It knows one by its generation, which each run
-- of a job draws while the job holds its target; so on one target generations rise with time.
create sequence job_generation;
alter table job add column generation bigint not null default 0; -- 0: accepted before there were any
alter table job add column alive_at timestamptz;                 -- when its run was last heard of

-- Limits of a project; null is no limit. What is used is a sum over reservation and instance, never
-- a counter. The row's lock orders those who are counted against it.
create table quota (
  project    text primary key,
  vcpus      bigint check (vcpus >= 0),
  memory_mib bigint check (memory_mib >= 0),
  disk_gib   bigint check (disk_gib >= 0),
  instances  bigint check (instances >= 0)
);
insert into quota (project) values ('default');
