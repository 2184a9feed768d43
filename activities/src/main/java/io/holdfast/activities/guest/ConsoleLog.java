package io.holdfast.activities.guest;

import io.holdfast.activities.domain.DomainNames;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** A guest's serial console, as QEMU, or virtlogd for it, writes it to a file on the host. */
final class ConsoleLog {
  private ConsoleLog() {}

  /** At most so many bytes of the end; none when there is no log yet. */
  static byte[] end(InstanceId instance, int bytes) throws IOException {
    return end(DomainNames.console(DomainNames.CONSOLES, instance), bytes);
  }

  /** What the log is too short for is read from what virtlogd has rotated it to. */
  static byte[] end(Path log, int bytes) throws IOException {
    byte[] end = endOf(log, bytes);
    Path older = DomainNames.rotated(log, 0);
    for (int i = 1; end.length < bytes && Files.exists(older); i++) {
      end = joined(endOf(older, bytes - end.length), end);
      older = DomainNames.rotated(log, i);
    }
    return end;
  }

  private static byte[] endOf(Path file, int bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return end(channel, bytes);
    } catch (NoSuchFileException none) {
      return new byte[0];
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /** The guest may go on writing meanwhile; what it adds is left out. */
  static byte[] end(FileChannel file, int bytes) throws IOException {
    long position = Math.max(0, file.size() - bytes);
    ByteBuffer tail = ByteBuffer.allocate(bytes);
    while (tail.hasRemaining()) {
      int read = file.read(tail, position + tail.position());
      if (read < 0) {
        break;
      }
    }
    return Arrays.copyOf(tail.array(), tail.position());
  }
}
