-- How far an instance may grow while it runs stands in its spec ("limit"); a recovery point keeps it, as
-- it keeps the size. Null: it was started without room for that.
alter table recovery_point_instance
  add column max_vcpus      int,
  add column max_memory_mib int,
  add constraint recovery_point_instance_limit
    check ((max_vcpus is null) = (max_memory_mib is null));
