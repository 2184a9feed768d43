package io.holdfast.activities.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.workflows.model.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskOverlaysTest {
  @TempDir Path pool;

  @Test
  void aDiskIsWholeUntilAnOverlayLiesBesideIt() throws IOException {
    String volume = VolumeId.of("00000000-0000-0000-0000-0000000a0001").disk();
    for (String disk : List.of("root", "disk1", volume)) {
      Path file = VolumeNames.disk(pool, Examples.INSTANCE, disk);
      Path overlay = VolumeNames.overlay(pool, Examples.INSTANCE, disk, 1);
      assertThat(DiskOverlays.concern(file)).isFalse();
      assertThat(DiskOverlays.concern(overlay)).isTrue();
      Files.createFile(overlay);
      assertThat(DiskOverlays.concern(file)).isTrue();
    }
  }
}
