package io.holdfast.engine.temporal;

import io.holdfast.engine.core.RunningTransfer;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.StreamMark;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sum over all disks that are on their way; those that have arrived are no longer in it. */
final class Copying {
  private final Clock clock;
  private @Nullable String step;
  private long done;
  private long total;
  private boolean totalKnown = true;
  private long wire;
  private long zero;
  private long same;
  private long secondsLeft;
  private boolean paceKnown = true;

  Copying(Clock clock) {
    this.clock = clock;
  }

  /** {@code since}: when this attempt of the call began. */
  void add(String itsStep, StreamMark mark, Instant since) {
    StreamCounts counts = mark.counts();
    step = itsStep;
    done += mark.offset();
    total += mark.size();
    totalKnown &= mark.size() > 0;
    wire += counts.wire();
    zero += counts.zero();
    same += counts.same();
    double seconds = Duration.between(since, clock.instant()).toMillis() / 1000.0;
    paceKnown &= mark.offset() > 0 && seconds > 0;
    if (paceKnown) { // the slowest disk says when all are there
      double left = (mark.size() - mark.offset()) * seconds / mark.offset();
      secondsLeft = Math.max(secondsLeft, (long) Math.ceil(left));
    }
  }

  /** Empty when no disk is on its way. */
  Optional<RunningTransfer> sum() {
    return Optional.ofNullable(step)
        .map(
            its ->
                new RunningTransfer(
                    its,
                    done,
                    totalKnown ? total : null,
                    wire,
                    zero,
                    same,
                    null,
                    null,
                    null,
                    null,
                    totalKnown && paceKnown ? secondsLeft : null));
  }
}
