package io.holdfast.engine.db;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

public interface SiteDao {
  /** Throws {@link NameTakenException}. */
  default void insert(SiteRow site) {
    if (tryInsert(site) == 0) {
      throw new NameTakenException(site.name());
    }
  }

  @SqlUpdate(
      """
      insert into site (id, name, created_at) values (:id, :name, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods SiteRow site);

  @SqlQuery("select * from site where id = :id")
  Optional<SiteRow> findById(UUID id);

  @SqlQuery("select * from site where name = :name")
  Optional<SiteRow> findByName(String name);

  @SqlQuery(
      """
      select * from site
      where (created_at, id) > (:afterTime, :afterId)
        and (cast(:name as text) is null or name = :name)
      order by created_at, id
      limit :limit
      """)
  List<SiteRow> list(@BindMethods PageRequest page, @Nullable String name);

  /** Throws {@link StillUsedException}. None is no error. */
  @Transaction
  default void delete(UUID id) {
    lock(id);
    user(id)
        .ifPresent(
            user -> {
              throw new StillUsedException(user);
            });
    tryDelete(id);
  }

  /** A host's reference waits for this lock, so none can come between the look and the delete. */
  @SqlQuery("select id from site where id = :id for update")
  Optional<UUID> lock(UUID id);

  @SqlQuery(
      """
      select 'host ' || name as who from host where site_id = :id
      union all
      select 'instance ' || name from instance where site_id = :id
      union all
      select 'volume ' || name from volume where site_id = :id
      union all
      select 'protection group ' || name from protection_group where target_site = :id
      union all
      select 'recovery plan ' || name from recovery_plan where site_id = :id
      union all
      select 'run ' || id || ' of recovery plan ' || plan_name from plan_run where site_id = :id
      order by who limit 1
      """)
  Optional<String> user(UUID id);

  @SqlUpdate("delete from site where id = :id")
  void tryDelete(UUID id);
}
