package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

public interface VolumeDao {
  /** Throws {@link NameTakenException}: names are unique in a project. */
  default void insert(VolumeRow volume) {
    if (tryInsert(volume) == 0) {
      throw new NameTakenException(volume.name());
    }
  }

  @SqlUpdate(
      """
      insert into volume (id, project, name, size_bytes, site_id, wanted_host, wanted_pool, host_id,
                          pool, made_at, instance_id, labels, created_at)
      values (:id, :project, :name, :sizeBytes, :siteId, :wantedHost, :wantedPool, :hostId,
              :pool, :madeAt, :instanceId, :labels, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods VolumeRow volume);

  @SqlQuery("select * from volume where id = :id")
  Optional<VolumeRow> findById(UUID id);

  @SqlQuery("select * from volume where project = 'default' and name = :name")
  Optional<VolumeRow> findByName(String name);

  /** Waits for whoever changes the row, and keeps others from it until the commit. */
  @SqlQuery("select * from volume where id = :id for update")
  Optional<VolumeRow> lock(UUID id);

  @SqlQuery(VIEW + " where v.id = :id")
  Optional<VolumeView> view(UUID id);

  @SqlQuery(
      VIEW
          + """
             where (v.created_at, v.id) > (:afterTime, :afterId)
               and (cast(:name as text) is null or v.name = :name)
               and v.labels @> :labels
               and (cast(:host as text) is null or :host in (cast(h.id as text), h.name))
               and (cast(:instance as text) is null
                    or :instance in (cast(i.id as text), i.name))
             order by v.created_at, v.id
             limit :limit
            """)
  List<VolumeView> views(@BindMethods PageRequest page, @BindMethods VolumeFilter filter);

  @SqlQuery("select * from volume where instance_id = any(:ids) order by created_at, id")
  List<VolumeRow> attachedTo(List<UUID> ids);

  @SqlUpdate("update volume set host_id = :hostId, pool = :pool where id = :id")
  void setPlace(UUID id, UUID hostId, String pool);

  /** Keeps the first time. */
  @SqlUpdate("update volume set made_at = coalesce(made_at, :at) where id = :id")
  void setMade(UUID id, Instant at);

  @SqlUpdate("update volume set size_bytes = :sizeBytes where id = :id")
  void setSize(UUID id, long sizeBytes);

  /** An instance that is gone has no volumes. */
  @SqlUpdate(
      """
      update volume
      set instance_id = (select id from instance where id = :instanceId), instance_since = :since
      where id = :id
      """)
  void setInstance(UUID id, @Nullable UUID instanceId, Instant since);

  /** Of these, those that were attached, or taken, later than that. */
  @SqlQuery("select id from volume where id = any(:ids) and instance_since > :time")
  Set<UUID> changedSince(List<UUID> ids, Instant time);

  /** None is no error. */
  @SqlUpdate("delete from volume where id = :id")
  void delete(UUID id);

  String VIEW =
      """
      select v.*, s.name as site_name, h.name as host_name, i.name as instance_name,
             j.id as active_job_id, j.kind as active_job_kind
      from volume v
      left join host h on h.id = v.host_id
      left join site s on s.id = coalesce(h.site_id, v.site_id)
      left join instance i on i.id = v.instance_id
      left join job j on j.target_id = v.id
        and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      """;
}
