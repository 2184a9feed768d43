package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

public interface WebhookDao {
  /** The first receiver is told from now on. */
  @SqlUpdate(
      """
      insert into webhook_cursor (one, last_id) select true, last_id from event_log
      on conflict do nothing
      """)
  void begin();

  /** Empty while another engine has it; the lock holds until the commit. */
  @SqlQuery("select last_id from webhook_cursor for update skip locked")
  Optional<Long> tryLock();

  @SqlQuery(
      """
      select * from event where id > :after and id <= :upTo and type = any(:types) order by id
      """)
  List<EventRow> wanted(long after, long upTo, List<String> types);

  @SqlUpdate("update webhook_cursor set last_id = :id")
  void advance(long id);

  @SqlUpdate(
      """
      insert into webhook_delivery (event_id, body, type, created_at, next_at)
      values (:event, :body, :type, :at, :at) on conflict do nothing
      """)
  void insert(long event, String body, String type, Instant at);

  /**
   * Takes the oldest that is due: until {@code leased} no other engine tries it. One whose engine
   * died is due again then.
   */
  @SqlQuery(
      """
      update webhook_delivery set attempts = attempts + 1, next_at = :leased
      where event_id = (
        select event_id from webhook_delivery
        where delivered_at is null and given_up_at is null and next_at <= :now
        order by next_at, event_id limit 1 for update skip locked)
      returning *
      """)
  Optional<WebhookRow> take(Instant now, Instant leased);

  @SqlUpdate(
      """
      update webhook_delivery set delivered_at = :at, last_error = null where event_id = :event
      """)
  void setDelivered(long event, Instant at);

  @SqlUpdate(
      """
      update webhook_delivery set next_at = :nextAt, last_error = :error where event_id = :event
      """)
  void setFailed(long event, String error, Instant nextAt);

  @SqlUpdate(
      """
      update webhook_delivery set given_up_at = :at, last_error = :error where event_id = :event
      """)
  void giveUp(long event, String error, Instant at);

  @SqlUpdate("delete from webhook_delivery where coalesce(delivered_at, given_up_at) < :before")
  void prune(Instant before);

  @SqlQuery("select * from webhook_delivery order by event_id")
  List<WebhookRow> all();

  /** Not delivered yet, and not given up. */
  @SqlQuery(
      "select count(*) from webhook_delivery where delivered_at is null and given_up_at is null")
  long pending();

  @SqlQuery("select count(*) from webhook_delivery where given_up_at is not null")
  long givenUp();
}
