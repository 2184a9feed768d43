package io.holdfast.engine.db;

import io.holdfast.workflows.model.PowerState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

public interface InstanceDao {
  /**
   * Throws {@link NameTakenException}: names are unique in a project. A port whose MAC is taken, as
   * one in some hundred is with 100,000 ports, gets the next one that is free.
   */
  @Transaction
  default void insert(InstanceRow instance, List<PortRow> ports) {
    if (tryInsert(instance) == 0) {
      throw new NameTakenException(instance.name());
    }
    for (PortRow port : ports) {
      PortRow free = port;
      while (tryInsertPort(free) == 0) {
        free = free.withNextMac();
      }
    }
  }

  @SqlUpdate(
      """
      insert into instance (id, project, name, spec, image_id, site_id, wanted_host, host_id, pool,
                            power_state, power_seen_at, labels, addresses, anti_affinity,
                            lease_until, revision, created_at)
      values (:id, :project, :name, :spec, :imageId, :siteId, :wantedHost, :hostId, :pool,
              :powerState, :powerSeenAt, :labels, :addresses, :antiAffinity,
              :leaseUntil, :revision, :createdAt)
      on conflict do nothing
      """)
  int tryInsert(@BindMethods InstanceRow instance);

  @SqlUpdate(
      """
      insert into port (instance_id, position, network_id, mac, ipv4)
      values (:instanceId, :position, :networkId, :mac, cast(:ipv4 as inet))
      on conflict (mac) do nothing
      """)
  int tryInsertPort(@BindMethods PortRow port);

  @SqlQuery(
      """
      select i.name, i.pool, h.id as host_id, h.name as host_name,
             exists (select from volume v where v.instance_id = i.id) as volumes
      from instance i left join host h on h.id = i.host_id
      where i.id = :id
      """)
  Optional<InstancePlace> place(UUID id);

  @SqlQuery("select * from instance where id = :id")
  Optional<InstanceRow> findById(UUID id);

  @SqlQuery("select * from instance where project = 'default' and name = :name")
  Optional<InstanceRow> findByName(String name);

  @SqlQuery(VIEW + " where i.id = :id")
  Optional<InstanceView> view(UUID id);

  default List<InstanceView> views(PageRequest page, InstanceFilter filter) {
    return views(page, filter, filter.conditions());
  }

  @SqlQuery(
      VIEW
          + """
           where (i.created_at, i.id) > (:afterTime, :afterId) <conditions>
           order by i.created_at, i.id
           limit :limit
          """)
  List<InstanceView> views(
      @BindMethods PageRequest page,
      @BindMethods InstanceFilter filter,
      @Define("conditions") String conditions);

  @SqlQuery(PORTS + " where p.instance_id = :id order by p.position")
  List<PortView> ports(UUID id);

  /** Those that are there. */
  @SqlQuery("select * from instance where id = any(:ids)")
  List<InstanceRow> findAll(List<UUID> ids);

  @SqlQuery(PORTS + " where p.instance_id = any(:ids) order by p.instance_id, p.position")
  List<PortView> portsOf(List<UUID> ids);

  /** Waits for whoever changes the row, and keeps others from it until the commit. */
  @SqlQuery("select * from instance where id = :id for update")
  Optional<InstanceRow> lock(UUID id);

  /** {@code flavor}: the name of the one that the size comes from, or null. */
  @SqlUpdate(
      """
      update instance set spec = spec || jsonb_build_object(
        'flavor', cast(:flavor as text), 'vcpus', :vcpus, 'memoryMiB', :memoryMiB)
      where id = :id
      """)
  void setSize(UUID id, @Nullable String flavor, int vcpus, int memoryMiB);

  /** How far it may grow while it runs. */
  @SqlUpdate(
      """
      update instance set spec = spec || jsonb_build_object(
        'limit', jsonb_build_object('vcpus', :vcpus, 'memoryMiB', :memoryMiB))
      where id = :id
      """)
  void setLimit(UUID id, int vcpus, int memoryMiB);

