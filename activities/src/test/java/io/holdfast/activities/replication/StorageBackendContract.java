package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.linux.Linux;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.nbd.NbdException;
import io.holdfast.activities.replication.replica.ReplicaNames;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every back end keeps to, on a small disk of its own kind. */
abstract class StorageBackendContract extends SmallPool {
  /** It may be too full to be asked; what would make room needs no answer. */
  @Test
  void aFullDiskIsNotTakenForOneThatCannot() throws IOException {
    Point point = points().get(0);
    hosts.close();
    hosts = new TwoHosts(folder, 0);
    StorageBackends backends = new StorageBackends();
    disk.fill(0);

    try {
      assertThat(backends.of(disk.mounted()).capabilities()).isEqualTo(capabilities());
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
    delete(point);
    assertThat(hosts.sealed(point.replica())).doesNotExist();
    Files.delete(disk.mounted().resolve("filler"));

    assertThat(backends.of(disk.mounted()).capabilities()).isEqualTo(capabilities());
  }

  @ParameterizedTest
  @CsvSource({"1,0", "0,1"})
  @Tag("long")
  void pointsGoInAnyOrder(int first, int second) throws IOException {
    List<Point> points = points();

    for (int gone : List.of(first, second)) {
      delete(points.get(gone));
      assertWhole(points.get(2));
    }
    delete(points.get(2));
    assertThat(names()).isEmpty();
  }

  /** As an earlier worker may have left it, whatever this one makes of its pool. */
  @Test
  void whatStandsOnAnotherOutlivesIt() throws IOException {
    List<Point> points = overlays();
    Point more = sync(points.get(1), null);

    delete(points.get(0));

    assertWhole(points.get(1));
    assertWhole(points.get(2));
    assertWhole(more);
  }

  /** A bit of what they share: whichever of them is read, the next round has it right. */
  @ParameterizedTest
  @ValueSource(ints = {2, 0})
  void aFlippedBitIsHealedByTheNextRound(int read) throws IOException {
    List<Point> points = points();
    QemuImg.addBitmap(hosts.disk, "later");
    hosts.write(9L * MIB, bytes(MIB));
    disk.flip(hosts.sealed(points.get(0).replica()), hosts.data(points.get(0).replica()) + 700_000);
    assertBroken(points.get(read));

    boolean newest = read != 2;
    Point healed = sync(points.get(newest ? 2 : 1), newest ? "later" : null);

    assertWhole(healed);
    assertThat(healed.counts().wire()).isLessThan(4L * MIB);
    assertBroken(points.get(1));
    Point next = sync(healed, null);
    assertWhole(next);
  }

  @Test
  @Tag("long")
  void whatIsGoneIsBrokenAndNoBaseOfAnything() throws IOException {
    List<Point> points = overlays();
    Files.delete(hosts.sealed(points.get(0).replica()));

    assertBroken(points.get(0));
    assertBroken(points.get(1));
    ReplicaSpec next = next(points.get(1));
    assertThatThrownBy(() -> hosts.replicas.openReplica(next))
        .satisfies(failed -> assertType(failed, FailureType.REPLICA_REFUSED));

    Path leaves = ReplicaNames.leaves(hosts.pool, TwoHosts.name(points.get(2).replica()));
    Files.writeString(leaves, "no leaves");
    assertBroken(points.get(2));
    Files.delete(leaves);
    assertBroken(points.get(2));
  }

  @Test
  void aStreamThatCannotFitIsRefusedBeforeItsFirstByte() throws IOException {
    ReplicaSpec replica = large();
    disk.fill(60);
    OpenedReplica target = hosts.replicas.openReplica(replica);

    long before = hosts.sent();
    full(
        () -> hosts.send(replica, target, UUID.randomUUID(), null),
        "the stream may need 125829120");

    assertThat(hosts.sent() - before).isLessThan(MIB);
  }

  @Test
  void aDiskThatRunsFullEndsTheStreamWhichGoesOnOnceThereIsRoom() throws IOException {
    ReplicaSpec replica = large();
    OpenedReplica target = hosts.replicas.openReplica(replica);
    UUID view = UUID.randomUUID();
    hosts.cutAfter(50L * MIB);
    assertThatThrownBy(() -> hosts.send(replica, target, view, null))
        .isInstanceOf(ApplicationFailure.class);
    assertThat(hosts.marked(replica)).isPositive();
    Path filler = disk.fill(20);

    full(() -> hosts.send(replica, target, view, null), "of the disk's 536870912 bytes are done");
    assertThatThrownBy(() -> hosts.replicas.sealReplica(replica))
        .isInstanceOf(ApplicationFailure.class);
    assertThat(hosts.marked(replica)).isBetween(1L, 120L * MIB - 1);

    Files.delete(filler);
    goesOn(replica, target, view, null, hosts.marked(replica));
  }

  @ParameterizedTest
  @ValueSource(strings = {"write", "mark", "end", "seal"})
  @Tag("long")
  void aWorkerThatIsKilledGoesOnFromItsLastMark(String moment) throws IOException {
    ReplicaSpec replica = large();
    UUID view = UUID.randomUUID();
    Path journal = hosts.journal(replica);
    hosts.close();
    try (DoomedWorker worker = DoomedWorker.sends(folder, replica, view)) {
      switch (moment) {
        case "write" ->
            worker.killOnce(
                () ->
                    Files.exists(hosts.staged(replica))
                        && Linux.allocatedBytes(hosts.staged(replica)) > 8L * MIB);
        case "mark" -> worker.killOnce(() -> contains(journal, "mark "));
        case "end" -> worker.killOnce(() -> contains(journal, "end "));
        default -> {
          worker.letSeal();
          worker.killOnce(
              () -> Files.exists(ReplicaNames.leaves(hosts.pool, TwoHosts.name(replica))));
        }
      }
    }
    hosts = new TwoHosts(folder, 0);

    if (moment.equals("seal")) {
      seal(replica);
    } else {
      long marked = contains(journal, "mark ") ? hosts.marked(replica) : 0;
      goesOn(replica, hosts.replicas.openReplica(replica), view, null, marked);
    }
  }

  /** Of two overlays one is rebased, one takes over; the rename is the last of it. */
  @ParameterizedTest
  @ValueSource(strings = {"rebase", "commit"})
  @Tag("long")
  void aRemovalThatIsKilledIsMadeAgain(String verb) throws IOException {
    List<Point> points = overlays();
    hosts.close();
    DoomedWorker.removes(folder, points.get(0).replica(), verb);
    hosts = new TwoHosts(folder, 0);

    assertWhole(points.get(1));
    assertWhole(points.get(2));
    delete(points.get(0));

    assertWhole(points.get(1));
    assertWhole(points.get(2));
    assertThat(hosts.sealed(points.get(0).replica())).doesNotExist();
  }

  @Test
  @Tag("long")
  void aDiskThatCannotBeReadEndsTheStreamAndTheNextOneGoesOn() throws Exception {
    ReplicaSpec replica = large();
    hosts.close();
    hosts = new TwoHosts(folder, 60L * MIB);
    Path trigger = folder.resolve("fail");
    try (NbdkitSource source =
        new NbdkitSource(
            hosts,
            List.of("--filter=error"),
            List.of("error-pread=EIO", "error-pread-rate=100%", "error-pread-file=" + trigger))) {
      OpenedReplica target = hosts.replicas.openReplica(replica);
      UUID view = UUID.randomUUID();
      CompletableFuture<StreamCounts> sending =
          CompletableFuture.supplyAsync(() -> send(source, replica, target, view));
      await().until(() -> hosts.marked(replica) > 0);
      Files.createFile(trigger);

      assertThatThrownBy(() -> sending.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(NbdException.class, e -> assertThat(e.isLost()).isFalse())
          .hasMessageContaining("Input/output error");
      Files.delete(trigger);
      goesOn(replica, target, view, source, hosts.marked(replica));
    }
  }

  /** One read after the other would take 48 s. */
  @Test
  @Tag("long")
  void aSlowDiskIsReadWithManyRequestsInFlight() throws Exception {
    ReplicaSpec replica = large();
    try (NbdkitSource source =
        new NbdkitSource(
            hosts, List.of("--filter=delay", "--threads=32"), List.of("rdelay=100ms"))) {
      OpenedReplica target = hosts.replicas.openReplica(replica);

      long start = System.nanoTime();
      hosts.sendFrom(source.socket, replica, target, UUID.randomUUID());

      assertThat((System.nanoTime() - start) / 1e9).isLessThan(24);
      seal(replica);
    }
  }
}
