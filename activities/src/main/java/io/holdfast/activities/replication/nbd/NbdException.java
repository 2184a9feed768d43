package io.holdfast.activities.replication.nbd;

import java.io.IOException;

/** What libnbd or the server behind it said no to; the message has the system's own words. */
public final class NbdException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean lost;

  NbdException(String message, boolean lost) {
    super(message);
    this.lost = lost;
  }

  /** True when the connection is gone: the server died or went away. */
  public boolean isLost() {
    return lost;
  }
}
