package io.holdfast.engine.db;

import java.util.List;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

public interface AuditDao {
  @SqlUpdate(
      """
      insert into audit (id, created_at, caller, role, method, path, target_type, target_id,
                         target_name, reason, request_id, outcome, status, code, job_id)
      values (:id, :createdAt, :caller, :role, :method, :path, :targetType, :targetId, :targetName,
              :reason, :requestId, :outcome, :status, :code, :jobId)
      """)
  void insert(@BindMethods AuditRow entry);

  @SqlQuery(
      """
      select a.*, coalesce(j.state, a.ended_state) as job_state,
             coalesce(j.error, a.ended_error) as job_error,
             coalesce(j.ended_at, a.ended_at) as job_ended_at
      from audit a left join job j on j.id = a.job_id
      where (a.created_at, a.id) > (:afterTime, :afterId)
        and (cast(:caller as text) is null or a.caller = :caller)
        and (cast(:targetId as uuid) is null or a.target_id = :targetId)
        and (cast(:targetName as text) is null or a.target_name = :targetName)
        and (cast(:outcome as text) is null or a.outcome = :outcome)
        and (cast(:since as timestamptz) is null or a.created_at >= :since)
        and (cast(:until as timestamptz) is null or a.created_at < :until)
      order by a.created_at, a.id
      limit :limit
      """)
  List<AuditView> list(@BindMethods PageRequest page, @BindMethods AuditFilter filter);
}
