package io.holdfast.engine.db;

import io.holdfast.workflows.model.Consistency;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.ValueColumn;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface ProtectionGroupDao {
  /** Throws {@link NameTakenException}: names of groups that protect are unique in a project. */
  default void insert(ProtectionGroupRow group) {
    if (tryInsert(group) == 0) {
      throw new NameTakenException(group.name());
    }
  }

  @SqlUpdate(
      """
      insert into protection_group (id, project, name, target_site, rpo_millis, retention,
                                    consistency, state, paused, next_round_at, missed_rounds, last_number,
                                    rpo_violation, revision, created_at)
      values (:id, :project, :name, :targetSite, :rpoMillis, :retention,
              :consistency, :state, :paused, :nextRoundAt, :missedRounds, :lastNumber,
              :rpoViolation, :revision, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods ProtectionGroupRow group);

  @SqlQuery("select * from protection_group where id = :id")
  Optional<ProtectionGroupRow> findById(UUID id);

  /** One that protects comes before those that are only kept. */
  @SqlQuery(
      """
      select * from protection_group where project = 'default' and name = :name
      order by state = 'DISSOLVED', created_at desc limit 1
      """)
  Optional<ProtectionGroupRow> findByName(String name);

  /** Waits for whoever changes the row, and keeps others from it until the commit. */
  @SqlQuery("select * from protection_group where id = :id for update")
  Optional<ProtectionGroupRow> lock(UUID id);

  @SqlQuery(VIEW + " where g.id = :id")
  Optional<ProtectionGroupView> view(UUID id);

  @SqlQuery(
      VIEW
          + """
             where (g.created_at, g.id) > (:afterTime, :afterId)
               and (cast(:name as text) is null or g.name = :name)
             order by g.created_at, g.id
             limit :limit
            """)
  List<ProtectionGroupView> views(@BindMethods PageRequest page, @Nullable String name);

  @SqlQuery(MEMBERS + " where m.group_id = :id order by m.position, m.instance_id")
  List<ProtectionMemberRow> members(UUID id);

  @SqlQuery(
      """
      select m.*, i.name as instance_name, h.name as host_name, o.taken_at as restorable_at,
             exists (select from promotion r where r.source_id = m.instance_id) as recovered,"""
          + SINCE
          + """
      from protection_member m
      join protection_group g on g.id = m.group_id
      join instance i on i.id = m.instance_id
      left join host h on h.id = m.host_id
      left join lateral ("""
          + NEWEST_WITH_IT
          + """
            ) o on true
            where m.group_id = any(:ids) order by m.position, m.instance_id
            """)
  List<ProtectionMemberView> memberViews(List<UUID> ids);

  /** 0 when the instance is in a group already. */
  @SqlUpdate(
      """
      insert into protection_member (instance_id, group_id, position)
      values (:instanceId, :groupId, :position) on conflict do nothing
      """)
  int tryInsertMember(UUID instanceId, UUID groupId, int position);

  @SqlQuery("select group_id from protection_member where instance_id = :instanceId")
  Optional<UUID> groupOf(UUID instanceId);

  /** Of instances, as far as they are in a group. */
  @SqlQuery(MEMBERS + " where m.instance_id = any(:ids)")
  List<ProtectionMemberRow> membersAmong(List<UUID> ids);

  @SqlUpdate(
      """
      delete from protection_member where group_id = :groupId and instance_id <> all(:kept)
      """)
  void retainMembers(UUID groupId, List<UUID> kept);

  @SqlUpdate("update protection_member set position = :position where instance_id = :instanceId")
  void setPosition(UUID instanceId, int position);

  /** By host: the memory of the instances whose replicas are there, should all run from them. */
  @SqlQuery(
      """
      select m.host_id, cast(sum(cast(i.spec ->> 'memoryMiB' as bigint)) as bigint) as memory_mib
      from protection_member m join instance i on i.id = m.instance_id
      where m.host_id is not null
      group by m.host_id
      """)
  @KeyColumn("host_id")
  @ValueColumn("memory_mib")
  Map<UUID, Long> memoryByTarget();

  /** By host: another instance of the group that is there, or whose replicas are. */
  @SqlQuery(
      """
      select h.host_id, min(i.name) as name
      from instance i
      cross join lateral (
        select i.host_id union
        select m.host_id from protection_member m where m.instance_id = i.id) h
      where i.project = :project and i.anti_affinity = :group and i.id <> :except
        and h.host_id is not null
      group by h.host_id
      """)
  @KeyColumn("host_id")
  @ValueColumn("name")
  Map<UUID, String> hostsOfGroup(String project, String group, UUID except);

  /** Null and 0 give the claim back. */
  @SqlUpdate(
      """
      update protection_member set host_id = :hostId, pool = :pool, disk_bytes = :diskBytes
      where instance_id = :instanceId
      """)
  void setPlace(UUID instanceId, @Nullable UUID hostId, @Nullable String pool, long diskBytes);

  @SqlUpdate(
      """
      update protection_group set rpo_millis = :rpoMillis, retention = :retention,
                                  consistency = :consistency,
                                  next_round_at = least(next_round_at, :nextRoundAt),
                                  revision = revision + 1
      where id = :id
      """)
  void setDefinition(
      UUID id,
      long rpoMillis,
      @Json Retention retention,
      Consistency consistency,
      Instant nextRoundAt);

  /** A person's word: it also stands for a pause that a recovery had begun. */
  @SqlUpdate(
      """
      update protection_group set paused = :paused, paused_by_recovery = false,
                                  next_round_at = :nextRoundAt, revision = revision + 1
      where id = :id and (paused <> :paused or paused_by_recovery)
      """)
  void setPaused(UUID id, boolean paused, Instant nextRoundAt);

  /** A recovery has taken one of it over; a pause of a person's stays that. */
  @SqlUpdate(
      """
      update protection_group set paused = true, paused_by_recovery = true, next_round_at = :at,
                                  revision = revision + 1
      where id = :id and not paused
      """)
  void holdForRecovery(UUID id, Instant at);

  /** Those whose next round is due, the longest first. */
  @SqlQuery(
      """
      select id from protection_group g
      where state = 'ACTIVE' and not paused and next_round_at <= :now
        and exists (select from protection_member m where m.group_id = g.id)
      order by next_round_at limit :limit
      """)
  List<UUID> due(Instant now, int limit);

  @SqlUpdate(
      """
      update protection_group set next_round_at = :at,
                                  missed_rounds = missed_rounds + case when :missed then 1 else 0 end
      where id = :id
      """)
  void setNextRound(UUID id, Instant at, boolean missed);

  /**
   * A round has failed: the next one begins by then, unless the one before it had failed too.
   *
   * @param job of the round
   */
  @SqlUpdate(
      """
      update protection_group set next_round_at = least(next_round_at, :by)
      where id = :id and coalesce((
        select state from job
        where target_id = :id and kind = 'REPLICATE_GROUP' and id <> :job and ended_at is not null
        order by created_at desc limit 1), 'SUCCEEDED') <> 'FAILED'
      """)
  void bringForward(UUID id, UUID job, Instant by);

  @SqlQuery(
      """
      update protection_group set last_number = last_number + 1 where id = :id
      returning last_number
      """)
  long nextNumber(UUID id);

  /** Of all groups that protect, those that are paused too: what they miss is missed. */
  @SqlQuery(
      """
      select g.name, g.rpo_millis, g.missed_rounds, g.rpo_violation,
             extract(epoch from :now - s.since) as lag_seconds
      from protection_group g"""
          + FURTHEST_BEHIND
          + """
            where g.state = 'ACTIVE'
            """)
  List<ProtectionLag> lags(Instant now);

  /** Of their instances, without those that a recovery has taken. */
  @SqlQuery(
      """
      select e.group_name, e.instance_name, extract(epoch from :now - e.since) as lag_seconds
      from (
        select g.name as group_name, i.name as instance_name,"""
          + SINCE
          + """
          from protection_group g
          join protection_member m on m.group_id = g.id
          join instance i on i.id = m.instance_id
          left join lateral ("""
          + NEWEST_WITH_IT
          + """
            ) o on true
            where g.state = 'ACTIVE'
              and not exists (select from promotion r where r.source_id = m.instance_id)) e
            """)
  List<InstanceLag> instanceLags(Instant now);

  /**
   * By what is restorable now of the instance that lies furthest behind; writes, and so tells, only
   * what has changed. Nothing is expected of a paused group, but of one that a recovery has paused
   * while it left some behind.
   */
  @SqlUpdate(
      """
      update protection_group g
      set rpo_violation = f.violation,
          rpo_violated_by = case when f.violation is null then '{}' else f.behind end
      from (
        select g.id, s.behind, case
            when g.state <> 'ACTIVE' or (g.paused and not"""
          + LEFT_BEHIND
          + """
            ) then null
            when :now - s.since > g.rpo_millis * 3 * interval '1 ms' then 'CRITICAL'
            when :now - s.since > g.rpo_millis * 2 * interval '1 ms' then 'WARNING' end as violation
        from protection_group g"""
          + FURTHEST_BEHIND
          + """
            ) f
            where f.id = g.id
              and (g.rpo_violation is distinct from f.violation
                or (f.violation is not null and g.rpo_violated_by <> f.behind))
            """)
  int tellViolations(Instant now);

  @SqlUpdate(
      """
      update protection_group set state = 'DISSOLVED', rpo_violation = null,
                                  rpo_violated_by = '{}',
                                  revision = revision + 1
      where id = :id
      """)
  void dissolve(UUID id);

  /** None is no error. */
  @SqlUpdate("delete from protection_group where id = :id")
  void delete(UUID id);

  /** The newest point of the direction that the group has now which may be recovered from. */
  String NEWEST =
      """

      select id, taken_at from recovery_point
      where group_id = g.id and state = 'AVAILABLE' and number > g.direction_after
      order by number desc limit 1
      """;

  /** The same of those that show one instance: rounds may leave it out. */
  String NEWEST_WITH_IT =
      """

      select taken_at from recovery_point
      where group_id = g.id and state = 'AVAILABLE' and number > g.direction_after
        and exists (
          select from recovery_point_disk d
          where d.point_id = recovery_point.id and d.instance_id = m.instance_id)
      order by number desc limit 1
      """;

  /**
   * Since when what is restorable of an instance is what it is: the moment of the newest point with
   * it. Before one, since it came to be protected.
   */
  String SINCE =
      " coalesce(o.taken_at, greatest(m.joined_at, g.direction_since, g.created_at)) as since\n";

  /**
   * A group lies as far behind as its instance that does so furthest, and {@code behind} names
   * those that its promise is not kept to. One that a recovery has taken is protected as its
   * successor.
   */
  String FURTHEST_BEHIND =
      """

      cross join lateral (
        select coalesce(min(e.since), (select taken_at from ("""
          + NEWEST
          + """
            ) p), g.direction_since, g.created_at) as since,
                   coalesce(array_agg(e.name order by e.position, e.name) filter (
                     where :now - e.since > g.rpo_millis * 2 * interval '1 ms'), '{}') as behind
            from (
              select i.name, m.position,"""
          + SINCE
          + """
              from protection_member m
              join instance i on i.id = m.instance_id
              left join lateral ("""
          + NEWEST_WITH_IT
          + """
            ) o on true
                  where m.group_id = g.id
                    and not exists (select from promotion r where r.source_id = m.instance_id)) e) s
            """;

  /** A recovery has paused the group, and some of it have no successor. */
  String LEFT_BEHIND =
      """

      (g.paused_by_recovery and exists (
        select from protection_member left_one where left_one.group_id = g.id
          and not exists (
            select from promotion where promotion.source_id = left_one.instance_id)))
      """;

  String MEMBERS =
      """
      select m.*, i.name as instance_name, h.name as host_name
      from protection_member m
      join instance i on i.id = m.instance_id
      left join host h on h.id = m.host_id
      """;

  String VIEW =
      """
      select g.*, s.name as site_name,
             j.id as active_job_id, j.kind as active_job_kind, j.state as active_job_state,
             p.taken_at as restorable_at, p.id as restorable_point,
             exists (
               select from recovery_point o join recovery_point_disk d on d.point_id = o.id
               where o.job_id = j.id and d.change_source = 'HASHES') as comparing,
             l.id as last_round, l.state as last_round_state,"""
          + LEFT_BEHIND
          + """
             as left_behind
      from protection_group g
      join site s on s.id = g.target_site
      left join job j on j.target_id = g.id
        and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      left join lateral ("""
          + NEWEST
          + """
      ) p on true
      left join lateral (
        select id, state from job where target_id = g.id and kind = 'REPLICATE_GROUP'
          and ended_at is not null
        order by created_at desc limit 1) l on true
      """;
}
