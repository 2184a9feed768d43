package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

public interface RehearsalDao {
  @SqlUpdate(
      """
      insert into rehearsal (run_id, schedule_id, schedule_name, due_at, deadline_at, expires_at,
                             late)
      values (:runId, :scheduleId, :scheduleName, :dueAt, :deadlineAt, :expiresAt, :late)
      """)
  void insert(@BindMethods RehearsalRow rehearsal);

  /** For a new job of a rehearsal that failed: as long to go, and to live. */
  @SqlUpdate(
      """
      insert into rehearsal (run_id, deadline_at, expires_at)
      select :to, cast(:at as timestamptz) + (h.deadline_at - r.triggered_at),
             cast(:at as timestamptz) + (h.expires_at - r.triggered_at)
      from rehearsal h join plan_run r on r.id = h.run_id where h.run_id = :from
      """)
  void repeat(UUID from, UUID to, Instant at);

  @SqlQuery("select * from rehearsal where run_id = :run")
  Optional<RehearsalRow> find(UUID run);

  @SqlQuery("select * from rehearsal where run_id = any(:runs)")
  List<RehearsalRow> findAll(List<UUID> runs);

  /** The last that the schedule began. */
  @SqlQuery(
      """
      select * from rehearsal where schedule_id = :schedule order by due_at desc limit 1
      """)
  Optional<RehearsalRow> lastOf(UUID schedule);

  /** Drills that go on behind their deadline; each is told once. */
  @SqlUpdate(
      """
      update rehearsal h
      set late = concat_ws('; ', h.late, 'it goes on behind its deadline')
      from job j
      where j.id = h.run_id and j.ended_at is null and h.deadline_at < :now
        and coalesce(h.late, '') not like '%behind its deadline'
      """)
  int tellLate(Instant now);

  /**
   * Runs whose time to live is over, and of which something may be left: nothing has read back that
   * it is gone. One whose cleanup has failed since {@code retryAfter} waits.
   */
  @SqlQuery(
      """
      select r.id from rehearsal h
      join plan_run r on r.id = h.run_id
      join job j on j.id = r.id
      where h.expires_at < :now and r.removed_at is null and r.pinned_at is not null
        and j.state in ('SUCCEEDED', 'FAILED', 'CANCELLED')
        and exists (select from recovery_plan p where p.id = r.plan_id)
        and not exists (
          select from job c
          where c.kind = 'CLEANUP_PLAN' and c.request ->> 'run' = cast(r.id as text)
            and (c.ended_at is null or c.ended_at > :retryAfter))
      order by h.expires_at limit :limit
      """)
  List<UUID> expired(Instant now, Instant retryAfter, int limit);

  /** Drills that have ended, by plan and verdict; and those that are late. */
  @SqlQuery(
      """
      select r.plan_name as plan, r.verdict,
             count(*) as count, max(r.ended_at) as last_at,
             count(*) filter (where h.late is not null) as late
      from plan_run r join rehearsal h on h.run_id = r.id
      where r.kind = 'DRILL' and r.verdict is not null
      group by r.plan_name, r.verdict order by r.plan_name, r.verdict
      """)
  List<DrillCount> counts();
}
