package io.holdfast.engine.protection;

import io.holdfast.engine.db.ProtectionGroupState;
import io.holdfast.engine.db.ProtectionGroupView;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;

/** What the replication of a group does; never stored, so nothing dead can leave it behind. */
public enum ReplicationState {
  /** No instance is in the group, or it is only kept for its points. */
  NOT_CONFIGURED,
  /** There is nothing to recover from yet. */
  INITIAL_SYNC,
  IDLE,
  SYNCING,
  /** A round compares by hash, since it lost track of what changed. */
  RESYNC,
  PAUSED,
  /** A round waits for a person, or the last one failed. */
  ERROR;

  /** {@code members}: how many instances are in the group. */
  public static ReplicationState of(ProtectionGroupView view, int members) {
    if (view.activeJobKind() == JobKind.REPLICATE_GROUP) {
      if (view.activeJobState() == JobState.BLOCKED) {
        return ERROR;
      }
      if (view.comparing()) {
        return RESYNC;
      }
      return view.restorableAt() == null ? INITIAL_SYNC : SYNCING;
    }
    if (members == 0 || view.group().state() == ProtectionGroupState.DISSOLVED) {
      return NOT_CONFIGURED;
    }
    if (view.group().paused()) {
      return PAUSED;
    }
    if (view.lastRoundState() == JobState.FAILED) {
      return ERROR;
    }
    return view.restorableAt() == null ? INITIAL_SYNC : IDLE;
  }
}
