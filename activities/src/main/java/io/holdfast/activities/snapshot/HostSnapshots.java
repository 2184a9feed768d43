package io.holdfast.activities.snapshot;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.linux.Linux;
import io.holdfast.activities.migration.overlay.Merges;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.volume.VolumeClones;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.SnapshotClone;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.TakenSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Snapshots as qcow2 files of a pool's folder, each a disk by itself. */
@SuppressWarnings("try") // a lock is held, not used
public final class HostSnapshots implements SnapshotActivities {
  private final SnapshotDomains domains;
  private final Pools pools;
  private final PoolRefresher refresher;
  private final StorageBackends backends;
  private final KeyedLocks locks;
  private final Stills stills;
  private final Restores restores;
  private final Merges merges;
  private final VolumeClones clones;

  /**
   * Wires it.
   *
   * @param locks one lock an instance, shared with its domain's activities
   * @param restores of this host
   */
  public HostSnapshots(
      LibvirtConnection libvirt,
      HostEvents events,
      Pools pools,
      PoolRefresher refresher,
      StorageBackends backends,
      KeyedLocks locks,
      Stills stills,
      Restores restores) {
    OurDomains ours = new OurDomains(libvirt);
    domains = new SnapshotDomains(ours);
    merges = new Merges(ours, events);
    this.pools = pools;
    this.refresher = refresher;
    this.backends = backends;
    this.locks = locks;
    this.restores = restores;
    this.stills = stills;
    clones = new VolumeClones(pools, refresher, backends, locks);
  }

  @Override
  public TakenSnapshot takeSnapshot(SnapshotSpec snapshot) {
    SnapshotFiles files = files(snapshot.pool());
    try (KeyedLocks.Held held = locks.lock(snapshot.instance())) {
      stills.wake(snapshot.instance());
      Optional<TakenSnapshot> earlier = files.read(snapshot);
      if (earlier.isPresent()) {
        return earlier.get();
      }
      files.delete(snapshot.id()); // half made: its disks may be of two moments
      merges.merge(snapshot.instance()); // of a move that has ended without it
      TakenSnapshot taken = take(files, snapshot);
      files.write(snapshot, taken);
      refresher.soon(snapshot.pool());
      return taken;
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void adoptSnapshot(SnapshotSpec snapshot, TakenSnapshot taken) {
    SnapshotFiles files = files(snapshot.pool());
    try (KeyedLocks.Held held = locks.lock(snapshot.id())) {
      if (files.read(snapshot).isPresent()) {
        files.dropCarried(snapshot); // a repeated copy has brought the memory once more
        return;
      }
      for (SnapshotDisk disk : taken.disks()) {
        Path file =
            SnapshotNames.disk(files.folder(), snapshot.id(), snapshot.instance(), disk.name());
        if (!PoolFiles.exists(file)) {
          throw Failures.of(FailureType.NOT_FOUND, "This host has no file " + file);
        }
      }
      if (snapshot.memory()) {
        files.adoptMemory(snapshot, taken.memoryBytes());
      }
      files.write(snapshot, taken);
      refresher.soon(snapshot.pool());
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void deleteSnapshot(SnapshotId snapshot, String pool) {
    try (KeyedLocks.Held held = locks.lock(snapshot)) {
      if (files(pool).delete(snapshot)) {
        refresher.now(pool);
      }
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public long cloneDisk(SnapshotClone clone) {
    try {
      return clones.make(
          new VolumeClones.Wanted(clone.instance(), clone.job(), clone.pool(), clone.disk()),
          () -> files(clone.snapshot().pool()).require(clone.snapshot(), clone.disk().name()));
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void restoreDisks(SnapshotSpec snapshot) {
    change(
        snapshot,
        files -> {
          merges.merge(snapshot.instance()); // as above
          restores.restore(files, snapshot, domains.off(snapshot.instance()));
        });
  }

  @Override
  public void returnDisks(SnapshotSpec snapshot) {
    change(
        snapshot,
        files -> restores.putBack(files, snapshot, () -> domains.off(snapshot.instance())));
  }

  @Override
  public void dropReplacedDisks(SnapshotSpec snapshot) {
    change(snapshot, files -> restores.drop(files, snapshot));
  }

  private void change(SnapshotSpec snapshot, Change change) {
    SnapshotFiles files = files(snapshot.pool());
    try (KeyedLocks.Held held = locks.lock(snapshot.instance())) {
      change.of(files);
      refresher.soon(snapshot.pool());
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private TakenSnapshot take(SnapshotFiles files, SnapshotSpec snapshot) throws IOException {
    SnapshotDomains.Shown domain = domains.require(snapshot.instance());
    Map<SourceDisk, Path> parts = new LinkedHashMap<>();
    for (SourceDisk disk : domain.disks()) {
      Path name =
          SnapshotNames.disk(files.folder(), snapshot.id(), snapshot.instance(), disk.name());
      parts.put(disk, SnapshotFiles.part(name));
    }
    try {
      long at = System.currentTimeMillis();
      long window = domain.active() ? cloneAll(files, snapshot, parts) : copyAll(files, parts);
      List<SnapshotDisk> disks = new ArrayList<>();
      for (Map.Entry<SourceDisk, Path> each : parts.entrySet()) {
        disks.add(files.keep(snapshot, each.getKey().name(), each.getValue()));
      }
      return new TakenSnapshot(disks, at, window);
    } finally {
      parts.values().forEach(PoolFiles::deleteQuietly);
    }
  }

  private long cloneAll(SnapshotFiles files, SnapshotSpec snapshot, Map<SourceDisk, Path> parts)
      throws IOException {
    for (SourceDisk disk : parts.keySet()) {
      if (!files.clones(disk.path())) {
        throw Failures.of(
            FailureType.SNAPSHOT_UNSUPPORTED,
            "The instance runs, and its pool cannot clone files; stop it first");
      }
    }
    return stills.during(
        snapshot.instance(),
        snapshot.consistency(),
        () -> {
          for (Map.Entry<SourceDisk, Path> each : parts.entrySet()) {
            Linux.cloneFile(each.getKey().path(), each.getValue());
          }
        });
  }

  private static long copyAll(SnapshotFiles files, Map<SourceDisk, Path> parts) throws IOException {
    for (Map.Entry<SourceDisk, Path> each : parts.entrySet()) {
      files.copy(each.getKey().path(), each.getValue());
    }
    return 0;
  }

  private SnapshotFiles files(String pool) {
    return new SnapshotFiles(pools.folder(pool), backends);
  }

  @FunctionalInterface
  private interface Change {
    void of(SnapshotFiles files) throws IOException;
  }
}
