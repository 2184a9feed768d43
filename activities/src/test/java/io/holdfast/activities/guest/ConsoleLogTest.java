package io.holdfast.activities.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
  @TempDir Path folder;

  @Test
  void theEndOfALogHasNoMoreThanWasAskedFor() throws IOException {
    Path log = folder.resolve("console.log");
    Files.writeString(log, "first line\nlast line\n");
    try (FileChannel file = FileChannel.open(log)) {
      assertThat(text(ConsoleLog.end(file, 10))).isEqualTo("last line\n");
      assertThat(text(ConsoleLog.end(file, 100))).isEqualTo("first line\nlast line\n");
    }
  }

  /** virtlogd renames a log that is full, and begins a new one. */
  @Test
  void whatTheLogIsTooShortForIsInTheOlderOnes() throws IOException {
    Path log = folder.resolve("console.log");
    Files.writeString(log, "new\n");
    Files.writeString(folder.resolve("console.log.0"), "older\n");
    Files.writeString(folder.resolve("console.log.1"), "oldest\n");
    assertThat(text(ConsoleLog.end(log, 4))).isEqualTo("new\n");
    assertThat(text(ConsoleLog.end(log, 8))).isEqualTo("der\nnew\n");
    assertThat(text(ConsoleLog.end(log, 100))).isEqualTo("oldest\nolder\nnew\n");
  }

  @Test
  void aGuestThatNeverStartedHasPrintedNothing() throws IOException {
    assertThat(ConsoleLog.end(Examples.INSTANCE, 100)).isEmpty();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
