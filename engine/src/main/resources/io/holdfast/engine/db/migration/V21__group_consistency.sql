-- What the disks in a group's points are to those who read them: as after a power cut, or with the
-- guests' file systems frozen by their agents.
alter table protection_group
  add column consistency text not null default 'CRASH'
    check (consistency in ('CRASH', 'APPLICATION'));
comment on column recovery_point.window_millis is
  'for which its guests stood still together, the longest of them; 0 when none had to';
