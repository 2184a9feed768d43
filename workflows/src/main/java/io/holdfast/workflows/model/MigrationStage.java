package io.holdfast.workflows.model;

/** How far a move had come, by the ledger, when a run of it began. */
public enum MigrationStage {
  /** The instance is its source's, and nothing of it has run elsewhere. */
  COPYING,
  /** It may be the target's by now: both hosts are asked. */
  HANDING_OVER,
  /** It is the target's. */
  ARRIVED
}
