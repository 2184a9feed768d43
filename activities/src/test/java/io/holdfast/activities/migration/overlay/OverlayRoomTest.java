package io.holdfast.activities.migration.overlay;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Overlays may take as much of a pool as they leave. */
class OverlayRoomTest {
  private static final long MUCH = 1L << 42; // more than this machine has; the file has holes
  private static final InstanceId INSTANCE = new InstanceId(UUID.randomUUID());
  private static final InstanceId OTHER = new InstanceId(UUID.randomUUID());
  private static final String VOLUME = new VolumeId(UUID.randomUUID()).disk();

  @TempDir Path pool;

  @Test
  void overlaysThatTookLittleAreInNobodysWay() throws IOException {
    overlay(INSTANCE, "root", 1, 1 << 20);
    assertThatCode(() -> room().require()).doesNotThrowAnyException();
  }

  @Test
  void theMoveThatTookMostGivesWayAndSaysHowMuchIsLeft() throws IOException {
    overlay(INSTANCE, "root", 1, MUCH);
    overlay(OTHER, "root", 1, 1 << 20);
    assertThatThrownBy(() -> room().require())
        .matches(full -> Failures.typeOf(full) == FailureType.STORAGE_FULL)
        .hasMessageContaining(pool + " has ")
        .hasMessageContaining("those of %s %d MiB".formatted(INSTANCE, MUCH >> 20));
  }

  @Test
  void anotherMoveThatTookMoreGivesWayFirst() throws IOException {
    overlay(INSTANCE, "root", 1, 1 << 20);
    overlay(OTHER, "root", 1, MUCH);
    assertThatCode(() -> room().require()).doesNotThrowAnyException();
  }

  /** Whichever of them it is that was written to. */
  @Test
  void allOverlaysOfAnInstanceCountWithThoseOfItsVolumes() throws IOException {
    overlay(INSTANCE, "root", 1, MUCH / 3);
    overlay(INSTANCE, "root", 2, MUCH / 3);
    overlay(INSTANCE, VOLUME, 1, MUCH / 3);
    overlay(OTHER, "root", 1, MUCH / 2);
    assertThatThrownBy(() -> room().require())
        .matches(full -> Failures.typeOf(full) == FailureType.STORAGE_FULL);
  }

  private OverlayRoom room() {
    return new OverlayRoom(
        INSTANCE, List.of(disk("root", "vda", INSTANCE), disk(VOLUME, "vdab", INSTANCE)));
  }

  private SourceDisk disk(String name, String device, InstanceId instance) {
    return new SourceDisk(name, device, VolumeNames.disk(pool, instance, name).toString(), 0);
  }

  private void overlay(InstanceId instance, String disk, int number, long bytes)
      throws IOException {
    Path file = VolumeNames.overlay(pool, instance, disk, number);
    try (RandomAccessFile overlay = new RandomAccessFile(file.toFile(), "rw")) {
      overlay.setLength(bytes);
    }
  }
}
