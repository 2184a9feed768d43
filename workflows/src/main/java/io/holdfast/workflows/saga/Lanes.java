package io.holdfast.workflows.saga;

import io.holdfast.workflows.failure.Failures;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Functions.Proc1;
import io.temporal.workflow.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Work on many things, so many at once. */
public final class Lanes {
  private Lanes() {}

  /**
   * Works on all things in order, also when one of them fails; after a cancel on no further one.
   * Returns once nothing goes on any more, with what failed.
   */
  public static <T> List<TemporalFailure> run(int atOnce, List<T> things, Proc1<T> work) {
    Deque<T> waiting = new ArrayDeque<>(things);
    List<TemporalFailure> failures = new ArrayList<>();
    List<Promise<Void>> lanes = new ArrayList<>();
    for (int lane = 0; lane < Math.min(atOnce, things.size()); lane++) {
      lanes.add(Async.procedure(() -> drain(waiting, work, failures)));
    }
    Promise.allOf(lanes).get();
    return failures;
  }

  private static <T> void drain(Deque<T> waiting, Proc1<T> work, List<TemporalFailure> failures) {
    while (!waiting.isEmpty()) {
      try {
        work.apply(waiting.remove());
      } catch (TemporalFailure failure) {
        failures.add(failure);
        if (Failures.isCancelled(failure)) {
          waiting.clear();
        }
      }
    }
  }
}
