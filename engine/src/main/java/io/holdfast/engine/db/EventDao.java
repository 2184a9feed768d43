package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** Events. They are written by triggers, in the transaction of the change; see V7. */
public interface EventDao {
  /**
   * Gives ids to events whose transactions have committed, oldest first; answers with how many. One
   * at a time over all engines: whoever comes while another does it leaves it to that one. A change
   * that came after another (it waited for the other's lock, or saw its result) has the higher seq,
   * so it gets the higher id in one batch, and in a later batch anyway.
   */
  @Transaction
  default int publish(int most) {
    return isPending() ? tryLock().map(last -> move(last, most)).orElse(0) : 0;
  }

  @SqlQuery("select exists (select from event_pending)")
  boolean isPending();

  /** The lock holds until the commit, so ids become visible in their order. */
  @SqlQuery("select last_id from event_log for update skip locked")
  Optional<Long> tryLock();

  @SqlUpdate(
      """
      with taken as (
        delete from event_pending
        where seq in (select seq from event_pending order by seq limit :most)
        returning *),
      moved as (
        insert into event (id, at, type, job_id, resource_type, resource_id, resource_name, data)
        select :last + row_number() over (order by seq), at, type, job_id, resource_type,
               resource_id, resource_name, data
        from taken
        returning id)
      update event_log set last_id = moved.last
      from (select max(id) as last from moved) moved where moved.last is not null
      """)
  int moveOnce(long last, int most);

  private int move(long last, int most) {
    moveOnce(last, most);
    return (int) (span().lastId() - last);
  }

  @SqlQuery("select pruned_to, last_id from event_log")
  EventSpan span();

  @SqlQuery("select * from event where id > :after order by id limit :limit")
  List<EventRow> after(long after, int limit);

  /** Forgets what is older; the log keeps in mind up to where, in the same transaction. */
  @Transaction
  default void prune(Instant before) {
    lock();
    forget(before);
  }

  @SqlQuery("select last_id from event_log for update")
  long lock();

  /** By id, so that what is kept has no gap even when a clock was set back. */
  @SqlUpdate(
      """
      with bound as (
        select max(id) as id from event where at < :before),
      gone as (
        delete from event using bound where event.id <= bound.id)
      update event_log set pruned_to = bound.id from bound where bound.id is not null
      """)
  void forget(Instant before);
}
