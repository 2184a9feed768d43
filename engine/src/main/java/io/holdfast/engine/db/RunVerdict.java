package io.holdfast.engine.db;

/** What a run proved. */
public enum RunVerdict {
  /** Every instance was recovered with green probes; of a test, its cleanup was read back, too. */
  PASSED,
  FAILED
}
