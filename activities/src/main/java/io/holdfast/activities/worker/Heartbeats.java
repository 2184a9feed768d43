package io.holdfast.activities.worker;

import io.temporal.activity.ActivityExecutionContext;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Sends the heartbeats of all running activities from one thread. */
public final class Heartbeats implements AutoCloseable {
  /** The shortest heartbeat timeout is 10 s; the SDK drops what comes faster than it needs. */
  private static final long PERIOD_MILLIS = 2_000;

  private final ScheduledThreadPoolExecutor thread;

  public Heartbeats() {
    thread = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("heartbeats"));
    thread.setRemoveOnCancelPolicy(true);
  }

  /** Begins to beat for the activity on this thread; closing ends it. */
  Running start(ActivityExecutionContext activity) {
    Beat beat = new Beat(activity::heartbeat);
    ScheduledFuture<?> beats =
        thread.scheduleWithFixedDelay(
            beat::send, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    Beat.set(beat);
    return () -> {
      Beat.set(null);
      beats.cancel(false);
    };
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** An activity for which beats are sent. */
  interface Running extends AutoCloseable {
    @Override
    void close();
  }
}
