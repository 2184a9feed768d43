package io.holdfast.workflows.model;

/**
 * What a run does before or after a tier, as it was pinned.
 *
 * @param name unique in the plan
 * @param target what it looks at, for people: an address, a question, a command and its guest
 * @param attempts in all, at least 1
 * @param timeoutSeconds of one attempt
 */
public record RunStep(
    String name,
    PlanStepKind kind,
    String target,
    FailurePolicy policy,
    int attempts,
    int timeoutSeconds) {
  /** The name of the job's step. */
  public String step() {
    return Steps.ofPlan(name);
  }

  /** What it is, for people. */
  public String words() {
    return "%s: %s; %d s, %s".formatted(kind, target, timeoutSeconds, policy);
  }
}
