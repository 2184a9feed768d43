package io.holdfast.engine.db;

import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** Keys that every engine must share. */
public interface SharedKeyDao {
  /** The key of this name; {@code fresh} becomes it when there is none yet. */
  @Transaction
  default byte[] ensure(String name, byte[] fresh) {
    tryInsert(name, fresh);
    return find(name).orElseThrow();
  }

  @SqlUpdate("insert into shared_key (name, value) values (:name, :value) on conflict do nothing")
  void tryInsert(String name, byte[] value);

  @SqlQuery("select value from shared_key where name = :name")
  Optional<byte[]> find(String name);
}
