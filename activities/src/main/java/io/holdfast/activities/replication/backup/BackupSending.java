package io.holdfast.activities.replication.backup;

import io.holdfast.activities.replication.backup.ViewSending.Moment;
import io.holdfast.activities.replication.backup.ViewSending.View;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.replication.stream.Bandwidth;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Sends disks of open backups. */
final class BackupSending {
  private final ViewSending views;
  private final SentLeaves leaves;
  private final StoppedViews stopped;

  BackupSending(ViewSending views, SentLeaves leaves, StoppedViews stopped) {
    this.views = views;
    this.leaves = leaves;
    this.stopped = stopped;
  }

  /** {@code open}: whether the view is still there, asked when reading fails. */
  StreamCounts send(OpenBackup backup, DiskStream stream, Moment open) throws IOException {
    views.requireWays();
    String name = stream.replica().disk();
    OpenBackup.Disk disk =
        backup
            .disk(name)
            .orElseThrow(
                () -> Failures.of(FailureType.NOT_FOUND, "The backup has no disk " + name));
    return backup.running()
        ? ofQemu(backup, disk, stream, open)
        : ofFile(backup, disk, stream, open);
  }

  private StreamCounts ofQemu(
      OpenBackup backup, OpenBackup.Disk disk, DiskStream stream, Moment open) throws IOException {
    String bitmap = usesBitmap(backup, disk, stream) ? BackupXml.BITMAP : null;
    View view = new View(backup.view(), disk.source().name(), bitmap);
    return views.send(
        stream, view, BackupNames.socket(backup.instance()), Bandwidth.UNLIMITED, open);
  }

  private StreamCounts ofFile(
      OpenBackup backup, OpenBackup.Disk disk, DiskStream stream, Moment open) throws IOException {
    String bitmap = usesBitmap(backup, disk, stream) ? Objects.toString(backup.base(), null) : null;
    List<String> bitmaps = bitmap == null ? List.of() : List.of(bitmap);
    try (StoppedViews.Reading reading = stopped.read(backup, disk, bitmaps, open)) {
      return views.send(
          stream, new View(backup.view(), "", bitmap), reading.socket(), Bandwidth.UNLIMITED, open);
    }
  }

  /**
   * Only when the bitmap is since the point that the target has, and what it does not tell is known
   * leaf by leaf: a disk that grew may have had a cut leaf at its end.
   */
  private boolean usesBitmap(OpenBackup backup, OpenBackup.Disk disk, DiskStream stream)
      throws IOException {
    ReplicaSpec replica = stream.replica();
    if (stream.change() != ChangeSource.BITMAP
        || disk.change() != ChangeSource.BITMAP
        || replica.base() == null
        || !replica.base().equals(backup.base())) {
      return false;
    }
    Path known = leaves.of(replica, backup.view()).base();
    if (!Files.exists(known)) {
      return false;
    }
    try (Manifest base = Manifest.open(known, false)) {
      return base.bytes() == replica.bytes();
    }
  }
}
