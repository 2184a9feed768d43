package io.holdfast.activities.replication.backup;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.replication.replica.ReplicaNames;
import io.holdfast.activities.replication.stream.DiskSender.LeafFiles;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * The leaves of what was sent from here, in a folder that outlives restarts of the worker. Without
 * them a stream costs more, and is right all the same.
 */
public final class SentLeaves {
  private final Path folder;

  public SentLeaves(Path folder) {
    this.folder = folder;
  }

  LeafFiles of(ReplicaSpec replica, UUID view) throws IOException {
    Files.createDirectories(folder);
    String name = ReplicaNames.name(replica.instance(), replica.disk(), replica.point());
    RecoveryPointId base = replica.base();
    return new LeafFiles(
        base == null
            ? folder.resolve("none")
            : folder.resolve(
                ReplicaNames.name(replica.instance(), replica.disk(), base) + ".leaves"),
        folder.resolve(name + "-" + view + ".next"),
        folder.resolve(name + ".known"));
  }

  /**
   * The point's leaves become the next round's base, and those of other points go; when it is not
   * sealed, they go themselves, and those of its base stay.
   */
  void settle(InstanceId instance, RecoveryPointId point, boolean sealed) throws IOException {
    for (Path file : all(instance)) {
      String name = String.valueOf(file.getFileName());
      int at = name.indexOf("-" + point);
      if (sealed && at > 0 && name.endsWith(".next")) {
        String kept = name.substring(0, at) + "-" + point + ".leaves";
        Files.move(file, folder.resolve(kept), StandardCopyOption.ATOMIC_MOVE);
      } else if ((at < 0) == sealed) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Removes all leaves of the instance's disks; none is no error. */
  public void forget(InstanceId instance) throws IOException {
    for (Path file : all(instance)) {
      Files.deleteIfExists(file);
    }
  }

  private Iterable<Path> all(InstanceId instance) throws IOException {
    return Files.isDirectory(folder)
        ? PoolFiles.startingWith(folder, instance + "-")
        : java.util.List.of();
  }
}
