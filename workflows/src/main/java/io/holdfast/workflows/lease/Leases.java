package io.holdfast.workflows.lease;

import io.temporal.workflow.WorkflowLocal;
import java.util.List;

/** The leases of the workflow that runs on this thread: of its target, and of what is beside it. */
public final class Leases {
  private static final WorkflowLocal<List<Lease>> CURRENT =
      WorkflowLocal.withCachedInitial(List::of);

  private Leases() {}

  static void hold(List<Lease> leases) {
    CURRENT.set(List.copyOf(leases));
  }

  /** None of a workflow that is no job. */
  static List<Lease> current() {
    return CURRENT.get();
  }

  /**
   * From here on what the run called before is refused when it comes late. Call it before the first
   * undo, and whenever a run starts over.
   */
  public static void nextPhase() {
    hold(current().stream().map(Lease::nextPhase).toList());
  }
}
