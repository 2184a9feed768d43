package io.holdfast.engine.ledger;

import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.SnapshotRow;
import java.util.List;
import java.util.UUID;

/**
 * What a move works on beside its instance: the volumes and snapshots that go along, so that its
 * calls carry their leases and no late call of another job changes them.
 */
public final class MoveTurns {
  private MoveTurns() {}

  /**
   * Inside the transaction that accepts the job, once it has its instance's turn. Throws {@link
   * BusyException} when a snapshot is being deleted, or an instance made of it.
   */
  public static void take(Daos daos, UUID jobId, UUID instance) {
    await(daos, instance);
    daos.volumes()
        .attachedTo(List.of(instance))
        .forEach(volume -> daos.jobs().acceptBeside(jobId, volume.id()));
    daos.snapshots()
        .ofInstance(instance)
        .forEach(snapshot -> daos.jobs().acceptBeside(jobId, snapshot.id()));
  }

  /** No other job is accepted on any of it until the end of the transaction; else as above. */
  static void await(Daos daos, UUID instance) {
    daos.volumes()
        .attachedTo(List.of(instance))
        .forEach(volume -> daos.jobs().takeTurn(volume.id()));
    for (SnapshotRow snapshot : daos.snapshots().ofInstance(instance)) {
      daos.jobs().takeTurn(snapshot.id());
      daos.snapshots().lock(snapshot.id()); // whoever makes an instance of it comes before or after
      daos.jobs().requireUnread(snapshot.id());
    }
  }
}
