package io.holdfast.engine.health;

import com.codahale.metrics.health.HealthCheck;
import io.holdfast.engine.db.Database;

/** PostgreSQL answers. */
public final class DatabaseHealthCheck extends HealthCheck {
  private final Database database;

  public DatabaseHealthCheck(Database database) {
    this.database = database;
  }

  @Override
  protected Result check() {
    try {
      database.ping();
      return Result.healthy();
    } catch (RuntimeException e) {
      return Result.unhealthy(String.valueOf(e.getMessage()));
    }
  }
}
