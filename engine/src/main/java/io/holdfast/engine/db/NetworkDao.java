package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

public interface NetworkDao {
  /** Throws {@link NameTakenException}, {@link NetworkOverlapException}. */
  @Transaction
  default void insert(NetworkRow network) {
    if (tryInsert(network) == 0) {
      throw findByName(network.name()).isPresent()
          ? new NameTakenException(network.name())
          : new NetworkOverlapException(overlapping(network.cidr()).orElse("(just removed)"));
    }
  }

  @SqlUpdate(
      """
      insert into network (id, name, mode, cidr, created_at)
      values (:id, :name, :mode, cast(:cidr as cidr), :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods NetworkRow network);

  /** The isolated network of a test: it has the addresses of the one that it stands for. */
  @SqlUpdate(
      """
      insert into network (id, name, mode, cidr, created_at, bubble_of)
      select :id, :name, 'ISOLATED', cidr, :at, :run from network where id = :of
      on conflict do nothing
      """)
  void insertBubble(UUID id, String name, UUID of, UUID run, Instant at);

  @SqlQuery("select * from network where bubble_of = :run order by id")
  List<NetworkRow> bubbles(UUID run);

  /** Networks that instances on a host have now. */
  @SqlQuery(
      """
      select n.* from network n
      where exists (
        select from port p join instance i on i.id = p.instance_id
        where p.network_id = n.id and i.host_id = :host)
      order by n.name
      """)
  List<NetworkRow> usedOn(UUID host);

  @SqlQuery(
      "select name from network where cidr && cast(:cidr as cidr) and bubble_of is null limit 1")
  Optional<String> overlapping(String cidr);

  @SqlQuery("select * from network where id = :id")
  Optional<NetworkRow> findById(UUID id);

  @SqlQuery("select * from network where name = :name")
  Optional<NetworkRow> findByName(String name);

  @SqlQuery(
      """
      select * from network
      where (created_at, id) > (:afterTime, :afterId)
        and (cast(:name as text) is null or name = :name)
      order by created_at, id
      limit :limit
      """)
  List<NetworkRow> list(@BindMethods PageRequest page, @Nullable String name);

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

  /** A port's reference waits for this lock, so none can come between the look and the delete. */
  @SqlQuery("select id from network where id = :id for update")
  Optional<UUID> lock(UUID id);

  @SqlQuery(
      """
      select 'instance ' || i.name from port p join instance i on i.id = p.instance_id
      where p.network_id = :id order by i.name limit 1
      """)
  Optional<String> user(UUID id);

  @SqlUpdate("delete from network where id = :id")
  void tryDelete(UUID id);
}
