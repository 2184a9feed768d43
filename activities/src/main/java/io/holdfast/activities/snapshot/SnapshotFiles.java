package io.holdfast.activities.snapshot;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.activities.linux.Linux;
import io.holdfast.activities.pool.DiskCopies;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.DiskBitmaps;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.TakenSnapshot;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * The files of snapshots in one pool. The note is written last and says what was taken: without it
 * a snapshot is half made.
 */
final class SnapshotFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final DiskCopies copies;

  SnapshotFiles(Path folder, StorageBackends backends) {
    this.folder = folder;
    copies = new DiskCopies(backends);
  }

  Path folder() {
    return folder;
  }

  /** Empty when the snapshot is not there whole. */
  Optional<TakenSnapshot> read(SnapshotSpec snapshot) throws IOException {
    Path note = SnapshotNames.note(folder, snapshot.id(), snapshot.instance());
    return PoolFiles.exists(note)
        ? Optional.of(JSON.readValue(Files.readString(note), TakenSnapshot.class))
        : Optional.empty();
  }

  /** As {@link #read}; fails with NOT_FOUND when it is not there whole. */
  TakenSnapshot require(SnapshotSpec snapshot) throws IOException {
    return read(snapshot)
        .orElseThrow(
            () ->
                Failures.of(
                    FailureType.NOT_FOUND, "This host has no whole snapshot " + snapshot.id()));
  }

  /** The file of one of its disks; fails with NOT_FOUND when it has no such disk. */
  Path require(SnapshotSpec snapshot, String disk) throws IOException {
    if (require(snapshot).disks().stream().noneMatch(had -> had.name().equals(disk))) {
      throw Failures.of(
          FailureType.NOT_FOUND, "Snapshot %s has no disk %s".formatted(snapshot.id(), disk));
    }
    return SnapshotNames.disk(folder, snapshot.id(), snapshot.instance(), disk);
  }

  /** Makes the snapshot whole. */
  void write(SnapshotSpec snapshot, TakenSnapshot taken) throws IOException {
    Path note = SnapshotNames.note(folder, snapshot.id(), snapshot.instance());
    Path part = part(note);
    Files.writeString(part, JSON.writeValueAsString(taken));
    PoolFiles.tag(part, snapshot.job());
    PoolFiles.publish(part, note);
  }

  /** Removes all of the snapshot; its note first, so that half of it is never taken for whole. */
  boolean delete(SnapshotId snapshot) throws IOException {
    List<Path> files = PoolFiles.startingWith(folder, SnapshotNames.allOf(snapshot));
    for (Path file : files) {
      if (String.valueOf(file.getFileName()).endsWith(".json")) {
        Files.deleteIfExists(file);
        PoolFiles.syncFolder(file);
      }
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    if (!files.isEmpty()) {
      PoolFiles.syncFolder(files.get(0));
    }
    return !files.isEmpty();
  }

  /** Removes what a run whose worker was killed left half made. */
  void sweep(SnapshotId snapshot) throws IOException {
    for (Path file : PoolFiles.startingWith(folder, SnapshotNames.allOf(snapshot))) {
      if (String.valueOf(file.getFileName()).startsWith(".")) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** A name beside the file for one that is half made. */
  static Path part(Path file) {
    return file.resolveSibling(PoolFiles.temporaryName(String.valueOf(file.getFileName())));
  }

  /** True when a clone of the file, made in milliseconds, is the whole disk. */
  boolean clones(Path disk) throws IOException {
    return copies.clones(disk, folder);
  }

  /** Copies a disk that nobody writes to, whatever it stands on. */
  void copy(Path disk, Path part) throws IOException {
    copies.copy(disk, part);
  }

  /** Gives a copy of a disk that is whole its final name. */
  SnapshotDisk keep(SnapshotSpec snapshot, String disk, Path part) throws IOException {
    settle(part, snapshot);
    Path name = SnapshotNames.disk(folder, snapshot.id(), snapshot.instance(), disk);
    PoolFiles.publish(part, name);
    long bytes =
        QcowHeader.read(name)
            .orElseThrow(() -> new IOException(name + " is no qcow2"))
            .virtualSize();
    return new SnapshotDisk(disk, bytes, Linux.allocatedBytes(name));
  }

  /** The file of its memory; fails with NOT_FOUND when the snapshot is not whole, or has none. */
  Path requireMemory(SnapshotSpec snapshot) throws IOException {
    require(snapshot);
    Path memory = SnapshotNames.memory(folder, snapshot.id(), snapshot.instance());
    if (!PoolFiles.exists(memory)) {
      throw Failures.of(
          FailureType.NOT_FOUND, "Snapshot %s has no memory".formatted(snapshot.id()));
    }
    return memory;
  }

  /**
   * Makes a file again of memory that came as a disk, which is gone then; readable by its owner
   * alone, as libvirt makes it. Fails with NOT_FOUND.
   */
  void adoptMemory(SnapshotSpec snapshot, long bytes) throws IOException {
    Path memory = SnapshotNames.memory(folder, snapshot.id(), snapshot.instance());
    Path disk = carried(snapshot);
    if (!PoolFiles.exists(memory)) {
      if (!PoolFiles.exists(disk)) {
        throw Failures.of(FailureType.NOT_FOUND, "This host has no file " + disk);
      }
      Path part = part(memory);
      try {
        PoolFiles.createPrivate(part);
        QemuImg.unwrap(disk, part);
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
          file.truncate(bytes); // a disk has whole sectors
        }
        PoolFiles.tag(part, snapshot.job());
        PoolFiles.publish(part, memory);
      } finally {
        PoolFiles.deleteQuietly(part);
      }
    }
    dropCarried(snapshot);
  }

  /** Removes the disk that memory came as. */
  void dropCarried(SnapshotSpec snapshot) throws IOException {
    Files.deleteIfExists(carried(snapshot));
  }

  private Path carried(SnapshotSpec snapshot) {
    return SnapshotNames.disk(folder, snapshot.id(), snapshot.instance(), SnapshotId.MEMORY);
  }

  /**
   * Makes a clone of a disk that was in use a disk by itself: it loses the bitmaps, which are
   * marked in use and count from another file's past, and is found sound. Fails with an IOException
   * when it is not.
   */
  private static void settle(Path part, SnapshotSpec snapshot) throws IOException {
    DiskBitmaps.removeAll(part);
    String damage = QemuImg.check("qcow2", part);
    if (!damage.isEmpty()) {
      throw new IOException("The copy of the disk is damaged: " + damage);
    }
    PoolFiles.tag(part, snapshot.job());
  }
}
