package io.holdfast.engine.core;

import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.TargetType;

/** The turn of a job on an instance; as {@link VolumeTurns}. */
final class InstanceTurns {
  private InstanceTurns() {}

  /** The instance as it is once no job works on it, for the rest of the transaction. */
  static InstanceRow idle(Daos daos, String reference) {
    InstanceRow found =
        Lookup.inPath(
            "instance", reference, daos.instances()::findById, daos.instances()::findByName);
    try {
      daos.jobs().takeTurn(found.id());
    } catch (BusyException busy) {
      throw Acceptance.busy(TargetType.INSTANCE, found.name(), busy);
    }
    return daos.instances().findById(found.id()).orElseThrow(() -> Lookup.missing("instance"));
  }
}
