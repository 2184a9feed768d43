package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.KeptInstance;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.workflows.model.GuestReadiness;
import java.util.Objects;

/** Writes down what an instance is now: it may be gone when that is needed. */
public final class KeptInstances {
  private KeptInstances() {}

  /** In the transaction that takes something of it. */
  public static KeptInstance of(Daos daos, InstanceRow row) {
    return new KeptInstance(
        row.name(),
        row.spec().flavor(),
        row.spec().vcpus(),
        row.spec().memoryMiB(),
        row.spec().limit(),
        readiness(daos, row),
        row.spec().guestTimeoutSeconds(),
        daos.instances().ports(row.id()).stream()
            .map(port -> new KeptInstance.Network(port.port().networkId(), port.networkName()))
            .toList(),
        row.spec().startedAsVolumes());
  }

  private static GuestReadiness readiness(Daos daos, InstanceRow row) {
    RestoredFrom restored = row.spec().restored();
    return restored != null
        ? restored.readiness()
        : Lookups.image(daos, Objects.requireNonNull(row.imageId())).readiness();
  }
}
