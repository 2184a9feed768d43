package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.VolumeRow;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether all that moves with an instance lies on storage that several hosts mount: its disks, the
 * volumes that it has, and its snapshots. Half of it is no reason to copy nothing.
 *
 * @param storage its id; null when it has to be copied
 * @param obstacle why it has to be copied though the disks are shared; or null
 */
record SharedDisks(@Nullable String storage, @Nullable String obstacle) {
  private static final SharedDisks NONE = new SharedDisks(null, null);

  static SharedDisks of(Daos daos, InstanceRow instance) {
    UUID host = instance.hostId();
    Optional<String> storage =
        host == null
            ? Optional.empty()
            : daos.hosts().pools(host).stream()
                .filter(pool -> pool.name().equals(instance.pool()))
                .map(PoolRow::storage)
                .filter(Objects::nonNull)
                .findFirst();
    if (storage.isEmpty()) {
      return NONE;
    }
    String pool = instance.pool();
    for (VolumeRow volume : daos.volumes().attachedTo(List.of(instance.id()))) {
      if (!Objects.equals(volume.pool(), pool)) {
        return copied("volume", volume.name(), volume.pool(), pool);
      }
    }
    for (SnapshotRow snapshot : daos.snapshots().ofInstance(instance.id())) {
      if (!Objects.equals(snapshot.pool(), pool)) {
        return copied("snapshot", snapshot.name(), snapshot.pool(), pool);
      }
      if (snapshot.memory()) {
        return new SharedDisks(
            null, "snapshot %s has the guest's memory".formatted(snapshot.name()));
      }
    }
    return new SharedDisks(storage.get(), null);
  }

  private static SharedDisks copied(
      String what, String name, @Nullable String other, @Nullable String pool) {
    return new SharedDisks(
        null, "%s %s lies in pool %s, not in %s".formatted(what, name, other, pool));
  }
}
