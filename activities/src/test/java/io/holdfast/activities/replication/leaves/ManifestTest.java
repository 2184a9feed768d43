package io.holdfast.activities.replication.leaves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.linux.Linux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final int NODE_BYTES = Manifest.NODE * Leaf.SIZE;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, Leaf.SIZE - 1, Leaf.SIZE, Leaf.SIZE + 1, NODE_BYTES, NODE_BYTES + 5})
  void theRootIsThatOfTheDefinition(int size) throws Exception {
    byte[] disk = new byte[size];
    assertThat(rootOf(disk)).isEqualTo(definition(disk));
    new Random(size).nextBytes(disk);
    Arrays.fill(disk, 0, Math.min(size, Leaf.SIZE), (byte) 0);
    assertThat(rootOf(disk)).isEqualTo(definition(disk));
  }

  @Test
  void anEmptyDiskIsAnEmptyFile() throws IOException {
    Path file = folder.resolve("manifest");
    try (Manifest manifest = Manifest.create(file, 64L << 30)) {
      manifest.putZeros(0, manifest.leaves());
      manifest.sync();
      assertThat(manifest.isZero(77)).isTrue();
    }
    assertThat(Files.size(file)).isEqualTo(4096);
  }

  @Test
  void aDeltaWritesOnlyTouchedNodes() throws IOException {
    Path file = folder.resolve("manifest");
    byte[] disk = new byte[3 * NODE_BYTES];
    new Random(3).nextBytes(disk);
    String before;
    try (Manifest manifest = create(file, disk)) {
      before = manifest.root();
    }
    byte[] old = Files.readAllBytes(file);

    disk[NODE_BYTES + 9] ^= 1;
    byte[] leaf = Arrays.copyOfRange(disk, NODE_BYTES, NODE_BYTES + Leaf.SIZE);
    try (Manifest manifest = Manifest.open(file, true)) {
      manifest.put(Manifest.NODE, Leaf.hashes(leaf, leaf.length));
      manifest.sync();
      assertThat(manifest.root()).isNotEqualTo(before).isEqualTo(manifest.provenRoot());
    }
    byte[] changed = Files.readAllBytes(file);
    int differing = 0;
    for (int i = 0; i < old.length; i++) {
      differing += old[i] == changed[i] ? 0 : 1;
    }
    assertThat(differing).isBetween(2, 2 * Leaf.HASH);
    assertThat(rootOf(disk)).isEqualTo(open(file).root());
  }

  @Test
  void aFlippedLeafShowsInTheProvenRootOnly() throws IOException {
    Path file = folder.resolve("manifest");
    byte[] disk = new byte[NODE_BYTES];
    new Random(4).nextBytes(disk);
    create(file, disk).close();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    assertThat(open(file).root()).isEqualTo(rootOf(disk));
    assertThat(open(file).provenRoot()).isNotEqualTo(rootOf(disk));
  }

  @Test
  void aCopyOnALargerDiskKeepsWholeLeavesOnly() throws IOException {
    byte[] small = new byte[Leaf.SIZE + 7];
    new Random(5).nextBytes(small);
    byte[] large = Arrays.copyOf(small, 2 * Leaf.SIZE);
    try (Manifest from = create(folder.resolve("small"), small);
        Manifest to = Manifest.create(folder.resolve("large"), large.length)) {
      to.copy(from);
      byte[] hashes = Leaf.hashes(large, large.length);
      assertThat(to.has(0, hashes, 0)).isTrue();
      assertThat(to.isZero(1)).isTrue();
    }
  }

  /** The last node is a part of one, and holds a cut leaf. */
  @Test
  void aDiskThatIsMostlyEmptyIsCopiedWithItsHoles() throws IOException {
    long bytes = (64L << 30) + 3 * Leaf.SIZE + 5;
    byte[] hashes = new byte[2 * Leaf.HASH];
    new Random(6).nextBytes(hashes);
    Path copy = folder.resolve("copy");
    try (Manifest from = Manifest.create(folder.resolve("from"), bytes);
        Manifest to = Manifest.create(copy, bytes);
        Manifest empty = Manifest.create(folder.resolve("empty"), bytes)) {
      String ofZeros = empty.root();
      from.put(5 * Manifest.NODE - 1, hashes);
      from.put(from.leaves() - 2, hashes);
      to.copy(from);

      assertThat(to.root()).isEqualTo(from.root()).isEqualTo(to.provenRoot());
      assertThat(to.hashes(5 * Manifest.NODE - 1, 2)).isEqualTo(hashes);
      assertThat(to.hashes(to.leaves() - 2, 2)).isEqualTo(hashes);
      assertThat(Linux.allocatedBytes(copy)).isLessThan(256 << 10);

      to.putZeros(1, to.leaves() - 1);
      assertThat(to.root()).isEqualTo(ofZeros).isEqualTo(to.provenRoot());
      to.copy(from);
      to.copy(empty);
      assertThat(to.root()).isEqualTo(ofZeros);
    }
  }

  @Test
  void anotherFileIsNoManifest() throws IOException {
    Path file = folder.resolve("other");
    Files.write(file, new byte[8192]);
    assertThatThrownBy(() -> Manifest.open(file, false)).hasMessageContaining("is no manifest");
  }

  private String rootOf(byte[] disk) throws IOException {
    try (Manifest manifest = create(folder.resolve("of"), disk)) {
      assertThat(manifest.provenRoot()).isEqualTo(manifest.root());
      return manifest.root();
    }
  }

  private static Manifest open(Path file) throws IOException {
    return Manifest.open(file, true);
  }

  private static Manifest create(Path file, byte[] disk) throws IOException {
    Manifest manifest = Manifest.create(file, disk.length);
    manifest.put(0, Leaf.hashes(disk, disk.length));
    manifest.sync();
    return manifest;
  }

  /** As the class's head says it, in the plainest way. */
  private static String definition(byte[] disk) throws Exception {
    MessageDigest root = MessageDigest.getInstance("SHA-256");
    root.update(ByteBuffer.allocate(8).putLong(disk.length).array());
    for (int node = 0; node < disk.length; node += NODE_BYTES) {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      for (int at = node; at < Math.min(disk.length, node + NODE_BYTES); at += Leaf.SIZE) {
        int end = Math.min(disk.length, at + Leaf.SIZE);
        hash.update(MessageDigest.getInstance("SHA-256").digest(Arrays.copyOfRange(disk, at, end)));
      }
      root.update(hash.digest());
    }
    return HexFormat.of().formatHex(root.digest());
  }
}
