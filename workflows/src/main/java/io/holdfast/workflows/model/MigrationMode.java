package io.holdfast.workflows.model;

/** How an instance goes to another host. */
public enum MigrationMode {
  /** While its guest runs; it stands still for the moment of the switchover alone. */
  LIVE,
  /** It is off meanwhile; one that ran is stopped before and started again there. */
  COLD,
  /** LIVE when it runs, COLD when it is off. */
  AUTO
}
