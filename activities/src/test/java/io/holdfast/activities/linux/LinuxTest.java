package io.holdfast.activities.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.qemu.Commands;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxTest {
  @TempDir Path folder;

  @Test
  void aFileTakesWhatTheSystemSays() throws IOException {
    Path file = folder.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(8192), 1 << 20);
      channel.force(true);
    }
    String blocks = Commands.require(List.of("stat", "--format=%b", file.toString()));
    assertThat(Linux.allocatedBytes(file))
        .isEqualTo(512 * Long.parseLong(blocks))
        .isBetween(8192L, 1L << 19);
    assertThatThrownBy(() -> Linux.allocatedBytes(folder.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
  }
}
