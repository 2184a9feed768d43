package io.holdfast.activities.worker;

import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The proof of life of one running activity. A second thread sends it, so that a blocked native
 * call does not look dead; what comes back (a cancellation, the end of this worker) is kept until
 * the activity's own thread asks with {@link #check()}.
 */
public final class Beat {
  private static final ThreadLocal<Beat> CURRENT = new ThreadLocal<>();

  private final Sender sender;
  private volatile @Nullable Object details;
  private volatile @Nullable ActivityCompletionException stop;
  private volatile Runnable guard = () -> {};

  Beat(Sender sender) {
    this.sender = sender;
  }

  /** The beat of the activity that runs on this thread; outside of one, a beat that nobody sees. */
  public static Beat current() {
    Beat beat = CURRENT.get();
    return beat == null ? new Beat(details -> {}) : beat;
  }

  /** Tells what has been done so far; sent with the next beat. */
  public void progress(Object done) {
    details = done;
  }

  /**
   * Throws when the activity was cancelled, must make way, or was given up for a newer one.
   *
   * @throws ActivityCompletionException which Temporal understands; let it pass
   */
  public void check() {
    ActivityCompletionException reason = stop;
    if (reason != null) {
      throw reason;
    }
    guard.run();
  }

  /** {@code refusal} throws once the activity may not go on; all are asked with each check. */
  public void guard(Runnable refusal) {
    Runnable others = guard;
    guard =
        () -> {
          others.run();
          refusal.run();
        };
  }

  /** True when this worker is going down: return what is known, or let the next worker do it. */
  public boolean leaving() {
    ActivityCompletionException reason = stop;
    return reason != null && !(reason instanceof ActivityCanceledException);
  }

  static void set(@Nullable Beat beat) {
    if (beat == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(beat);
    }
  }

  void send() {
    try {
      sender.send(details);
    } catch (ActivityCompletionException told) {
      stop = told;
    }
  }

  /** Where beats go. */
  interface Sender {
    void send(@Nullable Object details);
  }
}
