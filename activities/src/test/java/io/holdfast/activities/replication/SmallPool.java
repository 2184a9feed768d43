package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.pool.StorageBackend.Capability;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small file system of its own, two hosts' ends of a stream on it, and what tests of a back end
 * do with them.
 */
abstract class SmallPool {
  static final int MIB = 1 << 20;
  static final long SIZE = 512L * MIB;

  @TempDir Path folder;
  final Random random = new Random(8);
  SmallDisk disk;
  TwoHosts hosts;

  /** How its file system is made. */
  abstract List<String> mkfs();

  abstract Set<Capability> capabilities();

  @BeforeEach
  void mount() throws IOException {
    disk = new SmallDisk(folder, mkfs());
    hosts = new TwoHosts(folder, 0);
    hosts.create(SIZE);
  }

  @AfterEach
  void unmount() throws IOException {
    hosts.close();
    disk.close();
  }

  /** Only what was behind the mark crosses the wire again. */
  void goesOn(
      ReplicaSpec replica,
      OpenedReplica target,
      UUID view,
      @Nullable NbdkitSource source,
      long marked)
      throws IOException {
    long before = hosts.sent();
    if (source == null) {
      hosts.send(replica, target, view, null);
    } else {
      hosts.sendFrom(source.socket, replica, target, view);
    }
    assertThat(hosts.sent() - before).isLessThanOrEqualTo(Math.max(0, 120L * MIB - marked) + MIB);
    seal(replica);
  }

  void seal(ReplicaSpec replica) throws IOException {
    SealedReplica sealed = hosts.replicas.sealReplica(replica);
    assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
    assertThat(hosts.replicas.verifyReplica(replica)).isEqualTo(sealed);
  }

  StreamCounts send(NbdkitSource source, ReplicaSpec replica, OpenedReplica target, UUID view) {
    try {
      return hosts.sendFrom(source.socket, replica, target, view);
    } catch (IOException failed) {
      throw new CompletionException(failed);
    }
  }

  /** The first replica of a disk with 120 MiB in it. */
  ReplicaSpec large() throws IOException {
    hosts.write(0, bytes(120 * MIB));
    return hosts.replica(SIZE, null, null);
  }

  /** Three, each a MiB away from the one before it. */
  List<Point> points() throws IOException {
    hosts.write(0, bytes(8 * MIB));
    Point first = sync(null, null);
    hosts.write(2L * MIB, bytes(MIB));
    Point second = sync(first, null);
    hosts.write(4L * MIB, bytes(MIB));
    return List.of(first, second, sync(second, null));
  }

  /** Three, of which two are overlays on the first one. */
  List<Point> overlays() throws IOException {
    hosts.write(0, bytes(8 * MIB));
    Point first = sync(null, null);
    hosts.write(2L * MIB, bytes(MIB));
    Point second = overlay(first);
    hosts.write(4L * MIB, bytes(MIB));
    return List.of(first, second, overlay(first));
  }

  Point overlay(Point base) throws IOException {
    ReplicaSpec replica = next(base);
    OpenedReplica target = hosts.replicas.openReplica(replica);
    Files.delete(hosts.staged(replica));
    QemuImg.createOverlay(hosts.staged(replica), hosts.sealed(base.replica()), SIZE);
    return sync(replica, target, null);
  }

  Point sync(@Nullable Point base, @Nullable String bitmap) throws IOException {
    ReplicaSpec replica = base == null ? hosts.replica(SIZE, null, null) : next(base);
    return sync(replica, hosts.replicas.openReplica(replica), bitmap);
  }

  Point sync(ReplicaSpec replica, OpenedReplica target, @Nullable String bitmap)
      throws IOException {
    UUID view = UUID.randomUUID();
    StreamCounts counts = hosts.send(replica, target, view, bitmap);
    SealedReplica sealed = hosts.replicas.sealReplica(replica);
    assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
    hosts.keepLeaves(replica, view);
    return new Point(replica, sealed, counts);
  }

  ReplicaSpec next(Point base) {
    return hosts.replica(SIZE, base.replica().point(), base.sealed().root());
  }

  void delete(Point point) {
    ReplicaSpec replica = point.replica();
    hosts.replicas.deleteReplica(
        replica.point(), replica.instance(), replica.disk(), replica.pool());
  }

  void assertWhole(Point point) {
    assertThat(hosts.replicas.verifyReplica(point.replica()).root())
        .isEqualTo(point.sealed().root());
  }

  void assertBroken(Point point) {
    assertThatThrownBy(() -> hosts.replicas.verifyReplica(point.replica()))
        .satisfies(failed -> assertType(failed, FailureType.REPLICA_BROKEN));
  }

  static void assertType(Throwable failed, FailureType type) {
    assertThat(FailureMapping.typed(failed))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(type.name()));
  }

  static void full(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .satisfies(failed -> assertType(failed, FailureType.STORAGE_FULL))
        .satisfies(failed -> assertThat(FailureMapping.typed(failed)).hasMessageContaining(words));
  }

  static boolean contains(Path file, String words) throws IOException {
    return Files.exists(file) && Files.readString(file).contains(words);
  }

  /** Of the pool, but for what a file system makes itself. */
  List<String> names() throws IOException {
    try (var files = Files.list(hosts.pool)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("lost+found"))
          .toList();
    }
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  record Point(ReplicaSpec replica, SealedReplica sealed, StreamCounts counts) {}
}
