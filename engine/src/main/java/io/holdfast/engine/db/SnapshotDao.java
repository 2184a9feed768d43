package io.holdfast.engine.db;

import io.holdfast.workflows.model.SnapshotDisk;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface SnapshotDao {
  /** Throws {@link NameTakenException}: names are unique in a project. */
  default void insert(SnapshotRow snapshot) {
    if (tryInsert(snapshot) == 0) {
      throw new NameTakenException(snapshot.name());
    }
  }

  @SqlUpdate(
      """
      insert into snapshot (id, project, name, instance_id, instance_name, host_id, pool,
                            consistency, memory, size_bytes, claimed_bytes, disks, taken_at,
                            window_millis, memory_bytes, was, created_at)
      values (:id, :project, :name, :instanceId, :instanceName, :hostId, :pool,
              :consistency, :memory, :sizeBytes, :claimedBytes, :disks, :takenAt,
              :windowMillis, :memoryBytes, :was, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods SnapshotRow snapshot);

  @SqlQuery("select * from snapshot where id = :id")
  Optional<SnapshotRow> findById(UUID id);

  @SqlQuery("select * from snapshot where project = 'default' and name = :name")
  Optional<SnapshotRow> findByName(String name);

  /** Waits for whoever changes the row, and keeps others from it until the commit. */
  @SqlQuery("select * from snapshot where id = :id for update")
  Optional<SnapshotRow> lock(UUID id);

  @SqlQuery(VIEW + " where n.id = :id")
  Optional<SnapshotView> view(UUID id);

  /** {@code instance}: its id or the name that it had; null for all. */
  @SqlQuery(
      VIEW
          + """
             where (n.created_at, n.id) > (:afterTime, :afterId)
               and (cast(:name as text) is null or n.name = :name)
               and (cast(:instance as text) is null or cast(n.instance_id as text) = :instance
                    or n.instance_name = :instance)
             order by n.created_at, n.id
             limit :limit
            """)
  List<SnapshotView> views(
      @BindMethods PageRequest page, @Nullable String name, @Nullable String instance);

  @SqlQuery("select * from snapshot where instance_id = :instanceId order by created_at, id")
  List<SnapshotRow> ofInstance(UUID instanceId);

  /** What it is to be taken of has changed since. */
  @SqlUpdate("update snapshot set size_bytes = :sizeBytes, was = :was where id = :id")
  void setWanted(UUID id, long sizeBytes, @Json KeptInstance was);

  /** {@code bytes}: null claims nothing. */
  @SqlUpdate("update snapshot set claimed_bytes = :bytes where id = :id")
  void setClaimed(UUID id, @Nullable Long bytes);

  @SqlUpdate(
      """
      update snapshot
      set disks = :disks, taken_at = :takenAt, window_millis = :windowMillis,
          memory_bytes = :memoryBytes
      where id = :id
      """)
  void setTaken(
      UUID id,
      @Json List<SnapshotDisk> disks,
      Instant takenAt,
      long windowMillis,
      long memoryBytes);

  /** None is no error. */
  @SqlUpdate("delete from snapshot where id = :id")
  void delete(UUID id);

  String VIEW =
      """
      select n.*, s.name as site_name, h.name as host_name, i.id is not null as instance_there,
             j.id as active_job_id, j.kind as active_job_kind
      from snapshot n
      join host h on h.id = n.host_id
      join site s on s.id = h.site_id
      left join instance i on i.id = n.instance_id
      left join job j on j.target_id = n.id
        and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      """;
}
