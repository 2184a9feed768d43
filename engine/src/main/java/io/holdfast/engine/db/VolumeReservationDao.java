package io.holdfast.engine.db;

import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The volumes' part of the ledger; {@link ReservationDao} has its lock and its sums. */
public interface VolumeReservationDao {
  @SqlQuery("select * from volume_reservation where volume_id = :volumeId")
  Optional<VolumeReservationRow> find(UUID volumeId);

  @SqlUpdate(
      """
      insert into volume_reservation (volume_id, job_id, host_id, pool, disk_bytes, created_at)
      values (:volumeId, :jobId, :hostId, :pool, :diskBytes, :createdAt)
      """)
  void insert(@BindMethods VolumeReservationRow reservation);

  @SqlUpdate("update volume_reservation set disk_bytes = :diskBytes where volume_id = :volumeId")
  void setDiskBytes(UUID volumeId, long diskBytes);

  /** None is no error. */
  @SqlUpdate("delete from volume_reservation where volume_id = :volumeId")
  void delete(UUID volumeId);
}
