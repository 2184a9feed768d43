package io.holdfast.activities.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.workflows.model.InstanceId;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleFilesTest {
  private static final InstanceId OTHER = InstanceId.of("99999999-2222-4333-8444-555555555555");

  @TempDir Path folder;

  @Test
  void whatVirtlogdHasRotatedGoesWithTheLog() throws Exception {
    Path log = DomainNames.console(folder, Examples.INSTANCE);
    Path others = DomainNames.rotated(DomainNames.console(folder, OTHER), 0);
    for (Path file : new Path[] {log, DomainNames.rotated(log, 0), DomainNames.rotated(log, 2)}) {
      Files.writeString(file, "login: ");
    }
    Files.writeString(others, "login: ");

    ConsoleFiles.delete(log);
    ConsoleFiles.delete(log);

    assertThat(folder).isDirectoryContaining(others::equals);
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aHostThatHasRunNoGuestHasNone() {
    ConsoleFiles.delete(DomainNames.console(folder.resolve("none"), Examples.INSTANCE));
  }
}
