package io.holdfast.activities.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The head of a qcow2 file, read without a process; never written. Layout: QEMU's
 * docs/interop/qcow2.txt.
 *
 * @param virtualSize bytes of the disk inside
 * @param backing the backing file's name as written there, or empty
 * @param externalData true when the data lie in another file
 */
public record QcowHeader(long virtualSize, String backing, boolean externalData) {
  private static final int MAGIC = 0x514649fb;
  private static final int LENGTH = 104;
  private static final int LONGEST_NAME = 1023;
  private static final long EXTERNAL_DATA = 1L << 2;

  /** Empty when the file is no qcow2. */
  public static Optional<QcowHeader> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = readAt(channel, 0, LENGTH);
      if (head.limit() < 72 || head.getInt(0) != MAGIC) {
        return Optional.empty();
      }
      int version = head.getInt(4);
      long features = version >= 3 && head.limit() >= 80 ? head.getLong(72) : 0;
      return Optional.of(
          new QcowHeader(head.getLong(24), name(channel, head), (features & EXTERNAL_DATA) != 0));
    }
  }

  private static String name(FileChannel channel, ByteBuffer head) throws IOException {
    long offset = head.getLong(8);
    if (offset == 0) {
      return "";
    }
    int length = Math.max(0, Math.min(head.getInt(16), LONGEST_NAME));
    ByteBuffer name = readAt(channel, offset, length);
    String text = StandardCharsets.UTF_8.decode(name).toString();
    return text.isEmpty() ? "?" : text;
  }

  private static ByteBuffer readAt(FileChannel channel, long offset, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    long position = offset;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, position);
      if (read < 0) {
        break;
      }
      position += read;
    }
    return buffer.flip();
  }
}
