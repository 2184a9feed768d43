package io.holdfast.engine.db;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface JobDao {
  /**
   * Writes a job and its PENDING steps, inside the transaction that writes what the job is about:
   * the caller's, for that of its own would ask the database first which kind the caller has.
   * Throws {@link BusyException} when another job works on the target; it waits first for one that
   * is being accepted at this moment. Answers with the job in the generation of its first run.
   */
  default JobRow accept(JobRow job, List<String> steps) {
    lockTarget(job.targetId());
    Optional<Long> generation = insertUnlessBusy(job);
    while (generation.isEmpty()) {
      Optional<UUID> active = activeJobOf(job.targetId());
      if (active.isPresent()) {
        throw new BusyException(active.get());
      } // else it has ended between the two statements
      generation = insertUnlessBusy(job);
    }
    insertSteps(job.id(), IntStream.range(0, steps.size()).boxed().toList(), steps);
    return job.inGeneration(generation.get());
  }

  /**
   * Before its {@link #accept}, in the same transaction: the job works on this, too. Whoever works
   * on more than one thing names the instance here, so that locks are taken in one order.
   */
  default void acceptBeside(UUID jobId, UUID targetId) {
    takeTurn(targetId);
    insertBeside(jobId, targetId);
  }

  /**
   * No other job is accepted on the target until the end of the caller's transaction. Throws {@link
   * BusyException} when one works on it.
   */
  default void takeTurn(UUID targetId) {
    lockTarget(targetId);
    activeJobOf(targetId)
        .ifPresent(
            active -> {
              throw new BusyException(active);
            });
  }

  /** Jobs on one thing are accepted one after the other, each seeing those before it. */
  @SqlQuery(
      "select pg_advisory_xact_lock(hashtext('job-target'), hashtext(cast(:id as text)))::text")
  String lockTarget(UUID id);

  @SqlQuery("select target_id from job_beside where job_id = :jobId order by target_id")
  List<UUID> besideOf(UUID jobId);

  @SqlUpdate("insert into job_beside (job_id, target_id) values (:jobId, :targetId)")
  void insertBeside(UUID jobId, UUID targetId);

  /**
   * For a new run of the job. Drawn while the job's row holds its target, so that the runs on a
   * target have rising generations.
   */
  @SqlQuery(
      """
      update job set generation = nextval('job_generation') where id = :id returning generation
      """)
  long nextGeneration(UUID id);

  /**
   * The generation of the first run; drawn in the target's turn, as all others. Empty when another
   * job works on the target, as its own or beside it.
   */
  @SqlQuery(
      """
      insert into job (id, project, kind, target_type, target_id, target_name, state, request,
                       submitted_by, created_at, on_failure, approval, retry_of, generation)
      select :id, :project, :kind, :targetType, :targetId, :targetName, 'PENDING', :request,
             :submittedBy, :createdAt, :onFailure, :approval, :retryOf,
             nextval('job_generation')
      where not exists (
        select from job_beside b join job j on j.id = b.job_id
        where b.target_id = :targetId
          and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL'))
      on conflict (target_id)
        where state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL') do nothing
      returning generation
      """)
  Optional<Long> insertUnlessBusy(@BindMethods JobRow job);

  @SqlBatch(
      """
      insert into job_step (job_id, position, name, state)
      values (:jobId, :position, :name, 'PENDING')
      """)
  void insertSteps(
      UUID jobId, @Bind("position") List<Integer> positions, @Bind("name") List<String> names);

  @SqlQuery("select * from job where id = :id")
  Optional<JobRow> find(UUID id);

  /** Those that are there, in no order. */
  @SqlQuery("select * from job where id = any(:ids)")
  List<JobRow> findAll(List<UUID> ids);

  @SqlQuery("select * from job_step where job_id = :id order by position")
  List<StepRow> steps(UUID id);

  @SqlQuery("select * from job_step where job_id = any(:ids) order by job_id, position")
  List<StepRow> stepsOf(List<UUID> ids);

  /** Of those that have ended; and of the {@code watched} ones, whatever they do. */
  @SqlQuery(
      """
      select id, state, revision from job
      where id = any(:ids)
        and (state in ('SUCCEEDED', 'FAILED', 'CANCELLED') or id = any(:watched))
      """)
  List<JobPulse> pulses(List<UUID> ids, List<UUID> watched);

  /** A job that makes an instance of the snapshot. */
  @SqlQuery(
      """
      select id from job
      where kind = 'CLONE_SNAPSHOT' and request ->> 'snapshot' = cast(:snapshot as text)
        and state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      limit 1
      """)
  Optional<UUID> activeCloneOf(UUID snapshot);

  /** Throws {@link BusyException} while an instance is being made of the snapshot. */
  default void requireUnread(UUID snapshot) {
    activeCloneOf(snapshot)
        .ifPresent(
            clone -> {
              throw new BusyException(clone);
            });
  }

  @SqlQuery(
      """
      select id from job where target_id = :targetId
        and state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      union all
      select j.id from job_beside b join job j on j.id = b.job_id
      where b.target_id = :targetId
        and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      """)
  Optional<UUID> activeJobOf(UUID targetId);

  /** As {@link #activeJobOf}, of many things at once. */
  @SqlQuery(
      """
      select target_id, id, kind, state from job where target_id = any(:targets)
        and state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      union all
      select b.target_id, j.id, j.kind, j.state from job_beside b join job j on j.id = b.job_id
      where b.target_id = any(:targets)
        and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      """)
  List<OpenJob> openOn(List<UUID> targets);

  default List<JobRow> list(PageRequest page, JobFilter filter) {
    return list(page, filter, page.isAfter("created_at", "id"), page.order("created_at", "id"));
  }

  @SqlQuery(
      """
      select * from job
      where <after>
        and (cast(:since as timestamptz) is null or created_at >= :since)
        and (cast(:state as text) is null or state = :state)
        and (cast(:kind as text) is null or kind = :kind)
        and (cast(:targetId as uuid) is null or target_id = :targetId)
        and (cast(:targetName as text) is null or target_name = :targetName)
      order by <order>
      limit :limit
      """)
  List<JobRow> list(
      @BindMethods PageRequest page,
      @BindMethods JobFilter filter,
      @Define("after") String after,
      @Define("order") String order);

  @SqlQuery("select kind, state, count(*) as count from job group by kind, state")
  List<JobCount> counts();

  /** Of the open jobs of a kind and state the one whose steps have not changed for the longest. */
  @SqlQuery(
      """
      select kind, state, extract(epoch from cast(:now as timestamptz) - min(changed)) as seconds
      from (
        select j.kind, j.state,
               coalesce(
                 (select max(s.changed_at) from job_step s where s.job_id = j.id), j.created_at)
                 as changed
        from job j
        where j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')) open
      group by kind, state
      """)
  List<QuietJob> quiet(Instant now);

  /**
   * The outbox: accepted before {@code acceptedBefore}, and not known to Temporal as yet, a page
   * behind that one.
   */
  @SqlQuery(
      """
      select * from job
      where dispatched_at is null and created_at < :acceptedBefore
        and (created_at, id) > (:afterTime, :afterId)
      order by created_at, id limit :limit
      """)
  List<JobRow> undispatched(Instant acceptedBefore, @BindMethods PageRequest page);

  /**
   * Jobs that Temporal took before {@code dispatchedBefore} and that have not ended, a page behind
   * that one; not those whose lease is being released, since their run is ended on purpose.
   */
  @SqlQuery(
      """
      select * from job
      where state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
        and dispatched_at < :dispatchedBefore and (dispatched_at, id) > (:afterTime, :afterId)
        and not exists (
          select from job release where release.target_id = job.id
            and release.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL'))
      order by dispatched_at, id limit :limit
      """)
  List<JobRow> running(Instant dispatchedBefore, @BindMethods PageRequest page);

  @SqlQuery("select count(*) from job where dispatched_at is null")
  long outboxDepth();

  /** Keeps the first time. */
  @SqlUpdate("update job set dispatched_at = coalesce(dispatched_at, :at) where id = :id")
  void markDispatched(UUID id, Instant at);

  /** The job's row lock orders all writers of the job and its steps. */
  @SqlQuery("select * from job where id = :id for update")
  Optional<JobRow> lock(UUID id);

  @SqlQuery("select state from job where id = :id")
  Optional<JobState> state(UUID id);

  /**
   * Counts a change, and writes what the job does now: it runs, or asks. A change of state that is
   * older than the last one ({@code changedAt}: workflow time) is left out. False when there is no
   * such job, or it has ended: then nothing changes. A question that was answered takes no other
   * answer, also when it is put again. It takes the row's lock, as {@link #lock} does.
   */
  default boolean touch(UUID id, @Nullable JobHold hold, Instant changedAt, Instant at) {
    JobState state = hold == null ? JobState.RUNNING : hold.state();
    List<JobVerb> actions = hold == null ? List.of() : hold.actions();
    return touch(id, state, hold == null ? null : hold.id(), actions, changedAt, at);
  }

  @SqlUpdate(
      """
      update job set state = case when progress_at > :changedAt then state else :state end,
                     hold = case when progress_at > :changedAt then hold else :hold end,
                     hold_actions =
                       case when progress_at > :changedAt then hold_actions
                            when exists (select from job_decision d
                                         where d.hold = :hold and d.verb <> 'CANCEL') then '[]'
                            else :actions end,
                     progress_at = greatest(progress_at, :changedAt),
                     started_at = coalesce(started_at, :at),
                     dispatched_at = coalesce(dispatched_at, :at), alive_at = :at,
                     revision = revision + 1
      where id = :id and state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')
      """)
  boolean touch(
      UUID id,
      JobState state,
      @Nullable UUID hold,
      @Json List<JobVerb> actions,
      Instant changedAt,
      Instant at);

  /** Counts a decision; {@code closes}: the open question takes no other one. */
  @SqlUpdate(
      """
      update job set hold_actions = case when :closes then '[]' else hold_actions end,
                     revision = revision + 1
      where id = :id
      """)
  void decided(UUID id, boolean closes);

  /** Replaces fields of the job's input; those that are not named stay. */
  @SqlUpdate("update job set request = request || :patch where id = :id")
  void patchRequest(UUID id, @Json JsonNode patch);

  @SqlUpdate("update job set retried_by = :by, revision = revision + 1 where id = :id")
  void setRetriedBy(UUID id, UUID by);

  /**
   * Ends a job that reached its end; what never ran of it was not needed, and is told first. Of a
   * final job nothing changes.
   */
  @SqlUpdate(
      """
      with skipped as (
        update job_step set state = 'SKIPPED'
        where job_id in (
            select id from job
            where id = :id and state not in ('SUCCEEDED', 'FAILED', 'CANCELLED'))
          and state = 'PENDING'
        returning 1)
      update job set state = 'SUCCEEDED', result = :result, error = null, undone = false,
                     started_at = coalesce(started_at, :at), ended_at = :at, alive_at = :at,
                     dispatched_at = coalesce(dispatched_at, :at), hold = null,
                     hold_actions = '[]', revision = revision + 1
      from (select count(*) from skipped) before
      where id = :id and state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')
      """)
  void succeed(UUID id, @Json JsonNode result, Instant at);

  /** Ends a job; of a final job nothing changes. */
  @SqlUpdate(
      """
      update job set state = :state, result = :result, error = :error, undone = :undone,
                     started_at = coalesce(started_at, :at), ended_at = :at, alive_at = :at,
                     dispatched_at = coalesce(dispatched_at, :at), hold = null,
                     hold_actions = '[]', revision = revision + 1
      where id = :id and state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')
      """)
  void end(
      UUID id,
      JobState state,
      @Json @Nullable JsonNode result,
      @Json @Nullable JobFailure error,
      boolean undone,
      Instant at);

  /** For a job that is ended from outside: none of its steps runs on. */
  @SqlUpdate(
      """
      update job_step set state = 'FAILED', ended_at = :at, changed_at = :at
      where job_id = :id and state in ('RUNNING', 'WAITING', 'UNDOING')
      """)
  void failOpenSteps(UUID id, Instant at);

  /** All in one round trip; a change that is older than the last one changes nothing. */
  @SqlBatch(
      """
      update job_step set state = :state, attempt = :attempt,
                          started_at = coalesce(started_at, :startedAt), ended_at = :endedAt,
                          changed_at = :changedAt,
                          detail = case when :keepsDetail then detail else :detail end,
                          error =
                            case when :keepsError then error else cast(:error as jsonb) end
      where job_id = :jobId and name = :name
        and (changed_at is null or changed_at <= :changedAt)
      """)
  void changeSteps(@BindMethods List<StepChange> steps);
}
