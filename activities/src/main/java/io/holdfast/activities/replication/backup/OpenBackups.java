package io.holdfast.activities.replication.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Optional;
import java.util.UUID;

/**
 * What the source's host remembers over restarts of its worker: which views are open, and the
 * leaves of the last point of each disk. Without them a round costs more, and is right all the
 * same.
 */
final class OpenBackups {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  OpenBackups(Path folder) {
    this.folder = folder;
  }

  Optional<OpenBackup> find(InstanceId instance) throws IOException {
    Path file = file(instance);
    return Files.exists(file)
        ? Optional.of(JSON.readValue(Files.readString(file), OpenBackup.class))
        : Optional.empty();
  }

  void keep(OpenBackup backup) throws IOException {
    Files.createDirectories(folder);
    Path file = file(backup.instance());
    Path part = file.resolveSibling(PoolFiles.temporaryName(backup.instance().toString()));
    Files.writeString(part, JSON.writeValueAsString(backup));
    PoolFiles.publish(part, file);
  }

  void forget(InstanceId instance) throws IOException {
    Files.deleteIfExists(file(instance));
  }

  LeafFiles leaves(ReplicaSpec replica, UUID view) throws IOException {
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

  /** The point's leaves become the next round's base, or go; those of other points go. */
  void settle(InstanceId instance, RecoveryPointId point, boolean sealed) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    for (Path file : PoolFiles.startingWith(folder, instance + "-")) {
      String name = String.valueOf(file.getFileName());
      int at = name.indexOf("-" + point);
      if (sealed && at > 0 && name.endsWith(".next")) {
        String kept = name.substring(0, at) + "-" + point + ".leaves";
        Files.move(file, folder.resolve(kept), StandardCopyOption.ATOMIC_MOVE);
      } else if (sealed ? at < 0 : name.endsWith(".next")) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Path file(InstanceId instance) {
    return folder.resolve(instance + ".json");
  }
}
