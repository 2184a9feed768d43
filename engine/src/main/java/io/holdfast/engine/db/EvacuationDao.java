package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * The moves of evacuations. What is PLANNED is a claim: see {@link ReservationDao} for its lock.
 */
public interface EvacuationDao {
  /** A plan that is there is replaced. */
  @SqlUpdate(
      """
      insert into evacuation_move (
        job_id, instance_id, instance_name, position, priority, running, source_host, target_host,
        target_name, target_pool, why, vcpus, memory_mib, disk_bytes, refusals, obstacles, state,
        move_job, error, started_at, ended_at)
      values (
        :jobId, :instanceId, :instanceName, :position, :priority, :running, :sourceHost,
        :targetHost, :targetName, :targetPool, :why, :vcpus, :memoryMiB, :diskBytes, :refusals,
        :obstacles, :state, :moveJob, :error, :startedAt, :endedAt)
      on conflict (job_id, instance_id) do update set
        position = excluded.position, priority = excluded.priority, running = excluded.running,
        target_host = excluded.target_host, target_name = excluded.target_name,
        target_pool = excluded.target_pool, why = excluded.why, vcpus = excluded.vcpus,
        memory_mib = excluded.memory_mib, disk_bytes = excluded.disk_bytes,
        refusals = excluded.refusals, obstacles = excluded.obstacles, state = excluded.state,
        move_job = null, error = null, started_at = null, ended_at = null
      """)
  void plan(@BindMethods EvacuationMoveRow move);

  @SqlQuery("select * from evacuation_move where job_id = :job order by position, instance_name")
  List<EvacuationMoveRow> of(UUID job);

  @SqlQuery("select * from evacuation_move where job_id = :job and instance_id = :instance")
  Optional<EvacuationMoveRow> find(UUID job, UUID instance);

  @SqlQuery("select * from evacuation_move where move_job = :move")
  Optional<EvacuationMoveRow> ofMove(UUID move);

  /** The newest evacuation of a host. */
  @SqlQuery(
      """
      select id from job where kind = 'EVACUATE_HOST' and target_id = :host
      order by created_at desc limit 1
      """)
  Optional<UUID> last(UUID host);

  @SqlUpdate(
      """
      update evacuation_move set state = 'MOVING', move_job = :move, error = null,
                                 started_at = coalesce(started_at, :at)
      where job_id = :job and instance_id = :instance
      """)
  void setMoving(UUID job, UUID instance, @Nullable UUID move, Instant at);

  @SqlUpdate(
      """
      update evacuation_move set state = :state, error = :error, ended_at = coalesce(ended_at, :at)
      where job_id = :job and instance_id = :instance
      """)
  void end(UUID job, UUID instance, MovePhase state, @Nullable String error, Instant at);

  /** As {@link #end}, of an instance that is elsewhere, wherever it was to go; 0 when it is not. */
  @SqlUpdate(
      """
      update evacuation_move move
      set state = 'MOVED', error = null, target_host = found.host_id, target_name = host.name,
          target_pool = found.pool, ended_at = coalesce(move.ended_at, :at)
      from reservation found join host on host.id = found.host_id
      where move.job_id = :job and move.instance_id = :instance
        and found.instance_id = move.instance_id and found.host_id <> move.source_host
      """)
  int endElsewhere(UUID job, UUID instance, Instant at);

  /** Gives back the places of moves that did not begin. */
  @SqlUpdate(
      """
      update evacuation_move set state = 'CANCELLED', ended_at = :at
      where job_id = :job and state = 'PLANNED'
      """)
  void release(UUID job, Instant at);
}
