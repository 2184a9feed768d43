package io.holdfast.activities.replication.backup;

import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.replication.nbd.NbdConnection;
import io.holdfast.activities.replication.nbd.NbdException;
import io.holdfast.activities.replication.replica.ReplicaNames;
import io.holdfast.activities.replication.stream.DiskSender;
import io.holdfast.activities.replication.stream.DiskSource;
import io.holdfast.activities.replication.stream.Outlet;
import io.holdfast.activities.replication.stream.StreamClients;
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
import org.jspecify.annotations.Nullable;

/** Sends disks of open backups. */
final class BackupSending {
  private final @Nullable StreamClients clients;
  private final DiskSender sender;
  private final OpenBackups backups;

  /** {@code clients}: null when this host has no settings for streams. */
  BackupSending(@Nullable StreamClients clients, DiskSender sender, OpenBackups backups) {
    this.clients = clients;
    this.sender = sender;
    this.backups = backups;
  }

  /** {@code open}: whether the view is still there, asked when reading fails. */
  StreamCounts send(OpenBackup backup, DiskStream stream, View open) throws IOException {
    StreamClients ways = clients;
    if (ways == null) {
      throw Failures.of(
          FailureType.HOST_UNSUITABLE, "This host's worker has no settings for streams");
    }
    String name = stream.replica().disk();
    OpenBackup.Disk disk =
        backup
            .disk(name)
            .orElseThrow(
                () -> Failures.of(FailureType.NOT_FOUND, "The backup has no disk " + name));
    try (Outlet outlet = ways.open(stream.target().address())) {
      return backup.running()
          ? ofQemu(backup, disk, stream, outlet)
          : ofFile(backup, disk, stream, outlet);
    } catch (NbdException failed) {
      if (failed.isLost() || !open.isOpen()) {
        throw Failures.of(FailureType.BACKUP_LOST, "The view closed while it was read", failed);
      }
      throw failed;
    }
  }

  private StreamCounts ofQemu(
      OpenBackup backup, OpenBackup.Disk disk, DiskStream stream, Outlet outlet)
      throws IOException {
    String bitmap = usesBitmap(backup, disk, stream) ? BackupXml.BITMAP : null;
    Path socket = BackupNames.socket(backup.instance());
    return send(backup, stream, outlet, socket, disk.source().name(), bitmap);
  }

  private StreamCounts ofFile(
      OpenBackup backup, OpenBackup.Disk disk, DiskStream stream, Outlet outlet)
      throws IOException {
    String bitmap = usesBitmap(backup, disk, stream) ? Objects.toString(backup.base(), null) : null;
    List<String> bitmaps = bitmap == null ? List.of() : List.of(bitmap);
    try (QemuNbd server = QemuNbd.reading(disk.source().path(), bitmaps)) {
      return send(backup, stream, outlet, server.socket(), "", bitmap);
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
    Path leaves = backups.leaves(replica, backup.view()).base();
    if (!Files.exists(leaves)) {
      return false;
    }
    try (Manifest base = Manifest.open(leaves, false)) {
      return base.bytes() == replica.bytes();
    }
  }

  private StreamCounts send(
      OpenBackup backup,
      DiskStream stream,
      Outlet outlet,
      Path socket,
      String export,
      @Nullable String bitmap)
      throws IOException {
    List<String> contexts =
        bitmap == null
            ? List.of(NbdConnection.ALLOCATION)
            : List.of(NbdConnection.ALLOCATION, NbdConnection.bitmap(bitmap));
    ReplicaSpec replica = stream.replica();
    try (NbdConnection disk = NbdConnection.open(socket, export, contexts)) {
      return sender.send(
          outlet,
          stream.target().token(),
          ReplicaNames.name(replica.instance(), replica.disk(), replica.point()),
          replica.baseRoot(),
          DiskSource.of(disk, backup.view(), bitmap),
          backups.leaves(replica, backup.view()));
    }
  }

  /** Asks whether the moment can still be read. */
  @FunctionalInterface
  interface View {
    boolean isOpen();
  }
}
