package io.holdfast.engine.temporal;

import java.util.concurrent.ThreadFactory;

/** Names the threads of this package. */
final class Threads {
  private Threads() {}

  static ThreadFactory daemons(String name) {
    return work -> {
      Thread thread = new Thread(work, "holdfast-" + name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
