package io.holdfast.engine.db;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The migrations' part of the ledger; {@link ReservationDao} has its lock and its sums. */
public interface MigrationDao {
  @SqlQuery("select * from migration where instance_id = :instanceId")
  Optional<MigrationRow> find(UUID instanceId);

  @SqlUpdate(
      """
      insert into migration (instance_id, job_id, source_host, source_pool, target_host,
                             target_pool, vcpus, memory_mib, disk_bytes, shared, handing_over,
                             taken_back, arrived, created_at)
      values (:instanceId, :jobId, :sourceHost, :sourcePool, :targetHost,
              :targetPool, :vcpus, :memoryMiB, :diskBytes, :shared, :handingOver, :takenBack,
              :arrived, :createdAt)
      """)
  void insert(@BindMethods MigrationRow migration);

  /** Of a job that ended before it was known which of its hosts has the instance. */
  @SqlQuery(
      """
      select m.* from migration m join undecided_move u on u.instance_id = m.instance_id
      where m.instance_id = :instanceId
      """)
  Optional<MigrationRow> undecided(UUID instanceId);

  /** The same of the target of a job, or of one that it works on beside. */
  @SqlQuery(
      """
      select m.* from migration m join undecided_move u on u.instance_id = m.instance_id
      where m.instance_id = :targetId
        or m.instance_id in (select target_id from job_beside where job_id = :jobId)
      limit 1
      """)
  Optional<MigrationRow> undecidedOf(UUID jobId, UUID targetId);

  /** Another job finds out. */
  @SqlUpdate("update migration set job_id = :jobId where instance_id = :instanceId")
  void adopt(UUID instanceId, UUID jobId);

  /** The volumes that the instance has by now go along. */
  @SqlUpdate(
      """
      insert into migration_volume (instance_id, volume_id, source_pool, disk_bytes)
      select v.instance_id, v.id, r.pool, r.disk_bytes
      from volume v join volume_reservation r on r.volume_id = v.id
      where v.instance_id = :instanceId
      """)
  int insertVolumes(UUID instanceId);

  /** In the order in which they were made. */
  @SqlQuery(
      """
      select m.* from migration_volume m join volume v on v.id = m.volume_id
      where m.instance_id = :instanceId order by v.created_at, v.id
      """)
  List<MovedVolumeRow> volumes(UUID instanceId);

  /** The snapshots of the instance, as large as they are by now, go along. */
  @SqlUpdate(
      """
      insert into migration_snapshot (instance_id, snapshot_id, source_pool, disk_bytes)
      select instance_id, id, pool, coalesce(claimed_bytes, size_bytes)
      from snapshot where instance_id = :instanceId and taken_at is not null
      """)
  int insertSnapshots(UUID instanceId);

  /**
   * What a move between shared pools may link at the target besides the disks, where either pool
   * makes disks as overlays: the image below. Noted before it is linked, so that the image's delete
   * finds it however the move ends; one that is not there after all is placed when it is needed.
   */
  @SqlUpdate(
      """
      insert into image_copy (image_id, host_id, pool)
      select i.image_id, m.target_host, m.target_pool
      from migration m join instance i on i.id = m.instance_id
      where m.instance_id = :instanceId and m.shared and i.image_id is not null
        and exists (
          select 1 from pool p
          where not p.reflink
            and (p.host_id, p.name) in (
              (m.source_host, m.source_pool), (m.target_host, m.target_pool)))
      on conflict do nothing
      """)
  void addLinkedImage(UUID instanceId);

  /** In the order in which they were taken, as they were when the move claimed its room. */
  @SqlQuery(
      """
      select n.*, m.source_pool from migration_snapshot m join snapshot n on n.id = m.snapshot_id
      where m.instance_id = :instanceId order by n.created_at, n.id
      """)
  List<MovedSnapshotRow> snapshots(UUID instanceId);

  /** From here on both hosts are asked whose the instance is. */
  @SqlUpdate(
      """
      update migration set handing_over = true, taken_back = false
      where instance_id = :instanceId and job_id = :jobId
      """)
  void beginHandover(UUID instanceId, UUID jobId);

  /** What has arrived at the target is none of it any more. */
  @SqlUpdate(
      """
      update migration set taken_back = true
      where instance_id = :instanceId and job_id = :jobId and handing_over
      """)
  void takeBackHandover(UUID instanceId, UUID jobId);

  /**
   * The place of the instance, of its volumes and of its snapshots, and their own claims, become
   * the target's, all or none: the caller's transaction holds the ledger's lock. 0 when they are
   * already.
   */
  @SqlUpdate(
      """
      with arrival as (
        update migration set arrived = true where instance_id = :instanceId and not arrived
        returning instance_id, target_host, target_pool),
      place as (
        update instance i set host_id = a.target_host, pool = a.target_pool
        from arrival a where i.id = a.instance_id),
      volumes as (
        select m.volume_id, a.target_host, a.target_pool
        from migration_volume m join arrival a on a.instance_id = m.instance_id),
      volume_place as (
        update volume v set host_id = m.target_host, pool = m.target_pool
        from volumes m where v.id = m.volume_id),
      volume_claim as (
        update volume_reservation r set host_id = m.target_host, pool = m.target_pool
        from volumes m where r.volume_id = m.volume_id),
      snapshot_place as (
        update snapshot n set host_id = a.target_host, pool = a.target_pool
        from migration_snapshot m join arrival a on a.instance_id = m.instance_id
        where n.id = m.snapshot_id)
      update reservation r set host_id = a.target_host, pool = a.target_pool
      from arrival a where r.instance_id = a.instance_id
      """)
  int arrive(UUID instanceId);

  /** None is no error. */
  @SqlUpdate("delete from migration where instance_id = :instanceId")
  void delete(UUID instanceId);

  /** Of one job alone; none is no error. */
  @SqlUpdate("delete from migration where instance_id = :instanceId and job_id = :jobId")
  void delete(UUID instanceId, UUID jobId);

  /** Replicas of the instance's disks in a pool, of points that may be used; the newest first. */
  @SqlQuery(
      """
      select d.* from recovery_point_disk d join recovery_point p on p.id = d.point_id
      where d.instance_id = :instanceId and d.host_id = :hostId and d.pool = :pool
        and p.state = 'AVAILABLE' and d.root is not null and d.broken is null
      order by p.available_at desc
      """)
  List<RecoveryPointDiskRow> bases(UUID instanceId, UUID hostId, String pool);
}
