package io.holdfast.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.db.ContentFormat;
import io.holdfast.engine.image.unpack.InvalidImageException;
import io.holdfast.workflows.model.ImageFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageHeaderTest {
  private static final long MIB = 1 << 20;

  static byte[] qcow2(Consumer<ByteBuffer> change) {
    ByteBuffer header = ByteBuffer.allocate(ImageHeader.LENGTH);
    header.putInt(0, 0x514649fb).putInt(4, 3).putInt(20, 16).putLong(24, 5 * MIB);
    header.putInt(100, 104);
    change.accept(header);
    return header.array();
  }

  private static void refused(byte[] head, long size, ContentFormat said, String why) {
    assertThatThrownBy(() -> ImageHeader.parse(head, size, said))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining(why);
  }

  private static void refused(Consumer<ByteBuffer> change, String why) {
    refused(qcow2(change), MIB, ContentFormat.AUTO, why);
  }

  @Test
  void bothFormatsAreRecognised() throws Exception {
    ImageHeader qcow2 = new ImageHeader(ImageFormat.QCOW2, 5 * MIB);
    assertThat(ImageHeader.parse(qcow2(h -> {}), MIB, ContentFormat.AUTO)).isEqualTo(qcow2);
    assertThat(ImageHeader.parse(qcow2(h -> {}), MIB, ContentFormat.QCOW2)).isEqualTo(qcow2);
    assertThat(ImageHeader.parse(qcow2(h -> h.putInt(4, 2)), MIB, ContentFormat.AUTO))
        .isEqualTo(qcow2);
    assertThat(ImageHeader.parse(new byte[512], MIB, ContentFormat.AUTO))
        .isEqualTo(new ImageHeader(ImageFormat.RAW, MIB));
  }

  @Test
  void whatWasSaidMustBeTrue() {
    refused(qcow2(h -> {}), MIB, ContentFormat.RAW, "is qcow2, not raw");
    refused(new byte[512], MIB, ContentFormat.QCOW2, "not qcow2");
  }

  @Test
  void anImageStandsAlone() {
    refused(h -> h.putLong(8, 200), "backing file");
    refused(h -> h.putLong(72, 4), "another file");
    refused(h -> h.putLong(72, 2), "corrupt");
    refused(h -> h.putLong(72, 1 << 9), "unknown features");
    refused(h -> h.putInt(32, 2), "encrypted");
  }

  @Test
  void aHeaderMustMakeSense() {
    refused(h -> h.putInt(4, 1), "version 1");
    refused(h -> h.putInt(4, 4), "version 4");
    refused(h -> h.putInt(20, 63), "cluster size");
    refused(h -> h.putLong(24, 0), "no disk");
    refused(h -> h.putLong(24, -1), "no disk");
    refused(h -> h.putLong(24, ImageHeader.MOST_BYTES + 1), "at most 70368744177664 are taken");
    refused(qcow2(h -> {}), 65536, ContentFormat.AUTO, "cut off");
    byte[] torn = new byte[20];
    System.arraycopy(qcow2(h -> {}), 0, torn, 0, torn.length);
    refused(torn, torn.length, ContentFormat.AUTO, "cut off");
  }

  @Test
  void aRawDiskIsWholeSectors() {
    refused(new byte[0], 0, ContentFormat.AUTO, "multiple of 512");
    refused(new byte[513], 513, ContentFormat.RAW, "multiple of 512");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1f8b0800, gzip",
    "0, fd377a585a00, xz",
    "0, 28b52ffd, zstd",
    "0, 425a6839, bzip2",
    "0, 504b0304, zip",
    "257, 7573746172, tar",
    "0, 434f5744, vmdk of ESX",
    "64, 7f10dabe, vdi",
    "0, 7668647866696c65, vhdx",
    "0, 636f6e6563746978, vhd"
  })
  void otherFormatsAreNamed(int offset, String hex, String format) {
    byte[] head = new byte[512];
    byte[] magic = HexFormat.of().parseHex(hex);
    System.arraycopy(magic, 0, head, offset, magic.length);
    refused(head, 1024, ContentFormat.RAW, "is " + format);
    refused(head, 1024, ContentFormat.AUTO, "is " + format);
  }

  @Test
  void aDescriptorOfAnotherFileIsRefused() {
    byte[] head = new byte[512];
    byte[] text = "# Disk DescriptorFile\n".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, head, 0, text.length);
    refused(head, 512, ContentFormat.AUTO, "only a descriptor");
  }
}
