package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.qemu.Commands;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that really cross a stream, and what is made of them. */
class ReplicationTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 200L * MIB + 4096;

  @TempDir Path folder;
  private TwoHosts hosts;
  private final Random random = new Random(11);

  @BeforeEach
  void open() throws IOException {
    hosts = new TwoHosts(folder, 0);
    hosts.create(SIZE);
    hosts.write(0, bytes(40 * MIB));
    hosts.write(120L * MIB, text(20 * MIB));
    hosts.write(SIZE - 4096, bytes(4096));
  }

  @AfterEach
  void close() throws IOException {
    hosts.close();
  }

  @Test
  void aFirstSyncIsTheDiskAndCarriesNoZeros() throws IOException {
    Point point = sync(null, null);

    assertThat(point.sealed().root()).isEqualTo(hosts.rootOf(hosts.disk));
    assertThat(hosts.rootOf(hosts.sealed(point.replica()))).isEqualTo(point.sealed().root());
    assertThat(point.counts().logical()).isEqualTo(SIZE);
    assertThat(point.counts().wire()).isBetween(40L * MIB, 45L * MIB);
    assertThat(point.counts().zero()).isGreaterThan(139L * MIB);
    assertThat(hosts.replicas.verifyReplica(point.replica())).isEqualTo(point.sealed());
    assertThat(names()).noneMatch(name -> name.startsWith("."));
  }

  @Test
  void aDeltaCarriesWhatTheBitmapSaysAndLeavesItsBaseAlone() throws IOException {
    Point first = sync(null, null);
    bitmap("first");
    hosts.write(10L * MIB, bytes(3 * MIB));
    hosts.write(20L * MIB, new byte[2 * MIB]);
    hosts.write(150L * MIB, bytes(65536));

    Point second = sync(first, "first");

    assertThat(second.sealed().root()).isEqualTo(hosts.rootOf(hosts.disk));
    assertThat(hosts.rootOf(hosts.sealed(second.replica()))).isEqualTo(second.sealed().root());
    assertThat(second.counts().wire()).isBetween(3L * MIB, 3L * MIB + 80_000);
    assertThat(hosts.rootOf(hosts.sealed(first.replica()))).isEqualTo(first.sealed().root());
    assertThat(hosts.replicas.verifyReplica(first.replica())).isEqualTo(first.sealed());
  }

  @Test
  void aLostBitmapCostsLeavesOnly() throws IOException {
    Point first = sync(null, null);
    hosts.write(30L * MIB, bytes(MIB));
    Files.delete(hosts.folder.resolve(first.replica().point() + ".leaves"));

    Point second = sync(first, null);

    assertThat(second.sealed().root()).isEqualTo(hosts.rootOf(hosts.disk));
    assertThat(second.counts().wire()).isBetween((long) MIB, MIB + 10_000L);
    assertThat(second.counts().same()).isGreaterThan(58L * MIB);
  }

  @Test
  void pointsGoInAnyOrder() throws IOException {
    Point first = sync(null, null);
    bitmap("first");
    hosts.write(0, bytes(MIB));
    Point second = sync(first, "first");
    bitmap("second");
    hosts.write(5L * MIB, bytes(MIB));
    Point third = sync(second, "second");

    for (Point gone : List.of(second, first)) {
      delete(gone);
      delete(gone);
      assertThat(hosts.replicas.verifyReplica(third.replica()).root())
          .isEqualTo(third.sealed().root());
    }
    assertThat(names()).hasSize(2);
    delete(third);
    assertThat(names()).isEmpty();
  }

  @Test
  void aFlippedBitIsFound() throws IOException {
    Point point = sync(null, null);
    String found =
        Commands.require(
            List.of("qemu-img", "map", "--output=json", hosts.sealed(point.replica()).toString()));
    long at = Long.parseLong(found.replaceAll("(?s).*?\"offset\": (\\d+).*", "$1"));
    try (RandomAccessFile file =
        new RandomAccessFile(hosts.sealed(point.replica()).toFile(), "rw")) {
      file.seek(at + 700_000);
      int old = file.read();
      file.seek(at + 700_000);
      file.write(old ^ 4);
    }

    assertThatThrownBy(() -> hosts.replicas.verifyReplica(point.replica()))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo(FailureType.REPLICA_BROKEN.name());
              assertThat(failure.getOriginalMessage()).startsWith("Leaf 10, at byte 655360,");
            });
  }

  @Test
  void anotherBaseAnotherSizeOrAnotherTokenIsRefused() throws IOException {
    Point first = sync(null, null);
    ReplicaSpec wrongRoot = hosts.replica(SIZE, first.replica().point(), "f".repeat(64));
    refused(FailureType.REPLICA_REFUSED, () -> hosts.replicas.openReplica(wrongRoot));
    ReplicaSpec noBase = hosts.replica(SIZE, wrongRoot.point(), first.sealed().root());
    refused(FailureType.REPLICA_REFUSED, () -> hosts.replicas.openReplica(noBase));

    ReplicaSpec larger = hosts.replica(SIZE + 512, null, null);
    OpenedReplica target = hosts.replicas.openReplica(larger);
    refused(FailureType.REPLICA_REFUSED, () -> hosts.send(larger, target, UUID.randomUUID(), null));
    ReplicaSpec right = hosts.replica(SIZE, null, null);
    OpenedReplica old = hosts.replicas.openReplica(right);
    hosts.replicas.openReplica(right);
    refused(FailureType.REPLICA_REFUSED, () -> hosts.send(right, old, UUID.randomUUID(), null));
    refused(FailureType.REPLICA_REFUSED, () -> hosts.replicas.sealReplica(right));
  }

  /** A base that cannot be looked at is no lost one: the ledger would give up a good point. */
  @Test
  void aPoolThatFailsHasNotLostItsReplicas() throws IOException {
    Point first = sync(null, null);
    Path sealed = hosts.sealed(first.replica());
    Path aside = sealed.resolveSibling("aside");
    Files.move(sealed, aside);
    Files.createSymbolicLink(sealed, sealed); // whoever follows it is told ELOOP
    ReplicaSpec next = hosts.replica(SIZE, first.replica().point(), first.sealed().root());

    refused(FailureType.STORAGE_FAILED, () -> hosts.replicas.openReplica(next));
    refused(FailureType.STORAGE_FAILED, () -> hosts.replicas.verifyReplica(first.replica()));

    Files.move(aside, sealed, StandardCopyOption.REPLACE_EXISTING);
    assertThat(hosts.replicas.openReplica(next).address()).isNotEmpty();
  }

  @Test
  void everyCallMayRunTwice() throws IOException {
    ReplicaSpec replica = hosts.replica(SIZE, null, null);
    UUID view = UUID.randomUUID();
    hosts.replicas.openReplica(replica);
    OpenedReplica target = hosts.replicas.openReplica(replica);
    StreamCounts counts = hosts.send(replica, target, view, null);
    StreamCounts again = hosts.send(replica, target, view, null);
    SealedReplica sealed = hosts.replicas.sealReplica(replica);

    assertThat(again).isEqualTo(counts);
    assertThat(hosts.replicas.sealReplica(replica)).isEqualTo(sealed);
    assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
  }

  @Test
  void aDiskThatGrewIsFollowed() throws IOException {
    Point first = sync(null, null);
    long larger = SIZE + 30L * MIB;
    Commands.require(
        List.of("qemu-img", "resize", "-q", hosts.disk.toString(), Long.toString(larger)));
    hosts.write(larger - 65536, bytes(65536));

    Point second = sync(first, null);

    assertThat(second.replica().bytes()).isEqualTo(larger);
    assertThat(second.sealed().root()).isEqualTo(hosts.rootOf(hosts.disk));
    assertThat(second.counts().wire()).isLessThan(200_000);
  }

  private Point sync(@Nullable Point base, @Nullable String bitmap) throws IOException {
    long bytes =
        io.holdfast.activities.qemu.QcowHeader.read(hosts.disk).orElseThrow().virtualSize();
    ReplicaSpec replica =
        base == null
            ? hosts.replica(bytes, null, null)
            : hosts.replica(bytes, base.replica().point(), base.sealed().root());
    UUID view = UUID.randomUUID();
    OpenedReplica target = hosts.replicas.openReplica(replica);
    StreamCounts counts = hosts.send(replica, target, view, bitmap);
    SealedReplica sealed = hosts.replicas.sealReplica(replica);
    hosts.keepLeaves(replica, view);
    return new Point(replica, sealed, counts);
  }

  private void delete(Point point) {
    hosts.replicas.deleteReplica(
        point.replica().point(), hosts.instance, "root", point.replica().pool());
  }

  private void bitmap(String name) throws IOException {
    Commands.require(List.of("qemu-img", "bitmap", "--add", hosts.disk.toString(), name));
  }

  private static void refused(FailureType type, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(type.name()));
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(hosts.pool)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] text(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ("holdfast".charAt(i % 8) + i / 900 % 9);
    }
    return bytes;
  }

  private record Point(ReplicaSpec replica, SealedReplica sealed, StreamCounts counts) {}
}
