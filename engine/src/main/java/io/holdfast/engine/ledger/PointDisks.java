package io.holdfast.engine.ledger;

import io.holdfast.engine.db.KeptVolume;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The disks that a point has of one instance. */
public final class PointDisks {
  private static final long GIB = 1L << 30;

  private PointDisks() {}

  /**
   * Sealed ones, in the order that the instance has them: root, disk1, disk2, ... disk10, and then
   * its volumes.
   */
  public static List<RecoveryPointDiskRow> of(List<RecoveryPointDiskRow> disks, UUID instance) {
    return disks.stream()
        .filter(disk -> disk.instanceId().equals(instance) && disk.root() != null)
        .sorted(
            Comparator.comparing((RecoveryPointDiskRow disk) -> !disk.disk().equals("root"))
                .thenComparing(disk -> disk.disk().length())
                .thenComparing(RecoveryPointDiskRow::disk))
        .toList();
  }

  /**
   * The volumes that disks made of these started as, by the names that those get; null for none.
   */
  public static @Nullable Map<String, KeptVolume> volumes(List<RecoveryPointDiskRow> ordered) {
    Map<String, KeptVolume> volumes = new TreeMap<>();
    for (int i = 0; i < ordered.size(); i++) {
      KeptVolume volume = ordered.get(i).volume();
      if (volume != null) {
        volumes.put(InstanceSpecs.name(i), volume);
      }
    }
    return volumes.isEmpty() ? null : volumes;
  }

  /** The size that a disk made of this one gets. */
  public static int gib(RecoveryPointDiskRow disk) {
    return Math.toIntExact((disk.bytes() + GIB - 1) / GIB);
  }
}
