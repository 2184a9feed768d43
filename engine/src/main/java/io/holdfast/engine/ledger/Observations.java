package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.PowerState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Keeps the inventory true to what a host says. The host's row is written first, so that two looks
 * at one host follow each other.
 */
final class Observations {
  /**
   * Since the host was last seen. The watch is sure of a silence some 20 s after its beginning; a
   * worker that restarts is back before that, and nobody need worry about its guests.
   */
  private static final Duration UNKNOWN_AFTER = Duration.ofSeconds(15);

  private final Database database;
  private final Clock clock;

  Observations(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  void seen(UUID host, HostObservation observation) {
    Instant now = clock.instant();
    List<UUID> ids = new ArrayList<>();
    List<String> states = new ArrayList<>();
    observation
        .domains()
        .forEach(
            (UUID id, PowerState state) -> {
              ids.add(id);
              states.add(state.name());
            });
    database.useTransaction(
        daos -> {
          if (daos.hosts().setSeen(host, now) == 0) {
            throw gone(host);
          }
          daos.instances().setObservedPower(host, ids, states, now);
        });
  }

  void silent(UUID host) {
    Instant now = clock.instant();
    database.useTransaction(
        daos -> {
          Instant since = daos.hosts().setSilent(host, now).orElseThrow(() -> gone(host));
          Instant seen = daos.hosts().findById(host).map(HostRow::lastSeenAt).orElse(since);
          if (!seen.plus(UNKNOWN_AFTER).isAfter(now)) {
            daos.instances().setPowerUnknown(host, now);
          }
        });
  }

  /** Ends the watch of a host that was removed. */
  private static RuntimeException gone(UUID host) {
    return Failures.of(FailureType.NOT_FOUND, "There is no host " + host);
  }
}
