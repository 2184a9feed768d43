package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.KeptVolume;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.workflows.model.VolumeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The volumes that the disks of an instance are, or started as; inside a transaction. */
final class DiskVolumes {
  private final Daos daos;
  private final List<VolumeRow> attached;
  private final Map<String, KeptVolume> started;

  DiskVolumes(Daos daos, UUID instance) {
    this.daos = daos;
    attached = daos.volumes().attachedTo(List.of(instance));
    started =
        daos.instances()
            .findById(instance)
            .map(InstanceRow::spec)
            .map(spec -> spec.startedAsVolumes())
            .orElse(Map.of());
  }

  /** By the ledger. */
  List<VolumeRow> attached() {
    return attached;
  }

  /** {@code disk}: its name; null when it is the instance's own and started as none. */
  @Nullable KeptVolume of(String disk) {
    return VolumeId.ofDisk(disk).map(this::kept).orElse(started.get(disk));
  }

  /** The pool of a volume, by the name of its disk; empty for a disk of the instance's own. */
  Optional<String> poolOf(String disk) {
    return VolumeId.ofDisk(disk)
        .flatMap(id -> daos.volumes().findById(id.value()))
        .map(VolumeRow::pool);
  }

  /** Of those that started as volumes, the one that started as this one. */
  Optional<String> startedAs(UUID volume) {
    return started.entrySet().stream()
        .filter(each -> each.getValue().id().equals(volume))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst();
  }

  /** A domain may have one that the ledger has forgotten. */
  private KeptVolume kept(VolumeId id) {
    String name = daos.volumes().findById(id.value()).map(VolumeRow::name).orElseGet(id::toString);
    return new KeptVolume(id.value(), name);
  }
}
