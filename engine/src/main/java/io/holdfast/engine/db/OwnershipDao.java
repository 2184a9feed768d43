package io.holdfast.engine.db;

import io.holdfast.workflows.model.PowerState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

public interface OwnershipDao {
  /** Also of one that is on its way there: its guest could not arrive otherwise. */
  @SqlQuery(
      """
      select i.id, i.ownership_epoch as epoch, i.pool, f.instance_id is not null as fenced,
             p.source_id is not null as recovered
      from instance i
      left join fenced_instance f on f.instance_id = i.id
      left join promotion p on p.source_id = i.id
      where (i.host_id = :host
          or exists (select from migration m where m.instance_id = i.id and m.target_host = :host))
        and not exists (
          select from job j join job_step s on s.job_id = j.id
          where j.target_id = i.id and j.kind = 'DELETE_INSTANCE' and j.ended_at is null
            and s.name = 'undefine-domain' and s.state = 'SUCCEEDED')
      order by i.id
      """)
  List<OwnedRow> ofHost(UUID host);

  /** Whether it is still its own, and what says that it is not. */
  @SqlQuery(
      """
      select i.id, i.ownership_epoch as epoch, i.pool, f.instance_id is not null as fenced,
             p.source_id is not null as recovered
      from instance i
      left join fenced_instance f on f.instance_id = i.id
      left join promotion p on p.source_id = i.id
      where i.id = :instance
      """)
  Optional<OwnedRow> find(UUID instance);

  @SqlQuery("select * from fenced_instance where instance_id = :instance")
  Optional<FencedInstanceRow> fenced(UUID instance);

  @SqlQuery("select ownership_epoch from instance where id = :instance")
  Optional<Long> epoch(UUID instance);

  /** Raises the epoch. The caller holds the instance's lock. */
  @SqlQuery(
      """
      update instance set ownership_epoch = ownership_epoch + 1 where id = :instance
      returning ownership_epoch
      """)
  long raise(UUID instance);

  /** A successor goes on from the epoch by which its source was lost. */
  @SqlUpdate(
      """
      update instance set ownership_epoch = greatest(ownership_epoch, :epoch)
      where id = :instance
      """)
  void setEpoch(UUID instance, long epoch);

  /** Takes an instance away, once for each promotion; the caller holds the instance's lock. */
  @Transaction
  default long fence(UUID instance, UUID job, Instant at) {
    Optional<FencedInstanceRow> before = fenced(instance);
    if (before.isPresent() && before.get().jobId().equals(job)) {
      return before.get().epoch();
    }
    long epoch = raise(instance);
    insertFenced(instance, job, epoch, at);
    return epoch;
  }

  @SqlUpdate(
      """
      insert into fenced_instance (instance_id, job_id, epoch, fenced_at)
      values (:instance, :job, :epoch, :at)
      on conflict (instance_id) do update set job_id = :job, epoch = :epoch, fenced_at = :at,
        told_at = null, power_state = null, written_at = null
      """)
  void insertFenced(UUID instance, UUID job, long epoch, Instant at);

  /** Gives back what this promotion took, under a higher epoch; nothing when it took nothing. */
  @SqlUpdate(
      """
      with mine as (delete from fenced_instance where job_id = :job returning instance_id)
      update instance set ownership_epoch = ownership_epoch + 1
      from mine where id = mine.instance_id
      """)
  void giveBack(UUID job);

  /**
   * The same when what a promotion left of this instance is gone, which had not become its
   * successor.
   */
  @SqlUpdate(
      """
      with mine as (
        delete from fenced_instance f using job j
        where j.id = f.job_id and j.target_id = :instance and j.kind = 'PROMOTE_INSTANCE'
          and j.state in ('FAILED', 'CANCELLED')
        returning f.instance_id)
      update instance set ownership_epoch = ownership_epoch + 1
      from mine where id = mine.instance_id
      """)
  void giveBackOf(UUID instance);

  /** What its host says of it; a word on an older epoch is none. */
  @SqlUpdate(
      """
      update fenced_instance
      set told_at = :at, power_state = :state, written_at = :writtenAt,
          suspected_at = coalesce(suspected_at, :suspectedAt)
      where instance_id = :instance and epoch = :epoch
      """)
  void setTold(
      UUID instance,
      long epoch,
      PowerState state,
      @Nullable Instant writtenAt,
      @Nullable Instant suspectedAt,
      Instant at);

  /** When it was last proven that the instance does not run; null: it was not. */
  @SqlQuery(
      """
      select max(p.given_at) from fencing_proof p
      join job j on cast(j.request ->> 'run' as uuid) = p.run_id
      where j.id = :job and (p.instance_id is null or p.instance_id = :instance)
      """)
  @Nullable Instant provenAt(UUID instance, UUID job);

  /** Never earlier than what an earlier grant said: the host may have had that. */
  @SqlUpdate(
      """
      insert into host_lease (host_id, off_at) values (:host, :offAt)
      on conflict (host_id) do update set off_at = greatest(host_lease.off_at, excluded.off_at)
      """)
  void putLease(UUID host, Instant offAt);

  @SqlUpdate("delete from host_lease where host_id = :host")
  void deleteLease(UUID host);

  /** When nothing of the host runs any more. */
  @SqlQuery("select off_at from host_lease where host_id = :host")
  Optional<Instant> leaseOf(UUID host);
}
