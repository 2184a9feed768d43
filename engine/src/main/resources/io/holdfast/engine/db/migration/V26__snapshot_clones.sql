-- New instances are made of snapshots, also when what they were taken of is long gone: so a snapshot
-- keeps what its instance was.

alter table snapshot add column was jsonb; -- null: taken before, of an instance that is gone

update snapshot n
set was = jsonb_build_object(
      'name', i.name, 'flavor', i.spec -> 'flavor', 'vcpus', i.spec -> 'vcpus',
      'memoryMiB', i.spec -> 'memoryMiB', 'limit', i.spec -> 'limit',
      'readiness', coalesce(i.spec #>> '{restored,readiness}', im.readiness),
      'guestTimeoutSeconds', i.spec -> 'guestTimeoutSeconds',
      'networks', (select coalesce(jsonb_agg(jsonb_build_object('id', w.id, 'name', w.name)
                                             order by p.position), '[]')
                   from port p join network w on w.id = p.network_id where p.instance_id = i.id))
from instance i left join image im on im.id = i.image_id
where i.id = n.instance_id;

-- Who reads a snapshot at this moment: the new instance is the target, so that several can be made
-- of one at once. It ends with its job, however that ends.
create index job_that_clones on job ((request ->> 'snapshot'))
  where kind = 'CLONE_SNAPSHOT'
    and state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL');
