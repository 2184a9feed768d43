package io.holdfast.engine.image;

import io.holdfast.engine.db.ContentFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * What the first bytes of a content say. An image comes from a stranger: one that names other files
 * would let a guest read them, so such images are refused before any tool opens them. The layout of
 * qcow2 is in QEMU's docs/interop/qcow2.txt; all its numbers are big-endian.
 *
 * @param format RAW or QCOW2, never AUTO
 * @param virtualSizeBytes of the disk inside
 */
public record ImageHeader(ContentFormat format, long virtualSizeBytes) {
  /** Bytes from the start that {@link #parse} wants to see; fewer when the content is shorter. */
  public static final int LENGTH = 512;

  private static final int SECTOR = 512;
  private static final int QCOW2_V2_LENGTH = 72;
  private static final int QCOW2_V3_LENGTH = 104;
  private static final long CORRUPT = 1 << 1;
  private static final long EXTERNAL_DATA_FILE = 1 << 2;
  private static final long KNOWN_INCOMPATIBLE = 0b11111;

  private static final Magic QCOW = Magic.text(0, "QFI\u00fb", "qcow2");
  private static final List<Magic> FOREIGN =
      List.of(
          Magic.hex(0, "1f8b", "gzip"),
          Magic.hex(0, "fd377a585a00", "xz"),
          Magic.hex(0, "28b52ffd", "zstd"),
          Magic.text(0, "BZh", "bzip2"),
          Magic.hex(0, "504b0304", "zip"),
          Magic.hex(0, "377abcaf271c", "7z"),
          Magic.text(257, "ustar", "tar (or OVA)"),
          Magic.text(0, "KDMV", "vmdk"),
          Magic.text(0, "COWD", "vmdk"),
          Magic.text(0, "# Disk DescriptorFile", "vmdk"),
          Magic.hex(64, "7f10dabe", "vdi"),
          Magic.text(0, "vhdxfile", "vhdx"),
          Magic.text(0, "conectix", "vhd"),
          Magic.text(0, "WithoutFreeSpace", "parallels"),
          Magic.text(0, "WithouFreSpacExt", "parallels"),
          Magic.hex(0, "51454400", "qed"),
          Magic.text(0, "LUKS\u00ba\u00be", "LUKS"));

  /** Reads the head of a file; see {@link #parse}. */
  public static ImageHeader read(Path file, ContentFormat said) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      return parse(content.readNBytes(LENGTH), Files.size(file), said);
    }
  }

  /**
   * Throws {@link InvalidImageException} when the content is not a raw or qcow2 disk that stands
   * alone, or not what the caller says it is.
   *
   * @param head the first {@link #LENGTH} bytes
   * @param sizeBytes of the whole content
   */
  public static ImageHeader parse(byte[] head, long sizeBytes, ContentFormat said)
      throws InvalidImageException {
    if (QCOW.matches(head)) {
      if (said == ContentFormat.RAW) {
        throw new InvalidImageException("The content is qcow2, not raw as was said");
      }
      return qcow2(head, sizeBytes);
    }
    for (Magic magic : FOREIGN) {
      if (magic.matches(head)) {
        throw new InvalidImageException(
            "The content is " + magic.format() + "; only raw and qcow2 are taken");
      }
    }
    if (said == ContentFormat.QCOW2) {
      throw new InvalidImageException("The content is not qcow2 as was said");
    }
    if (sizeBytes == 0 || sizeBytes % SECTOR != 0) {
      throw new InvalidImageException(
          "A raw disk is a multiple of 512 bytes; this content has " + sizeBytes);
    }
    return new ImageHeader(ContentFormat.RAW, sizeBytes);
  }

  private static ImageHeader qcow2(byte[] head, long sizeBytes) throws InvalidImageException {
    if (head.length < QCOW2_V2_LENGTH) {
      throw new InvalidImageException("The qcow2 header is cut off");
    }
    ByteBuffer header = ByteBuffer.wrap(head);
    int version = header.getInt(4);
    refuseIf(version != 2 && version != 3, "qcow2 version " + version + " is not taken");
    refuseIf(header.getLong(8) != 0, "The qcow2 image has a backing file; flatten it first");
    int clusterBits = header.getInt(20);
    refuseIf(
        clusterBits < 9 || clusterBits > 21, "The qcow2 header has an impossible cluster size");
    refuseIf(header.getInt(32) != 0, "The qcow2 image is encrypted");
    long virtualSize = header.getLong(24);
    refuseIf(virtualSize <= 0, "The qcow2 image holds no disk");
    refuseIf(sizeBytes < 2L << clusterBits, "The qcow2 content is cut off");
    if (version == 3) {
      refuseIf(head.length < QCOW2_V3_LENGTH, "The qcow2 header is cut off");
      long incompatible = header.getLong(72);
      refuseIf(
          (incompatible & EXTERNAL_DATA_FILE) != 0, "The qcow2 image keeps data in another file");
      refuseIf((incompatible & CORRUPT) != 0, "The qcow2 image is marked as corrupt");
      refuseIf((incompatible & ~KNOWN_INCOMPATIBLE) != 0, "The qcow2 image uses unknown features");
    }
    return new ImageHeader(ContentFormat.QCOW2, virtualSize);
  }

  private static void refuseIf(boolean wrong, String why) throws InvalidImageException {
    if (wrong) {
      throw new InvalidImageException(why);
    }
  }

  /** Bytes at a place that tell a format. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Magic(int offset, byte[] bytes, String format) {
    static Magic text(int offset, String text, String format) {
      return new Magic(offset, text.getBytes(StandardCharsets.ISO_8859_1), format);
    }

    static Magic hex(int offset, String hex, String format) {
      return new Magic(offset, HexFormat.of().parseHex(hex), format);
    }

    boolean matches(byte[] head) {
      if (head.length < offset + bytes.length) {
        return false;
      }
      return ByteBuffer.wrap(head, offset, bytes.length).equals(ByteBuffer.wrap(bytes));
    }
  }
}
