package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.replication.backup.ViewSending;
import io.holdfast.activities.replication.backup.ViewSending.View;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sends disks as they are frozen below an overlay, from their files. */
final class FrozenSending {
  private final Merges merges;
  private final ViewSending views;
  private final MoveLimits limits;

  FrozenSending(Merges merges, ViewSending views, MoveLimits limits) {
    this.merges = merges;
    this.views = views;
    this.limits = limits;
  }

  StreamCounts send(DiskStream stream, int number) throws IOException {
    views.requireWays();
    ReplicaSpec replica = stream.replica();
    Frozen frozen =
        find(replica.instance(), replica.disk(), number)
            .orElseThrow(
                () ->
                    Failures.of(
                        FailureType.BACKUP_LOST,
                        "Disk %s of %s is not frozen below overlay %d any more"
                            .formatted(replica.disk(), replica.instance(), number)));
    if (number > 0) {
      merges
          .look(replica.instance())
          .map(shown -> new OverlayRoom(replica.instance(), shown.now()))
          .ifPresent(room -> Beat.current().guard(room::look));
    }
    View view = new View(frozen.moment(), "", null);
    try (QemuNbd server = frozen.serve()) {
      return views.send(
          stream,
          view,
          server.socket(),
          limits.bandwidth(replica.instance()),
          () -> isStill(replica.instance(), replica.disk(), number, frozen));
    }
  }

  private boolean isStill(InstanceId instance, String disk, int number, Frozen frozen) {
    try {
      return find(instance, disk, number).filter(frozen::equals).isPresent();
    } catch (IOException unreadable) {
      return false;
    }
  }

  private Optional<Frozen> find(InstanceId instance, String name, int number) throws IOException {
    Optional<Merges.Shown> shown = merges.look(instance);
    if (shown.isPresent() && SnapshotId.ofDisk(name).isPresent()) {
      return ofSnapshot(instance, name, shown.get());
    }
    if (shown.isEmpty() || (number == 0 && shown.get().active())) {
      return Optional.empty();
    }
    for (SourceDisk disk : shown.get().now()) {
      if (disk.name().equals(name) && disk.overlay() >= number) {
        Path file = OverlayFiles.below(disk, instance, number);
        Path above = number == 0 ? file : OverlayFiles.overlay(disk, instance, number);
        return Optional.of(new Frozen(file, false, moment(above, number)));
      }
    }
    return Optional.empty();
  }

  /** A file of a snapshot lies beside the instance's, and is never written to. */
  private static Optional<Frozen> ofSnapshot(InstanceId instance, String name, Merges.Shown shown)
      throws IOException {
    for (SourceDisk disk : shown.now()) {
      Path folder = disk.path().getParent();
      if (folder == null) {
        continue;
      }
      Path file = VolumeNames.disk(folder, instance, name);
      Path memory =
          SnapshotId.ofDisk(name)
              .filter(of -> of.disk().equals(SnapshotId.MEMORY))
              .map(of -> VolumeNames.memory(folder, instance, of.snapshot()))
              .orElse(file);
      if (Files.exists(memory)) {
        return Optional.of(new Frozen(memory, !memory.equals(file), moment(memory, 0)));
      }
    }
    return Optional.empty();
  }

  /**
   * Names the moment: frozen disks after the birth of what lies over them, disks of an instance
   * that is off after their last change. So a stream never goes on where another moment was cut.
   */
  private static UUID moment(Path file, int number) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    String words =
        "%s %d %s"
            .formatted(
                attributes.fileKey(),
                number,
                number == 0 ? attributes.lastModifiedTime() : attributes.creationTime());
    return UUID.nameUUIDFromBytes(words.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A file that does not change, and the moment since which.
   *
   * @param raw it is no qcow2
   */
  private record Frozen(Path file, boolean raw, UUID moment) {
    QemuNbd serve() throws IOException {
      return raw ? QemuNbd.readingRaw(file) : QemuNbd.reading(file, List.of());
    }
  }
}
