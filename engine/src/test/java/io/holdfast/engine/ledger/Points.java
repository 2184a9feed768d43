package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.KeptVolume;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.VolumeId;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Recovery points for tests, without the rounds that make them. */
public final class Points {
  private final Daos daos;

  public Points(Database database) {
    daos = database.daos();
  }

  /** Of all members of the group, with disks of 2 GiB. */
  public void available(UUID id, ProtectionGroupRow group, List<String> disks) {
    available(id, UUID.randomUUID(), group, disks);
  }

  /** {@code job}: the round that is said to have made it. */
  void available(UUID id, UUID job, ProtectionGroupRow group, List<String> disks) {
    List<ProtectionMemberRow> members = new ReplicaClaims(daos).claim(group);
    daos.recoveryPoints()
        .insert(
            RecoveryPointRow.staging(
                id,
                group.id(),
                daos.protectionGroups().nextNumber(group.id()),
                job,
                List.of(),
                Inventory.now()));
    for (ProtectionMemberRow member : members) {
      new PointInstances(daos).keep(id, member.instanceId());
      for (String disk : disks) {
        daos.recoveryPoints().insertDisk(disk(id, member, disk));
        daos.recoveryPoints()
            .setSealed(
                id, member.instanceId(), disk, root(disk), 4096, new StreamCounts(1, 1, 1, 1));
      }
    }
    daos.recoveryPoints().setTaken(id, Inventory.now(), 0, List.of());
    daos.recoveryPoints().setState(id, RecoveryPointState.AVAILABLE);
  }

  public static String root(String disk) {
    return "root-of-" + disk;
  }

  private static RecoveryPointDiskRow disk(UUID point, ProtectionMemberRow member, String name) {
    return RecoveryPointDiskRow.begun(
        point,
        member.instanceId(),
        member.instanceName(),
        name,
        2 * Inventory.GIB,
        Objects.requireNonNull(member.hostId()),
        Objects.requireNonNull(member.pool()),
        RecoveryPointDiskRow.Base.NONE,
        ChangeSource.FULL,
        "as the test says",
        VolumeId.ofDisk(name).map(id -> new KeptVolume(id.value(), "volume-" + id)).orElse(null));
  }
}