  /**
   * At most one a host: a unique index says so. One that is on its way to another host, or has its
   * place there, is there as well, as far as others are concerned.
   */
  @SqlQuery(
      """
      select * from instance
      where project = :project and anti_affinity = :group and host_id is not null
      union all
      select (jsonb_populate_record(i, jsonb_build_object('host_id', m.target_host))).*
      from instance i join migration m on m.instance_id = i.id
      where i.project = :project and i.anti_affinity = :group and not m.arrived
      union all
      select (jsonb_populate_record(i, jsonb_build_object('host_id', e.target_host))).*
      from instance i join evacuation_move e on e.instance_id = i.id
      where i.project = :project and i.anti_affinity = :group and e.state = 'PLANNED'
      """)
  List<InstanceRow> placedOfGroup(String project, String group);

  /** One of the group is at the host, or is to be. */
  default boolean isGroupOn(String project, String group, UUID host) {
    return isGroupWantedOn(project, group, host)
        || placedOfGroup(project, group).stream().anyMatch(row -> host.equals(row.hostId()));
  }

  @SqlQuery(
      """
      select exists (
        select from instance
        where project = :project and anti_affinity = :group and host_id is null
          and wanted_host = :host)
      """)
  boolean isGroupWantedOn(String project, String group, UUID host);

  /** That a host has, or that are on their way to it. */
  @SqlQuery(
      """
      select i.* from instance i
      where exists (select from reservation r where r.instance_id = i.id and r.host_id = :hostId)
        or exists (
          select from migration m
          where m.instance_id = i.id and m.target_host = :hostId and not m.arrived)
      order by i.name
      """)
  List<InstanceRow> boundTo(UUID hostId);

  /** The caller holds the row's lock. */
  @SqlUpdate(
      """
      update instance set labels = :labels, lease_until = :leaseUntil, revision = revision + 1
      where id = :id
      """)
  void setDefinition(UUID id, @Json Map<String, String> labels, @Nullable Instant leaseUntil);

  /**
   * Instances whose lease has ended, the longest first. One with a job waits for its end; one whose
   * delete by lease ended after {@code failedSince}, and did not delete it, waits until later. One
   * that another has taken over from, or is to, is left out: only a person destroys an old copy. So
   * is one of which nobody knows where it is.
   */
  @SqlQuery(
      """
      select i.id from instance i
      where i.lease_until <= :now
        and not exists (
          select from job where target_id = i.id
            and state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL'))
        and not exists (
          select from job where target_id = i.id and submitted_by = :submitter
            and ended_at > :failedSince)
        and not exists (select from undecided_move where instance_id = i.id)
        and not exists (select from promotion where source_id = i.id)
        and not exists (select from fenced_instance where instance_id = i.id)
      order by i.lease_until limit :limit
      """)
  List<UUID> leasesEnded(Instant now, String submitter, Instant failedSince, int limit);

  @SqlUpdate("update instance set wanted_host = :hostId where id = :id")
  void setWantedHost(UUID id, @Nullable UUID hostId);

  @SqlUpdate("update instance set site_id = :siteId where id = :id")
  void setWantedSite(UUID id, UUID siteId);

  @SqlUpdate("update instance set host_id = :hostId, pool = :pool where id = :id")
  void setPlace(UUID id, @Nullable UUID hostId, @Nullable String pool);

  @SqlUpdate(
      """
      update port set ipv4 = cast(:ipv4 as inet)
      where instance_id = :instanceId and position = :position
      """)
  void setAddress(UUID instanceId, int position, String ipv4);

  /** Addresses in use, without a prefix length. */
  @SqlQuery("select host(ipv4) from port where network_id = :networkId and ipv4 is not null")
  List<String> addressesIn(UUID networkId);

  /** Who has which address of the networks; one that was lent has who borrowed it. */
  @SqlQuery(
      """
      select p.network_id, host(p.ipv4) as ipv4, i.id as instance_id, i.name as instance_name
      from port p join instance i on i.id = p.instance_id
      where p.network_id = any(:networks) and p.ipv4 is not null and p.lent_to is null
      """)
  List<AddressHolder> addressHolders(List<UUID> networks);

