package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.DomainJob;
import java.util.List;

/**
 * Whether a guest's memory gets less to send, round by round. QEMU sends again what the guest has
 * written meanwhile, without end, and slows the guest down ever more while that does not fall
 * (auto-converge). Judged from libvirt's statistics of the job alone.
 */
final class Convergence {
  /** Of the guest's time, in percent, that QEMU takes from it at most (max-cpu-throttle). */
  private static final long SLOWEST = 99;

  /** Rounds without less to send, of a guest that cannot be slowed down any more. */
  private static final int MOST_SLOWED = 8;

  /** The same of one that QEMU does not slow down to the end, for whatever reason. */
  private static final int MOST = 100;

  /** Before the first one nothing is left to send: what there is was not counted yet. */
  private static final long BEFORE_THE_FIRST = 0;

  private long round = BEFORE_THE_FIRST;
  private long least = Long.MAX_VALUE;
  private int idle;

  /** True when it will not come to its end as it is. {@code job}: as libvirt describes it now. */
  boolean isHopeless(DomainJob job) {
    long now = job.number("memory_iteration");
    if (now > round) {
      long left = job.number("memory_remaining");
      idle = left < least ? 0 : idle + 1;
      least = Math.min(least, left);
      round = now;
    }
    return idle >= (job.number("auto_converge_throttle") >= SLOWEST ? MOST_SLOWED : MOST);
  }

  /** What it may use has changed. */
  void beginAgain() {
    round = BEFORE_THE_FIRST;
    least = Long.MAX_VALUE;
    idle = 0;
  }

  /** For people. */
  static String describe(DomainJob job) {
    long written = job.number("memory_dirty_rate") * job.number("memory_page_size");
    return ("The guest writes %d MiB/s, slowed down by %d %%, and %d MiB/s go over:"
            + " after %d rounds what is left is no less")
        .formatted(
            written >> 20,
            job.number("auto_converge_throttle"),
            job.number("memory_bps") >> 20,
            job.number("memory_iteration"));
  }

  static List<String> waysOut() {
    return List.of(
        "give the move more of the link (:limit, bandwidthMiBps), or a longer standstill"
            + " (maxDowntimeMs)",
        "let the guest run at the target before all of its memory is there (postCopy)",
        "move it while it is off (mode COLD), or when it writes less");
  }
}
