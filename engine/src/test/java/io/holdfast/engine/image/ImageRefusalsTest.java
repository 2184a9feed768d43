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
import io.holdfast.engine.image.unpack.ContentTooLargeException;
import io.holdfast.engine.image.unpack.InvalidImageException;
import io.holdfast.engine.image.unpack.Said;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a stranger may not send, with the words that it is refused with; nothing stays of any. */
class ImageRefusalsTest {
  private static final List<String> CODECS = Packed.CODECS;
  private static final long MAX_BYTES = 32 << 20;
  private static final byte[] RAW = disk(8 << 20);
  private static final byte[] VMDK = converted(RAW, "vmdk", "-o", "subformat=monolithicSparse");

  /** GNU's way to give the next file a name of more than 100 bytes. */
  private static final Packed.Entry LONG_NAME =
      new Packed.Entry("././@LongLink", "n".repeat(2 << 20).getBytes(StandardCharsets.UTF_8), 'L');

  @TempDir Path directory = Path.of("");
  private ImageStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = new ImageStore(directory, MAX_BYTES, Clock.systemUTC());
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  private void stage(InputStream content) throws IOException {
    Said said = new Said(ContentFormat.AUTO, Compression.AUTO, null);
    store.stage(UUID.randomUUID(), said, content, bytes -> {});
  }

  @ParameterizedTest
  @FieldSource("CODECS")
  void aBombIsStoppedAtTheLimit(String codec) {
    assertThatThrownBy(() -> stage(Packed.bomb(codec)))
        .isInstanceOf(ContentTooLargeException.class)
        .hasMessageMatching("What the .* stream unpacks to is larger than 33554432 bytes.*");
  }

  @Test
  void aBombInsideIsStoppedAtTheLimit() throws IOException {
    byte[] bomb = Packed.bomb("bzip2").readAllBytes();
    for (byte[] content :
        List.of(
            tar(file("disk.bz2", bomb)),
            compressed("gz", tar(file("disk.bz2", bomb))),
            tar(ovf("disk"), file("disk", bomb)))) {
      assertThatThrownBy(() -> stage(new ByteArrayInputStream(content)))
          .isInstanceOf(ContentTooLargeException.class)
          .hasMessageContaining("What the bzip2 stream unpacks to is larger");
    }
    InputStream giant = new ByteArrayInputStream(sparseGiant());
    assertThatThrownBy(() -> stage(giant))
        .isInstanceOf(ContentTooLargeException.class)
        .hasMessageContaining("File disk.raw is larger");
  }

  /** A file of 4 GiB that is one hole, as GNU tar writes it. */
  private static byte[] sparseGiant() throws IOException {
    Path folder = Files.createTempDirectory("giant");
    Path giant = folder.resolve("disk.raw");
    Path packed = folder.resolve("disk.tar");
    Packed.run(List.of("truncate", "-s", "4G", giant.toString()));
    Packed.run(List.of("tar", "-S", "-C", folder.toString(), "-cf", packed.toString(), "disk.raw"));
    byte[] tar = Files.readAllBytes(packed);
    Files.delete(giant);
    Files.delete(packed);
    Files.delete(folder);
    return tar;
  }

  @Test
  void aVmdkOfAHugeDiskCountsAsUnpacked() {
    byte[] huge = changed(VMDK, header -> header.putLong(12, 1L << 40));
    assertThatThrownBy(() -> stage(new ByteArrayInputStream(huge)))
        .isInstanceOf(ContentTooLargeException.class)
        .hasMessageContaining("The disk in the vmdk");
  }

  static Stream<Arguments> cutOff() {
    List<Arguments> all = new ArrayList<>();
    for (String codec : CODECS) {
      byte[] whole = compressed(codec, RAW);
      byte[] tar = compressed(codec, tar(file("disk.raw", RAW)));
      for (byte[] sent : List.of(whole, tar)) {
        all.add(arguments(codec + ", half of it", Arrays.copyOf(sent, sent.length / 2)));
        all.add(arguments(codec + " without its end", Arrays.copyOf(sent, sent.length - 5)));
        if (!codec.equals("zstd")) { // here without a checksum, so it cannot tell
          byte[] wrong = sent.clone();
          wrong[sent.length / 8] ^= 0x55; // among what is not zeros
          all.add(arguments(codec + " with a wrong byte", wrong));
        }
      }
      byte[] more = Arrays.copyOf(whole, whole.length + 100);
      Arrays.fill(more, whole.length, more.length, (byte) 7);
      all.add(arguments(codec + " with something after it", more));
    }
    byte[] tar = tar(file("disk.raw", RAW));
    all.add(arguments("tar, half of it", Arrays.copyOf(tar, tar.length / 2)));
    all.add(arguments("tar without its end", Arrays.copyOf(tar, 512 + RAW.length)));
    all.add(arguments("ova, half of it", half(tar(ovf("d"), file("d", VMDK)))));
    return all.stream();
  }

