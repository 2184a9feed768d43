-- What a run that is lost leaves for the run that follows it.

-- The target has all of a move: its guest may run there from now on.
alter table migration add handing_over boolean not null default false;
update migration m set handing_over = true
where exists (
  select from job_step s
  where s.job_id = m.job_id and s.name in ('switch-over', 'define-domain') and s.state not in ('PENDING', 'SKIPPED'));

-- Every job that stops a guest to start it again says so; the id of a run is that of its job.
alter table stopped_guest rename column run_id to job_id;
alter table stopped_guest drop constraint stopped_guest_run_id_fkey;
alter table stopped_guest add foreign key (job_id) references job on delete cascade;
