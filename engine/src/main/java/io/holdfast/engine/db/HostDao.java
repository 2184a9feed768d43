package io.holdfast.engine.db;

import io.holdfast.workflows.model.HostFacts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

public interface HostDao {
  /** Throws {@link NameTakenException}. */
  default void insert(HostRow host) {
    if (tryInsert(host) == 0) {
      throw new NameTakenException(host.name());
    }
  }

  @SqlUpdate(
      """
      insert into host (id, name, site_id, state, facts, cpus, memory_mib, last_seen_at,
                        unreachable_since, created_at)
      values (:id, :name, :siteId, :state, :facts, :cpus, :memoryMiB, :lastSeenAt,
              :unreachableSince, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods HostRow host);

  @SqlQuery("select * from host where id = :id")
  Optional<HostRow> findById(UUID id);

  @SqlQuery("select * from host where name = :name")
  Optional<HostRow> findByName(String name);

  @SqlQuery(
      """
      select * from host
      where (created_at, id) > (:afterTime, :afterId)
        and (cast(:name as text) is null or name = :name)
      order by created_at, id
      limit :limit
      """)
  List<HostRow> list(@BindMethods PageRequest page, @Nullable String name);

  @SqlQuery("select * from host where state = 'ACTIVE' order by name")
  List<HostRow> active();

  /** Every host that was discovered: guests run on one in maintenance too. */
  @SqlQuery("select * from host where state <> 'REGISTERED' order by name")
  List<HostRow> watched();

  @SqlQuery(VIEW + " where h.id = :id")
  Optional<HostView> view(UUID id);

  /** {@code site}: its id or name; null for all. */
  @SqlQuery(
      VIEW
          + """
           where (h.created_at, h.id) > (:afterTime, :afterId)
             and (cast(:name as text) is null or h.name = :name)
             and (cast(:site as text) is null or :site in (cast(s.id as text), s.name))
           order by h.created_at, h.id
           limit :limit
          """)
  List<HostView> views(@BindMethods PageRequest page, @Nullable String name, @Nullable String site);

  @SqlUpdate("update host set state = :state where id = :id")
  void setState(UUID id, HostState state);

  /**
   * What a discovery found: REGISTERED becomes ACTIVE, MAINTENANCE stays. The host has answered, so
   * it is seen as of {@code at}.
   */
  @SqlUpdate(
      """
      update host set state = case state when 'REGISTERED' then 'ACTIVE' else state end, facts = :facts, cpus = :cpus, memory_mib = :memoryMiB,
                      last_seen_at = greatest(last_seen_at, :at), unreachable_since = null
      where id = :id
      """)
  void setDiscovered(UUID id, @Json HostFacts facts, int cpus, long memoryMiB, Instant at);

  @SqlUpdate(
      """
      update host set last_seen_at = greatest(last_seen_at, :at), unreachable_since = null
      where id = :id
      """)
  int setSeen(UUID id, Instant at);

  /** Keeps the time of the first silence; answers with it. */
  @SqlQuery(
      """
      update host set unreachable_since = coalesce(unreachable_since, :at) where id = :id
      returning unreachable_since
      """)
  Optional<Instant> setSilent(UUID id, Instant at);

  @SqlQuery("select * from pool where host_id = :hostId order by name")
  List<PoolRow> pools(UUID hostId);

  /** Of all hosts. */
  @SqlQuery("select * from pool order by host_id, name")
  List<PoolRow> allPools();

  /** Of those pools of all hosts of which it is known. */
  @SqlQuery("select * from pool where total_bytes is not null")
  List<PoolRoomRow> allRooms();

  /** Of a pool that the ledger does not know nothing is written. */
  @SqlBatch(
      """
      update pool set file_system = :fileSystem, total_bytes = :totalBytes, free_bytes = :freeBytes
      where host_id = :hostId and name = :name
      """)
  void setRooms(@BindMethods List<PoolRoomRow> rooms);

  @SqlQuery("select exists (select 1 from pool where name = :name)")
  boolean hasPool(String name);

  /** The shared pools of these hosts; a row for each other host on the storage, or one without. */
  @SqlQuery(
      """
      select p.host_id, p.name, p.storage, h.name as other_host
      from pool p
      left join (pool o join host h on h.id = o.host_id)
        on o.storage = p.storage and o.host_id <> p.host_id
      where p.storage is not null and p.host_id = any(:hostIds) order by p.host_id, p.name, h.name
      """)
  List<PoolSharerRow> sharersOf(List<UUID> hostIds);

  /** What of ours lies in a pool, or is about to; images can be fetched again, and do not count. */
  @SqlQuery(
      """
      select 'instance ' || name as who from instance where host_id = :hostId and pool = :pool
      union all
      select 'volume ' || name from volume where host_id = :hostId and pool = :pool
      union all
      select 'snapshot ' || name from snapshot where host_id = :hostId and pool = :pool
      union all
      select 'recovery point ' || p.number || ' of protection group ' || g.name
      from recovery_point_disk d
      join recovery_point p on p.id = d.point_id
      join protection_group g on g.id = p.group_id where d.host_id = :hostId and d.pool = :pool
      union all
      select 'a claim of ' || disk_bytes || ' bytes' from claim
      where host_id = :hostId and pool = :pool
      limit 1
      """)
  Optional<String> userOfPool(UUID hostId, String pool);

  @SqlUpdate(
      """
      insert into pool (host_id, name, path, capacity_bytes, reflink, storage)
      values (:hostId, :name, :path, :capacityBytes, :reflink, :storage)
      on conflict (host_id, name) do update
      set path = excluded.path, capacity_bytes = excluded.capacity_bytes,
          reflink = excluded.reflink, storage = excluded.storage
      """)
  void putPool(@BindMethods PoolRow pool);

  /** Forgets the pools that a host no longer has. */
  @SqlUpdate("delete from pool where host_id = :hostId and name <> all(:kept)")
  void retainPools(UUID hostId, List<String> kept);

  /** Throws {@link StillUsedException}. None is no error. */
  @Transaction
  default void delete(UUID id) {
    lockToDelete(id);
    user(id)
        .ifPresent(
            user -> {
              throw new StillUsedException(user);
            });
    forgetWanted(id);
    tryDelete(id);
  }

  /** Against changes and its delete; not against what is placed there at the same time. */
  @SqlQuery("select id from host where id = :id for no key update")
  Optional<UUID> lock(UUID id);

  /** After all that is being placed there, and before all that comes later. */
  @SqlQuery("select id from host where id = :id for update")
  Optional<UUID> lockToDelete(UUID id);

  /** What was asked for counts until there is a place, which a move may have changed since. */
  @SqlQuery(
      """
      select 'instance ' || name as who from instance where :id = coalesce(host_id, wanted_host)
      union all
      select 'volume ' || name from volume where :id = coalesce(host_id, wanted_host)
      union all
      select 'snapshot ' || name from snapshot where host_id = :id
      union all
      select 'the move of instance ' || i.name
      from migration m join instance i on i.id = m.instance_id
      where :id in (m.source_host, m.target_host)
      union all
      select 'the planned move of instance ' || instance_name
      from evacuation_move where state = 'PLANNED' and :id in (source_host, target_host)
      union all
      select 'a claim of instance ' || i.name
      from reservation r join instance i on i.id = r.instance_id where r.host_id = :id
      union all
      select 'a claim of volume ' || v.name
      from volume_reservation r join volume v on v.id = r.volume_id where r.host_id = :id
      union all
      select 'protection group ' || g.name
      from protection_member m join protection_group g on g.id = m.group_id where m.host_id = :id
      union all
      select 'recovery point ' || p.number || ' of protection group ' || g.name
      from recovery_point_disk d
      join recovery_point p on p.id = d.point_id
      join protection_group g on g.id = p.group_id where d.host_id = :id
      order by who limit 1
      """)
  Optional<String> user(UUID id);

  @SqlUpdate(
      """
      with volumes as (update volume set wanted_host = null where wanted_host = :id)
      update instance set wanted_host = null where wanted_host = :id
      """)
  void forgetWanted(UUID id);

  @SqlUpdate("delete from host where id = :id")
  void tryDelete(UUID id);

  String VIEW =
      """
      select h.*, s.name as site_name, r.vcpus as reserved_vcpus,
             r.memory_mib as reserved_memory_mib, r.disk_bytes as reserved_disk_bytes,
             j.id as active_job_id, l.off_at
      from host h
      join site s on s.id = h.site_id
      cross join lateral (
        select coalesce(sum(vcpus), 0) as vcpus, coalesce(sum(memory_mib), 0) as memory_mib,
               coalesce(sum(disk_bytes), 0) as disk_bytes
        from claim where host_id = h.id) r
      left join job j on j.target_id = h.id
        and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      left join host_lease l on l.host_id = h.id
      """;
}
