package io.holdfast.workflows.saga;

import io.holdfast.workflows.model.JobDecision;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;

/** The signal that every job's workflow takes. */
@WorkflowInterface
public interface SteeringSignals {
  /** The signal's name, for who sends it. */
  String DECIDE = "decide";

  @SignalMethod(name = DECIDE)
  void decide(JobDecision decision);
}
