package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** Censuses of hosts, and what of the ledger they are compared with. */
public interface CensusDao {
  @SqlQuery("select * from host_census where host_id = :hostId")
  Optional<CensusRow> find(UUID hostId);

  @SqlQuery("select * from host_census")
  List<CensusRow> all();

  @SqlQuery("select * from census_item order by host_id, kind, place, name")
  List<CensusItemRow> items();

  @SqlQuery("select * from census_item where host_id = :hostId order by kind, place, name")
  List<CensusItemRow> itemsOf(UUID hostId);

  /** Writes items that are new or changed, and forgets those that are gone. */
  @Transaction
  default void replace(CensusRow census, List<CensusItemRow> items) {
    if (put(census) == 1) {
      putItems(items);
      retain(census.hostId(), items.stream().map(CensusDao::key).toList());
    }
  }

  private static String key(CensusItemRow item) {
    return item.kind() + " " + item.place() + " " + item.name();
  }

  /**
   * The row is the lock of its host's items. A census that began before this one changes nothing.
   */
  @SqlUpdate(
      """
      insert into host_census (host_id, taken_at, digest) values (:hostId, :takenAt, :digest)
      on conflict (host_id) do update set taken_at = excluded.taken_at, digest = excluded.digest
      where host_census.taken_at <= excluded.taken_at
      """)
  int put(@BindMethods CensusRow census);

  /** An equal census: only its time is news. 0 when another one came between. */
  @SqlUpdate(
      """
      update host_census set taken_at = greatest(taken_at, :takenAt)
      where host_id = :hostId and digest = :digest
      """)
  int confirm(@BindMethods CensusRow census);

  @SqlBatch(
      """
      insert into census_item as i (host_id, kind, place, name, owner_id, tagged_job, bytes, detail,
                                    cidr, first_seen_at)
      values (:hostId, :kind, :place, :name, :ownerId, :taggedJob, :bytes, :detail, :cidr,
              :firstSeenAt)
      on conflict (host_id, kind, place, name) do update
      set owner_id = excluded.owner_id, tagged_job = excluded.tagged_job, bytes = excluded.bytes,
          detail = excluded.detail, cidr = excluded.cidr
      where (i.owner_id, i.tagged_job, i.bytes, i.detail, i.cidr)
        is distinct from (excluded.owner_id, excluded.tagged_job, excluded.bytes, excluded.detail,
                          excluded.cidr)
      """)
  void putItems(@BindMethods List<CensusItemRow> items);

  @SqlUpdate(
      """
      delete from census_item
      where host_id = :hostId and kind || ' ' || place || ' ' || name <> all(:kept)
      """)
  void retain(UUID hostId, List<String> kept);

  @SqlQuery(
      """
      select i.id, i.name, i.host_id, i.pool, r.instance_id is not null as claims,
             coalesce(p.networks, '{}') as networks, coalesce(p.macs, '{}') as macs
      from instance i
      left join reservation r on r.instance_id = i.id
      left join (select instance_id, array_agg(network_id order by position) as networks,
                        array_agg(mac order by position) as macs
                 from port group by instance_id) p on p.instance_id = i.id
      """)
  List<HoldingRow> holdings();

  @SqlQuery("select * from volume")
  List<VolumeRow> volumes();

  @SqlQuery("select * from snapshot")
  List<SnapshotRow> snapshots();

  @SqlQuery(
      """
      select p.id as point_id, p.group_id, d.instance_id || '-' || d.disk || '-' || p.id as name,
             d.host_id, d.pool
      from recovery_point p left join recovery_point_disk d on d.point_id = p.id
      """)
  List<ReplicaRow> replicas();

  @SqlQuery("select id from image")
  List<UUID> images();

  /**
   * Jobs that have not ended, or only since then; one for each thing that they work on. One that
   * has left it undecided where its instance is has not ended as far as that is concerned.
   */
  @SqlQuery(
      """
      with work as (
        select id, target_type, target_id, state, ended_at from job
        where state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL')
        union all
        select id, target_type, target_id, state, ended_at from job where ended_at >= :since
        union all
        select job_id, 'INSTANCE', instance_id, 'BLOCKED', null from undecided_move)
      select * from work
      union all
      select w.id, w.target_type, b.target_id, w.state, w.ended_at
      from work w join job_beside b on b.job_id = w.id
      """)
  List<WorkRow> workSince(Instant since);
}
