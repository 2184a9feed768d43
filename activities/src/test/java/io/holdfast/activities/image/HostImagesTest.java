package io.holdfast.activities.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.lab.ContentServer;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.ImageFormat;
import io.holdfast.workflows.model.ImageSource;
import io.holdfast.workflows.model.PlacedImage;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostImagesTest {
  private static final long DISK = 8L << 20;

  /** As {@link Examples#image} has it. */
  private static final long VMDK_DISK = 32L << 20;

  @TempDir Path pool;
  @TempDir Path content;

  private final LibvirtConnection libvirt = TestHost.connect(new HostEvents());
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  private HostImages images;

  @BeforeEach
  void start() {
    TestHost.addPool(libvirt, pool);
    images = new HostImages(new Pools(libvirt, (any, where) -> {}), refresher);
  }

  @AfterEach
  void stop() {
    refresher.close();
    libvirt.close();
  }

  @Test
  void placesAQcow2OnceAndRemovesItTwice() throws Exception {
    Path image = qcow2();
    try (ContentServer server = new ContentServer(image)) {
      ImageSource source = source(image, ImageFormat.QCOW2, server.url());

      PlacedImage placed = images.placeImage(source, TestHost.POOL);

      assertThat(placed.virtualSizeBytes()).isEqualTo(DISK);
      assertThat(images.placeImage(source, TestHost.POOL)).isEqualTo(placed);
      assertThat(server.ranges()).containsExactly("");
      assertThat(files()).containsExactly("holdfast-image-" + Examples.IMAGE + ".qcow2");
      images.removeImage(Examples.IMAGE, TestHost.POOL);
      images.removeImage(Examples.IMAGE, TestHost.POOL);
      assertThat(files()).isEmpty();
    }
  }

  @Test
  void makesAQcow2OfARawDisk() throws Exception {
    Path raw = Files.write(content.resolve("raw"), new byte[1 << 20]);
    try (ContentServer server = new ContentServer(raw)) {
      images.placeImage(source(raw, ImageFormat.RAW, server.url()), TestHost.POOL);

      Path whole = ImageFiles.whole(pool, Examples.IMAGE);
      assertThat(QcowHeader.read(whole)).contains(new QcowHeader(1 << 20, "", false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"monolithicSparse", "streamOptimized"})
  void makesAQcow2OfAVmdk(String subformat) throws Exception {
    Path raw = Files.write(content.resolve("raw"), disk());
    Path vmdk = vmdk(raw, subformat);
    try (ContentServer server = new ContentServer(vmdk)) {
      images.placeImage(source(vmdk, ImageFormat.VMDK, server.url()), TestHost.POOL);

      Path whole = ImageFiles.whole(pool, Examples.IMAGE);
      assertThat(QcowHeader.read(whole)).contains(new QcowHeader(VMDK_DISK, "", false));
      Commands.require(
          List.of("qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw + "", whole + ""));
      assertThat(files()).containsExactly("holdfast-image-" + Examples.IMAGE + ".qcow2");
    }
  }

  @Test
  void refusesAVmdkThatIsDamagedOrNeedsAnotherFile() throws Exception {
    byte[] vmdk =
        Files.readAllBytes(vmdk(Files.write(content.resolve("r"), disk()), "streamOptimized"));
    byte[] cut = Arrays.copyOf(vmdk, vmdk.length / 2);
    byte[] another = changed(vmdk, 12, new byte[] {1});
    byte[] noCapacity = changed(vmdk, 12, new byte[8]);
    byte[] parent = changed(vmdk, 900, "parentFileNameHint=\"/etc/passwd\"\n".getBytes(US_ASCII));
    byte[] descriptor =
        "# Disk DescriptorFile\nversion=1\nRW 2048 FLAT \"/etc/passwd\" 0\n".getBytes(US_ASCII);
    for (byte[] bad : List.of(cut, another, noCapacity, parent, descriptor)) {
      Path file = Files.write(content.resolve("bad"), bad);
      try (ContentServer server = new ContentServer(file)) {
        ImageSource source = source(file, ImageFormat.VMDK, server.url());
        fails(FailureType.IMAGE_INVALID, () -> images.placeImage(source, TestHost.POOL));
        assertThat(files()).isEmpty();
      }
    }
  }

  /** A conversion takes what was fetched away, so as many conversions are as many fetches. */
  @Test
  void convertsOnceForAllWhoAskAtOnce() throws Exception {
    Path raw = Files.write(content.resolve("raw"), disk());
    ExecutorService many = Executors.newFixedThreadPool(8);
    try (ContentServer server = new ContentServer(raw)) {
      ImageSource source = source(raw, ImageFormat.RAW, server.url());
      CyclicBarrier together = new CyclicBarrier(8);
      Callable<PlacedImage> ask =
          () -> {
            together.await();
            return images.placeImage(source, TestHost.POOL);
          };

      Set<PlacedImage> placed = new HashSet<>();
      for (Future<PlacedImage> answer : many.invokeAll(Collections.nCopies(8, ask))) {
        placed.add(answer.get());
      }

      assertThat(placed).hasSize(1);
      assertThat(server.ranges()).containsExactly("");
      assertThat(files()).containsExactly("holdfast-image-" + Examples.IMAGE + ".qcow2");
    } finally {
      many.shutdownNow();
    }
  }

  @Test
  void leavesHolesInWhatItFetches() throws Exception {
    Path raw = Files.write(content.resolve("raw"), disk());
    Path fetched = pool.resolve("fetched");
    try (ContentServer server = new ContentServer(raw)) {
      ImageSource source = source(raw, ImageFormat.RAW, server.url());
      assertThat(new ImageDownload(source, fetched).run()).isEqualTo(source.image().sha256());
    }
    assertThat(fetched).hasSameBinaryContentAs(raw);
    String kib = Commands.require(List.of("du", "-k", fetched.toString())).split("\\s", 2)[0];
    assertThat(Integer.parseInt(kib)).isLessThan(512);
  }

  /** Something at its begin and in its middle, and else empty. */
  private static byte[] disk() {
    byte[] disk = new byte[(int) VMDK_DISK];
    byte[] some = new byte[4000];
    new Random(1).nextBytes(some);
    System.arraycopy(some, 0, disk, 0, some.length);
    System.arraycopy(some, 0, disk, disk.length / 2, some.length);
    return disk;
  }

  private Path vmdk(Path raw, String subformat) throws Exception {
    Path vmdk = content.resolve("disk.vmdk");
    Commands.require(
        List.of(
            "qemu-img",
            "convert",
            "-f",
            "raw",
            "-O",
            "vmdk",
            "-o",
            "subformat=" + subformat,
            raw.toString(),
            vmdk.toString()));
    return vmdk;
  }

  private static byte[] changed(byte[] content, int at, byte[] by) {
    byte[] changed = content.clone();
    System.arraycopy(by, 0, changed, at, by.length);
    return changed;
  }

  @Test
  void clearsWhatAKilledWorkerHadHalfMade() throws Exception {
    Path image = qcow2();
    Files.createFile(pool.resolve(".holdfast-image-" + Examples.IMAGE + ".abcd1234.part"));
    try (ContentServer server = new ContentServer(image)) {
      ImageSource source = source(image, ImageFormat.QCOW2, server.url());
      images.placeImage(source, TestHost.POOL);
      assertThat(files()).containsExactly("holdfast-image-" + Examples.IMAGE + ".qcow2");
    }
  }

  @Test
  void goesOnWhereTheSourceBrokeOff() throws Exception {
    Path image = qcow2();
    try (ContentServer server = new ContentServer(image)) {
      ImageSource source = source(image, ImageFormat.QCOW2, server.url());
      server.breakAfter(1000);
      fails(FailureType.IMAGE_SOURCE_UNREACHABLE, () -> images.placeImage(source, TestHost.POOL));

      images.placeImage(source, TestHost.POOL);

      assertThat(server.ranges()).hasSize(2).last().asString().matches("bytes=[1-9]\\d*-");
    }
  }

  @Test
  void refusesOtherContentAndLeavesNothing() throws Exception {
    Path image = qcow2();
    Path other = Files.write(content.resolve("other"), new byte[(int) Files.size(image)]);
    try (ContentServer server = new ContentServer(other)) {
      ImageSource source = source(image, ImageFormat.QCOW2, server.url());
      fails(FailureType.IMAGE_CHECKSUM_MISMATCH, () -> images.placeImage(source, TestHost.POOL));
      assertThat(files()).isEmpty();
    }
  }

  @Test
  void refusesWhatIsNoQcow2OrNeedsAnotherFile() throws Exception {
    Path zeros = Files.write(content.resolve("zeros"), new byte[4096]);
    Path overlay = content.resolve("overlay.qcow2");
    QemuImg.createOverlay(overlay, qcow2(), DISK);
    Path external = content.resolve("external.qcow2");
    Commands.require(
        List.of(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-o",
            "data_file=" + content.resolve("data") + ",data_file_raw=on",
            external.toString(),
            "1M"));
    for (Path bad : List.of(zeros, overlay, external)) {
      try (ContentServer server = new ContentServer(bad)) {
        ImageSource source = source(bad, ImageFormat.QCOW2, server.url());
        fails(FailureType.IMAGE_INVALID, () -> images.placeImage(source, TestHost.POOL));
        assertThat(files()).isEmpty();
      }
    }
  }

  @Test
  void saysThatNobodyServesIt() throws Exception {
    ImageSource source = source(qcow2(), ImageFormat.QCOW2, "http://127.0.0.1:1/image");
    fails(FailureType.IMAGE_SOURCE_UNREACHABLE, () -> images.placeImage(source, TestHost.POOL));
  }

  @Test
  void keepsAnImageThatVolumesStandOn() throws Exception {
    Path image = qcow2();
    try (ContentServer server = new ContentServer(image)) {
      images.placeImage(source(image, ImageFormat.QCOW2, server.url()), TestHost.POOL);
    }
    QemuImg.createOverlay(
        pool.resolve("x-root.qcow2"), ImageFiles.whole(pool, Examples.IMAGE), DISK);

    fails(FailureType.STORAGE_FAILED, () -> images.removeImage(Examples.IMAGE, TestHost.POOL));
  }

  @Test
  void keepsAnImageWhileAFileCannotBeLookedAtThatMayStandOnIt() throws Exception {
    Path whole = ImageFiles.whole(pool, Examples.IMAGE);
    QemuImg.createEmpty(whole, DISK);
    Path volume = pool.resolve("volume.qcow2");
    Files.createSymbolicLink(volume, volume); // whoever follows it is told ELOOP
    fails(FailureType.STORAGE_FAILED, () -> images.removeImage(Examples.IMAGE, TestHost.POOL));
    assertThat(whole).exists();
  }

  private Path qcow2() throws Exception {
    Path image = content.resolve("image.qcow2");
    QemuImg.createEmpty(image, DISK);
    return image;
  }

  private static ImageSource source(Path file, ImageFormat format, String url) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    return new ImageSource(Examples.image(format, sha256, bytes.length), url);
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(pool)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private static void fails(FailureType type, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(type.name()));
  }
}
