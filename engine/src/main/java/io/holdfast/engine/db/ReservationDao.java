package io.holdfast.engine.db;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The ledger: sums over its rows are the only counters that there are. */
public interface ReservationDao {
  /**
   * One reservation at a time, over all engines, until the end of the transaction: each must see
   * the claims of those before it in its sums, and no row exists yet that could be locked instead.
   */
  @SqlQuery("select pg_advisory_xact_lock(hashtext('holdfast-ledger'))::text")
  String lockLedger();

  @SqlQuery("select * from reservation where instance_id = :instanceId")
  Optional<ReservationRow> find(UUID instanceId);

  @SqlQuery(
      """
      select host_id, pool, sum(vcpus) as vcpus, sum(memory_mib) as memory_mib,
             sum(disk_bytes) as disk_bytes
      from claim group by host_id, pool
      """)
  List<ReservedRow> sums();

  @SqlUpdate(
      """
      insert into reservation (instance_id, job_id, host_id, pool, vcpus, memory_mib, disk_bytes,
                               created_at)
      values (:instanceId, :jobId, :hostId, :pool, :vcpus, :memoryMiB, :diskBytes, :createdAt)
      """)
  void insert(@BindMethods ReservationRow reservation);

  /** None is no error. */
  @SqlUpdate(
      """
      update reservation set vcpus = :vcpus, memory_mib = :memoryMiB
      where instance_id = :instanceId
      """)
  void setCompute(UUID instanceId, int vcpus, long memoryMiB);

  /** None is no error. */
  @SqlUpdate("delete from reservation where instance_id = :instanceId")
  void delete(UUID instanceId);
}
