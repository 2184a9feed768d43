package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.InstancePlace;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.workflows.activity.LedgerActivities.PlacementTarget;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceLocation;
import io.holdfast.workflows.model.PortSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Rows by id, or a failure that Temporal does not retry; and what is read from several. */
final class Lookups {
  private Lookups() {}

  /** An instance that is gone is an instance without a place: a repeated delete finds it so. */
  static InstanceLocation location(Daos daos, InstanceId instance) {
    return located(
        daos, instance, () -> InstanceSpecs.ports(daos.instances().ports(instance.value())));
  }

  /** As {@link #location}, for who does not need its nics. */
  static InstanceLocation place(Daos daos, InstanceId instance) {
    return located(daos, instance, List::of);
  }

  private static InstanceLocation located(
      Daos daos, InstanceId instance, Supplier<List<PortSpec>> ports) {
    Optional<InstancePlace> found = daos.instances().place(instance.value());
    if (found.isEmpty()) {
      return new InstanceLocation(instance, instance.toString(), null, null, List.of(), false);
    }
    InstancePlace place = found.get();
    UUID host = place.hostId();
    return new InstanceLocation(
        instance,
        place.name(),
        host == null
            ? null
            : new HostRef(new HostId(host), Objects.requireNonNull(place.hostName(), "its host")),
        place.pool(),
        ports.get(),
        place.volumes());
  }

  /** For the rest of the transaction. */
  static InstanceRow lockedInstance(Daos daos, InstanceId instance) {
    return daos.instances()
        .lock(instance.value())
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "The instance is not there"));
  }

  static HostRow host(Daos daos, UUID id) {
    return daos.hosts()
        .findById(id)
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no host " + id));
  }

  static ImageRow image(Daos daos, UUID id) {
    return daos.images()
        .findById(id)
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no image " + id));
  }

  static HostRef ref(HostRow host) {
    return new HostRef(new HostId(host.id()), host.name());
  }

  /** The first active host that answers, and its best pool. */
  static @Nullable PlacementTarget verificationHost(Daos daos) {
    for (HostRow host : daos.hosts().active()) {
      List<PoolRow> pools = daos.hosts().pools(host.id());
      if (host.unreachableSince() == null && !pools.isEmpty()) {
        PoolRow best = pools.stream().filter(PoolRow::reflink).findFirst().orElse(pools.get(0));
        return new PlacementTarget(ref(host), best.name());
      }
    }
    return null;
  }
}
