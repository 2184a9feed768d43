package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.DiskAdoption;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.LostWrites;
import io.holdfast.workflows.model.LostWrites.ByteRange;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.VolumeId;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks of a site that was failed over from: what only they have, and what a first round needs. */
class DiskAdoptionTest {
  private static final int MIB = 1 << 20;
  private static final int LEAF = 64 << 10;
  private static final long SIZE = 48L * MIB;

  @TempDir Path folder;
  private TwoHosts hosts;
  private final Random random = new Random(7);
  private final InstanceId old = new InstanceId(UUID.randomUUID());

  @BeforeEach
  void open() throws IOException {
    hosts = new TwoHosts(folder, 0);
    hosts.create(SIZE);
    hosts.write(3L * MIB, bytes(5 * MIB));
  }

  @AfterEach
  void close() throws IOException {
    hosts.close();
  }

  @Test
  void whatWasWrittenSinceTheLastPointIsNamedRangeByRange() throws IOException {
    ReplicaSpec last = sync(null);
    hosts.write(4L * MIB, bytes(100)); // a part of a leaf, where data are
    hosts.write(20L * MIB, bytes(2 * LEAF));
    ReplicaSpec kept = sync(last);

    LostWrites lost = hosts.replicas.compareReplica(kept);

    assertThat(lost.bytes()).isEqualTo(3L * LEAF);
    assertThat(lost.ranges()).isEqualTo(2);
    assertThat(lost.first())
        .containsExactly(new ByteRange(4L * MIB, LEAF), new ByteRange(20L * MIB, 2L * LEAF));
    ReplicaSpec same = sync(kept);
    assertThat(hosts.replicas.compareReplica(same)).isEqualTo(new LostWrites(0, 0, List.of()));
  }

  @Test
  void withoutABaseAllThatIsThereIsNamed() throws IOException {
    ReplicaSpec kept = sync(null);
    assertThat(hosts.replicas.compareReplica(kept))
        .isEqualTo(new LostWrites(5L * MIB, 1, List.of(new ByteRange(3L * MIB, 5L * MIB))));
  }

  /** A round that starts from it sends what differs, and nothing else. */
  @Test
  void anAdoptedDiskIsTheBaseOfARound() throws IOException {
    String root = hosts.rootOf(hosts.disk);
    Path disk = hosts.pool.resolve(old + "-root.qcow2");
    Files.copy(hosts.disk, disk);
    byte[] before = Files.readAllBytes(disk);
    ReplicaSpec base = hosts.replica(SIZE, null, null);
    DiskAdoption adoption = new DiskAdoption(base, old, root);

    SealedReplica sealed = hosts.replicas.adoptDisk(adoption);

    assertThat(sealed.root()).isEqualTo(root);
    assertThat(hosts.replicas.adoptDisk(adoption)).isEqualTo(sealed);
    assertThat(hosts.replicas.verifyReplica(base).root()).isEqualTo(root);
    assertThat(Files.readAllBytes(disk)).isEqualTo(before);
    assertThat(hosts.rootOf(hosts.sealed(base))).isEqualTo(root);
    hosts.write(6L * MIB, bytes(LEAF));
    ReplicaSpec next = hosts.replica(SIZE, base.point(), root);
    OpenedReplica opened = hosts.replicas.openReplica(next);
    StreamCounts counts = hosts.send(next, opened, UUID.randomUUID(), null);
    assertThat(counts.wire()).isBetween((long) LEAF, 2L * LEAF);
    assertThat(hosts.replicas.sealReplica(next).root()).isEqualTo(hosts.rootOf(hosts.disk));
  }

  /** What took over has the volume of the old site as a disk of its own. */
  @Test
  void aVolumeBecomesAReplicaUnderTheNameOfTheDiskThatWasMadeOfIt() throws IOException {
    VolumeId volume = new VolumeId(UUID.randomUUID());
    Files.copy(hosts.disk, VolumeNames.volume(hosts.pool, volume));
    String root = hosts.rootOf(hosts.disk);
    ReplicaSpec base = hosts.replica(SIZE, null, null);

    hosts.replicas.adoptDisk(new DiskAdoption(base, old, root, volume.disk(), base.pool()));

    assertThat(hosts.rootOf(hosts.sealed(base))).isEqualTo(root);
    assertThat(Files.exists(VolumeNames.volume(hosts.pool, volume))).isTrue();
  }

  @Test
  void aDiskThatIsAnotherOneLeavesNothing() throws IOException {
    Files.copy(hosts.disk, hosts.pool.resolve(old + "-root.qcow2"));
    ReplicaSpec base = hosts.replica(SIZE, null, null);
    assertRefused(FailureType.REPLICA_REFUSED, new DiskAdoption(base, old, "ab".repeat(32)));
    InstanceId nobody = new InstanceId(UUID.randomUUID());
    assertRefused(FailureType.NOT_FOUND, new DiskAdoption(base, nobody, "ab".repeat(32)));
    hosts.replicas.deleteReplica(base.point(), base.instance(), base.disk(), base.pool());
    assertThat(PoolFiles.startingWith(hosts.pool, "")).hasSize(1);
  }

  private void assertRefused(FailureType type, DiskAdoption adoption) {
    assertThatThrownBy(() -> hosts.replicas.adoptDisk(adoption))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(type.name()));
  }

  private ReplicaSpec sync(@Nullable ReplicaSpec base) throws IOException {
    RecoveryPointId point = base == null ? null : base.point();
    String root = base == null ? null : hosts.replicas.sealReplica(base).root();
    ReplicaSpec replica = hosts.replica(SIZE, point, root);
    hosts.send(replica, hosts.replicas.openReplica(replica), UUID.randomUUID(), null);
    hosts.replicas.sealReplica(replica);
    return replica;
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
