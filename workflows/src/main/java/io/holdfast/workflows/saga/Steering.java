package io.holdfast.workflows.saga;

import io.holdfast.workflows.model.JobDecision;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts questions to people and takes their answers. Which answers are possible was checked when the
 * decision was accepted, in the transaction that wrote it (see docs/adr/0021): what arrives here
 * only has to answer the question that is open.
 */
final class Steering implements SteeringSignals {
  private final Map<UUID, JobDecision> decisions = new HashMap<>();

  private Steering() {}

  /** Decisions that came before this call are delivered now. */
  static Steering listen() {
    Steering steering = new Steering();
    Workflow.registerListener(steering);
    return steering;
  }

  @Override
  public void decide(JobDecision decision) {
    decisions.putIfAbsent(decision.hold(), decision);
  }

  static JobHold question(JobState state, List<JobVerb> actions) {
    return new JobHold(Workflow.randomUUID(), state, actions);
  }

  /** What somebody has decided, or null. */
  @Nullable JobDecision answer(JobHold hold) {
    return decisions.get(hold.id());
  }

  /** Waits for as long as it takes; a cancelled scope ends the wait with CanceledFailure. */
  JobDecision await(JobHold hold) {
    Workflow.await(() -> decisions.containsKey(hold.id()));
    return Objects.requireNonNull(decisions.get(hold.id()));
  }

  /** As {@link #await(JobHold)}, for a limited time; null when nobody decided. */
  @Nullable JobDecision await(JobHold hold, Duration atMost) {
    Workflow.await(atMost, () -> decisions.containsKey(hold.id()));
    return decisions.get(hold.id());
  }
}
