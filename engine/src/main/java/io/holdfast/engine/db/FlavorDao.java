package io.holdfast.engine.db;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface FlavorDao {
  /** Throws {@link NameTakenException}. */
  default void insert(FlavorRow flavor) {
    if (tryInsert(flavor) == 0) {
      throw new NameTakenException(flavor.name());
    }
  }

  @SqlUpdate(
      """
      insert into flavor (id, name, vcpus, memory_mib, disk_gib, created_at)
      values (:id, :name, :vcpus, :memoryMiB, :diskGiB, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods FlavorRow flavor);

  @SqlQuery("select * from flavor where id = :id")
  Optional<FlavorRow> findById(UUID id);

  @SqlQuery("select * from flavor where name = :name")
  Optional<FlavorRow> findByName(String name);

  @SqlQuery(
      """
      select * from flavor
      where (created_at, id) > (:afterTime, :afterId)
        and (cast(:name as text) is null or name = :name)
      order by created_at, id
      limit :limit
      """)
  List<FlavorRow> list(@BindMethods PageRequest page, @Nullable String name);

  /** None is no error: instances keep the numbers, not the flavor. */
  @SqlUpdate("delete from flavor where id = :id")
  void delete(UUID id);
}