  @SqlQuery(
      """
      select p.network_id, host(p.ipv4) as ipv4, i.id as instance_id, i.name as instance_name
      from port p join instance i on i.id = p.instance_id
      where p.network_id = :network and p.ipv4 = cast(:ipv4 as inet) and p.lent_to is null
      """)
  Optional<AddressHolder> addressHolder(UUID network, String ipv4);

  /** Until the other one's nic is gone. */
  @SqlUpdate(
      """
      update port set lent_to = :to
      where instance_id = :from and network_id = :network and ipv4 = cast(:ipv4 as inet)
      """)
  void lendAddress(UUID from, UUID network, String ipv4, UUID to);

  @SqlUpdate("update instance set addresses = :addresses where id = :id")
  void setGuestAddresses(UUID id, @Json List<String> addresses);

  @SqlUpdate("update instance set power_state = :state, power_seen_at = :at where id = :id")
  void setPower(UUID id, PowerState state, Instant at);

  /**
   * Writes what a host said of all its domains, given as two lists of one length. An instance that
   * it did not name is MISSING, unless a job is making or removing it at this moment. A look that
   * was taken before a job ended may come after it, so for a second the job's word stands.
   */
  @SqlUpdate(
      """
      update instance i set power_state = coalesce(o.state, 'MISSING'), power_seen_at = :at
      from instance mine
      left join unnest(cast(:ids as uuid[]), cast(:states as text[])) o (id, state)
        on o.id = mine.id
      where i.id = mine.id and mine.host_id = :hostId
        and mine.power_state <> coalesce(o.state, 'MISSING')
        and (o.state is not null or not exists (
          select from job where target_id = mine.id
            and state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')))
        and not exists (
          select from job where target_id = mine.id
            and ended_at > cast(:at as timestamptz) - interval '1 second')
      """)
  void setObservedPower(UUID hostId, List<UUID> ids, List<String> states, Instant at);

  @SqlUpdate(
      """
      update instance set power_state = 'UNKNOWN', power_seen_at = :at
      where host_id = :hostId and power_state <> 'UNKNOWN'
      """)
  void setPowerUnknown(UUID hostId, Instant at);

  /** None is no error. */
  @SqlUpdate("delete from instance where id = :id")
  void delete(UUID id);

  String VIEW =
      """
      select i.*, im.name as image_name, s.name as site_name, h.name as host_name,
             wh.name as may_be_at, j.id as active_job_id, j.kind as active_job_kind,
             g.id as group_id, g.name as group_name, r.taken_at as restorable_at,
             t.instance_id as recovered_as,
             f.instance_id as fenced_instance_id, f.job_id as fenced_job_id,
             f.epoch as fenced_epoch, f.fenced_at as fenced_fenced_at,
             f.told_at as fenced_told_at, f.power_state as fenced_power_state,
             f.written_at as fenced_written_at, f.suspected_at as fenced_suspected_at
      from instance i
      left join image im on im.id = i.image_id
      left join host h on h.id = i.host_id
      left join site s on s.id = coalesce(h.site_id, i.site_id)
      left join lateral (
        select o.id, o.kind from job o
        where o.target_id = i.id
          and o.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
        union all
        select o.id, o.kind from job_beside b join job o on o.id = b.job_id
        where b.target_id = i.id
          and o.state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
        limit 1) j on true
      left join protection_member m on m.instance_id = i.id
      left join protection_group g on g.id = m.group_id
      left join lateral (
        select o.taken_at from recovery_point o
        where o.group_id = g.id and o.state = 'AVAILABLE'
          and exists (
            select from recovery_point_disk d where d.point_id = o.id and d.instance_id = i.id)
        order by o.number desc limit 1) r on true
      left join undecided_move w on w.instance_id = i.id
      left join host wh on wh.id = w.target_host
      left join promotion t on t.source_id = i.id
      left join fenced_instance f on f.instance_id = i.id
      """;

  String PORTS =
      """
      select p.instance_id, p.position, p.network_id, p.mac, host(p.ipv4) as ipv4,
             n.name as network_name, n.mode as network_mode, n.cidr as network_cidr
      from port p join network n on n.id = p.network_id
      """;
}
