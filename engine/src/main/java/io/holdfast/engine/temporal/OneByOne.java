package io.holdfast.engine.temporal;

import io.grpc.StatusRuntimeException;
import io.holdfast.engine.db.Outage;
import io.temporal.client.WorkflowException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over what lies in an outbox so that one that cannot be handed over keeps none behind it: it
 * is set aside for half a minute and told once. Not so while Temporal or the database is away, for
 * then the next one would fail like it. One thread at a time.
 */
final class OneByOne {
  private static final Logger LOGGER = LoggerFactory.getLogger(OneByOne.class);
  private static final Duration ASIDE = Duration.ofSeconds(30);

  /** Not tried for so long: somebody else has handed it over, or it is gone. */
  private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(5);

  private final Clock clock;
  private final Map<UUID, Instant> asideUntil = new HashMap<>();

  OneByOne(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param what is handed over, for the log
   * @throws RuntimeException what {@code handOver} threw, when it says that Temporal or the
   *     database is away: nothing else is worth trying now
   */
  void handOver(String what, UUID id, Runnable handOver) {
    Instant now = clock.instant();
    if (asideUntil.getOrDefault(id, Instant.MIN).isAfter(now)) {
      return;
    }
    try {
      handOver.run();
      asideUntil.remove(id);
    } catch (RuntimeException e) {
      if (isOutage(e)) {
        throw e;
      }
      setAside(what, id, now, e);
    }
  }

  private void setAside(String what, UUID id, Instant now, RuntimeException cause) {
    asideUntil.values().removeIf(until -> until.isBefore(now.minus(FORGOTTEN_AFTER)));
    if (asideUntil.put(id, now.plus(ASIDE)) == null) {
      LOGGER.error("{} {} cannot go on; it is tried again and again", what, id, cause);
    }
  }

  private static boolean isOutage(RuntimeException e) {
    if (!(e instanceof WorkflowException)) {
      return Outage.caused(e);
    }
    if (!(e.getCause() instanceof StatusRuntimeException answer)) {
      return e.getCause() == null || Outage.caused(e);
    }
    return switch (answer.getStatus().getCode()) { // gRPC's codes, not ours
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED -> true;
      case UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND -> true; // of the namespace
      default -> false;
    };
  }
}
