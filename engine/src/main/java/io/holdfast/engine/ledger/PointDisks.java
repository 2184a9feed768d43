package io.holdfast.engine.ledger;

import io.holdfast.engine.db.RecoveryPointDiskRow;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** The disks that a point has of one instance. */
public final class PointDisks {
  private static final long GIB = 1L << 30;

  private PointDisks() {}

  /** Sealed ones, in the order that the instance has them: root, disk1, disk2, ... disk10. */
  public static List<RecoveryPointDiskRow> of(List<RecoveryPointDiskRow> disks, UUID instance) {
    return disks.stream()
        .filter(disk -> disk.instanceId().equals(instance) && disk.root() != null)
        .sorted(
            Comparator.comparing((RecoveryPointDiskRow disk) -> !disk.disk().equals("root"))
                .thenComparing(disk -> disk.disk().length())
                .thenComparing(RecoveryPointDiskRow::disk))
        .toList();
  }

  /** The size that a disk made of this one gets. */
  public static int gib(RecoveryPointDiskRow disk) {
    return Math.toIntExact((disk.bytes() + GIB - 1) / GIB);
  }
}
