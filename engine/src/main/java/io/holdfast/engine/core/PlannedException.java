package io.holdfast.engine.core;

/**
 * Ends a dry run with its plan, as a refusal ends a request: nothing after the acceptance of a job
 * may go on as if there were one.
 */
public final class PlannedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialised: it ends in a mapper of this process
  private final Plan plan;

  PlannedException(Plan plan) {
    super("a plan, not an error", null, false, false);
    this.plan = plan;
  }

  public Plan plan() {
    return plan;
  }
}
