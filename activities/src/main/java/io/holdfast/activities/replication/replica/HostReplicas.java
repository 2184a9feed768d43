package io.holdfast.activities.replication.replica;

import io.holdfast.activities.linux.Linux;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.leaves.Leaf;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.replication.stream.Intake;
import io.holdfast.activities.volume.VolumeClones;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskAdoption;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.LostWrites;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Replicas as qcow2 files of a pool's folder. Written under a staged name; a final name is a
 * replica whose root was proven, with its leaves beside it.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class HostReplicas implements ReplicaActivities, AutoCloseable {
  private final Pools pools;
  private final PoolRefresher refresher;
  private final StorageBackends backends;
  private final OpenReplicas open;
  private final Suspects suspects;
  private final ReplicaReader reader;
  private final ReplicaDoor door;
  private final ReplicaClones clones;
  private final KeptReplicas kept;
  private final DiskAdoptions adoptions;
  private final SpareClones spares;
  private final KeyedLocks locks = new KeyedLocks();
  private final @Nullable String address;

  /**
   * @param instances one lock an instance, shared with its volumes' activities
   * @param state a folder of the worker's own, which outlives restarts
   * @param kept of undone moves
   * @param address host:port where streams come in; null when this host takes none
   */
  public HostReplicas(
      Pools pools,
      PoolRefresher refresher,
      StorageBackends backends,
      KeyedLocks instances,
      Path state,
      ExecutorService pool,
      KeptReplicas kept,
      @Nullable String address) {
    this.kept = kept;
    this.pools = pools;
    this.refresher = refresher;
    this.backends = backends;
    this.address = address;
    open = new OpenReplicas(state);
    spares = new SpareClones(backends, locks);
    suspects = new Suspects(state.resolve("suspects"));
    reader = new ReplicaReader(pool);
    door = new ReplicaDoor(open, this::staging, reader);
    clones = new ReplicaClones(pools, new VolumeClones(pools, refresher, backends, instances));
    adoptions = new DiskAdoptions(backends, reader);
  }

  /** Where streams come in. */
  public Intake.Door door() {
    return door;
  }

  @Override
  public OpenedReplica openReplica(ReplicaSpec replica) {
    String here = address;
    if (here == null) {
      throw Failures.of(
          FailureType.HOST_UNSUITABLE, "This host's worker has no settings for streams");
    }
    String name = ReplicaNames.name(replica);
    try (KeyedLocks.Held held = locks.lock(name)) {
      if (PoolFiles.exists(ReplicaNames.disk(pools.folder(replica.pool()), name))) {
        throw Failures.of(FailureType.REPLICA_SEALED, "The replica is sealed");
      }
      staging(replica).make();
      return new OpenedReplica(here, open.open(replica));
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public SealedReplica sealReplica(ReplicaSpec replica) {
    String name = ReplicaNames.name(replica);
    Path folder = pools.folder(replica.pool());
    try (KeyedLocks.Held held = locks.lock(name)) {
      if (!PoolFiles.exists(ReplicaNames.disk(folder, name))) {
        seal(replica, name, folder);
        refresher.soon(replica.pool());
        if (replica.base() != null) { // else it is in few pieces, or stands for a move
          spares.soon(folder, name);
        }
      }
      open.close(name);
      Files.deleteIfExists(ReplicaNames.journal(folder, name));
      return sealed(folder, name);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private void seal(ReplicaSpec replica, String name, Path folder) throws IOException {
    door.expel(name);
    Staging staging = staging(replica);
    String ended = staging.journal().exists() ? staging.journal().read().root() : null;
    if (ended == null) {
      throw Failures.of(FailureType.REPLICA_REFUSED, "The replica's stream did not end");
    }
    Path leaves = ReplicaNames.leaves(folder, name);
    if (PoolFiles.exists(staging.leaves())) { // else a seal was cut short behind this line
      try (Manifest manifest = Manifest.open(staging.leaves(), true)) {
        String root = manifest.provenRoot();
        if (!root.equals(ended)) {
          throw Failures.of(
              FailureType.REPLICA_BROKEN, "The leaves make root " + root + ", not " + ended);
        }
      }
      PoolFiles.publish(staging.leaves(), leaves);
    }
    PoolFiles.publish(staging.disk(), ReplicaNames.disk(folder, name));
  }

  private static SealedReplica sealed(Path folder, String name) throws IOException {
    try (Manifest manifest = Manifest.open(ReplicaNames.leaves(folder, name), false)) {
      return new SealedReplica(
          manifest.root(), Linux.allocatedBytes(ReplicaNames.disk(folder, name)));
    }
  }

  @Override
  public SealedReplica verifyReplica(ReplicaSpec replica) {
    String name = ReplicaNames.name(replica);
    Path folder = pools.folder(replica.pool());
    try (KeyedLocks.Held held = locks.lock(name)) {
      String damage = damage(ReplicaNames.disk(folder, name), ReplicaNames.leaves(folder, name));
      if (!damage.isEmpty()) {
        suspects.mark(folder, replica);
        throw Failures.of(FailureType.REPLICA_BROKEN, damage);
      }
      suspects.clear(name);
      return sealed(folder, name);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /** Empty when all is there and reads as it was sealed. */
  private String damage(Path disk, Path leaves) throws IOException {
    if (!PoolFiles.exists(disk)) {
      return "The replica's file is gone: " + disk;
    }
    try (Manifest manifest = Manifest.open(leaves, false)) {
      String found = QemuImg.check("qcow2", disk);
      if (!found.isEmpty()) {
        return "The replica's file is damaged: " + found;
      }
      if (!manifest.provenRoot().equals(manifest.root())) {
        return "The replica's leaves are damaged";
      }
      OptionalInt wrong = reader.firstWrong(disk, manifest);
      return wrong.isEmpty()
          ? ""
          : "Leaf %d, at byte %d, is not what was sealed"
              .formatted(wrong.getAsInt(), (long) wrong.getAsInt() * Leaf.SIZE);
    } catch (NoSuchFileException gone) {
      return "The replica's leaves are gone: " + leaves;
    } catch (Manifest.NoManifestException damaged) {
      return "The replica's leaves are damaged: " + damaged.getMessage();
    }
  }

  @Override
  public long cloneReplica(ReplicaClone clone) {
    try {
      boolean read = clone.read() || suspects.has(ReplicaNames.name(clone.replica()));
      if (read && !clones.isMade(clone)) {
        SealedReplica unused = verifyReplica(clone.replica());
      }
      return clones.make(clone);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public SealedReplica adoptDisk(DiskAdoption adoption) {
    ReplicaSpec replica = adoption.replica();
    String name = ReplicaNames.name(replica);
    Path folder = pools.folder(replica.pool());
    try (KeyedLocks.Held held = locks.lock(name)) {
      if (!PoolFiles.exists(ReplicaNames.disk(folder, name))) {
        adoptions.adopt(adoption, folder, pools.folder(adoption.sourcePool()), name);
        refresher.soon(replica.pool());
      }
      return sealed(folder, name);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public LostWrites compareReplica(ReplicaSpec replica) {
    Path folder = pools.folder(replica.pool());
    RecoveryPointId base = replica.base();
    try (Manifest now = leaves(folder, ReplicaNames.name(replica));
        Manifest before =
            base == null
                ? null
                : leaves(folder, ReplicaNames.name(replica.instance(), replica.disk(), base))) {
      return ReplicaComparison.compare(now, before);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private static Manifest leaves(Path folder, String name) throws IOException {
    Path file = ReplicaNames.leaves(folder, name);
    if (!PoolFiles.exists(file)) {
      throw Failures.of(FailureType.NOT_FOUND, "There are no leaves " + file);
    }
    return Manifest.open(file, false);
  }

  @Override
  public void deleteReplica(RecoveryPointId point, InstanceId instance, String disk, String pool) {
    String name = ReplicaNames.name(instance, disk, point);
    Path folder = pools.folder(pool);
    try (KeyedLocks.Held held = locks.lock(name)) {
      open.close(name);
      door.expel(name);
      remove(folder, instance, disk, name);
      Files.deleteIfExists(ReplicaNames.kept(folder, name));
      refresher.soon(pool);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private void remove(Path folder, InstanceId instance, String disk, String name)
      throws IOException {
    Files.deleteIfExists(ReplicaNames.journal(folder, name));
    Files.deleteIfExists(ReplicaNames.stagedDisk(folder, name));
    Files.deleteIfExists(ReplicaNames.stagedLeaves(folder, name));
    spares.remove(folder, name);
    backends.remove(ReplicaNames.disk(folder, name), ReplicaNames.allOf(instance, disk));
    Files.deleteIfExists(ReplicaNames.leaves(folder, name));
    suspects.clear(name);
    PoolFiles.syncFolder(ReplicaNames.leaves(folder, name));
  }

  @Override
  public void keepReplica(RecoveryPointId point, InstanceId instance, String disk, String pool) {
    String name = ReplicaNames.name(instance, disk, point);
    Path folder = pools.folder(pool);
    try (KeyedLocks.Held held = locks.lock(name)) {
      open.close(name);
      door.expel(name);
      kept.keep(folder, instance, disk, name);
      remove(folder, instance, disk, name);
      refresher.soon(pool);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private Staging staging(ReplicaSpec replica) {
    Path folder = pools.folder(replica.pool());
    return new Staging(folder, replica, backends, kept, spares, suspects);
  }

  @Override
  public void close() {
    spares.close();
  }
}
