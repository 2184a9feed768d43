package io.holdfast.engine.db;

import io.holdfast.workflows.model.StreamCounts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface RecoveryPointDao {
  @SqlUpdate(
      """
      insert into recovery_point (id, group_id, number, job_id, state, taken_at, window_millis,
                                  held, held_reason, verified_at, notes, available_at, created_at)
      values (:id, :groupId, :number, :jobId, :state, :takenAt, :windowMillis,
              :held, :heldReason, :verifiedAt, :notes, :availableAt, :createdAt)
      """)
  void insert(@BindMethods RecoveryPointRow point);

  @SqlQuery("select * from recovery_point where id = :id")
  Optional<RecoveryPointRow> findById(UUID id);

  /** Waits for whoever changes the row, and keeps others from it until the commit. */
  @SqlQuery("select * from recovery_point where id = :id for update")
  Optional<RecoveryPointRow> lock(UUID id);

  @SqlQuery("select * from recovery_point where job_id = :jobId for update")
  Optional<RecoveryPointRow> lockOfJob(UUID jobId);

  /** Waits for whoever changes one of the rows, and keeps others from them until the commit. */
  @SqlQuery("select * from recovery_point where group_id = :groupId order by number for update")
  List<RecoveryPointRow> lockOfGroup(UUID groupId);

  @SqlUpdate(
      """
      insert into recovery_point_instance (point_id, instance_id, name, flavor, vcpus, memory_mib,
                                           max_vcpus, max_memory_mib, readiness, guest_timeout_seconds, networks)
      values (:pointId, :instanceId, :name, :flavor, :vcpus, :memoryMib,
              :maxVcpus, :maxMemoryMib, :readiness, :guestTimeoutSeconds, :networks)
      """)
  void insertInstance(@BindMethods RecoveryPointInstanceRow instance);

  @SqlQuery("select * from recovery_point_instance where point_id = :id order by name, instance_id")
  List<RecoveryPointInstanceRow> instances(UUID id);

  /** All that points know of an instance. */
  @SqlQuery("select * from recovery_point_instance where instance_id = :id")
  List<RecoveryPointInstanceRow> asInstance(UUID id);

  /** As {@link #asInstance}, of several. */
  @SqlQuery("select * from recovery_point_instance where instance_id = any(:ids)")
  List<RecoveryPointInstanceRow> asInstances(List<UUID> ids);

  /** Whole points, and broken ones, that have any of the instances; the newest first. */
  @SqlQuery(
      """
      select * from recovery_point
      where state in ('AVAILABLE', 'BROKEN') and taken_at is not null
        and id in (select point_id from recovery_point_disk where instance_id = any(:ids))
      order by taken_at desc, number desc
      """)
  List<RecoveryPointRow> ofInstances(List<UUID> ids);

  /** What points have of these instances. */
  @SqlQuery("select * from recovery_point_disk where instance_id = any(:ids)")
  List<RecoveryPointDiskRow> disksOfInstances(List<UUID> ids);

  /** Open jobs that read the point. */
  @SqlQuery("select job_id from recovery_point_reader where point_id = :id order by job_id")
  List<UUID> readers(UUID id);

  /** The group's points that open jobs read. */
  @SqlQuery(
      """
      select distinct r.point_id from recovery_point_reader r
      join recovery_point p on p.id = r.point_id
      where p.group_id = :groupId
      """)
  Set<UUID> readOfGroup(UUID groupId);

  /** Those by which others took over from instances that are still in the group. */
  @SqlQuery(
      """
      select distinct r.point_id from plan_run_instance r
      join promotion p on p.run_id = r.run_id and p.source_id = r.source_id
      join protection_member m on m.instance_id = p.source_id
      where m.group_id = :groupId and r.point_id is not null
      """)
  Set<UUID> promotedOfGroup(UUID groupId);

  /** The newest one of each of the group's instances of which a move has left it undecided. */
  @SqlQuery(
      """
      select distinct on (d.instance_id) p.id from undecided_move u
      join protection_member m on m.instance_id = u.instance_id
      join recovery_point_disk d on d.instance_id = u.instance_id
      join recovery_point p on p.id = d.point_id and p.group_id = m.group_id
      where m.group_id = :groupId and p.state = 'AVAILABLE'
      order by d.instance_id, p.number desc
      """)
  Set<UUID> undecidedOfGroup(UUID groupId);

  /** Throws {@link BusyException} while a job reads the point. */
  default void requireUnread(UUID id) {
    readers(id).stream()
        .findFirst()
        .ifPresent(
            reader -> {
              throw new BusyException(reader);
            });
  }

  @SqlQuery("select * from recovery_point where group_id = :groupId order by number")
  List<RecoveryPointRow> ofGroup(UUID groupId);

  @SqlQuery(VIEW + " where p.id = :id")
  Optional<RecoveryPointView> view(UUID id);

  default List<RecoveryPointView> views(
      PageRequest page, UUID groupId, @Nullable RecoveryPointState state, @Nullable Instant since) {
    String after = page.isAfter("p.created_at", "p.id");
    return views(page, groupId, state, since, after, page.order("p.created_at", "p.id"));
  }

  @SqlQuery(
      VIEW
          + """
             where p.group_id = :groupId and <after>
               and (cast(:state as text) is null or p.state = :state)
               and (cast(:since as timestamptz) is null or p.created_at >= :since)
             order by <order>
             limit :limit
            """)
  List<RecoveryPointView> views(
      @BindMethods PageRequest page,
      UUID groupId,
      @Nullable RecoveryPointState state,
      @Nullable Instant since,
      @Define("after") String after,
      @Define("order") String order);

  @SqlQuery("select * from recovery_point_disk where point_id = :id order by instance_name, disk")
  List<RecoveryPointDiskRow> disks(UUID id);

  @SqlQuery(
      """
      select * from recovery_point_disk where point_id = any(:ids)
      order by instance_name, disk
      """)
  List<RecoveryPointDiskRow> disksOf(List<UUID> ids);

  /** What AVAILABLE points have of an instance at this place, the newest point first. */
  @SqlQuery(
      """
      select d.* from recovery_point_disk d
      join recovery_point p on p.id = d.point_id and p.state = 'AVAILABLE'
      join protection_group g on g.id = p.group_id
      where d.instance_id = :instanceId and d.host_id = :hostId and d.pool = :pool
        and p.group_id = :groupId
      order by p.number desc, d.disk
      """)
  List<RecoveryPointDiskRow> bases(UUID groupId, UUID instanceId, UUID hostId, String pool);

  @SqlUpdate(
      """
      insert into recovery_point_disk (point_id, instance_id, instance_name, disk, bytes, host_id,
                                       pool, base_id, base_root, change_source, reason, volume_id,
                                       volume_name)
      values (:pointId, :instanceId, :instanceName, :disk, :bytes, :hostId,
              :pool, :baseId, :baseRoot, :changeSource, :reason, :volumeId, :volumeName)
      """)
  void insertDisk(@BindMethods RecoveryPointDiskRow disk);

  @SqlUpdate(
      """
      update recovery_point_disk set base_id = :baseId, base_root = :baseRoot,
                                     change_source = :changeSource, reason = :reason
      where point_id = :pointId and instance_id = :instanceId and disk = :disk
      """)
  void setBase(@BindMethods RecoveryPointDiskRow disk);

  @SqlUpdate(
      """
      update recovery_point_disk
      set root = :root, allocated_bytes = :allocatedBytes, logical_bytes = :logical,
          wire_bytes = :wire, zero_bytes = :zero, same_bytes = :same
      where point_id = :pointId and instance_id = :instanceId and disk = :disk
      """)
  void setSealed(
      UUID pointId,
      UUID instanceId,
      String disk,
      String root,
      long allocatedBytes,
      @BindMethods StreamCounts counts);

  @SqlUpdate(
      """
      update recovery_point_disk set broken = :broken
      where point_id = :pointId and instance_id = :instanceId and disk = :disk
      """)
  void setBroken(UUID pointId, UUID instanceId, String disk, @Nullable String broken);

  /** None is no error. */
  @SqlUpdate(
      """
      delete from recovery_point_disk
      where point_id = :pointId and instance_id = :instanceId and disk = :disk
      """)
  void deleteDisk(UUID pointId, UUID instanceId, String disk);

  @SqlUpdate(
      """
      update recovery_point set taken_at = :takenAt, window_millis = :windowMillis, notes = :notes
      where id = :id
      """)
  void setTaken(UUID id, Instant takenAt, long windowMillis, @Json List<String> notes);

  @SqlUpdate("update recovery_point set state = :state where id = :id")
  void setState(UUID id, RecoveryPointState state);

  @SqlUpdate(
      """
      update recovery_point set state = 'AVAILABLE', available_at = :at
      where id = :id and state = 'SEALED'
      """)
  int setAvailable(UUID id, Instant at);

  @SqlUpdate("update recovery_point set verified_at = :at, condemned_at = null where id = :id")
  void setVerified(UUID id, Instant at);

  /** All of it was read, or could not be, and some of it is wrong. */
  @SqlUpdate("update recovery_point set condemned_at = :at where id = :id")
  void setCondemned(UUID id, Instant at);

  @SqlQuery("select id from recovery_point where group_id = :groupId and condemned_at is not null")
  Set<UUID> condemnedOfGroup(UUID groupId);

  @SqlUpdate("update recovery_point set held = :held, held_reason = :reason where id = :id")
  void setHeld(UUID id, boolean held, @Nullable String reason);

  /** Half made points of jobs that are over, in a group whose holder asks. */
  @SqlUpdate(
      """
      update recovery_point set state = 'RETIRED'
      where group_id = :groupId and state in ('STAGING', 'SEALED') and job_id <> :jobId
      """)
  void retireLeftovers(UUID groupId, UUID jobId);

  /** Nothing of the group is to be recovered from any more. */
  @SqlUpdate(
      """
      update recovery_point set state = 'RETIRED'
      where group_id = :groupId and state not in ('RETIRED', 'PURGED')
      """)
  void retireAll(UUID groupId);

  /**
   * Of RETIRED points that no job reads, on hosts that answer, but not on these; the oldest first.
   * Where files share no extents a replica is read through older ones, so all of its disk wait for
   * the reader.
   */
  @SqlQuery(
      """
      select d.* from recovery_point_disk d
      join recovery_point p on p.id = d.point_id
      join host h on h.id = d.host_id
      where p.group_id = :groupId and p.state = 'RETIRED' and h.unreachable_since is null
        and not exists (select from recovery_point_reader r where r.point_id = p.id)
        and not exists (
          select from recovery_point_reader r
          join recovery_point_disk read on read.point_id = r.point_id
          join pool sp on sp.host_id = read.host_id and sp.name = read.pool
          where read.instance_id = d.instance_id and read.disk = d.disk
            and read.host_id = d.host_id and read.pool = d.pool and not sp.reflink)
        and d.host_id <> all(:but)
      order by p.number, d.instance_id, d.disk
      limit :limit
      """)
  List<RecoveryPointDiskRow> retiredDisks(UUID groupId, List<UUID> but, int limit);

  /** Of RETIRED points, whoever reads them, and whether their hosts answer or not. */
  @SqlQuery(
      """
      select d.* from recovery_point_disk d join recovery_point p on p.id = d.point_id
      where p.group_id = :groupId and p.state = 'RETIRED'
      order by p.number, d.instance_id, d.disk
      limit :limit
      """)
  List<RecoveryPointDiskRow> leftDisks(UUID groupId, int limit);

  /** RETIRED points without replicas are PURGED. */
  @SqlUpdate(
      """
      update recovery_point p set state = 'PURGED'
      where p.id = any(:ids) and p.state = 'RETIRED'
        and not exists (select from recovery_point_disk d where d.point_id = p.id)
      """)
  void purgeEmpty(List<UUID> ids);

  /** The last word on a point is readable for a while, not for ever. */
  @SqlUpdate(
      """
      delete from recovery_point
      where group_id = :groupId and state = 'PURGED'
        and number <= (select last_number from protection_group where id = :groupId) - :kept
      """)
  void forgetPurged(UUID groupId, long kept);

  @SqlUpdate("delete from recovery_point where id = :id")
  void delete(UUID id);

  String VIEW =
      """
      select p.*, g.name as group_name, j.id as active_job_id
      from recovery_point p
      join protection_group g on g.id = p.group_id
      left join job j on j.target_id = p.id
        and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      """;
}
