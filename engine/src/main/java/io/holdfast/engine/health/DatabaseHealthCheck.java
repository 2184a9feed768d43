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
    database.ping();
    return Result.healthy();
  }
}
