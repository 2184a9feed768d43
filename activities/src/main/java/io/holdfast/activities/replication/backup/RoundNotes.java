package io.holdfast.activities.replication.backup;

import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.file.Path;

/** What rounds note of an instance in a folder of the worker's own, which outlives restarts. */
public final class RoundNotes {
  private final OpenBackups backups;
  private final SentLeaves leaves;

  /** {@code state}: that folder. */
  public RoundNotes(Path state) {
    backups = new OpenBackups(state);
    leaves = new SentLeaves(state);
  }

  /** The instance is not here any more: its view is lost, and its next host sends by hash. */
  public void forget(InstanceId instance) {
    try {
      backups.forget(instance);
      leaves.forget(instance);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }
}
