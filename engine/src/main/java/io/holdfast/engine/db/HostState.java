package io.holdfast.engine.db;

/** What a host is used for; whether it answers is another matter. */
public enum HostState {
  REGISTERED,
  ACTIVE,
  MAINTENANCE
}
