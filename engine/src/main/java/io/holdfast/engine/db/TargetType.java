package io.holdfast.engine.db;

import java.util.Locale;

/** What a job is about. */
public enum TargetType {
  HOST,
  IMAGE,
  INSTANCE,
  ORPHAN,
  PROTECTION_GROUP,
  RECOVERY_PLAN,
  RECOVERY_POINT,
  SNAPSHOT,
  VOLUME,

  /** The job that holds it. */
  LEASE;

  /** As the API spells it: {@code protection-group}. */
  public String noun() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
