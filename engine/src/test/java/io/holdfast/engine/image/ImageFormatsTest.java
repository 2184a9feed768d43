package io.holdfast.engine.image;

import static io.holdfast.engine.image.Packed.Entry.file;
import static io.holdfast.engine.image.Packed.Entry.text;
import static io.holdfast.engine.image.Packed.compressed;
import static io.holdfast.engine.image.Packed.converted;
import static io.holdfast.engine.image.Packed.disk;
import static io.holdfast.engine.image.Packed.ovf;
import static io.holdfast.engine.image.Packed.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.engine.db.Compression;
import io.holdfast.engine.db.ContentFormat;
import io.holdfast.engine.image.unpack.InvalidImageException;
import io.holdfast.engine.image.unpack.Said;
import io.holdfast.workflows.model.ImageFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a disk may come, as a real file; what becomes of it in the store. */
class ImageFormatsTest {
  private static final int SIZE = 8 << 20;
  private static final byte[] RAW = disk(SIZE);
  private static final byte[] QCOW2 = converted(RAW, "qcow2");
  private static final byte[] SPARSE = converted(RAW, "vmdk", "-o", "subformat=monolithicSparse");
  private static final byte[] STREAM = converted(RAW, "vmdk", "-o", "subformat=streamOptimized");

  @TempDir Path directory = Path.of("");
  private ImageStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = new ImageStore(directory, 64 << 20, Clock.systemUTC());
  }

  static Stream<Arguments> contents() {
    List<Arguments> all = new ArrayList<>();
    all.add(arguments("raw", RAW, RAW, ImageFormat.RAW));
    all.add(arguments("qcow2", QCOW2, QCOW2, ImageFormat.QCOW2));
    all.add(arguments("vmdk", SPARSE, SPARSE, ImageFormat.VMDK));
    all.add(arguments("vmdk, compressed inside", STREAM, STREAM, ImageFormat.VMDK));
    byte[] tar = tar(text("README", "hello"), file("disk.raw", RAW), text("disk.raw.sha256", "x"));
    for (String codec : Packed.CODECS) {
      all.add(arguments("raw." + codec, compressed(codec, RAW), RAW, ImageFormat.RAW));
      byte[] inside = tar(file("a/disk." + codec, compressed(codec, QCOW2)));
      all.add(arguments(codec + " in a tar", inside, QCOW2, ImageFormat.QCOW2));
      all.add(arguments("tar." + codec, compressed(codec, tar), RAW, ImageFormat.RAW));
    }
    byte[] ova = tar(ovf("disk.vmdk"), file("disk.vmdk", STREAM), text("notes", "more"));
    all.add(arguments("ova", ova, STREAM, ImageFormat.VMDK));
    all.add(arguments("ova.xz", compressed("xz", ova), STREAM, ImageFormat.VMDK));
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("contents")
  void theDiskIsTakenOut(String name, byte[] sent, byte[] disk, ImageFormat format)
      throws Exception {
    StagedContent staged = stage(sent, ContentFormat.AUTO, Compression.AUTO, sha256(sent));
    assertThat(staged.file()).hasBinaryContent(disk);
    assertThat(staged.header()).isEqualTo(new ImageHeader(format, SIZE));
    assertThat(staged.sizeBytes()).isEqualTo(disk.length);
    assertThat(staged.sha256()).isEqualTo(sha256(disk));
    assertThat(staged.sentSha256()).isEqualTo(sha256(sent));
  }

  @Test
  void theManifestOfAnOvaHolds() throws Exception {
    Packed.Entry ovf = ovf("disk.vmdk");
    String manifest =
        "SHA256(vm.ovf)= %s\nSHA256(disk.vmdk)= %s\n"
            .formatted(sha256(ovf.content()), sha256(SPARSE).toUpperCase(java.util.Locale.ROOT));
    stage(
        tar(ovf, text("vm.mf", manifest), file("disk.vmdk", SPARSE)),
        ContentFormat.OVA,
        Compression.TAR,
        null);
  }

  @Test
  void whatWasSaidIsTrue() throws Exception {
    byte[] tgz = compressed("gz", tar(file("disk", SPARSE)));
    stage(RAW, ContentFormat.RAW, Compression.NONE, null);
    stage(compressed("gz", RAW), ContentFormat.RAW, Compression.GZ, null);
    stage(tgz, ContentFormat.VMDK, Compression.TAR_GZ, null);
    byte[] ova = tar(ovf("disk.vmdk"), file("disk.vmdk", SPARSE));
    stage(ova, ContentFormat.OVA, Compression.NONE, null);
    stage(compressed("bzip2", ova), ContentFormat.OVA, Compression.BZ2, null);

    refused(RAW, ContentFormat.AUTO, Compression.GZ, "not compressed, not gzip as was said");
    refused(tgz, ContentFormat.AUTO, Compression.NONE, "is gzip, not not compressed");
    refused(tgz, ContentFormat.AUTO, Compression.TAR_XZ, "is gzip, not xz");
    refused(tgz, ContentFormat.AUTO, Compression.GZ, "is a tar, which was not said");
    refused(compressed("gz", RAW), ContentFormat.AUTO, Compression.TAR_GZ, "tar");
    refused(tgz, ContentFormat.RAW, Compression.AUTO, "is vmdk, not raw");
    refused(QCOW2, ContentFormat.VMDK, Compression.AUTO, "is qcow2, not vmdk");
    refused(RAW, ContentFormat.OVA, Compression.AUTO, "is no OVA");
    refused(tgz, ContentFormat.OVA, Compression.AUTO, "begins with its OVF descriptor");
    refused(ova, ContentFormat.RAW, Compression.AUTO, "is an OVA");
  }

  /** A tar may keep the holes of a file in its own way. */
  @Test
  void aSparseFileInATarOfGnu() throws Exception {
    Path folder = Files.createTempDirectory(directory, "tar");
    Path raw = Files.write(folder.resolve("disk.raw"), RAW);
    Packed.run(List.of("fallocate", "--dig-holes", raw.toString()));
    for (String format : List.of("gnu", "posix")) {
      Path tar = folder.resolve("disk.tar");
      Packed.run(
          List.of(
              "tar", "-S", "--format=" + format, "-C", folder + "", "-cf", tar + "", "disk.raw"));
      assertThat(Files.size(tar)).isLessThan(SIZE);
      StagedContent staged =
          stage(Files.readAllBytes(tar), ContentFormat.RAW, Compression.TAR, null);
      assertThat(staged.sha256()).isEqualTo(sha256(RAW));
    }
  }

  /** Hours of zeros, or of what else is in a tar: nothing is written meanwhile. */
  @Test
  void whatComesSlowlyIsNotTakenForAbandoned() throws Exception {
    Clock start = Clock.systemUTC();
    AtomicLong minutes = new AtomicLong();
    InstantSource now = () -> start.instant().plus(Duration.ofMinutes(minutes.get()));
    Clock clock = now.withZone(ZoneOffset.UTC);
    ImageStore slow = new ImageStore(directory, 64 << 20, clock);
    InputStream content =
        new ByteArrayInputStream(disk(SIZE)) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            minutes.addAndGet(10);
            try {
              new ImageStore(directory, 64 << 20, clock); // another engine starts, and sweeps
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            return super.read(into, offset, length);
          }
        };
    Said said = new Said(ContentFormat.RAW, Compression.NONE, null);
    StagedContent staged = slow.stage(UUID.randomUUID(), said, content, bytes -> {});
    assertThat(minutes.get()).isGreaterThan(120);
    assertThat(staged.file()).hasBinaryContent(disk(SIZE));
  }

  @Test
  void zerosTakeNoRoom() throws Exception {
    byte[] large = disk(60 << 20);
    StagedContent staged =
        stage(compressed("zstd", large), ContentFormat.AUTO, Compression.AUTO, null);
    assertThat(Files.size(staged.file())).isEqualTo(large.length);
    assertThat(kib(staged.file())).isLessThan(64);
    StagedContent empty =
        stage(compressed("gz", new byte[SIZE]), ContentFormat.AUTO, Compression.AUTO, null);
    assertThat(Files.size(empty.file())).isEqualTo(SIZE);
    assertThat(kib(empty.file())).isLessThan(16);
  }

  private static long kib(Path file) throws IOException {
    return Long.parseLong(Packed.run(List.of("du", "-k", file.toString())).split("\\s", 2)[0]);
  }

  private StagedContent stage(
      byte[] sent,
      ContentFormat format,
      Compression compression,
      @org.jspecify.annotations.Nullable String sha256)
      throws IOException {
    Said said = new Said(format, compression, sha256);
    return store.stage(UUID.randomUUID(), said, new ByteArrayInputStream(sent), bytes -> {});
  }

  private void refused(byte[] sent, ContentFormat format, Compression compression, String why) {
    assertThatThrownBy(() -> stage(sent, format, compression, null))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining(why);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
