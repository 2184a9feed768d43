package io.holdfast.activities.guest;

import io.holdfast.activities.domain.DomainNames;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** A guest's serial console, as QEMU writes it to a file on the host. */
final class ConsoleLog {
  private ConsoleLog() {}

  /** At most so many bytes of the end; none when there is no log yet. */
  static byte[] end(InstanceId instance, int bytes) throws IOException {
    Path log = DomainNames.console(DomainNames.CONSOLES, instance);
    try (FileChannel file = FileChannel.open(log, StandardOpenOption.READ)) {
      return end(file, bytes);
    } catch (NoSuchFileException none) {
      return new byte[0];
    }
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
