package io.holdfast.activities.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.replication.TwoHosts;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.TakenSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest's memory on its way to another host: a replica, a disk, and a file again. */
class MovedMemoryTest {
  private static final int MIB = 1 << 20;
  private static final long BYTES = 8L * MIB - 100;

  @TempDir Path folder;
  private final SnapshotId id = new SnapshotId(UUID.randomUUID());
  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  private TwoHosts hosts;
  private Stills stills;
  private HostSnapshots snapshots;
  private SnapshotSpec snapshot;

  @BeforeEach
  void open() throws IOException {
    hosts = new TwoHosts(folder, 0);
    hosts.create(8L * MIB);
    byte[] keys = new byte[3 * MIB];
    new Random(8).nextBytes(keys);
    hosts.write(MIB, keys);
    TestHost.addPool(libvirt, hosts.pool);
    KeyedLocks locks = new KeyedLocks();
    stills = new Stills(libvirt, locks, folder.resolve("stills"));
    snapshots =
        new HostSnapshots(
            libvirt,
            events,
            new Pools(libvirt, (any, where) -> {}),
            refresher,
            new StorageBackends(),
            locks,
            stills,
            new Restores(instance -> {}));
    snapshot =
        new SnapshotSpec(id, Examples.JOB, hosts.instance, TestHost.POOL, Consistency.CRASH, true);
  }

  @AfterEach
  void close() throws IOException {
    stills.close();
    refresher.close();
    libvirt.close();
    hosts.close();
  }

  /** It holds the guest's keys and passwords, in every form that it passes through. */
  @Test
  void itIsItsOwnersAloneFromTheFirstByteOn() throws IOException {
    ReplicaSpec replica = replica();
    OpenedReplica opened = hosts.replicas.openReplica(replica);
    assertThat(permissions(hosts.staged(replica))).isEqualTo("rw-------");
    hosts.send(replica, opened, UUID.randomUUID(), null);
    carry(replica);
    assertThat(permissions(hosts.sealed(replica))).isEqualTo("rw-------");
    assertThat(permissions(carried())).isEqualTo("rw-------");

    snapshots.adoptSnapshot(snapshot, taken());
    Path memory = SnapshotNames.memory(hosts.pool, id, hosts.instance);
    assertThat(permissions(memory)).isEqualTo("rw-------");
    assertThat(memory).hasSize(BYTES);
  }

  /** When an adoption's answer was lost, or what comes after it failed, all is done again. */
  @Test
  void nothingIsLeftOfItWhenItComesOnceMore() throws IOException {
    for (int times = 0; times < 2; times++) {
      ReplicaSpec replica = replica();
      OpenedReplica opened = hosts.replicas.openReplica(replica);
      hosts.send(replica, opened, UUID.randomUUID(), null);
      carry(replica);
      snapshots.adoptSnapshot(snapshot, taken());
      hosts.replicas.deleteReplica(
          replica.point(), replica.instance(), replica.disk(), replica.pool());
    }
    assertThat(carried()).doesNotExist();
    assertThat(PoolFiles.startingWith(hosts.pool, ""))
        .containsExactlyInAnyOrder(
            SnapshotNames.memory(hosts.pool, id, hosts.instance),
            SnapshotNames.note(hosts.pool, id, hosts.instance));
  }

  private ReplicaSpec replica() {
    return new ReplicaSpec(
        new RecoveryPointId(UUID.randomUUID()),
        hosts.instance,
        id.disk(SnapshotId.MEMORY),
        8L * MIB,
        TestHost.POOL,
        null,
        null);
  }

  private void carry(ReplicaSpec replica) {
    String root = hosts.replicas.sealReplica(replica).root();
    DiskSpec file = new DiskSpec(replica.disk(), "", replica.bytes());
    hosts.replicas.cloneReplica(
        new ReplicaClone(replica, root, hosts.instance, Examples.JOB, TestHost.POOL, file));
  }

  private Path carried() {
    return SnapshotNames.disk(hosts.pool, id, hosts.instance, SnapshotId.MEMORY);
  }

  private static TakenSnapshot taken() {
    return new TakenSnapshot(List.of(), 1, 0, BYTES);
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
