package io.holdfast.activities.volume;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.BlockVolumeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Volumes that live by themselves, as files of a pool's folder: made under a temporary name and
 * then renamed. QEMU's lock on the file keeps two guests, and a guest and {@code qemu-img}, from
 * writing to one at once.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class HostBlockVolumes implements BlockVolumeActivities {
  private final Pools pools;
  private final PoolRefresher refresher;
  private final VolumeHolders holders;
  private final KeyedLocks locks;

  public HostBlockVolumes(
      Pools pools, PoolRefresher refresher, VolumeHolders holders, KeyedLocks locks) {
    this.pools = pools;
    this.refresher = refresher;
    this.holders = holders;
    this.locks = locks;
  }

  @Override
  public void createVolume(VolumeSpec volume) {
    Path file = VolumeNames.volume(pools.folder(volume.pool()), volume.id());
    try (KeyedLocks.Held held = locks.lock(volume.id())) {
      for (Path part : PoolFiles.startingWith(folder(file), "." + volume.id() + ".")) {
        Files.deleteIfExists(part); // of a run whose worker was killed: it cannot clear it itself
      }
      if (PoolFiles.exists(file)) {
        size(file); // adopted, when it is a disk at all
        return;
      }
      make(file, volume);
      refresher.soon(volume.pool());
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void deleteVolume(VolumeId volume, String pool) {
    Path file = VolumeNames.volume(pools.folder(pool), volume);
    try (KeyedLocks.Held held = locks.lock(volume)) {
      refuseWhileHeld(volume);
      boolean any = false;
      for (Path part : PoolFiles.startingWith(folder(file), volume + ".")) {
        any |= Files.deleteIfExists(part);
      }
      if (any) {
        PoolFiles.syncFolder(file);
        refresher.now(pool);
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public long growVolume(VolumeSpec volume, @Nullable InstanceId attachedTo) {
    Path file = VolumeNames.volume(pools.folder(volume.pool()), volume.id());
    try (KeyedLocks.Held held = locks.lock(volume.id())) {
      if (size(file) < volume.sizeBytes() && !growsUnder(attachedTo, volume)) {
        QemuImg.grow(file, volume.sizeBytes());
      }
      return size(file);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** True when a guest that has it has grown it. */
  private boolean growsUnder(@Nullable InstanceId instance, VolumeSpec volume) {
    if (instance == null) {
      return false;
    }
    holders.requireNoOverlay(instance, volume.id());
    return holders.grow(instance, volume.id(), volume.sizeBytes());
  }

  @Override
  public long readVolume(VolumeId volume, String pool) {
    try {
      return size(VolumeNames.volume(pools.folder(pool), volume));
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** The ledger may have forgotten who has it; a guest must not lose what it writes to. */
  private void refuseWhileHeld(VolumeId volume) {
    holders
        .holder(volume)
        .ifPresent(
            domain -> {
              throw Failures.of(FailureType.GUEST_KEEPS_VOLUME, "Domain " + domain + " has it");
            });
  }

  private static void make(Path file, VolumeSpec volume) throws IOException {
    Path part = file.resolveSibling(PoolFiles.temporaryName(String.valueOf(file.getFileName())));
    try {
      PoolFiles.createPrivate(part);
      QemuImg.createEmpty(part, volume.sizeBytes());
      PoolFiles.tag(part, volume.job());
      PoolFiles.publish(part, file);
    } finally {
      PoolFiles.deleteQuietly(part);
    }
  }

  private static Path folder(Path file) {
    return java.util.Objects.requireNonNull(file.getParent());
  }

  private static long size(Path file) throws IOException {
    if (!PoolFiles.exists(file)) {
      throw Failures.of(FailureType.NOT_FOUND, "This host has no file " + file);
    }
    return QcowHeader.read(file)
        .map(QcowHeader::virtualSize)
        .orElseThrow(
            () -> Failures.of(FailureType.STORAGE_FAILED, file + " is there but is no qcow2 disk"));
  }
}
