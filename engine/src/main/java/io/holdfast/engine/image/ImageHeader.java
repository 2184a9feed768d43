package io.holdfast.engine.image;

import io.holdfast.engine.db.ContentFormat;
import io.holdfast.engine.image.unpack.ContentTooLargeException;
import io.holdfast.engine.image.unpack.InvalidImageException;
import io.holdfast.workflows.model.ImageFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What the first bytes of a content say. An image comes from a stranger: one that names other files
 * would let a guest read them, so such images are refused before any tool opens them. The layout of
 * qcow2 is in QEMU's docs/interop/qcow2.txt; all its numbers are big-endian.
 *
 * @param format of the disk
 * @param virtualSizeBytes of the disk inside
 */
public record ImageHeader(ImageFormat format, long virtualSizeBytes) {
  /** Bytes from the start that {@link #parse} wants to see; fewer when the content is shorter. */
  public static final int LENGTH = 512;

  /** Bytes of the largest disk that an instance may have, 64 TiB: a larger one fits nobody. */
  static final long MOST_BYTES = 64L << 40;

  private static final int SECTOR = 512;
  private static final int QCOW2_V2_LENGTH = 72;
  private static final int QCOW2_V3_LENGTH = 104;
  private static final long CORRUPT = 1 << 1;
  private static final long EXTERNAL_DATA_FILE = 1 << 2;
  private static final long KNOWN_INCOMPATIBLE = 0b11111;

  private static final Magic QCOW = Magic.text(0, "QFI\u00fb", "qcow2");
  private static final Magic VMDK = Magic.text(0, "KDMV", "vmdk");
  private static final Magic DESCRIPTOR = Magic.text(0, "# Disk DescriptorFile", "vmdk");
  private static final List<Magic> FOREIGN =
      List.of(
          Magic.hex(0, "1f8b", "gzip"),
          Magic.hex(0, "fd377a585a00", "xz"),
          Magic.hex(0, "28b52ffd", "zstd"),
          Magic.text(0, "BZh", "bzip2"),
          Magic.hex(0, "504b0304", "zip"),
          Magic.hex(0, "377abcaf271c", "7z"),
          Magic.text(257, "ustar", "tar (or OVA)"),
          Magic.text(0, "COWD", "vmdk of ESX"),
          Magic.hex(64, "7f10dabe", "vdi"),
          Magic.text(0, "vhdxfile", "vhdx"),
          Magic.text(0, "conectix", "vhd"),
          Magic.text(0, "WithoutFreeSpace", "parallels"),
          Magic.text(0, "WithouFreSpacExt", "parallels"),
          Magic.hex(0, "51454400", "qed"),
          Magic.text(0, "LUKS\u00ba\u00be", "LUKS"));

  /**
   * Judges a file; see {@link #parse}. A host makes a qcow2 of a vmdk, so the disk inside counts as
   * unpacked.
   */
  static ImageHeader read(Path file, ContentFormat said, long maxBytes) throws IOException {
    byte[] head;
    try (InputStream content = Files.newInputStream(file)) {
      head = content.readNBytes(LENGTH);
    }
    if (!VMDK.matches(head)) {
      return parse(head, Files.size(file), said);
    }
    if (said == ContentFormat.RAW || said == ContentFormat.QCOW2) {
      throw notAsSaid("vmdk", said);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long virtualSize = VmdkHeader.read(channel).virtualSizeBytes();
      if (virtualSize > maxBytes) {
        throw new ContentTooLargeException("The disk in the vmdk", maxBytes);
      }
      return new ImageHeader(ImageFormat.VMDK, virtualSize);
    }
  }

  /**
   * Of raw and qcow2. Throws {@link InvalidImageException} when the content is no disk that stands
   * alone, or not what the caller says it is.
   *
   * @param head the first {@link #LENGTH} bytes
   * @param sizeBytes of the whole content
   */
  public static ImageHeader parse(byte[] head, long sizeBytes, ContentFormat said)
      throws InvalidImageException {
    if (QCOW.matches(head)) {
      if (said == ContentFormat.RAW || said == ContentFormat.VMDK) {
        throw notAsSaid("qcow2", said);
      }
      return qcow2(head, sizeBytes);
    }
    if (DESCRIPTOR.matches(head)) {
      List<String> files = VmdkHeader.extents(new String(head, StandardCharsets.ISO_8859_1));
      throw new InvalidImageException(
          "The vmdk is only a descriptor, its data are in other files: " + VmdkHeader.shown(files));
    }
    for (Magic magic : FOREIGN) {
      if (magic.matches(head)) {
        throw new InvalidImageException(
            "The disk is " + magic.format() + "; only raw, qcow2 and vmdk are taken");
      }
    }
    if (said == ContentFormat.QCOW2 || said == ContentFormat.VMDK) {
      throw notAsSaid("neither qcow2 nor vmdk", said);
    }
    if (sizeBytes == 0 || sizeBytes % SECTOR != 0) {
      throw new InvalidImageException(
          "A raw disk is a multiple of 512 bytes; this content has " + sizeBytes);
    }
    return new ImageHeader(ImageFormat.RAW, sizeBytes);
  }

  private static InvalidImageException notAsSaid(String found, ContentFormat said) {
    return new InvalidImageException(
        "The disk is %s, not %s as was said"
            .formatted(found, said.name().toLowerCase(Locale.ROOT)));
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
    refuseIf(
        virtualSize > MOST_BYTES,
        "The disk in the qcow2 has %d bytes; at most %d are taken"
            .formatted(virtualSize, MOST_BYTES));
    refuseIf(sizeBytes < 2L << clusterBits, "The qcow2 content is cut off");
    if (version == 3) {
      refuseIf(head.length < QCOW2_V3_LENGTH, "The qcow2 header is cut off");
      long incompatible = header.getLong(72);
      refuseIf(
          (incompatible & EXTERNAL_DATA_FILE) != 0, "The qcow2 image keeps data in another file");
      refuseIf((incompatible & CORRUPT) != 0, "The qcow2 image is marked as corrupt");
      refuseIf((incompatible & ~KNOWN_INCOMPATIBLE) != 0, "The qcow2 image uses unknown features");
    }
    return new ImageHeader(ImageFormat.QCOW2, virtualSize);
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
