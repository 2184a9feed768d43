package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.StreamLimit;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that are cut, sent anew from another moment, or let in nowhere. */
class BrokenStreamTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 128L * MIB;
  private static final int DATA = 100 * MIB;

  @TempDir Path folder;

  @Test
  void aStreamThatIsCutGoesOnAfterItsLastMark() throws Exception {
    try (TwoHosts hosts = new TwoHosts(folder, 0)) {
      ReplicaSpec replica = fill(hosts, 1);
      OpenedReplica target = hosts.replicas.openReplica(replica);
      UUID view = UUID.randomUUID();
      cut(hosts, replica, target, view, 50L * MIB);
      long marked = hosts.marked(replica);
      assertThat(marked).isBetween(16L * MIB, 100L * MIB);

      long before = hosts.sent();
      StreamCounts counts = hosts.send(replica, target, view, null);
      long again = hosts.sent() - before;

      SealedReplica sealed = hosts.replicas.sealReplica(replica);
      assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
      assertThat(hosts.replicas.verifyReplica(replica)).isEqualTo(sealed);
      assertThat(again).isLessThanOrEqualTo(DATA - marked + MIB);
      assertThat(counts.wire()).isBetween((long) DATA, DATA + (long) MIB);
      assertThat(counts.logical()).isEqualTo(SIZE);
    }
  }

  @Test
  void anotherMomentIsComparedWithWhatIsThere() throws Exception {
    try (TwoHosts hosts = new TwoHosts(folder, 0)) {
      ReplicaSpec replica = fill(hosts, 2);
      OpenedReplica target = hosts.replicas.openReplica(replica);
      cut(hosts, replica, target, UUID.randomUUID(), 70L * MIB);
      long marked = hosts.marked(replica);
      hosts.write(MIB, new byte[MIB]);

      StreamCounts counts = hosts.send(replica, target, UUID.randomUUID(), null);

      SealedReplica sealed = hosts.replicas.sealReplica(replica);
      assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
      assertThat(hosts.replicas.verifyReplica(replica)).isEqualTo(sealed);
      assertThat(counts.wire()).isLessThanOrEqualTo(DATA - marked + MIB);
    }
  }

  @Test
  void anotherAuthoritysHostIsNotLetIn() throws Exception {
    try (TwoHosts hosts = new TwoHosts(folder, 0);
        TwoHosts strangers = new TwoHosts(Files.createDirectory(folder.resolve("other")), 0)) {
      ReplicaSpec replica = fill(strangers, 3);
      ReplicaSpec expected = hosts.replica(SIZE, null, null);
      OpenedReplica target = hosts.replicas.openReplica(expected);

      assertThatThrownBy(() -> strangers.send(replica, target, UUID.randomUUID(), null))
          .isInstanceOfSatisfying(
              ApplicationFailure.class,
              failure -> {
                assertThat(failure.getType()).isEqualTo(FailureType.STREAM_BROKEN.name());
                assertThat(failure.isNonRetryable()).isFalse();
              });
    }
  }

  @Test
  void theBandwidthLimitHolds() throws Exception {
    try (TwoHosts hosts = new TwoHosts(folder, 20L * MIB)) {
      ReplicaSpec replica = hosts.replica(SIZE, null, null);
      hosts.create(SIZE);
      hosts.write(0, random(20 * MIB, 4));
      OpenedReplica target = hosts.replicas.openReplica(replica);

      long start = System.nanoTime();
      hosts.send(replica, target, UUID.randomUUID(), null);

      assertThat((System.nanoTime() - start) / 1e9).isBetween(0.95, 10.0);
    }
  }

  /** Each for itself would take a second. */
  @Test
  void streamsToOneSiteShareItsLimit() throws Exception {
    try (TwoHosts hosts = new TwoHosts(folder, 0)) {
      hosts.create(SIZE);
      hosts.write(0, random(20 * MIB, 6));
      hosts.limit = new StreamLimit("far", "UTC", 20L * MIB, List.of());

      long start = System.nanoTime();
      List<CompletableFuture<StreamCounts>> streams = List.of(stream(hosts), stream(hosts));
      streams.forEach(CompletableFuture::join);

      assertThat((System.nanoTime() - start) / 1e9).isBetween(1.9, 20.0);
    }
  }

  private static CompletableFuture<StreamCounts> stream(TwoHosts hosts) {
    ReplicaSpec replica = hosts.replica(SIZE, null, null);
    OpenedReplica target = hosts.replicas.openReplica(replica);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return hosts.send(replica, target, UUID.randomUUID(), null);
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          }
        });
  }

  /** By its own limit it would take 50 s. */
  @Test
  void aLimitThatIsLiftedHoldsAtOnce() throws Exception {
    try (TwoHosts hosts = new TwoHosts(folder, 0)) {
      ReplicaSpec replica = fill(hosts, 5);
      OpenedReplica target = hosts.replicas.openReplica(replica);
      hosts.own.set(2L * MIB);
      CompletableFuture<Void> lifted =
          CompletableFuture.runAsync(
              () -> hosts.own.set(0), CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS));

      long start = System.nanoTime();
      hosts.send(replica, target, UUID.randomUUID(), null);

      assertThat((System.nanoTime() - start) / 1e9).isBetween(3.0, 25.0);
      lifted.join();
    }
  }

  private static ReplicaSpec fill(TwoHosts hosts, long seed) throws IOException {
    hosts.create(SIZE);
    hosts.write(0, random(DATA, seed));
    return hosts.replica(SIZE, null, null);
  }

  private static void cut(
      TwoHosts hosts, ReplicaSpec replica, OpenedReplica target, UUID view, long after) {
    hosts.cutAfter(after);
    assertThatThrownBy(() -> hosts.send(replica, target, view, null))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(FailureType.STREAM_BROKEN.name()));
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
