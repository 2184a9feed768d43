package io.holdfast.activities.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.replication.replica.KeptReplicas;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an undone move has brought of a disk, and the next one that takes it up. */
class KeptReplicaTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 128L * MIB;
  private static final int DATA = 100 * MIB;

  @TempDir Path folder;
  private TwoHosts hosts;
  private final Random random = new Random(21);

  @BeforeEach
  void open() throws IOException {
    hosts = new TwoHosts(folder, 0);
    hosts.create(SIZE);
    hosts.write(0, bytes(DATA));
  }

  @AfterEach
  void close() throws IOException {
    hosts.close();
  }

  @Test
  void aWholeOneCostsWhatHasChangedSince() throws IOException {
    keep(sealed(hosts.replica(SIZE, null, null)));
    assertThat(names()).hasSize(1).allMatch(name -> name.endsWith(".kept"));
    hosts.write(10L * MIB, bytes(2 * MIB));
    hosts.write(30L * MIB, new byte[MIB]);

    assertThat(wire()).isBetween(2L * MIB, 2L * MIB + 100_000);
  }

  @Test
  void aHalfMadeOneCostsTheOtherHalf() throws IOException {
    ReplicaSpec first = hosts.replica(SIZE, null, null);
    OpenedReplica target = hosts.replicas.openReplica(first);
    hosts.cutAfter(70L * MIB);
    assertThatThrownBy(() -> hosts.send(first, target, UUID.randomUUID(), null))
        .isInstanceOf(ApplicationFailure.class);
    long marked = hosts.marked(first);
    assertThat(marked).isGreaterThan(16L * MIB);
    keep(first);
    keep(first); // every call may run twice
    assertThatThrownBy(() -> hosts.send(first, target, UUID.randomUUID(), null))
        .isInstanceOf(ApplicationFailure.class); // no stream of the undone move is let in

    assertThat(wire()).isLessThanOrEqualTo(DATA - marked + MIB);
  }

  /** It is believed nothing: what differs from the disk, whoever changed it, is sent. */
  @Test
  void whatWasChangedInItIsSentAgain() throws IOException {
    keep(sealed(hosts.replica(SIZE, null, null)));
    try (RandomAccessFile file = new RandomAccessFile(only().toFile(), "rw")) {
      file.seek(file.length() - 40L * MIB);
      file.write(bytes(65536));
    }

    assertThat(wire()).isBetween(65536L, 4L * MIB);
  }

  /** Where it holds what is zero now, the stream that goes on knows of it. */
  @Test
  void aStreamThatTakesItUpAndIsCutGoesOn() throws IOException {
    keep(sealed(hosts.replica(SIZE, null, null)));
    hosts.write(0, bytes(DATA - 10 * MIB));
    hosts.write(DATA - 10L * MIB, new byte[10 * MIB]);
    ReplicaSpec replica = hosts.replica(SIZE, null, null);
    OpenedReplica target = hosts.replicas.openReplica(replica);
    UUID view = UUID.randomUUID();
    hosts.cutAfter(70L * MIB);
    assertThatThrownBy(() -> hosts.send(replica, target, view, null))
        .isInstanceOf(ApplicationFailure.class);
    long marked = hosts.marked(replica);
    long before = hosts.sent();
    hosts.send(replica, target, view, null);

    assertThat(marked).isPositive();
    assertThat(hosts.sent() - before).isLessThanOrEqualTo(DATA - marked + MIB);
    assertThat(hosts.replicas.sealReplica(replica).root()).isEqualTo(hosts.rootOf(hosts.disk));
    hosts.replicas.verifyReplica(replica);
  }

  /** A full pool, or a crash, has cut the line that says what was taken up. */
  @Test
  void itIsReadAlsoWhenNobodyWroteThatItWasTakenUp() throws IOException {
    keep(sealed(hosts.replica(SIZE, null, null)));
    hosts.write(10L * MIB, new byte[MIB]);
    ReplicaSpec replica = hosts.replica(SIZE, null, null);
    OpenedReplica target = hosts.replicas.openReplica(replica);
    String begun = Files.readString(hosts.journal(replica));
    Files.writeString(hosts.journal(replica), begun.substring(0, begun.indexOf('\n') - 1));
    hosts.send(replica, target, UUID.randomUUID(), null);

    assertThat(hosts.replicas.sealReplica(replica).root()).isEqualTo(hosts.rootOf(hosts.disk));
    hosts.replicas.verifyReplica(replica);
  }

  @Test
  void ofADiskThereIsOneAndItIsOfTheSameSize() throws IOException {
    keep(sealed(hosts.replica(SIZE, null, null)));
    ReplicaSpec larger = hosts.replica(SIZE + MIB, null, null);
    hosts.replicas.openReplica(larger);
    assertThat(names()).noneMatch(name -> name.endsWith(".kept"));
    keep(larger);
    keep(sealed(hosts.replica(SIZE, null, null)));
    assertThat(names()).hasSize(1);
  }

  @Test
  void nothingIsKeptOfWhatNeverWasOrForLongerThanADay() throws IOException {
    keep(hosts.replica(SIZE, null, null));
    assertThat(names()).isEmpty();

    ReplicaSpec replica = sealed(hosts.replica(SIZE, null, null));
    keep(replica);
    hosts.kept.removeExpired(hosts.pool);
    assertThat(names()).hasSize(1);
    tomorrow().removeExpired(hosts.pool);
    assertThat(names()).isEmpty();

    keep(sealed(replica));
    hosts.replicas.deleteReplica(replica.point(), replica.instance(), "root", replica.pool());
    assertThat(names()).isEmpty();
  }

  private static KeptReplicas tomorrow() {
    return new KeptReplicas(Clock.offset(Clock.systemUTC(), Duration.ofHours(25)));
  }

  /** Bytes that another move sends; what it makes is the disk. */
  private long wire() throws IOException {
    ReplicaSpec replica = hosts.replica(SIZE, null, null);
    OpenedReplica target = hosts.replicas.openReplica(replica);
    StreamCounts counts = hosts.send(replica, target, UUID.randomUUID(), null);
    SealedReplica sealed = hosts.replicas.sealReplica(replica);
    assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
    assertThat(hosts.replicas.verifyReplica(replica)).isEqualTo(sealed);
    assertThat(names()).noneMatch(name -> name.endsWith(".kept"));
    return counts.wire();
  }

  private ReplicaSpec sealed(ReplicaSpec replica) throws IOException {
    hosts.send(replica, hosts.replicas.openReplica(replica), UUID.randomUUID(), null);
    hosts.replicas.sealReplica(replica);
    return replica;
  }

  private void keep(ReplicaSpec replica) {
    hosts.replicas.keepReplica(replica.point(), replica.instance(), "root", replica.pool());
  }

  private Path only() throws IOException {
    List<Path> files = PoolFiles.startingWith(hosts.pool, "");
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private List<String> names() throws IOException {
    try (java.util.stream.Stream<Path> files = Files.list(hosts.pool)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
