package io.holdfast.engine.core;

import io.holdfast.engine.db.EventRow;
import java.io.IOException;

/** Where one follower's events go. Every call may block; an exception says that nobody reads. */
public interface EventSink {
  void send(EventRow event) throws IOException;

  /** A sign of life. */
  void beat() throws IOException;

  /** Says why no more events follow; a follower comes back with the id of its last event. */
  void end(String reason) throws IOException;

  /** Twice is the same as once. */
  void close();
}
