package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** What people do to a run besides its job's verbs; the caller holds the run's row. */
public interface RunSteeringDao {
  /** Whoever paused it first is the one that is named. */
  @SqlUpdate(
      """
      update plan_run set paused_at = :at, paused_by = :by, pause_reason = :reason
      where id = :run and paused_at is null
      """)
  void pause(UUID run, Instant at, String by, @Nullable String reason);

  @SqlUpdate(
      """
      update plan_run set paused_at = null, paused_by = null, pause_reason = null
      where id = :run and paused_at is not null
      """)
  void resume(UUID run);

  @SqlUpdate(
      """
      insert into plan_run_edit (id, run_id, edited_at, edited_by, reason, changes)
      values (:id, :runId, :editedAt, :editedBy, :reason, :changes)
      """)
  void insertEdit(@BindMethods RunEditRow edit);

  @SqlQuery("select * from plan_run_edit where run_id = :run order by edited_at, id")
  List<RunEditRow> edits(UUID run);

  @SqlQuery("select * from plan_run_edit where run_id = any(:runs) order by edited_at, id")
  List<RunEditRow> editsOf(List<UUID> runs);

  @SqlUpdate(
      """
      update plan_run_instance set probes = :probes where run_id = :run and source_id = :source
      """)
  void setProbes(UUID run, UUID source, @Json List<PlanDefinition.Probe> probes);

  /** No later attempt recovers it. */
  @SqlUpdate(
      """
      update plan_run_instance set refusal = :why where run_id = :run and source_id = :source
      """)
  void refuse(UUID run, UUID source, String why);

  /** Also of an instance that could not be recovered before. */
  @SqlUpdate(
      """
      update plan_run_instance
      set point_id = :point, point_number = :number, group_name = :groupName,
          taken_at = :takenAt, verified_at = :verifiedAt, disks = :disks, host_id = :host,
          host_name = :hostName, size = :size, nics = :nics, refusal = null
      where run_id = :run and source_id = :source
      """)
  void setPoint(
      UUID run,
      UUID source,
      UUID point,
      long number,
      @Nullable String groupName,
      Instant takenAt,
      @Nullable Instant verifiedAt,
      @Json List<PlanRunInstanceRow.Disk> disks,
      UUID host,
      String hostName,
      @Json NamedSize size,
      @Json List<PlanRunInstanceRow.Nic> nics);
}
