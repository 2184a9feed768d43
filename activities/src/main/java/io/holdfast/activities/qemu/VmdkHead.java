package io.holdfast.activities.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The head of a vmdk, read without a process. The engine judged it in full; this looks once more
 * for the two things that would make QEMU open another file (block/vmdk.c): no capacity, which
 * means a descriptor of other files, and a parent.
 *
 * @param virtualSize bytes of the disk inside
 * @param standsAlone false when QEMU would open another file for it
 */
public record VmdkHead(long virtualSize, boolean standsAlone) {
  private static final int MAGIC = 0x564d444b;
  private static final int SECTOR = 512;

  /** Header and all of the descriptor that QEMU reads, and more. */
  private static final int LENGTH = 64 << 10;

  /** Empty when the file is no vmdk with a header, a bare descriptor among others. */
  public static Optional<VmdkHead> read(Path file) throws IOException {
    byte[] head;
    try (InputStream content = Files.newInputStream(file)) {
      head = content.readNBytes(LENGTH);
    }
    ByteBuffer header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    if (head.length < SECTOR || header.getInt(0) != MAGIC) {
      return Optional.empty();
    }
    long sectors = header.getLong(12);
    boolean parent = new String(head, StandardCharsets.ISO_8859_1).contains("parentFileNameHint");
    return Optional.of(new VmdkHead(sectors * SECTOR, sectors > 0 && !parent));
  }
}
