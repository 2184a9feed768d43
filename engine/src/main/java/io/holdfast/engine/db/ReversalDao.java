package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface ReversalDao {
  @SqlUpdate(
      """
      insert into reversed_group (run_id, group_id, group_name, point_id, from_site, to_site,
                                  was_paused, was_since, was_after)
      select :runId, id, name, :pointId, target_site, :toSite, paused, direction_since,
             direction_after
      from protection_group where id = :groupId
      """)
  void insertGroup(UUID runId, UUID groupId, UUID pointId, UUID toSite);

  @SqlUpdate(
      """
      insert into reversed_instance (run_id, source_id, source_name, successor_id, successor_name,
                                     group_id, host_id, host_name, pool, replica_host,
                                     replica_pool, replica_bytes)
      select :runId, :sourceId, i.name, :successorId, :successorName, m.group_id, h.id, h.name,
             i.pool, m.host_id, m.pool, m.disk_bytes
      from instance i
      join host h on h.id = i.host_id
      join protection_member m on m.instance_id = i.id
      where i.id = :sourceId
      """)
  void insertInstance(UUID runId, UUID sourceId, UUID successorId, String successorName);

  @SqlQuery("select * from reversed_group where run_id = :run order by group_name, group_id")
  List<ReversedGroupRow> groups(UUID run);

  @SqlQuery("select * from reversed_instance where run_id = :run order by source_name, source_id")
  List<ReversedInstanceRow> instances(UUID run);

  @SqlQuery("select * from reversed_group where run_id = any(:runs) order by group_name, group_id")
  List<ReversedGroupRow> groupsOf(List<UUID> runs);

  @SqlQuery(
      "select * from reversed_instance where run_id = any(:runs) order by source_name, source_id")
  List<ReversedInstanceRow> instancesOf(List<UUID> runs);

  @SqlUpdate("update reversed_group set reversed_at = :at where run_id = :run")
  void setReversed(UUID run, @Nullable Instant at);

  @SqlUpdate(
      """
      update reversed_instance set released_at = :at
      where run_id = :run and not exists (select from instance where id = source_id)
      """)
  void setReleased(UUID run, Instant at);

  /** One that is there stays. */
  @SqlUpdate(
      """
      insert into lost_write (run_id, instance_id, disk, bytes, ranges, first)
      values (:runId, :instanceId, :disk, :bytes, :ranges, :first)
      on conflict do nothing
      """)
  void insertLost(@BindMethods LostWriteRow lost);

  @SqlQuery("select * from lost_write where run_id = :run order by instance_id, disk")
  List<LostWriteRow> lost(UUID run);

  @SqlQuery("select * from lost_write where run_id = any(:runs) order by instance_id, disk")
  List<LostWriteRow> lostOf(List<UUID> runs);

  @SqlUpdate("delete from lost_write where run_id = :run")
  void deleteLost(UUID run);

  /** Another instance takes a member's place in its group, and its replicas go elsewhere. */
  @SqlUpdate(
      """
      update protection_member set instance_id = :to, host_id = :host, pool = :pool,
                                   disk_bytes = :bytes
      where instance_id = :from and group_id = :group
        and exists (select from instance where id = :to)
      """)
  int replaceMember(
      UUID group, UUID from, UUID to, @Nullable UUID host, @Nullable String pool, long bytes);

  @SqlUpdate(
      """
      update protection_group set target_site = :site, paused = :paused,
                                  paused_by_recovery = false,
                                  direction_since = :since, direction_after = :after,
                                  revision = revision + 1
      where id = :group
      """)
  void turn(UUID group, UUID site, boolean paused, @Nullable Instant since, long after);

  /** The newest point of a group since its direction is what it is, that may be recovered from. */
  @SqlQuery(
      """
      select p.* from recovery_point p join protection_group g on g.id = p.group_id
      where g.id = :group and p.state = 'AVAILABLE' and p.number > g.direction_after
      order by p.number desc
      """)
  List<RecoveryPointRow> newPoints(UUID group);
}
