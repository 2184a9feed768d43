-- What an instance may say besides its size: how long it lives, and whom it keeps away from.

alter table instance
  add column anti_affinity text,               -- a group whose instances never share a host, or null
  add column lease_until   timestamptz,        -- when it is deleted; null is never
  add column revision      bigint not null default 0;  -- of labels and lease: the ETag

-- The promise itself, whatever placement did: no host has two of a group.
create unique index instance_one_of_group_on_host on instance (project, anti_affinity, host_id)
  where anti_affinity is not null and host_id is not null;

-- What each engine asks every half second.
create index instance_by_lease on instance (lease_until) where lease_until is not null;
