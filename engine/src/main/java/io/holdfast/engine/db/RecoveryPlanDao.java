package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface RecoveryPlanDao {
  /** Throws {@link NameTakenException}. */
  default void insert(RecoveryPlanRow plan) {
    if (tryInsert(plan) == 0) {
      throw new NameTakenException(plan.name());
    }
  }

  @SqlUpdate(
      """
      insert into recovery_plan (id, project, name, site_id, version, definition, created_at,
                                 changed_at)
      values (:id, :project, :name, :siteId, :version, :definition, :createdAt, :changedAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods RecoveryPlanRow plan);

  @SqlQuery("select * from recovery_plan where id = :id")
  Optional<RecoveryPlanRow> findById(UUID id);

  @SqlQuery("select * from recovery_plan where project = 'default' and name = :name")
  Optional<RecoveryPlanRow> findByName(String name);

  /** Waits for whoever changes the row, and keeps others from it until the commit. */
  @SqlQuery("select * from recovery_plan where id = :id for update")
  Optional<RecoveryPlanRow> lock(UUID id);

  @SqlQuery(
      """
      select * from recovery_plan
      where (created_at, id) > (:afterTime, :afterId)
        and (cast(:name as text) is null or name = :name)
      order by created_at, id
      limit :limit
      """)
  List<RecoveryPlanRow> list(@BindMethods PageRequest page, @Nullable String name);

  @SqlQuery(
      "select * from recovery_plan where definition -> 'policy' ->> 'twoPersons' = 'true' order by"
          + " id")
  List<RecoveryPlanRow> wantingTwoPersons();

  /** A new version. Throws {@link NameTakenException}. */
  default void replace(UUID id, String name, UUID siteId, PlanDefinition definition, Instant at) {
    if (setDefinition(id, name, siteId, definition, at) == 0) {
      throw new NameTakenException(name);
    }
  }

  /** 0 when another plan has the name. */
  @SqlUpdate(
      """
      update recovery_plan set name = :name, site_id = :siteId, definition = :definition,
                               version = version + 1, changed_at = :at
      where id = :id
        and not exists (
          select from recovery_plan o
          where o.project = recovery_plan.project and o.name = :name and o.id <> :id)
      """)
  int setDefinition(UUID id, String name, UUID siteId, @Json PlanDefinition definition, Instant at);

  /** None is no error. */
  @SqlUpdate("delete from recovery_plan where id = :id")
  void delete(UUID id);
}
