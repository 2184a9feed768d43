package io.holdfast.engine.db;

import io.holdfast.engine.db.PageRequest.Cursor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * The removal of jobs that ended long ago. With a job go its steps, the decisions about it, its
 * idempotency keys, and the moves of an evacuation. The audit keeps its end, but for rounds that
 * nobody asked for and that went well: a schedule makes half a million of them a year.
 */
public interface EndedJobDao {
  /** A job that is old enough. */
  record EndedJob(UUID id, Instant endedAt) {
    /** Where it stands among all of them. */
    public Cursor cursor() {
      return new Cursor(endedAt, id);
    }
  }

  /** By the database's clock; the longest ended first. */
  @SqlQuery(
      """
      select id, ended_at from job
      where ended_at < now() - make_interval(days => :days)
        and (ended_at, id) > (:afterTime, :afterId)
      order by ended_at, id limit :limit
      """)
  List<EndedJob> endedBefore(int days, @BindMethods PageRequest page);

  /** Those of the jobs that nothing in the ledger needs any more. */
  @SqlQuery("select j.* from job j where j.id = any(:ids)" + UNNEEDED)
  List<JobRow> unneeded(List<UUID> ids);

  /**
   * Removes those of the jobs that nothing needs, in one transaction: of a job either all is there
   * or nothing. Answers with how many. One at a time over all engines: empty when another one is at
   * it. A job that somebody holds (a retry) is passed over.
   */
  @Transaction
  default Optional<Integer> remove(List<UUID> ids) {
    if (tryLock().isEmpty()) {
      return Optional.empty();
    }
    List<UUID> gone = lockUnneeded(ids);
    if (!gone.isEmpty()) {
      deleteKeys(gone); // first: it waits for whoever answers with one of the jobs
      deleteRoundsOfSchedules(gone);
      keepEnds(gone);
      deleteMoves(gone);
      deleteSteps(gone);
      setRemovedTo(gone);
      deleteJobs(gone);
    }
    return Optional.of(gone.size());
  }

  @SqlQuery("select one from job_log for update skip locked")
  Optional<Boolean> tryLock();

  @SqlQuery(
      "select j.id from job j where j.id = any(:ids)" + UNNEEDED + " for update of j skip locked")
  List<UUID> lockUnneeded(List<UUID> ids);

  @SqlUpdate("delete from idempotency_key where job_id = any(:ids)")
  void deleteKeys(List<UUID> ids);

  /** As Submission.internal and RoundSweeper have them audited. */
  @SqlUpdate(
      """
      delete from audit a using job j
      where j.id = any(:ids) and a.job_id = j.id
        and j.kind = 'REPLICATE_GROUP' and j.state = 'SUCCEEDED'
        and a.caller = 'schedule' and a.request_id = a.caller
        and a.path = '/v1/protection-groups' -- a call of this name is about one group, by its id
      """)
  void deleteRoundsOfSchedules(List<UUID> ids);

  @SqlUpdate(
      """
      update audit a set ended_state = j.state, ended_error = j.error, ended_at = j.ended_at
      from job j where j.id = any(:ids) and a.job_id = j.id
      """)
  void keepEnds(List<UUID> ids);

  @SqlUpdate("delete from evacuation_move where job_id = any(:ids)")
  void deleteMoves(List<UUID> ids);

  /** At once, since the database would do so a job at a time. */
  @SqlUpdate("delete from job_step where job_id = any(:ids)")
  void deleteSteps(List<UUID> ids);

  @SqlUpdate(
      """
      update job_log set removed_to =
        greatest(removed_to, (select max(ended_at) from job where id = any(:ids)))
      """)
  void setRemovedTo(List<UUID> ids);

  @SqlUpdate("delete from job where id = any(:ids)")
  void deleteJobs(List<UUID> ids);

  /** Of the jobs that ended until then some are gone; null when none is. */
  @SqlQuery("select removed_to from job_log")
  @Nullable Instant removedTo();

  /**
   * Each condition stands for a reader. Runs of recovery plans and all their jobs are evidence. A
   * job that was retried, or released, stays as long as the one that did so; a round, as long as
   * its point is known; as does what an instance was taken away by, or has an open move of, and
   * what has left something behind. By its last round a group is judged, and a host shows its last
   * evacuation with its moves.
   */
  String UNNEEDED =
      """
       and j.state in ('SUCCEEDED', 'FAILED', 'CANCELLED')
        and j.result -> 'leftovers' is null
        and not exists (select from plan_run r where r.id = j.id)
        and not exists (select from plan_run r where r.id = cast(j.request ->> 'run' as uuid))
        and not exists (select from job later where later.retry_of = j.id)
        and not exists (select from job later where later.target_id = j.id)
        and not exists (select from recovery_point p where p.job_id = j.id)
        and not exists (select from fenced_instance f where f.job_id = j.id)
        and not exists (select from migration m where m.job_id = j.id)
        and not exists (select from evacuation_move m where m.move_job = j.id)
        and not exists (
          select from evacuation_move m where m.job_id = j.id and m.state in ('PLANNED', 'MOVING'))
        and not (
          j.kind in ('REPLICATE_GROUP', 'EVACUATE_HOST')
          and not exists (
            select from job later
            where later.target_id = j.target_id and later.created_at > j.created_at
              and later.kind = j.kind and later.ended_at is not null)
          and (exists (select from protection_group g where g.id = j.target_id)
            or exists (select from host h where h.id = j.target_id)))
      """;
}
