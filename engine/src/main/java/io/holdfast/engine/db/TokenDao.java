package io.holdfast.engine.db;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface TokenDao {
  /** Throws {@link NameTakenException}. */
  default void insert(TokenRow token) {
    if (tryInsert(token) == 0) {
      throw new NameTakenException(token.name());
    }
  }

  @SqlUpdate(
      """
      insert into token (id, name, role, project, sha256, created_at)
      values (:id, :name, :role, :project, :sha256, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods TokenRow token);

  @SqlQuery("select * from token where id = :id")
  Optional<TokenRow> findById(UUID id);

  @SqlQuery("select * from token where name = :name")
  Optional<TokenRow> findByName(String name);

  @SqlQuery("select * from token where sha256 = :sha256")
  Optional<TokenRow> findBySha256(String sha256);

  @SqlQuery(
      """
      select * from token
      where (created_at, id) > (:afterTime, :afterId)
        and (cast(:name as text) is null or name = :name)
      order by created_at, id
      limit :limit
      """)
  List<TokenRow> list(@BindMethods PageRequest page, @Nullable String name);

  @SqlUpdate("delete from token where id = :id")
  void delete(UUID id);
}
