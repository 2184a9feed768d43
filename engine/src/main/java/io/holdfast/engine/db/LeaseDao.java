package io.holdfast.engine.db;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Leases are no table: the job that has not ended is the lease of its target. */
public interface LeaseDao {
  @SqlQuery(
      LEASES
          + """
             and (created_at, id) > (:afterTime, :afterId)
             and (cast(:name as text) is null or target_name = :name)
             order by created_at, id
             limit :limit
            """)
  List<LeaseRow> list(@BindMethods PageRequest page, @Nullable String name);

  @SqlQuery(LEASES + " and target_id = any(:targets)")
  List<LeaseRow> of(List<UUID> targets);

  String LEASES =
      """
      select id as job_id, kind, target_type, target_id, target_name, submitted_by, created_at,
             alive_at, generation
      from job
      where state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      """;
}
