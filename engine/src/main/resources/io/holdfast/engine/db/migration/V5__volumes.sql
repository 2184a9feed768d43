-- Volumes that live by themselves, and what they claim.

create table volume (
  id          uuid primary key,               -- derives from the job that made it
  project     text not null default 'default',
  name        text not null,
  size_bytes  bigint not null check (size_bytes > 0),
  site_id     uuid references site,           -- asked for, or null
  wanted_host uuid references host,           -- asked for, or null
  host_id     uuid references host,           -- where it was placed, or null
  pool        text,
  made_at     timestamptz,                    -- when its file was whole; null until then
  -- Attached to. An instance that is deleted loses its volumes and they stay.
  instance_id uuid references instance on delete set null,
  labels      jsonb not null default '{}',
  created_at  timestamptz not null,
  unique (project, name)
);
create index volume_by_page on volume (created_at, id);
create index volume_by_host on volume (host_id);
create index volume_by_instance on volume (instance_id);

-- Apart from reservation, whose key is an instance: a volume outlives the instances that have it.
create table volume_reservation (
  volume_id   uuid primary key references volume on delete cascade,
  job_id      uuid not null,
  host_id     uuid not null references host,
  pool        text not null,
  disk_bytes  bigint not null,
  created_at  timestamptz not null
);
create index volume_reservation_by_host on volume_reservation (host_id);

-- All that is claimed of hosts, whoever claims it: what sums are taken over.
create view claim as
  select host_id, pool, vcpus, memory_mib, disk_bytes from reservation
  union all
  select host_id, pool, 0, 0, disk_bytes from volume_reservation;

-- What a job changes besides its target: an attach works on a volume and on an instance. No index
-- can say "one job at a time" over two columns of two rows, so whoever accepts a job locks each id
-- first (JobDao.accept). The job's row comes later in the same transaction.
create table job_beside (
  job_id      uuid not null references job on delete cascade deferrable initially deferred,
  target_id   uuid not null,
  primary key (job_id, target_id)
);
create index job_beside_by_target on job_beside (target_id);
