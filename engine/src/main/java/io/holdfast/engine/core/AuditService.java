package io.holdfast.engine.core;

import io.holdfast.engine.db.AuditFilter;
import io.holdfast.engine.db.AuditRow;
import io.holdfast.engine.db.AuditView;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.PageRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who asked for what, when, why, and what came of it. */
public final class AuditService {
  private static final Logger LOG = LoggerFactory.getLogger(AuditService.class);

  private final Database database;
  private final Clock clock;

  public AuditService(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** {@code target}: id or name of what it was about; null is any, as of the others. */
  public List<AuditView> list(
      PageRequest page,
      @Nullable String caller,
      @Nullable String target,
      AuditRow.@Nullable Outcome outcome,
      @Nullable Instant since,
      @Nullable Instant until) {
    Optional<UUID> id = Optional.ofNullable(target).flatMap(Lookup::uuid);
    AuditFilter filter =
        new AuditFilter(
            caller, id.orElse(null), id.isPresent() ? null : target, outcome, since, until);
    return database.daos().audit().list(page, filter);
  }

  /**
   * Writes the entry of a request that has ended, unless it was written with what the request
   * changed. The answer stands whether or not that succeeds.
   *
   * @param code of the problem, when it was refused
   * @param job in the way, or meant by the request
   */
  public void ended(AuditTrail trail, int status, @Nullable String code, @Nullable UUID job) {
    if (trail.isWritten()) {
      return;
    }
    try {
      database.daos().audit().insert(trail.ended(Moment.now(clock), status, code, job));
    } catch (RuntimeException e) {
      LOG.warn("The audit misses a request that ended with {}: {}", status, e.toString());
    }
  }
}
