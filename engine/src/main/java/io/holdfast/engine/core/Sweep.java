package io.holdfast.engine.core;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again for what is due, on a thread of its own. A look that fails never ends that:
 * trouble is told once when it begins and once when it ends.
 */
public abstract class Sweep implements Managed {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final String name;
  private final Duration period;
  private final ScheduledExecutorService timer;
  private boolean failing; // the timer's thread only

  /**
   * Begins with {@link #start}.
   *
   * @param name of its thread, and in the log
   * @param period between the end of a look and the next one
   */
  protected Sweep(String name, Duration period) {
    this.name = name;
    this.period = period;
    timer =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** One look at what is due. */
  protected abstract void sweep();

  @Override
  public void start() {
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            this::lookSafely, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() {
    timer.shutdownNow();
  }

  private void lookSafely() {
    try {
      sweep();
      if (failing) {
        LOG.info("{} works again", name);
      }
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.warn("{} cannot work; what is due waits: {}", name, e.toString());
      }
      failing = true;
    }
  }
}
