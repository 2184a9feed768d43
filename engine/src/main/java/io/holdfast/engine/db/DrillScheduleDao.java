package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface DrillScheduleDao {
  /** Throws {@link NameTakenException}. */
  default void insert(DrillScheduleRow schedule) {
    if (tryInsert(schedule) == 0) {
      throw new NameTakenException(schedule.name());
    }
  }

  @SqlUpdate(
      """
      insert into drill_schedule (id, project, name, plan_id, cron, every_millis, time_zone,
                                  anchor_at, catch_up_millis, deadline_millis, paused, next_at,
                                  created_at, changed_at)
      values (:id, :project, :name, :planId, :cron, :everyMillis, :timeZone, :anchorAt,
              :catchUpMillis, :deadlineMillis, :paused, :nextAt, :createdAt, :changedAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods DrillScheduleRow schedule);

  @SqlQuery("select * from drill_schedule where id = :id")
  Optional<DrillScheduleRow> findById(UUID id);

  @SqlQuery("select * from drill_schedule where project = 'default' and name = :name")
  Optional<DrillScheduleRow> findByName(String name);

  /** Waits for whoever changes the row, and keeps others from it until the commit. */
  @SqlQuery("select * from drill_schedule where id = :id for update")
  Optional<DrillScheduleRow> lock(UUID id);

  @SqlQuery(
      """
      select * from drill_schedule
      where (created_at, id) > (:afterTime, :afterId)
        and (cast(:name as text) is null or name = :name)
      order by created_at, id
      limit :limit
      """)
  List<DrillScheduleRow> list(@BindMethods PageRequest page, @Nullable String name);

  @SqlQuery("select * from drill_schedule order by name")
  List<DrillScheduleRow> all();

  /** The first that begins drills of the plan. */
  @SqlQuery("select * from drill_schedule where plan_id = :planId order by name limit 1")
  Optional<DrillScheduleRow> ofPlan(UUID planId);

  /** A new definition. Throws {@link NameTakenException}. */
  default void replace(DrillScheduleRow schedule) {
    if (setDefinition(schedule) == 0) {
      throw new NameTakenException(schedule.name());
    }
  }

  /** 0 when another schedule has the name. */
  @SqlUpdate(
      """
      update drill_schedule set name = :name, plan_id = :planId, cron = :cron,
                                every_millis = :everyMillis, time_zone = :timeZone,
                                anchor_at = :anchorAt, catch_up_millis = :catchUpMillis,
                                deadline_millis = :deadlineMillis, next_at = :nextAt,
                                revision = revision + 1, changed_at = :changedAt
      where id = :id
        and not exists (
          select from drill_schedule o
          where o.project = drill_schedule.project and o.name = :name and o.id <> :id)
      """)
  int setDefinition(@BindMethods DrillScheduleRow schedule);

  @SqlUpdate(
      """
      update drill_schedule set paused = :paused, next_at = :nextAt, revision = revision + 1,
                                changed_at = :at
      where id = :id and paused <> :paused
      """)
  void setPaused(UUID id, boolean paused, Instant nextAt, Instant at);

  /** Those whose next drill is due, the longest first. */
  @SqlQuery(
      """
      select id from drill_schedule where not paused and next_at <= :now
      order by next_at limit :limit
      """)
  List<UUID> due(Instant now, int limit);

  @SqlUpdate("update drill_schedule set next_at = :at where id = :id")
  void setNext(UUID id, Instant at);

  /** {@code last}: when the last of them had fallen due. */
  @SqlUpdate(
      """
      update drill_schedule set missed = missed + :missed, missed_at = :last,
                                missed_reason = :reason
      where id = :id
      """)
  void addMissed(UUID id, int missed, Instant last, String reason);

  /** None is no error. */
  @SqlUpdate("delete from drill_schedule where id = :id")
  void delete(UUID id);
}
