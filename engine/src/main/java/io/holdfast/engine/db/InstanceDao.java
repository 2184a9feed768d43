package io.holdfast.engine.db;

import io.holdfast.workflows.model.PowerState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

@RegisterConstructorMapper(InstanceRow.class)
@RegisterConstructorMapper(InstanceView.class)
@RegisterConstructorMapper(PortRow.class)
@RegisterConstructorMapper(PortView.class)
public interface InstanceDao {
  /** Throws {@link NameTakenException}: names are unique in a project. */
  @Transaction
  default void insert(InstanceRow instance, List<PortRow> ports) {
    if (tryInsert(instance) == 0) {
      throw new NameTakenException(instance.name());
    }
    insertPorts(ports);
  }

  @SqlUpdate(
      """
      insert into instance (id, project, name, spec, image_id, site_id, wanted_host, host_id, pool,
                            power_state, power_seen_at, labels, addresses, created_at)
      values (:id, :project, :name, :spec, :imageId, :siteId, :wantedHost, :hostId, :pool,
              :powerState, :powerSeenAt, :labels, :addresses, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods InstanceRow instance);

  @SqlBatch(
      """
      insert into port (instance_id, position, network_id, mac, ipv4)
      values (:instanceId, :position, :networkId, :mac, cast(:ipv4 as inet))
      """)
  void insertPorts(@BindMethods List<PortRow> ports);

  @SqlQuery("select * from instance where id = :id")
  Optional<InstanceRow> findById(UUID id);

  @SqlQuery("select * from instance where project = 'default' and name = :name")
  Optional<InstanceRow> findByName(String name);

  @SqlQuery(
      """
      select * from instance
      where (created_at, id) > (:afterTime, :afterId)
        and (cast(:name as text) is null or name = :name)
      order by created_at, id
      limit :limit
      """)
  List<InstanceRow> list(@BindMethods PageRequest page, @Nullable String name);

  @SqlQuery(VIEW + " where i.id = :id")
  Optional<InstanceView> view(UUID id);

  @SqlQuery(
      VIEW
          + """
             where (i.created_at, i.id) > (:afterTime, :afterId)
               and (cast(:name as text) is null or i.name = :name)
             order by i.created_at, i.id
             limit :limit
            """)
  List<InstanceView> views(@BindMethods PageRequest page, @Nullable String name);

  @SqlQuery(PORTS + " where p.instance_id = :id order by p.position")
  List<PortView> ports(UUID id);

  @SqlQuery(PORTS + " where p.instance_id = any(:ids) order by p.instance_id, p.position")
  List<PortView> portsOf(List<UUID> ids);

  /** Waits for whoever changes the row, and keeps others from it until the commit. */
  @SqlQuery("select * from instance where id = :id for update")
  Optional<InstanceRow> lock(UUID id);

  @SqlUpdate("update instance set host_id = :hostId, pool = :pool where id = :id")
  void setPlace(UUID id, @Nullable UUID hostId, @Nullable String pool);

  @SqlUpdate(
      """
      update port set ipv4 = cast(:ipv4 as inet)
      where instance_id = :instanceId and position = :position
      """)
  void setAddress(UUID instanceId, int position, String ipv4);

  @SqlUpdate("update port set ipv4 = null where instance_id = :instanceId and ipv4 is not null")
  void clearAddresses(UUID instanceId);

  /** Addresses in use, without a prefix length. */
  @SqlQuery("select host(ipv4) from port where network_id = :networkId and ipv4 is not null")
  List<String> addressesIn(UUID networkId);

  @SqlUpdate("update instance set addresses = :addresses where id = :id")
  void setGuestAddresses(UUID id, @Json List<String> addresses);

  @SqlUpdate("update instance set power_state = :state, power_seen_at = :at where id = :id")
  void setPower(UUID id, PowerState state, Instant at);

  /** None is no error. */
  @SqlUpdate("delete from instance where id = :id")
  void delete(UUID id);

  String VIEW =
      """
      select i.*, im.name as image_name, s.name as site_name, h.name as host_name,
             j.id as active_job_id, j.kind as active_job_kind
      from instance i
      join image im on im.id = i.image_id
      left join host h on h.id = i.host_id
      left join site s on s.id = coalesce(h.site_id, i.site_id)
      left join job j on j.target_id = i.id
        and j.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
      """;

  String PORTS =
      """
      select p.instance_id, p.position, p.network_id, p.mac, host(p.ipv4) as ipv4,
             n.name as network_name, n.mode as network_mode, n.cidr as network_cidr
      from port p join network n on n.id = p.network_id
      """;
}
