package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.VolumeRow;
import java.util.List;
import java.util.UUID;

/**
 * What a move works on beside its instance: the volumes that go along, so that its calls carry
 * their leases and no late call of another job changes them.
 */
public final class MoveTurns {
  private MoveTurns() {}

  /**
   * Inside the transaction that accepts the job, once it has its instance's turn, which each job on
   * these volumes needs as well.
   */
  public static void take(Daos daos, UUID jobId, UUID instance) {
    for (VolumeRow volume : daos.volumes().attachedTo(List.of(instance))) {
      daos.jobs().acceptBeside(jobId, volume.id());
    }
  }
}
