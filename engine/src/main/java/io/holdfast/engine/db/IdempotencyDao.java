package io.holdfast.engine.db;

import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

public interface IdempotencyDao {
  /**
   * Claims a key inside the transaction that makes what the row names. Empty: the key is ours, go
   * on. Else the row of whoever was first; this call waited until that transaction was committed,
   * and when it was rolled back instead, the key is ours. So it is when the row went between the
   * two looks, with its job.
   */
  default Optional<IdempotencyRow> claim(IdempotencyRow row) {
    Optional<IdempotencyRow> first = Optional.empty();
    while (first.isEmpty() && tryInsert(row) == 0) {
      first = find(row.project(), row.key());
    }
    return first;
  }

  @SqlUpdate(
      """
      insert into idempotency_key (project, key, request_sha256, job_id, resource_id, created_at)
      values (:project, :key, :requestSha256, :jobId, :resourceId, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods IdempotencyRow row);

  /** The key, and so what it made, stays until the end of the transaction. */
  @SqlQuery(
      """
      select * from idempotency_key where project = :project and key = :key for key share
      """)
  Optional<IdempotencyRow> find(String project, String key);
}
