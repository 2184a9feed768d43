package io.holdfast.activities.replication.replica;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What undone moves have brought of a disk, put aside for the next attempt: at most one file a disk
 * and pool, without leaves, since whoever takes it up reads it again. Its last change is the moment
 * from which on it was kept.
 */
public final class KeptReplicas {
  private static final Logger LOG = LoggerFactory.getLogger(KeptReplicas.class);
  private static final Duration KEPT_FOR = Duration.ofDays(1);

  private final Clock clock;

  public KeptReplicas(Clock clock) {
    this.clock = clock;
  }

  /**
   * Puts the disk of this replica aside, sealed or as far as its stream came; none is no error. One
   * that is no disk without another file stays where it is.
   */
  synchronized void keep(Path folder, InstanceId instance, String disk, String name)
      throws IOException {
    Path found = ReplicaNames.disk(folder, name);
    if (!PoolFiles.exists(found) && PoolFiles.exists(ReplicaNames.journal(folder, name))) {
      found = ReplicaNames.stagedDisk(folder, name); // without a journal it is not whole
    }
    if (!PoolFiles.exists(found) || !standsAlone(found)) {
      return;
    }
    for (Path older : of(folder, instance, disk)) {
      Files.deleteIfExists(older);
    }
    Path kept = ReplicaNames.kept(folder, name);
    Files.setLastModifiedTime(found, FileTime.from(clock.instant()));
    Files.move(found, kept);
    PoolFiles.syncFolder(kept);
    LOG.info("What is here of disk {} of {} is kept for another attempt", disk, instance);
  }

  /**
   * Makes what is kept of the replica's disk the file that a stream writes into; false when nothing
   * is, or nothing that would do: that is removed.
   */
  synchronized boolean adopt(Path folder, ReplicaSpec replica, Path staged) throws IOException {
    for (Path kept : of(folder, replica.instance(), replica.disk())) {
      if (hasSize(kept, replica.bytes())
          && standsAlone(kept)
          && QemuImg.check("qcow2", kept).isEmpty()) {
        Files.move(kept, staged);
        return true;
      }
      Files.deleteIfExists(kept);
    }
    return false;
  }

  /** Removes those of a pool that were kept for longer than a day. */
  public synchronized void removeExpired(Path folder) throws IOException {
    Instant expired = clock.instant().minus(KEPT_FOR);
    for (Path file : PoolFiles.startingWith(folder, ReplicaNames.PREFIX)) {
      if (ReplicaNames.isKept(file)
          && Files.getLastModifiedTime(file).toInstant().isBefore(expired)) {
        Files.deleteIfExists(file);
        LOG.info("{} was kept for a day and is removed", file);
      }
    }
  }

  private static List<Path> of(Path folder, InstanceId instance, String disk) throws IOException {
    List<Path> kept = new ArrayList<>();
    for (Path file : PoolFiles.startingWith(folder, ReplicaNames.allOf(instance, disk))) {
      if (ReplicaNames.isKept(file)) {
        kept.add(file);
      }
    }
    return kept;
  }

  static boolean standsAlone(Path file) throws IOException {
    return QcowHeader.read(file).filter(header -> header.backing().isEmpty()).isPresent();
  }

  private static boolean hasSize(Path file, long bytes) throws IOException {
    return QcowHeader.read(file).filter(header -> header.virtualSize() == bytes).isPresent();
  }
}
