package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

public interface DecisionDao {
  /** A second cancel of a job is the first one. The caller holds the job's row lock. */
  @SqlUpdate(
      """
      insert into job_decision (id, job_id, hold, verb, reason, patch, decided_by, decided_at)
      values (:id, :jobId, :hold, :verb, :reason, :patch, :decidedBy, :decidedAt)
      on conflict (job_id) where verb = 'CANCEL' do nothing
      """)
  int insert(@BindMethods DecisionRow decision);

  @SqlQuery("select * from job_decision where id = :id")
  Optional<DecisionRow> find(UUID id);

  @SqlQuery("select * from job_decision where job_id = :job order by decided_at")
  List<DecisionRow> of(UUID job);

  @SqlQuery("select * from job_decision where job_id = any(:jobs) order by job_id, decided_at")
  List<DecisionRow> of(List<UUID> jobs);

  /** Decisions about jobs that Temporal knows, and that their runs do not know as yet; a page. */
  @SqlQuery(
      """
      select d.* from job_decision d join job j on j.id = d.job_id
      where d.delivered_at is null and j.dispatched_at is not null
        and (d.decided_at, d.id) > (:afterTime, :afterId)
      order by d.decided_at, d.id limit :limit
      """)
  List<DecisionRow> undelivered(@BindMethods PageRequest page);

  @SqlUpdate("update job_decision set delivered_at = :at where id = :id")
  void markDelivered(UUID id, Instant at);

  /** A new run of the job has not heard of its cancel; a person who cancels again thinks so. */
  @SqlUpdate("update job_decision set delivered_at = null where job_id = :job and verb = 'CANCEL'")
  void deliverCancelAgain(UUID job);
}
