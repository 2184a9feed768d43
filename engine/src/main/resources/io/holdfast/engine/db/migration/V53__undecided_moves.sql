-- Moves that ended in the middle of their handover, before both hosts had said whose the instance is.
create view undecided_move as
  select m.instance_id, m.job_id, m.source_host, m.target_host
  from migration m
  where m.handing_over and not m.taken_back and not m.arrived
    and not exists (
      select from job j
      where j.id = m.job_id and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL'));
