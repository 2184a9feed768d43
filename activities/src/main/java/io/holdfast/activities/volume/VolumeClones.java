package io.holdfast.activities.volume;

import io.holdfast.activities.pool.DiskCopies;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.DiskBitmaps;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.worker.Beat;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Disks of new instances that start as a file that stays: a replica, or a snapshot's. They are
 * whole files under the names that an instance's disks have. Where files share extents the file is
 * cloned; else all that its chain holds is copied, so that no guest ever writes on top of one that
 * may go.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class VolumeClones {
  private final Pools pools;
  private final PoolRefresher refresher;
  private final DiskCopies copies;
  private final KeyedLocks locks;

  /** {@code locks}: one lock an instance, shared with its volumes' activities. */
  public VolumeClones(
      Pools pools, PoolRefresher refresher, StorageBackends backends, KeyedLocks locks) {
    this.pools = pools;
    this.refresher = refresher;
    copies = new DiskCopies(backends);
    this.locks = locks;
  }

  /**
   * Which disk of which instance is wanted.
   *
   * @param job that makes the instance; written on the file
   */
  public record Wanted(InstanceId instance, JobId job, String pool, DiskSpec disk) {}

  /** What the disk starts as; looked for and proven when it is needed only. */
  @FunctionalInterface
  public interface Source {
    /** Fails as an activity does when it is not there, or not what it should be. */
    Path file() throws IOException;
  }

  /** True when an earlier call has made it: a guest may have written to it since. */
  public boolean isMade(Wanted wanted) throws IOException {
    return PoolFiles.exists(volume(wanted));
  }

  /** Adopts what an earlier call has made. Returns the disk's size. */
  public long make(Wanted wanted, Source source) throws IOException {
    Path volume = volume(wanted);
    if (!PoolFiles.exists(volume)) {
      Path file = source.file();
      String parts = "." + volume.getFileName() + ".";
      for (Path part : PoolFiles.startingWith(pools.folder(wanted.pool()), parts)) {
        Files.deleteIfExists(part); // of a run whose worker was killed: it cannot clear it itself
      }
      make(wanted, file, volume);
      refresher.soon(wanted.pool());
    }
    return readBack(wanted, volume);
  }

  /** The copy goes on without the lock, which its undo waits for. */
  private void make(Wanted wanted, Path file, Path volume) throws IOException {
    Path part =
        volume.resolveSibling(PoolFiles.temporaryName(String.valueOf(volume.getFileName())));
    try {
      copies.copy(file, part);
      if (size(part) < wanted.disk().sizeBytes()) {
        QemuImg.grow(part, wanted.disk().sizeBytes());
      }
      DiskBitmaps.removeAll(part); // a bitmap of another disk's backup says nothing of this one
      PoolFiles.tag(part, wanted.job());
      try (KeyedLocks.Held held = locks.lock(wanted.instance())) {
        Beat.current().check(); // an undo may have come before
        if (!PoolFiles.exists(volume)) { // else an earlier call was faster, and a guest may have it
          PoolFiles.publish(part, volume);
        }
      }
    } finally {
      PoolFiles.deleteQuietly(part);
    }
  }

  private Path volume(Wanted wanted) {
    return VolumeNames.disk(pools.folder(wanted.pool()), wanted.instance(), wanted.disk());
  }

  private static long size(Path disk) throws IOException {
    return QcowHeader.read(disk)
        .orElseThrow(() -> new IOException(disk + " is no qcow2"))
        .virtualSize();
  }

  private static long readBack(Wanted wanted, Path volume) throws IOException {
    Optional<QcowHeader> header = QcowHeader.read(volume);
    if (header
        .filter(found -> found.backing().isEmpty())
        .filter(found -> found.virtualSize() >= wanted.disk().sizeBytes())
        .isEmpty()) {
      throw Failures.of(
          FailureType.STORAGE_FAILED,
          volume + " is there but is no disk of this size that stands alone");
    }
    return header.get().virtualSize();
  }
}
