package io.holdfast.workflows.model;

/** What a plan has done before or after a tier. */
public enum PlanStepKind {
  /** Somebody outside is told over HTTP, with a signed body. */
  CALLOUT,
  /** A person lets the run go on. */
  APPROVAL,
  /** A command in a guest that the run has recovered. */
  COMMAND
}
