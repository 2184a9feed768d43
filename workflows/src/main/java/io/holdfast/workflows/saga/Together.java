package io.holdfast.workflows.saga;

import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Calls that go on at the same time. */
public final class Together {
  /** What fails for one cause often fails for all; those need not be cancelled. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private Together() {}

  /**
   * Makes all calls and returns their answers in order. When one fails the others are cancelled;
   * its failure is thrown once all have ended, so that no undo meets a call that still works.
   */
  public static <T> List<T> all(List<Func<T>> calls) {
    List<Promise<T>> promises = new ArrayList<>();
    CancellationScope scope =
        Workflow.newCancellationScope(
            () -> calls.forEach(call -> promises.add(Async.function(call))));
    scope.run();
    try {
      Promise.allOf(promises).get();
    } catch (TemporalFailure first) {
      Workflow.newDetachedCancellationScope(() -> endAll(promises, scope)).run();
      throw first;
    }
    return promises.stream().map(promise -> Objects.requireNonNull(promise.get())).toList();
  }

  private static <T> void endAll(List<Promise<T>> promises, CancellationScope scope) {
    if (!Workflow.await(GRACE, () -> haveEnded(promises))) {
      scope.cancel("Another call failed");
      Workflow.await(() -> haveEnded(promises));
    }
  }

  private static <T> boolean haveEnded(List<Promise<T>> promises) {
    return promises.stream().allMatch(Promise::isCompleted);
  }
}
