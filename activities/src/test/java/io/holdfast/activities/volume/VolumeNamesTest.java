package io.holdfast.activities.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.VolumeId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VolumeNamesTest {
  private static final Path FOLDER = Path.of("/pool");
  private static final VolumeId VOLUME = VolumeId.of("00000000-0000-0000-0000-0000000a000d");

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
  void aVolumeMovesAsOneMoreDiskOfTheInstanceThatHasIt() {
    String name = VOLUME.disk();
    assertThat(VolumeId.ofDisk(name)).contains(VOLUME);
    assertThat(VolumeId.ofDisk("root")).isEmpty();
    Path disk = VolumeNames.disk(FOLDER, Examples.INSTANCE, name);
    assertThat(disk).isEqualTo(VolumeNames.volume(FOLDER, VOLUME));
    Path overlay = VolumeNames.overlay(FOLDER, Examples.INSTANCE, name, 2);

    assertThat(VolumeNames.parseMoving(disk.getFileName().toString(), Examples.INSTANCE))
        .contains(new VolumeNames.Own(Examples.INSTANCE, name, 0));
    assertThat(VolumeNames.parseMoving(overlay.getFileName().toString(), Examples.INSTANCE))
        .contains(new VolumeNames.Own(Examples.INSTANCE, name, 2));
    String root = Examples.INSTANCE + "-root.qcow2";
    assertThat(VolumeNames.parseMoving(root, Examples.INSTANCE)).isPresent();
    assertThat(VolumeNames.parseMoving(root, new InstanceId(VOLUME.value()))).isEmpty();
  }

  @Test
  void aSnapshotsDiskHasANameThatAStreamMayHave() {
    SnapshotId snapshot = SnapshotId.of("00000000-0000-0000-0000-0000000a000f");
    String name = snapshot.disk("disk1");
    assertThat(name).matches("[0-9a-z]+");
    assertThat(SnapshotId.ofDisk(name)).contains(new SnapshotId.OfDisk(snapshot, "disk1"));
    assertThat(SnapshotId.ofDisk("disk1")).isEmpty();
    assertThat(VolumeId.ofDisk(name)).isEmpty();
    assertThat(VolumeNames.disk(FOLDER, Examples.INSTANCE, name))
        .hasFileName("snapshot-" + snapshot + "-" + Examples.INSTANCE + "-disk1.qcow2");
  }

  @Test
  void otherFilesAreNoDisks() {
    assertThat(VolumeNames.parse(Examples.INSTANCE + "-seed.iso")).isEmpty();
    assertThat(VolumeNames.parse(Examples.INSTANCE + ".qcow2")).isEmpty();
    assertThat(VolumeNames.parse("." + Examples.INSTANCE + "-root.qcow2.1a2b.part")).isEmpty();
  }
}
