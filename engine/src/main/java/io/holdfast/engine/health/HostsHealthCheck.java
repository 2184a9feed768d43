package io.holdfast.engine.health;

import com.codahale.metrics.health.HealthCheck;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;

/** Every host that is in use has answered within a minute; names those that have not. */
public final class HostsHealthCheck extends HealthCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Database database;
  private final Clock clock;

  public HostsHealthCheck(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  protected Result check() {
    Instant limit = clock.instant().minus(PATIENCE);
    String silent =
        database.daos().hosts().active().stream()
            .filter(host -> host.lastSeenAt() == null || host.lastSeenAt().isBefore(limit))
            .map(HostRow::name)
            .collect(Collectors.joining(", "));
    return silent.isEmpty()
        ? Result.healthy()
        : Result.unhealthy("no answer for %d s from %s", PATIENCE.toSeconds(), silent);
  }
}
