package io.holdfast.activities.volume;

import io.holdfast.activities.image.ImageFiles;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.ImageSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Volumes as files of a pool's folder. Made under a temporary name and then renamed, so a final
 * name is a whole volume, and a second run adopts it.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class HostVolumes implements VolumeActivities {
  private final Pools pools;
  private final PoolRefresher refresher;
  private final StorageBackends backends;
  private final KeyedLocks locks;
  private final VolumeUsers users;

  /** {@code locks}: one lock an instance, shared with its domain's activities. */
  public HostVolumes(
      Pools pools,
      PoolRefresher refresher,
      StorageBackends backends,
      KeyedLocks locks,
      VolumeUsers users) {
    this.pools = pools;
    this.refresher = refresher;
    this.backends = backends;
    this.locks = locks;
    this.users = users;
  }

  @Override
  public void createVolumes(InstanceSpec instance) {
    Path folder = pools.folder(instance.pool());
    try (KeyedLocks.Held held = locks.lock(instance.id())) {
      for (Path part : PoolFiles.startingWith(folder, "." + instance.id() + "-")) {
        Files.deleteIfExists(part); // of a run whose worker was killed: it cannot clear it itself
      }
      int made = 0;
      for (int i = 0; i < instance.disks().size(); i++) {
        made += createDisk(folder, instance, instance.disks().get(i), i == 0) ? 1 : 0;
      }
      made += createSeed(folder, instance) ? 1 : 0;
      if (made > 0) {
        refresher.soon(instance.pool());
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void deleteVolumes(InstanceId instance, String pool) {
    Path folder = pools.folder(pool);
    try (KeyedLocks.Held held = locks.lock(instance)) {
      List<Path> files = PoolFiles.startingWith(folder, instance + "-");
      if (!files.isEmpty() && users.isActive(instance)) {
        throw Failures.of(
            FailureType.INSTANCE_MUST_BE_STOPPED, "A domain on this host writes to the volumes");
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      if (!files.isEmpty()) {
        PoolFiles.syncFolder(files.get(0));
        refresher.now(pool);
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private boolean createDisk(Path folder, InstanceSpec instance, DiskSpec disk, boolean root)
      throws IOException {
    Path volume = VolumeNames.disk(folder, instance.id(), disk);
    if (isWhole(volume, disk.sizeBytes())) {
      return false;
    }
    ImageSpec image = instance.image();
    if (image == null) {
      throw Failures.of(
          FailureType.NOT_FOUND, "Disk %s of the instance is not there".formatted(volume));
    }
    return make(
        volume,
        instance,
        part -> {
          if (root) {
            fromImage(folder, image, part, instance.pool(), disk.sizeBytes());
          } else {
            PoolFiles.createPrivate(part);
            QemuImg.createEmpty(part, disk.sizeBytes());
          }
        });
  }

  private boolean createSeed(Path folder, InstanceSpec instance) throws IOException {
    Path volume = VolumeNames.seed(folder, instance.id());
    if (PoolFiles.exists(volume)) {
      return false;
    }
    return make(volume, instance, part -> SeedIso.write(instance, part));
  }

  private static boolean make(Path volume, InstanceSpec instance, Maker maker) throws IOException {
    Path part =
        volume.resolveSibling(PoolFiles.temporaryName(String.valueOf(volume.getFileName())));
    try {
      maker.make(part);
      PoolFiles.tag(part, instance.job());
      PoolFiles.publish(part, volume);
      return true;
    } finally {
      PoolFiles.deleteQuietly(part);
    }
  }

  private void fromImage(Path folder, ImageSpec wanted, Path part, String pool, long size)
      throws IOException {
    Path image = ImageFiles.whole(folder, wanted.id());
    Optional<QcowHeader> header =
        PoolFiles.exists(image) ? QcowHeader.read(image) : Optional.empty();
    if (header.isEmpty()) {
      throw Failures.of(
          FailureType.IMAGE_NOT_ON_HOST, "Image " + wanted.name() + " is not in pool " + pool);
    }
    long virtualSize = header.get().virtualSize();
    if (virtualSize > size) {
      throw Failures.of(
          FailureType.IMAGE_TOO_LARGE,
          "The image's disk has " + virtualSize + " bytes, the root disk only " + size);
    }
    backends.of(folder).fromImage(image, part, size);
  }

  /**
   * A volume that is there: grown later is fine; anything but a qcow2 disk is not ours to touch.
   */
  private static boolean isWhole(Path volume, long size) throws IOException {
    if (!PoolFiles.exists(volume)) {
      return false;
    }
    if (QcowHeader.read(volume).filter(header -> header.virtualSize() >= size).isEmpty()) {
      throw Failures.of(
          FailureType.STORAGE_FAILED, volume + " is there but is no qcow2 disk of this size");
    }
    return true;
  }

  @FunctionalInterface
  private interface Maker {
    void make(Path part) throws IOException;
  }
}