  private static byte[] half(byte[] content) {
    return Arrays.copyOf(content, content.length / 2);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cutOff")
  void whatIsCutOffOrBroken(String name, byte[] sent) {
    assertThatThrownBy(() -> stage(new ByteArrayInputStream(sent)))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageMatching("(?s).*(broken|cut off|Something follows).*");
  }

  static Stream<Arguments> tars() {
    byte[] qcow2 = converted(RAW, "qcow2");
    Packed.Entry disk = file("disk.raw", RAW);
    return Stream.of(
        arguments("../disk.raw, which lies outside", tar(file("../disk.raw", RAW))),
        arguments("a/../../disk.raw, which lies outside", tar(file("a/../../disk.raw", RAW))),
        arguments("/etc/passwd, which lies outside", tar(disk, text("/etc/passwd", "x"))),
        arguments("C:\\disk.raw, which lies outside", tar(file("C:\\disk.raw", RAW))),
        arguments("a link to another file", tar(disk, Packed.Entry.of("more", '2'))),
        arguments("a link to another file", tar(disk, Packed.Entry.of("more", '1'))),
        arguments("a device", tar(Packed.Entry.of("sda", '4'), disk)),
        arguments("a device", tar(Packed.Entry.of("tty", '3'), disk)),
        arguments("a pipe", tar(Packed.Entry.of("pipe", '6'), disk)),
        arguments("neither a file nor a directory", tar(Packed.Entry.of("odd", 'M'), disk)),
        arguments("disk.raw, twice", tar(disk, disk)),
        arguments("more than one disk: disk.raw and b.qcow2", tar(disk, file("b.qcow2", qcow2))),
        arguments("holds no file", tar(Packed.Entry.of("folder/", '5'))),
        arguments("holds no disk", tar(text("README", "nothing here"))),
        arguments("The disk is tar", tar(file("disk.raw", tar(disk)))),
        arguments("The disk is gzip", compressed("gz", compressed("gz", RAW))),
        arguments("headers of more than a MiB", tar(LONG_NAME, disk)),
        arguments("more than 1000 entries", tar(manyFolders())));
  }

  private static Packed.Entry[] manyFolders() {
    return Stream.iterate(0, i -> i + 1)
        .limit(1100)
        .map(i -> Packed.Entry.of("folder" + i + "/", '5'))
        .toArray(Packed.Entry[]::new);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tars")
  void aTarThatIsNotOneDisk(String why, byte[] sent) {
    for (byte[] content : List.of(sent, compressed("gz", sent))) {
      assertThatThrownBy(() -> stage(new ByteArrayInputStream(content)))
          .isInstanceOf(InvalidImageException.class)
          .hasMessageContaining(why);
    }
  }

  static Stream<Arguments> ovas() {
    Packed.Entry vmdk = file("disk.vmdk", VMDK);
    String file1 = "<File ovf:id='file1' ovf:href='disk.vmdk'/>";
    String file2 = "<File ovf:id='file2' ovf:href='b.vmdk'/>";
    String disk1 = "<Disk ovf:diskId='d1' ovf:fileRef='file1'/>";
    String disk2 = "<Disk ovf:diskId='d2' ovf:fileRef='file2'/>";
    String doctype =
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><Envelope>&e;</Envelope>";
    return Stream.of(
        arguments("not in the archive: other.vmdk", tar(ovf("other.vmdk"), vmdk)),
        arguments("not in the archive: b.vmdk", tar(ovf(file1 + file2, disk1), vmdk)),
        arguments("not in the archive: /etc/passwd", tar(ovf("/etc/passwd"), vmdk)),
        arguments("not in the archive: ../disk.vmdk", tar(ovf("../disk.vmdk"), vmdk)),
        arguments("not in the archive: http://x/d", tar(ovf("http://x/d"), vmdk)),
        arguments(
            "more than one disk: disk.vmdk and b.vmdk",
            tar(ovf(file1 + file2, disk1 + disk2), vmdk, file("b.vmdk", VMDK))),
        arguments("names no disk", tar(ovf(file1, "<Disk ovf:diskId='d1'/>"), vmdk)),
        arguments("in file file2, which it does not list", tar(ovf(file1, disk2), vmdk)),
        arguments(
            "stands on another",
            tar(ovf(file1, "<Disk ovf:diskId='d' ovf:fileRef='file1' ovf:parentRef='e'/>"), vmdk)),
        arguments(
            "into chunks",
            tar(ovf("<File ovf:id='file1' ovf:href='d' ovf:chunkSize='9'/>", disk1), vmdk)),
        arguments("DOCTYPE", tar(text("vm.ovf", doctype), vmdk)),
        arguments("not readable", tar(text("vm.ovf", "no xml"), vmdk)),
        arguments("no Envelope", tar(text("vm.ovf", "<Other/>"), vmdk)),
        arguments("a second descriptor", tar(ovf("disk.vmdk"), vmdk, text("b.ovf", "<Other/>"))),
        arguments("begins with its OVF descriptor", tar(vmdk, ovf("disk.vmdk"))),
        arguments(
            "the SHA256 of disk.vmdk is 00",
            tar(ovf("disk.vmdk"), vmdk, text("vm.mf", "SHA256(disk.vmdk)= " + "0".repeat(64)))),
        arguments(
            "the SHA1 of disk.vmdk is 00",
            tar(ovf("disk.vmdk"), text("vm.mf", "SHA1(disk.vmdk)= " + "0".repeat(40)), vmdk)),
        arguments(
            "manifest names a file that is not in the archive: more",
            tar(ovf("disk.vmdk"), vmdk, text("vm.mf", "SHA1(more)= " + "0".repeat(40)))),
        arguments(
            "a line that is no hash", tar(ovf("disk.vmdk"), vmdk, text("vm.mf", "MD5(disk)= 0"))),
        arguments("more than a MiB", tar(text("vm.ovf", " ".repeat(2 << 20)), vmdk)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ovas")
  void anOvaThatIsNotOneDisk(String why, byte[] sent) {
    assertThatThrownBy(() -> stage(new ByteArrayInputStream(sent)))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining(why);
  }

  static Stream<Arguments> disksElsewhere() throws IOException {
    byte[] flat = converted(RAW, "vmdk", "-o", "subformat=monolithicFlat");
    byte[] split = converted(RAW, "vmdk", "-o", "subformat=twoGbMaxExtentSparse");
    byte[] backed = qcow2("backing_file=/etc/passwd,backing_fmt=raw");
    Path data = Files.createTempFile("disk", ".data");
    byte[] external = qcow2("data_file=" + data + ",data_file_raw=on");
    Files.delete(data);
    return Stream.of(
        arguments("data are in other files: disk-flat.vmdk", flat),
        arguments("data are in other files: disk-s001.vmdk", split),
        arguments("other files: /etc/passwd", descriptor(flat, "disk-flat.vmdk", "/etc/passwd")),
        arguments(
            "stands on a parent", described(VMDK, "parentCID=ffffffff", "parentCID=12345678")),
        arguments(
            "stands on a parent",
            described(VMDK, "ddb.toolsVersion", "parentFileNameHint=\"/etc/p\"")),
        arguments("data in another file: /etc/passwd", described(VMDK, "disk.vmdk", "/etc/passwd")),
        arguments("is vmfsSparse", described(VMDK, "monolithicSparse", "vmfsSparse\"")),
        arguments("holds no disk", changed(VMDK, header -> header.putLong(12, 0))),
        arguments("one extent of", changed(VMDK, header -> header.putLong(28, 0))),
        arguments("not where it belongs", changed(VMDK, header -> header.putLong(28, 40))),
        arguments("version 9", changed(VMDK, header -> header.putInt(4, 9))),
        arguments("has a backing file", backed),
        arguments("keeps data in another file", external));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("disksElsewhere")
  void aDiskWhoseDataAreElsewhere(String why, byte[] disk) {
    for (byte[] sent :
        List.of(
            disk,
            compressed("zstd", disk),
            compressed("gz", tar(file("disk", disk))),
            tar(ovf("disk"), file("disk", disk)))) {
      assertThatThrownBy(() -> stage(new ByteArrayInputStream(sent)))
          .isInstanceOf(InvalidImageException.class)
          .hasMessageContaining(why);
    }
  }

  private static byte[] qcow2(String options) throws IOException {
    Path file = Files.createTempFile("disk", ".qcow2");
    Packed.run(
        List.of(
            "qemu-img", "create", "-q", "-u", "-f", "qcow2", "-o", options, file.toString(), "8M"));
    byte[] disk = Files.readAllBytes(file);
    Files.delete(file);
    return disk;
  }

  private static byte[] descriptor(byte[] vmdk, String what, String by) {
    return new String(vmdk, StandardCharsets.ISO_8859_1)
        .replace(what, by)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Replaces a text in the embedded descriptor, whose bytes after it stay where they are. */
  private static byte[] described(byte[] vmdk, String what, String by) {
    byte[] changed = vmdk.clone();
    String all = new String(vmdk, 512, 20 * 512, StandardCharsets.ISO_8859_1);
    byte[] descriptor =
        Arrays.copyOf(all.replace(what, by).getBytes(StandardCharsets.ISO_8859_1), 20 * 512);
    System.arraycopy(descriptor, 0, changed, 512, descriptor.length);
    assertThat(changed).isNotEqualTo(vmdk);
    return changed;
  }

  private static byte[] changed(byte[] vmdk, Consumer<ByteBuffer> change) {
    byte[] changed = vmdk.clone();
    change.accept(ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN));
    return changed;
  }
}
