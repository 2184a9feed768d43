package io.holdfast.activities.replication.replica;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The private clone that a stream writes into, its leaves and its journal. */
final class Staging {
  /** A view that no stream has. */
  static final UUID NOBODYS = new UUID(0, 0);

  private final Path folder;
  private final ReplicaSpec replica;
  private final StorageBackends backends;
  private final KeptReplicas kept;
  private final SpareClones spares;
  private final Suspects suspects;
  private final String name;
  private final StagingJournal journal;

  Staging(
      Path folder,
      ReplicaSpec replica,
      StorageBackends backends,
      KeptReplicas kept,
      SpareClones spares,
      Suspects suspects) {
    this.folder = folder;
    this.replica = replica;
    this.backends = backends;
    this.kept = kept;
    this.spares = spares;
    this.suspects = suspects;
    name = ReplicaNames.name(replica);
    journal = new StagingJournal(ReplicaNames.journal(folder, name));
  }

  ReplicaSpec replica() {
    return replica;
  }

  Path disk() {
    return ReplicaNames.stagedDisk(folder, name);
  }

  Path leaves() {
    return ReplicaNames.stagedLeaves(folder, name);
  }

  StagingJournal journal() {
    return journal;
  }

  /** Bytes that the pool's file system has left. */
  long room() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  /**
   * Makes it from the base, or from what an earlier attempt brought of the disk; one that is there
   * is kept. Fails with REPLICA_REFUSED.
   */
  void make() throws IOException {
    if (journal.exists()) {
      return;
    }
    remove();
    RecoveryPointId base = replica.base();
    boolean suspect = false;
    boolean adopted = base == null && kept.adopt(folder, replica, disk());
    try (Manifest leaves = Manifest.create(leaves(), replica.bytes())) {
      if (base == null) {
        if (!adopted) {
          PoolFiles.createPrivate(disk()); // it may be a guest's memory
          QemuImg.createEmpty(disk(), replica.bytes());
        }
      } else {
        String baseName = ReplicaNames.name(replica.instance(), replica.disk(), base);
        try (Manifest known = requireBase(baseName)) {
          leaves.copy(known);
        }
        requireWhole(baseName);
        if (!spares.take(folder, baseName, replica.bytes(), disk())) {
          backends.of(folder).branch(ReplicaNames.disk(folder, baseName), disk(), replica.bytes());
        }
        suspect = suspects.has(baseName); // asked once the file is there; see mark
      }
      leaves.sync();
    }
    journal.begin(suspect || adopted); // one line: cut short, it does not promise anything
    PoolFiles.syncFolder(disk());
  }

  /** Gives up what was written. */
  void makeAgain() throws IOException {
    remove();
    make();
  }

  private Manifest requireBase(String base) throws IOException {
    Path file = ReplicaNames.leaves(folder, base);
    if (!PoolFiles.exists(file) || !PoolFiles.exists(ReplicaNames.disk(folder, base))) {
      throw refused("The replica's base, point " + replica.base() + ", is not here");
    }
    Manifest known = Manifest.open(file, false);
    String root = known.root();
    if (!root.equals(replica.baseRoot()) || known.bytes() > replica.bytes()) {
      String words =
          root.equals(replica.baseRoot())
              ? "has " + known.bytes() + " bytes, more than the disk's " + replica.bytes()
              : "has root " + root + " here, not " + replica.baseRoot();
      known.close();
      throw refused("The replica's base, point " + replica.base() + ", " + words);
    }
    return known;
  }

  /** One that stands on a file which is gone would fail whoever reads it. */
  private void requireWhole(String base) throws IOException {
    if (suspects.has(base)) {
      String damage = QemuImg.check("qcow2", ReplicaNames.disk(folder, base));
      if (!damage.isEmpty()) {
        throw refused("The replica's base, point " + replica.base() + ", is damaged: " + damage);
      }
    }
  }

  void remove() throws IOException {
    Files.deleteIfExists(ReplicaNames.journal(folder, name)); // first: without it the rest is void
    Files.deleteIfExists(disk());
    Files.deleteIfExists(leaves());
    suspects.clear(name);
  }

  private static RuntimeException refused(String words) {
    return Failures.of(FailureType.REPLICA_REFUSED, words);
  }
}
