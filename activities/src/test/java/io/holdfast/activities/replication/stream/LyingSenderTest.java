package io.holdfast.activities.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.replication.TwoHosts;
import io.holdfast.activities.replication.leaves.Leaf;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A sender with a right certificate and a right token that lies. Each stream has one honest frame,
 * at the beginning of the disk, and then the lie.
 */
class LyingSenderTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 64L * MIB;
  private static final int HONEST = 4 * Leaf.SIZE;
  private static final StreamCounts NOTHING = new StreamCounts(0, 0, 0, 0);

  @TempDir Path folder;
  private final Random random = new Random(5);
  private TwoHosts hosts;
  private SealedReplica base;
  private ReplicaSpec replica;

  @BeforeEach
  void open() throws IOException {
    hosts = new TwoHosts(folder, 0);
    hosts.create(SIZE);
    hosts.write(0, bytes(20 * MIB));
    ReplicaSpec first = hosts.replica(SIZE, null, null);
    UUID view = UUID.randomUUID();
    hosts.send(first, hosts.replicas.openReplica(first), view, null);
    base = hosts.replicas.sealReplica(first);
    hosts.keepLeaves(first, view);
    replica = hosts.replica(SIZE, first.point(), base.root());
    hosts.write(MIB, bytes(MIB));
  }

  @AfterEach
  void close() throws IOException {
    hosts.close();
  }

  static Stream<Lie> lies() {
    byte[] random = new byte[3 << 20];
    new Random(6).nextBytes(random);
    byte[] leaf = Arrays.copyOf(random, Leaf.SIZE);
    Frame.Data honest = data(HONEST, leaf);
    byte[] flipped = leaf.clone();
    flipped[1234] ^= 1;
    Frame.Data packed = data(HONEST, new byte[8 * Leaf.SIZE]);
    return Stream.of(
        new Lie(
            "other bytes than the hash's",
            new Frame.Data(HONEST, Leaf.SIZE, Frame.PLAIN, honest.hash(), flipped),
            "do not have the hash"),
        new Lie("a gap", data(HONEST + Leaf.SIZE, leaf), "A frame at 327680 where 262144 is next"),
        new Lie("the same place again", data(0, leaf), "A frame at 0 where 262144 is next"),
        new Lie("a place before the disk", data(-Leaf.SIZE, leaf), "A frame at -65536"),
        new Lie(
            "less than it says",
            new Frame.Data(HONEST, 2 * Leaf.SIZE, Frame.PLAIN, honest.hash(), leaf),
            "are 65536 bytes, not 131072"),
        new Lie(
            "half a leaf",
            data(HONEST, Arrays.copyOf(leaf, Leaf.SIZE / 2)),
            "which are no whole leaves"),
        new Lie(
            "no bytes", new Frame.Data(HONEST, 0, Frame.PLAIN, honest.hash(), new byte[0]), "of 0"),
        new Lie(
            "more zeros than the disk has left",
            new Frame.Zero(HONEST, SIZE),
            "A frame of 67108864 bytes at 262144 of a disk of 67108864"),
        new Lie("zeros to before the beginning", new Frame.Zero(HONEST, -Leaf.SIZE), "of -65536"),
        new Lie(
            "more that is the same than there is", new Frame.Same(HONEST, Long.MAX_VALUE), "of 6"),
        new Lie(
            "what unpacks to more than it says",
            new Frame.Data(HONEST, Leaf.SIZE, Frame.ZSTD, packed.hash(), packed.bytes()),
            "cannot be unpacked"),
        new Lie(
            "what unpacks to less than it says",
            new Frame.Data(HONEST, 16 * Leaf.SIZE, Frame.ZSTD, packed.hash(), packed.bytes()),
            "are 524288 bytes, not 1048576"),
        new Lie(
            "what is not packed at all",
            new Frame.Data(HONEST, Leaf.SIZE, Frame.ZSTD, honest.hash(), leaf),
            "cannot be unpacked"),
        new Lie(
            "an unknown codec",
            new Frame.Data(HONEST, Leaf.SIZE, 7, honest.hash(), leaf),
            "There is no codec 7"),
        new Lie(
            "a frame that is too long",
            data(HONEST, random),
            ""), // gRPC itself takes none of 3 MiB
        new Lie(
            "a bomb",
            new Frame.Data(HONEST, 48 * MIB, Frame.ZSTD, packed.hash(), packed.bytes()),
            "is too long"),
        new Lie("a mark ahead", new Frame.Mark(32L * MIB, NOTHING), "A mark at 33554432"),
        new Lie("an early end", new Frame.End(NOTHING, "0".repeat(64)), "ends at 262144"),
        new Lie("the header again", header("x", "y", "z"), "Not a sender's frame: Header"),
        new Lie("a receiver's word", new Frame.Ready(0, NOTHING, false), "Not a sender's frame"));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aLieEndsTheStreamAndIsNotWritten(Lie lie) throws IOException {
    OpenedReplica target = hosts.replicas.openReplica(replica);
    byte[] before = raw(hosts.staged(replica));

    assertThatThrownBy(() -> tell(target, lie.frame()))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo(FailureType.STREAM_BROKEN.name());
              assertThat(failure.getOriginalMessage()).contains(lie.answer());
            });

    assertUntouchedBehind(before);
    assertAnHonestStreamSucceeds();
  }

  /** All frames are right, and yet it is not the disk that the end says. */
  @Test
  void anEndWithAnotherRootIsRefused() throws IOException {
    OpenedReplica target = hosts.replicas.openReplica(replica);
    try (Outlet outlet = hosts.outlet(target)) {
      greet(outlet, target);
      outlet.send(new Frame.Same(HONEST, SIZE - HONEST));
      outlet.send(new Frame.End(NOTHING, "0".repeat(64)));
      assertThatThrownBy(outlet::next)
          .isInstanceOfSatisfying(
              ApplicationFailure.class,
              failure -> {
                assertThat(failure.getType()).isEqualTo(FailureType.STREAM_BROKEN.name());
                assertThat(failure.getOriginalMessage()).contains("the disk 0000");
              });
    }
    assertThatThrownBy(() -> hosts.replicas.sealReplica(replica))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(FailureType.REPLICA_REFUSED.name()));
    assertAnHonestStreamSucceeds();
  }

  private void tell(OpenedReplica target, Frame lie) throws IOException {
    try (Outlet outlet = hosts.outlet(target)) {
      greet(outlet, target);
      outlet.send(lie);
      if (lie instanceof Frame.Data data) { // what is hashed meanwhile is asked for at a mark
        outlet.send(new Frame.Mark(data.offset() + data.length(), NOTHING));
      }
      outlet.next();
    }
  }

  /** The header, and the honest frame. */
  private void greet(Outlet outlet, OpenedReplica target) {
    outlet.send(header(target.token(), TwoHosts.name(replica), base.root()));
    assertThat(outlet.next()).isInstanceOf(Frame.Ready.class);
    outlet.send(data(0, bytes(HONEST)));
  }

  private void assertUntouchedBehind(byte[] before) throws IOException {
    hosts.replicas.openReplica(replica);
    byte[] after = raw(hosts.staged(replica));
    assertThat(after).hasSameSizeAs(before);
    assertThat(Arrays.mismatch(after, HONEST, after.length, before, HONEST, before.length))
        .isEqualTo(-1);
  }

  private void assertAnHonestStreamSucceeds() throws IOException {
    hosts.send(replica, hosts.replicas.openReplica(replica), UUID.randomUUID(), null);
    SealedReplica sealed = hosts.replicas.sealReplica(replica);
    assertThat(sealed.root()).isEqualTo(hosts.rootOf(hosts.disk));
    assertThat(hosts.replicas.verifyReplica(replica)).isEqualTo(sealed);
  }

  /** Once nobody writes it: qemu-nbd lets go of the file when the stream has ended. */
  private byte[] raw(Path qcow2) throws IOException {
    Path raw = folder.resolve("staged.raw");
    org.awaitility.Awaitility.await()
        .until(
            () ->
                Commands.run(
                            List.of(
                                "qemu-img",
                                "convert",
                                "-O",
                                "raw",
                                qcow2.toString(),
                                raw.toString()))
                        .status()
                    == 0);
    try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(file.length())];
      file.readFully(bytes);
      return bytes;
    } finally {
      Files.delete(raw);
    }
  }

  private static Frame.Header header(String token, String replica, String root) {
    return new Frame.Header(
        token, replica, new UUID(1, 1), SIZE, Leaf.SIZE, root, false, false, SIZE);
  }

  private static Frame.Data data(long offset, byte[] bytes) {
    return Codec.pack(offset, bytes, Leaf.hashes(bytes, bytes.length));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** {@code answer}: a part of what the receiver says. */
  private record Lie(String name, Frame frame, String answer) {
    @Override
    public String toString() {
      return name;
    }
  }
}
