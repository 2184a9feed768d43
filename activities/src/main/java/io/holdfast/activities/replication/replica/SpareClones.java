package io.holdfast.activities.replication.replica;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.StorageBackend.Capability;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.worker.DaemonThreads;
import io.holdfast.activities.worker.KeyedLocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clones of sealed replicas, made before anybody wants them. Each round leaves a disk's file in
 * more pieces, and the more there are, the longer a clone takes: a second and more, while the
 * source's view is open and the point grows old. So the next replica begins as a file that is there
 * already.
 *
 * <p>A spare belongs to the replica that it is a clone of, and goes with it. Nothing depends on
 * one: who finds none makes the clone then.
 */
@SuppressWarnings("try") // a lock is held, not used
final class SpareClones implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpareClones.class);
  private static final long DRAIN_SECONDS = 30;

  private final StorageBackends backends;
  private final KeyedLocks locks;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(DaemonThreads.named("spare-clones"));

  /** {@code locks}: one a replica, by its name. */
  SpareClones(StorageBackends backends, KeyedLocks locks) {
    this.backends = backends;
    this.locks = locks;
  }

  /** Has a spare of this replica made soon, where a clone takes no room. */
  void soon(Path folder, String name) {
    thread.execute(
        () -> {
          try (KeyedLocks.Held held = locks.lock(name)) {
            make(folder, name);
          } catch (IOException | RuntimeException failed) {
            LOG.warn("Replica {} gets no spare clone: {}", name, failed.getMessage());
          }
        });
  }

  private void make(Path folder, String name) throws IOException {
    Path disk = ReplicaNames.disk(folder, name);
    Path spare = ReplicaNames.spare(folder, name);
    if (!PoolFiles.exists(disk)
        || PoolFiles.exists(spare)
        || !backends.of(folder).capabilities().contains(Capability.CLONE)
        || !KeptReplicas.standsAlone(disk)) {
      return;
    }
    Path part = ReplicaNames.stagedSpare(folder, name);
    Files.deleteIfExists(part);
    backends.of(folder).copy(disk, part);
    PoolFiles.publish(part, spare);
  }

  /** Makes the spare of this replica that file; false when there is none that would do. */
  boolean take(Path folder, String name, long bytes, Path file) throws IOException {
    Path spare = ReplicaNames.spare(folder, name);
    try {
      if (QcowHeader.read(spare).filter(header -> header.virtualSize() == bytes).isEmpty()) {
        return false;
      }
      Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  /** None is no error. The caller has the replica's lock. */
  void remove(Path folder, String name) throws IOException {
    Files.deleteIfExists(ReplicaNames.spare(folder, name));
    Files.deleteIfExists(ReplicaNames.stagedSpare(folder, name));
  }

  /** What is being made is made first. */
  @Override
  public void close() {
    DaemonThreads.drain(thread, DRAIN_SECONDS);
  }
}
