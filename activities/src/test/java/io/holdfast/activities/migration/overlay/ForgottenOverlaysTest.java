package io.holdfast.activities.migration.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.qemu.Commands;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.volume.VolumeNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a guest that went off has left in an overlay that libvirt does not know. */
class ForgottenOverlaysTest {
  private static final long SIZE = 1 << 20;
  private static final String MARK = "holdfast.merge";
  private static final int OLD = 0x11;
  private static final int NEW = 0x22;

  @TempDir Path pool;

  private SourceDisk source;
  private Path disk;
  private Path overlay;

  @BeforeEach
  void aDiskAndItsOverlay() throws IOException {
    disk = VolumeNames.disk(pool, Examples.INSTANCE, "root");
    overlay = VolumeNames.overlay(pool, Examples.INSTANCE, "root", 1);
    source = new SourceDisk("root", "vda", disk.toString(), 0);
    QemuImg.createEmpty(disk, SIZE);
    write(disk, OLD);
    QemuImg.createOverlay(overlay, disk, SIZE);
    write(overlay, NEW);
  }

  @Test
  void whatWasWrittenLastIsInTheDisk() throws IOException {
    ForgottenOverlays.mergeFile(Examples.INSTANCE, source);
    assertHolds(NEW);
  }

  /** As libvirt leaves it, when it has merged it and dies before the file is removed. */
  @Test
  void anOverlayThatIsOlderThanItsDiskWasMergedBefore() throws IOException {
    isOlder();
    ForgottenOverlays.mergeFile(Examples.INSTANCE, source);
    assertHolds(OLD);
  }

  @Test
  void anOverlayWhoseMergeWasBegunIsMergedThoughItsDiskWasWrittenToLast() throws IOException {
    PoolFiles.tag(overlay, MARK, "begun");
    isOlder();
    ForgottenOverlays.mergeFile(Examples.INSTANCE, source);
    assertHolds(NEW);
  }

  @Test
  void anOverlayIsMergedOnce() throws IOException {
    ForgottenOverlays.mergeFile(Examples.INSTANCE, source);
    write(disk, OLD);
    Files.setLastModifiedTime(disk, FileTime.fromMillis(1)); // the clock was set back
    ForgottenOverlays.mergeFile(Examples.INSTANCE, source);
    assertHolds(OLD);
  }

  @Test
  void oneThatAPowerCutLeftHalfMadeIsNoGuests() throws IOException {
    Files.delete(overlay);
    QemuImg.createEmpty(overlay, SIZE); // its backing file's name is written last
    ForgottenOverlays.mergeFile(Examples.INSTANCE, source);
    assertHolds(OLD);

    Files.write(overlay, new byte[0]);
    ForgottenOverlays.mergeFile(Examples.INSTANCE, source);
    assertHolds(OLD);
  }

  private void isOlder() throws IOException {
    Files.setLastModifiedTime(overlay, FileTime.fromMillis(1));
  }

  private static void write(Path qcow2, int pattern) throws IOException {
    io(qcow2, "write -P %d 0 %d".formatted(pattern, SIZE));
  }

  /** qemu-io ends with 1 when it reads another pattern. */
  private void assertHolds(int pattern) throws IOException {
    assertThat(io(disk, "read -P %d 0 %d".formatted(pattern, SIZE))).contains("1 MiB");
  }

  private static String io(Path qcow2, String command) throws IOException {
    return Commands.require(List.of("qemu-io", "-f", "qcow2", "-c", command, qcow2.toString()));
  }
}
