package io.holdfast.engine.db;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.ProbeResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface PlanRunDao {
  @SqlUpdate(
      """
      insert into plan_run (id, plan_id, plan_name, plan_version, definition, site_id, kind, reason,
                            triggered_at)
      values (:id, :planId, :planName, :planVersion, :definition, :siteId, :kind, :reason,
              :triggeredAt)
      """)
  void insert(@BindMethods PlanRunRow run);

  @SqlQuery("select * from plan_run where id = :id")
  Optional<PlanRunRow> find(UUID id);

  /** Waits for whoever changes the run or its instances, and keeps others from them. */
  @SqlQuery("select * from plan_run where id = :id for update")
  Optional<PlanRunRow> lock(UUID id);

  default List<PlanRunRow> list(PageRequest page, RunFilter filter) {
    String after = page.isAfter("r.triggered_at", "r.id");
    return list(page, filter, after, page.order("r.triggered_at", "r.id"));
  }

  @SqlQuery(
      """
      select r.* from plan_run r join job j on j.id = r.id
      where <after>
        and (cast(:plan as text) is null or :plan in (cast(r.plan_id as text), r.plan_name))
        and (cast(:kind as text) is null or r.kind = :kind)
        and (cast(:jobState as text) is null or j.state = :jobState)
        and (cast(:since as timestamptz) is null or r.triggered_at >= :since)
      order by <order>
      limit :limit
      """)
  List<PlanRunRow> list(
      @BindMethods PageRequest page,
      @BindMethods RunFilter filter,
      @Define("after") String after,
      @Define("order") String order);

  /** The test whose guests stand: it succeeded, and nothing has removed them. */
  @SqlQuery(
      """
      select r.* from plan_run r join job j on j.id = r.id
      where r.plan_id = :planId and r.kind = 'TEST' and r.removed_at is null
        and j.state = 'SUCCEEDED'
      order by r.triggered_at limit 1
      """)
  Optional<PlanRunRow> standingTest(UUID planId);

  @SqlUpdate("update plan_run set pinned_at = :at where id = :id")
  void setPinned(UUID id, Instant at);

  /** A verdict that is there stays. */
  @SqlUpdate(
      """
      update plan_run set verdict = coalesce(verdict, :verdict),
                          ended_at = coalesce(ended_at, :at), rto_millis = :rtoMillis,
                          rpo_millis = :rpoMillis
      where id = :id
      """)
  void setEnded(
      UUID id,
      @Nullable RunVerdict verdict,
      @Nullable Long rtoMillis,
      @Nullable Long rpoMillis,
      Instant at);

  /** A verdict that is there stays; what nobody has read back as removed has not passed. */
  @SqlUpdate(
      """
      update plan_run
      set cleanup_job = :job,
          verdict = coalesce(verdict, case when removed_at is null then 'FAILED' else 'PASSED' end)
      where id = :id
      """)
  void setCleanedUp(UUID id, UUID job);

  @SqlUpdate("update plan_run set removed_at = coalesce(removed_at, :at) where id = :id")
  void setRemoved(UUID id, Instant at);

  @SqlBatch(
      """
      insert into plan_run_instance (
        run_id, source_id, source_name, tier, tier_position, position, parallel, policy, attempts,
        probes, point_id, point_number, group_name, taken_at, verified_at, disks, host_id,
        host_name, size, nics, refusal, attempt, job_id, instance_id, instance_name, state, started_at,
        recovered_at, results, console, error)
      values (
        :runId, :sourceId, :sourceName, :tier, :tierPosition, :position, :parallel, :policy,
        :attempts, :probes, :pointId, :pointNumber, :groupName, :takenAt, :verifiedAt, :disks,
        :hostId, :hostName, :size, :nics, :refusal, :attempt, :jobId, :instanceId, :instanceName, :state,
        :startedAt, :recoveredAt, :results, :console, :error)
      """)
  void insertInstances(@BindMethods List<PlanRunInstanceRow> instances);

  @SqlQuery("select * from plan_run_instance where run_id = :id order by tier_position, position")
  List<PlanRunInstanceRow> instances(UUID id);

  @SqlQuery(
      """
      select * from plan_run_instance where run_id = any(:runs)
      order by run_id, tier_position, position
      """)
  List<PlanRunInstanceRow> instancesOf(List<UUID> runs);

  /** As {@link #instancesOf} without what only reports show: probes, disks and consoles. */
  @SqlQuery(
      """
      select run_id, source_id, source_name, tier, tier_position, position, parallel, policy,
             attempts, '[]'::jsonb as probes, point_id, point_number, group_name, taken_at,
             verified_at, '[]'::jsonb as disks, host_id, host_name, size, nics, refusal, attempt,
             job_id, instance_id, instance_name, state, started_at, recovered_at, results,
             null as console, error
      from plan_run_instance where run_id = any(:runs)
      order by run_id, tier_position, position
      """)
  List<PlanRunInstanceRow> listedInstancesOf(List<UUID> runs);

  @SqlQuery("select * from plan_run_instance where run_id = :id and source_id = :source")
  Optional<PlanRunInstanceRow> instance(UUID id, UUID source);

  /** The one that an attempt is about. */
  @SqlQuery("select * from plan_run_instance where run_id = :id and job_id = :job")
  Optional<PlanRunInstanceRow> instanceOf(UUID id, UUID job);

  @SqlUpdate(
      """
      update plan_run_instance
      set attempt = attempt + 1, job_id = :job, instance_id = :instance, instance_name = :name,
          state = 'RUNNING', started_at = coalesce(started_at, :at), error = null
      where run_id = :id and source_id = :source
      """)
  void setBegun(UUID id, UUID source, UUID job, UUID instance, String name, Instant at);

  @SqlUpdate(
      """
      update plan_run_instance set state = :state, error = coalesce(:error, error)
      where run_id = :id and source_id = :source
      """)
  void setState(UUID id, UUID source, RunState state, @Nullable String error);

  /** A job of the run that succeeded: when it was the delete of an instance, that is gone. */
  @SqlUpdate(
      """
      update plan_run_instance set state = 'REMOVED'
      where run_id = :id and instance_id = :instance and :kind = 'DELETE_INSTANCE'
      """)
  void setRemovedInstance(UUID id, UUID instance, JobKind kind);

  @SqlUpdate(
      """
      update plan_run_instance
      set state = 'RECOVERED', recovered_at = :at, results = :results, console = :console,
          nics = :nics, error = null
      where run_id = :id and source_id = :source
      """)
  void setRecovered(
      UUID id,
      UUID source,
      @Json List<ProbeResult> results,
      String console,
      @Json List<PlanRunInstanceRow.Nic> nics,
      Instant at);

  /** What was seen last stands. */
  @SqlUpdate(
      """
      insert into plan_run_screen (run_id, source_id, png, missing)
      values (:runId, :sourceId, :png, :missing)
      on conflict (run_id, source_id) do update set png = excluded.png, missing = excluded.missing
      """)
  void putScreen(@BindMethods PlanRunScreenRow screen);

  @SqlQuery("select * from plan_run_screen where run_id = :id")
  List<PlanRunScreenRow> screens(UUID id);

  /** The jobs that made, or were to make, instances for the run. */
  @SqlQuery(
      "select id from job where kind = 'PROMOTE_INSTANCE' and request ->> 'run' = cast(:id as text)")
  List<UUID> promotions(UUID id);

  /** What they make, or were to make. */
  @SqlQuery(
      """
      select target_id from job
      where kind = 'PROMOTE_INSTANCE' and request ->> 'run' = cast(:id as text)
      """)
  List<UUID> promoted(UUID id);

  @SqlUpdate(
      """
      insert into fencing_proof (id, run_id, instance_id, proof, reason, given_by, given_at)
      values (:id, :runId, :instanceId, :proof, :reason, :givenBy, :givenAt)
      """)
  void insertProof(@BindMethods FencingProofRow proof);

  @SqlQuery("select * from fencing_proof where run_id = :id order by given_at, id")
  List<FencingProofRow> proofs(UUID id);

  @SqlQuery("select * from fencing_proof where run_id = any(:runs) order by given_at, id")
  List<FencingProofRow> proofsOf(List<UUID> runs);

  /** For a new job of a run that failed: the same version, the same proofs. */
  @SqlUpdate(
      """
      with run as (
        insert into plan_run (id, plan_id, plan_name, plan_version, definition, site_id, kind,
                              reason, triggered_at)
        select :to, plan_id, plan_name, plan_version, definition, site_id, kind, reason, :at
        from plan_run where id = :from returning id)
      insert into fencing_proof (id, run_id, instance_id, proof, reason, given_by, given_at)
      select gen_random_uuid(), run.id, instance_id, proof, f.reason, given_by, given_at
      from fencing_proof f, run where f.run_id = :from
      """)
  void repeat(UUID from, UUID to, Instant at);

  /**
   * The source has lost its role to the instance, whether it is there or not. 0 when it has lost it
   * before, to one that is there; one that is gone has no role.
   */
  @SqlUpdate(
      """
      insert into promotion (source_id, instance_id, run_id, promoted_at)
      values (:source, :instance, :run, :at)
      on conflict (source_id) do update
        set instance_id = :instance, run_id = :run, promoted_at = :at
        where not exists (select from instance i where i.id = promotion.instance_id)
      """)
  int promote(UUID source, UUID instance, UUID run, Instant at);

  @SqlQuery("select instance_id from promotion where source_id = :source")
  Optional<UUID> promotedFrom(UUID source);

  /** How another one took over from the instance: as what point of it. */
  @SqlQuery(
      """
      select r.* from plan_run_instance r
      join promotion p on p.run_id = r.run_id and p.source_id = r.source_id
      where p.source_id = :source
      """)
  Optional<PlanRunInstanceRow> promotion(UUID source);

  /**
   * Those of the instances that have lost their role to another one. Where an instance and all that
   * took over from it were deleted, nobody has its role.
   */
  @SqlQuery(
      """
      with recursive successor as (
        select source_id as first_id, instance_id from promotion where source_id = any(:sources)
        union
        select s.first_id, p.instance_id
        from successor s join promotion p on p.source_id = s.instance_id)
      select distinct first_id from successor s
      where exists (select from instance i where i.id in (s.first_id, s.instance_id))
      """)
  Set<UUID> promotedAmong(List<UUID> sources);
}
