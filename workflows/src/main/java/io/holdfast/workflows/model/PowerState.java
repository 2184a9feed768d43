package io.holdfast.workflows.model;

/** What the host says of a domain. MISSING: the host was asked and knows no such domain. */
public enum PowerState {
  RUNNING,
  PAUSED,
  SHUTOFF,
  CRASHED,
  MISSING,
  UNKNOWN
}
