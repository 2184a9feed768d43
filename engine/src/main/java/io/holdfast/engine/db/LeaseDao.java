package io.holdfast.engine.db;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Leases are no table: the job that has not ended is the lease of its target, and of what it works
 * on beside it.
 */
public interface LeaseDao {
  @SqlQuery(
      LEASES
          + """
             where (created_at, target_id) > (:afterTime, :afterId)
               and (cast(:name as text) is null or target_name = :name)
             order by created_at, target_id
             limit :limit
            """)
  List<LeaseRow> list(@BindMethods PageRequest page, @Nullable String name);

  @SqlQuery(LEASES + " where target_id = any(:targets)")
  List<LeaseRow> of(List<UUID> targets);

  String LEASES =
      """
      select * from (
        select id as job_id, kind, target_type, target_id, target_name, submitted_by, created_at,
               alive_at, generation
        from job
        where state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
        union all
        select j.id, j.kind, beside.type, b.target_id, beside.name, j.submitted_by, j.created_at,
               j.alive_at, j.generation
        from job_beside b
        join job j on j.id = b.job_id
        cross join lateral (
          select 'INSTANCE' as type, name from instance where id = b.target_id
          union all
          select 'VOLUME', name from volume where id = b.target_id
          union all
          select 'SNAPSHOT', name from snapshot where id = b.target_id) beside
        where j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')) lease
      """;
}
