-- Recovery points are restored to new instances, also when what they are of is long gone: so a point
-- keeps what each of its instances was.

create table recovery_point_instance (
  point_id        uuid not null references recovery_point on delete cascade,
  -- As in recovery_point_disk, nothing here refers to a row that may go.
  instance_id     uuid not null,
  name            text not null,
  flavor          text,                       -- its name, or null when sizes were given
  vcpus           int not null,
  memory_mib      int not null,
  readiness       text not null,              -- what proves that its guest is up
  guest_timeout_seconds int not null,
  networks        jsonb not null,             -- id and name of each nic's, in order
  primary key (point_id, instance_id)
);

-- Of the points that are there already, as far as their instances still are.
insert into recovery_point_instance
select distinct d.point_id, i.id, d.instance_name, i.spec ->> 'flavor',
       (i.spec ->> 'vcpus')::int, (i.spec ->> 'memoryMiB')::int, im.readiness,
       (i.spec ->> 'guestTimeoutSeconds')::int,
       (select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'name', n.name)
                                  order by p.position), '[]')
        from port p join network n on n.id = p.network_id where p.instance_id = i.id)
from recovery_point_disk d
join instance i on i.id = d.instance_id
join image im on im.id = i.image_id;

-- The disks of a restored instance start as replicas and need no image; spec.restored says which.
alter table instance alter column image_id drop not null;
alter table instance add constraint instance_starts_as_something
  check (image_id is not null or spec ->> 'restored' is not null);

-- Who reads a point at this moment. Of a restore the new instance is the target, so that several
-- can be made of one point at once. It ends with its job, however that ends.
create index job_that_restores on job ((request ->> 'recoveryPoint'))
  where kind = 'RESTORE_POINT'
    and state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL');
create view recovery_point_reader as
  select p.id as point_id, j.id as job_id
  from recovery_point p join job j on j.target_id = p.id
  where j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
  union all
  select p.id, j.id
  from recovery_point p join job j on j.request ->> 'recoveryPoint' = p.id::text
  where j.kind = 'RESTORE_POINT'
    and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL');
