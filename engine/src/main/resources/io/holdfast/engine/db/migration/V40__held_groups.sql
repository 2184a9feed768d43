-- A recovery pauses the group of what it has recovered. Nobody has said then that the others of the
-- group need no protection, so they are told of as before.
alter table protection_group add column paused_by_recovery boolean not null default false;

update protection_group g set paused_by_recovery = true
where g.paused and exists (
  select from protection_member m join promotion p on p.source_id = m.instance_id
  where m.group_id = g.id);
