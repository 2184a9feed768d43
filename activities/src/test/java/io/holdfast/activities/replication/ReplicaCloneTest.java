package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks of instances that start as a replica. */
class ReplicaCloneTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 48L * MIB;

  @TempDir Path folder;
  private TwoHosts hosts;
  private final Random random = new Random(5);
  private final InstanceId made = new InstanceId(UUID.randomUUID());
  private final JobId job = new JobId(UUID.randomUUID());

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
  void aCloneIsThePointAndNeedsItsReplicasNoMore() throws IOException {
    ReplicaSpec first = sync(null);
    String root = hosts.rootOf(hosts.disk);
    hosts.write(4L * MIB, bytes(MIB));
    ReplicaSpec second = sync(first);
    assertThat(hosts.rootOf(hosts.disk)).isNotEqualTo(root);

    assertThat(hosts.replicas.cloneReplica(clone(first, "root", SIZE))).isEqualTo(SIZE);
    assertThat(hosts.replicas.cloneReplica(clone(second, "disk1", SIZE))).isEqualTo(SIZE);
    String newer = hosts.rootOf(hosts.disk);
    for (ReplicaSpec gone : List.of(first, second)) {
      hosts.replicas.deleteReplica(gone.point(), gone.instance(), gone.disk(), gone.pool());
    }

    assertThat(hosts.rootOf(volume("root"))).isEqualTo(root);
    assertThat(hosts.rootOf(volume("disk1"))).isEqualTo(newer);
    assertThat(PoolFiles.startingWith(hosts.pool, "")).hasSize(2);
    assertThat(PoolFiles.readTag(volume("root"), "holdfast.job")).contains(job.toString());
    for (String disk : List.of("root", "disk1")) {
      JsonNode info = QemuImg.info(volume(disk));
      assertThat(info.has("backing-filename")).isFalse();
      assertThat(info.at("/format-specific/data/bitmaps")).isEmpty();
    }
  }

  @Test
  void aDiskThatIsThereIsAdoptedWithWhatItsGuestWrote() throws IOException {
    ReplicaSpec point = sync(null);
    ReplicaClone clone = clone(point, "root", SIZE);
    hosts.replicas.cloneReplica(clone);
    QemuImg.grow(volume("root"), SIZE + MIB);

    assertThat(hosts.replicas.cloneReplica(clone)).isEqualTo(SIZE + MIB);
  }

  @Test
  void aDiskThatCannotBeLookedAtIsNotMadeAnew() throws IOException {
    ReplicaSpec point = sync(null);
    Files.createSymbolicLink(volume("root"), volume("root")); // whoever follows it is told ELOOP
    assertRefused(FailureType.STORAGE_FAILED, clone(point, "root", SIZE));
    assertThat(volume("root")).isSymbolicLink();
  }

  @Test
  void aDiskGrowsToWhatTheLedgerSaysAndHalfMadeOnesGo() throws IOException {
    ReplicaSpec point = sync(null);
    Path left = hosts.pool.resolve("." + volume("root").getFileName() + ".12345678.part");
    Files.writeString(left, "of a worker that was killed");

    long bytes = hosts.replicas.cloneReplica(clone(point, "root", 2 * SIZE));

    assertThat(bytes).isEqualTo(2 * SIZE);
    assertThat(left).doesNotExist();
  }

  @Test
  void aReplicaWithAnotherSealIsRefusedAndLeavesNothing() throws IOException {
    ReplicaSpec point = sync(null);
    ReplicaClone wrong =
        new ReplicaClone(
            point, "ab".repeat(32), made, job, TestHost.POOL, new DiskSpec("root", "vda", SIZE));
    assertRefused(FailureType.REPLICA_REFUSED, wrong);

    ReplicaClone right = clone(point, "root", SIZE);
    Files.delete(hosts.sealed(point));
    assertRefused(FailureType.NOT_FOUND, right);
    assertThat(PoolFiles.startingWith(hosts.pool, made.toString())).isEmpty();
  }

  /** A rehearsal reads what it boots: a flipped bit, and an older replica under a newer name. */
  @Test
  void aReplicaThatIsNotWhatWasSealedIsNotBooted() throws IOException {
    ReplicaSpec first = sync(null);
    hosts.write(4L * MIB, bytes(MIB));
    ReplicaSpec second = sync(first);
    ReplicaClone clone = clone(second, "root", SIZE);
    Files.copy(hosts.sealed(first), hosts.sealed(second), StandardCopyOption.REPLACE_EXISTING);

    assertRefused(FailureType.REPLICA_BROKEN, clone.whenRead());
    assertThat(PoolFiles.startingWith(hosts.pool, made.toString())).isEmpty();

    ReplicaClone whole = clone(first, "disk1", SIZE);
    assertThat(hosts.replicas.cloneReplica(whole.whenRead())).isEqualTo(SIZE);
    ReplicaClone flipped = clone(first, "disk2", SIZE);
    hosts.flip(first);
    assertRefused(FailureType.REPLICA_BROKEN, flipped.whenRead());
    assertThat(hosts.replicas.cloneReplica(whole.whenRead())).isEqualTo(SIZE); // is adopted
  }

  /** A bit of what two points share: the other one is known to be bad before a guest boots it. */
  @Test
  void whatSharesBitsWithABrokenOneIsReadFirst() throws IOException {
    ReplicaSpec first = sync(null);
    ReplicaSpec second = sync(first);
    ReplicaClone clone = clone(first, "root", SIZE);
    ReplicaClone whole = clone(second, "disk1", SIZE);
    hosts.flip(first);
    assertThatThrownBy(() -> hosts.replicas.verifyReplica(first))
        .isInstanceOf(ApplicationFailure.class);
    hosts.flip(first); // and back: what is read and right is trusted again

    assertThat(hosts.replicas.cloneReplica(whole)).isEqualTo(SIZE);
    hosts.flip(first);
    assertRefused(FailureType.REPLICA_BROKEN, clone);
    assertThat(PoolFiles.containing(hosts.pool, made + "-root")).isEmpty();
  }

  /** The ledger knows the root of the point that was chosen, whatever lies under its name. */
  @Test
  void anOlderReplicaWithItsOwnSealIsNotBootedUnderANewerName() throws IOException {
    ReplicaSpec first = sync(null);
    hosts.write(4L * MIB, bytes(MIB));
    ReplicaSpec second = sync(first);
    ReplicaClone clone = clone(second, "root", SIZE);
    for (String file : List.of(".qcow2", ".leaves")) {
      Files.copy(
          hosts.pool.resolve("replica-" + TwoHosts.name(first) + file),
          hosts.pool.resolve("replica-" + TwoHosts.name(second) + file),
          StandardCopyOption.REPLACE_EXISTING);
    }

    assertRefused(FailureType.REPLICA_REFUSED, clone.whenRead());
    assertThat(PoolFiles.startingWith(hosts.pool, made.toString())).isEmpty();
  }

  private void assertRefused(FailureType type, ReplicaClone clone) {
    assertThatThrownBy(() -> hosts.replicas.cloneReplica(clone))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(type.name()));
  }

  private ReplicaSpec sync(@Nullable ReplicaSpec base) throws IOException {
    String root = base == null ? null : hosts.replicas.sealReplica(base).root();
    ReplicaSpec replica = hosts.replica(SIZE, base == null ? null : base.point(), root);
    UUID view = UUID.randomUUID();
    hosts.send(replica, hosts.replicas.openReplica(replica), view, null);
    hosts.replicas.sealReplica(replica);
    hosts.keepLeaves(replica, view);
    return replica;
  }

  private ReplicaClone clone(ReplicaSpec point, String disk, long bytes) {
    SealedReplica sealed = hosts.replicas.sealReplica(point);
    return new ReplicaClone(
        point, sealed.root(), made, job, TestHost.POOL, new DiskSpec(disk, "vda", bytes));
  }

  private Path volume(String disk) {
    return hosts.pool.resolve(made + "-" + disk + ".qcow2");
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
