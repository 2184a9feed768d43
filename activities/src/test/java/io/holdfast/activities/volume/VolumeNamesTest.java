package io.holdfast.activities.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VolumeNamesTest {
  private static final Path FOLDER = Path.of("/pool");

  @Test
  void whatIsSpelledHereIsReadHere() {
    Path disk = VolumeNames.disk(FOLDER, Examples.INSTANCE, "root");
    Path overlay = VolumeNames.overlay(FOLDER, Examples.INSTANCE, "disk1", 12);

    assertThat(VolumeNames.parse(disk.getFileName().toString()))
        .contains(new VolumeNames.Own(Examples.INSTANCE, "root", 0));
    assertThat(VolumeNames.parse(overlay.getFileName().toString()))
        .contains(new VolumeNames.Own(Examples.INSTANCE, "disk1", 12));
  }

  @Test
  void otherFilesAreNoDisks() {
    assertThat(VolumeNames.parse(Examples.INSTANCE + "-seed.iso")).isEmpty();
    assertThat(VolumeNames.parse(Examples.INSTANCE + ".qcow2")).isEmpty();
    assertThat(VolumeNames.parse("." + Examples.INSTANCE + "-root.qcow2.1a2b.part")).isEmpty();
  }
}
