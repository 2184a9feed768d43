package io.holdfast.engine.image;

import io.holdfast.engine.image.unpack.InvalidImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a vmdk that stands alone: monolithicSparse or streamOptimized, one extent, in this
 * file. The layout is in VMware's "Virtual Disk Format 5.0"; numbers are little-endian, offsets in
 * sectors of 512 bytes. QEMU looks for a parent in the 20 sectors after the first, wherever the
 * header says that the descriptor is, and takes a capacity of 0 as the sign of a descriptor that
 * names other files (block/vmdk.c); both are refused here.
 */
record VmdkHeader(long virtualSizeBytes) {
  private static final int SECTOR = 512;
  private static final int DESCRIPTOR_AT = 1;
  private static final int QEMU_READS_SECTORS = 20;
  private static final int MOST_DESCRIPTOR_SECTORS = 2048;
  private static final int MAGIC = 0x564d444b;
  private static final long AT_END = -1;
  private static final Pattern EXTENT =
      Pattern.compile(
          "^[ \\t]*(?:RW|RDONLY|NOACCESS)[ \\t]+\\d+[ \\t]+(\\w+)(?:[ \\t]+\"([^\"\\r\\n]*)\")?",
          Pattern.MULTILINE);
  private static final Pattern TYPE =
      Pattern.compile("^[ \\t]*createType[ \\t]*=[ \\t]*\"([^\"\\r\\n]*)\"", Pattern.MULTILINE);
  private static final Pattern PARENT =
      Pattern.compile("^[ \\t]*parentCID[ \\t]*=[ \\t]*(\\w+)", Pattern.MULTILINE);

  /** Throws {@link InvalidImageException} unless all of the disk is in this file. */
  static VmdkHeader read(FileChannel file) throws IOException {
    ByteBuffer header = readAt(file, 0, SECTOR);
    int version = header.getInt(4);
    refuseIf(version < 1 || version > 3, "vmdk version " + version + " is not taken");
    long capacity = header.getLong(12);
    refuseIf(capacity <= 0 || capacity > Long.MAX_VALUE / SECTOR, "The vmdk holds no disk");
    long at = header.getLong(28);
    long sectors = header.getLong(36);
    refuseIf(at == 0 || sectors == 0, "The vmdk is one extent of a disk in several files");
    refuseIf(
        at != DESCRIPTOR_AT || sectors < 0 || sectors > MOST_DESCRIPTOR_SECTORS,
        "The vmdk's descriptor is not where it belongs");
    int length = (int) Math.max(sectors, QEMU_READS_SECTORS) * SECTOR;
    checkDescriptor(StandardCharsets.ISO_8859_1.decode(readAt(file, SECTOR, length)).toString());
    if (header.getLong(56) == AT_END) {
      checkFooter(file, capacity);
    }
    return new VmdkHeader(capacity * SECTOR);
  }

  private static void checkDescriptor(String text) throws InvalidImageException {
    refuseIf(text.contains("parentFileNameHint"), "The vmdk stands on a parent disk; flatten it");
    Matcher parent = PARENT.matcher(text);
    while (parent.find()) {
      refuseIf(
          !parent.group(1).toLowerCase(Locale.ROOT).equals("ffffffff"),
          "The vmdk stands on a parent disk; flatten it first");
    }
    Matcher type = TYPE.matcher(text);
    refuseIf(!type.find(), "The vmdk's descriptor names no type");
    refuseIf(
        !List.of("monolithicSparse", "streamOptimized").contains(type.group(1)),
        "The vmdk is %s; only monolithicSparse and streamOptimized are taken"
            .formatted(type.group(1)));
    List<String> extents = extents(text);
    refuseIf(extents.size() != 1, "The vmdk has its data in several files: " + shown(extents));
    Matcher extent = EXTENT.matcher(text);
    refuseIf(
        !extent.find() || !extent.group(1).equals("SPARSE") || isPath(extents.get(0)),
        "The vmdk has its data in another file: " + shown(extents));
  }

  /** The files that a descriptor says the data are in. */
  static List<String> extents(String descriptor) {
    List<String> files = new ArrayList<>();
    Matcher extent = EXTENT.matcher(descriptor);
    while (extent.find()) {
      files.add(extent.group(2) == null ? extent.group(1) : extent.group(2));
    }
    return files;
  }

  static String shown(List<String> files) {
    String all = String.join(", ", files).replaceAll("\\p{Cntrl}", "?");
    return all.length() > 200 ? all.substring(0, 200) + "..." : all;
  }

  private static boolean isPath(String name) {
    return name.contains("/") || name.contains("\\") || name.contains(":");
  }

  /** QEMU takes the header at the end for the true one, when the first header says so. */
  private static void checkFooter(FileChannel file, long capacity) throws IOException {
    long at = file.size() - 2L * SECTOR;
    refuseIf(at <= 0 || at % SECTOR != 0, "The vmdk is cut off");
    ByteBuffer footer = readAt(file, at, SECTOR);
    refuseIf(footer.getInt(0) != MAGIC, "The vmdk is cut off: it has no footer");
    refuseIf(footer.getLong(12) != capacity, "The vmdk's footer contradicts its header");
  }

  private static ByteBuffer readAt(FileChannel file, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      refuseIf(file.read(bytes, position + bytes.position()) < 0, "The vmdk is cut off");
    }
    return bytes.flip();
  }

  private static void refuseIf(boolean wrong, String why) throws InvalidImageException {
    if (wrong) {
      throw new InvalidImageException(why);
    }
  }
}
