package io.holdfast.workflows.lease;

import io.temporal.workflow.WorkflowLocal;
import org.jspecify.annotations.Nullable;

/** The lease of the workflow that runs on this thread. */
public final class Leases {
  private static final WorkflowLocal<@Nullable Lease> CURRENT = new WorkflowLocal<>();

  private Leases() {}

  static void hold(Lease lease) {
    CURRENT.set(lease);
  }

  static @Nullable Lease current() {
    return CURRENT.get();
  }

  /**
   * From here on what the run called before is refused when it comes late. Call it before the first
   * undo, and whenever a run starts over.
   */
  public static void nextPhase() {
    Lease lease = CURRENT.get();
    if (lease != null) { // a workflow that is no job holds nothing
      CURRENT.set(lease.nextPhase());
    }
  }
}
