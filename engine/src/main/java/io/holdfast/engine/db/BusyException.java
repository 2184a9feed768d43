package io.holdfast.engine.db;

import java.util.UUID;

/** Another job works on the target. */
public final class BusyException extends DatabaseRefusal {
  private static final long serialVersionUID = 1;

  private final UUID activeJobId;

  BusyException(UUID activeJobId) {
    super("Job " + activeJobId + " works on it");
    this.activeJobId = activeJobId;
  }

  public UUID activeJobId() {
    return activeJobId;
  }
}
