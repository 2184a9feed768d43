package io.holdfast.activities.replication.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.nbd.NbdConnection.Match;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against real qemu-nbd processes. */
class NbdConnectionTest {
  private static final int UNIT = 64 << 10;
  private static final int SIZE = 32 << 20;
  private static final int CHUNK = 4 * UNIT;

  @TempDir Path folder;
  private Path disk;

  @BeforeEach
  void create() throws IOException {
    disk = folder.resolve("disk.qcow2");
    QemuImg.createEmpty(disk, SIZE);
  }

  @Test
  void readsWhatWasWrittenInTheOrderAskedWithManyInFlight() throws IOException {
    byte[] content = new byte[SIZE];
    new Random(1).nextBytes(content);
    write(content, 0, SIZE);

    try (QemuNbd server = QemuNbd.reading(disk, List.of());
        NbdReads reads = new NbdReads(open(server), CHUNK)) {
      int begun = 0;
      int most = 0;
      for (int taken = 0; taken < SIZE; taken += CHUNK) {
        while (begun < SIZE && reads.hasRoom()) {
          reads.begin(begun, CHUNK);
          begun += CHUNK;
        }
        most = Math.max(most, (begun - taken) / CHUNK);
        assertThat(reads.take())
            .isEqualTo(java.util.Arrays.copyOfRange(content, taken, taken + CHUNK));
      }
      assertThat(most).isEqualTo(NbdReads.DEPTH);
    }
  }

  @Test
  void tellsAllocationAndDirtyBitsOverOneConnection() throws IOException {
    write(new byte[] {1}, 5 * UNIT, UNIT);
    Commands.require(List.of("qemu-img", "bitmap", "--add", disk.toString(), "point"));
    write(new byte[] {2}, 9 * UNIT, 2 * UNIT);
    try (QemuNbd server = QemuNbd.writing(disk);
        NbdWrites writes = new NbdWrites(open(server), UNIT)) {
      writes.zero(5L * UNIT, UNIT);
      writes.sync();
    }
    String bitmap = NbdConnection.bitmap("point");

    try (QemuNbd server = QemuNbd.reading(disk, List.of("point"));
        NbdConnection nbd =
            NbdConnection.open(server.socket(), "", List.of(NbdConnection.ALLOCATION, bitmap))) {
      Map<String, BitSet> units =
          nbd.units(
              UNIT,
              Map.of(
                  NbdConnection.ALLOCATION,
                  new Match(NbdConnection.ZERO, 0),
                  bitmap,
                  new Match(NbdConnection.DIRTY, NbdConnection.DIRTY)));

      assertThat(units.get(NbdConnection.ALLOCATION)).isEqualTo(bits(9, 10));
      assertThat(units.get(bitmap)).isEqualTo(bits(5, 9, 10));
      assertThat(nbd.size()).isEqualTo(SIZE);
    }
  }

  @Test
  void saysThatABitmapIsNotThere() throws IOException {
    try (QemuNbd server = QemuNbd.reading(disk, List.of())) {
      assertThatThrownBy(
              () ->
                  NbdConnection.open(server.socket(), "", List.of(NbdConnection.bitmap("nowhere"))))
          .isInstanceOfSatisfying(
              NbdException.class, refused -> assertThat(refused.isLost()).isFalse())
          .hasMessageContaining("nowhere");
    }
    assertThatThrownBy(() -> QemuNbd.reading(disk, List.of("nowhere")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void aReadOnlyServerRefusesAWriteAndStays() throws IOException {
    try (QemuNbd server = QemuNbd.reading(disk, List.of());
        NbdWrites writes = new NbdWrites(open(server), UNIT)) {
      assertThatThrownBy(() -> writes.write(0, new byte[UNIT], UNIT))
          .isInstanceOfSatisfying(
              NbdException.class, refused -> assertThat(refused.isLost()).isFalse());
    }
  }

  @Test
  void aServerThatDiedIsLost() throws IOException {
    Path socket = folder.resolve("socket");
    Process server =
        new ProcessBuilder(
                "qemu-nbd", "--format=qcow2", "--socket=" + socket, "-r", disk.toString())
            .start();
    org.awaitility.Awaitility.await().until(() -> java.nio.file.Files.exists(socket));
    try (NbdReads reads = new NbdReads(NbdConnection.open(socket, "", List.of()), UNIT)) {
      server.destroyForcibly();

      assertThatThrownBy(
              () -> {
                reads.begin(0, UNIT);
                reads.take();
              })
          .isInstanceOfSatisfying(
              NbdException.class, refused -> assertThat(refused.isLost()).isTrue());
    }
  }

  private static NbdConnection open(QemuNbd server) throws IOException {
    return NbdConnection.open(server.socket(), "", List.of());
  }

  private void write(byte[] content, long offset, int length) throws IOException {
    byte[] padded = java.util.Arrays.copyOf(content, length);
    try (QemuNbd server = QemuNbd.writing(disk);
        NbdWrites writes = new NbdWrites(open(server), CHUNK)) {
      for (int at = 0; at < length; at += CHUNK) {
        int count = Math.min(CHUNK, length - at);
        writes.write(offset + at, java.util.Arrays.copyOfRange(padded, at, at + count), count);
      }
      writes.sync();
    }
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }
}
