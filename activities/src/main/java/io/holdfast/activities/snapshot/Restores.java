package io.holdfast.activities.snapshot;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.TakenSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Puts a snapshot's disks in the place of an instance's. A disk that is replaced gets a second name
 * first, and then the copy takes its name over: there is a whole disk under it at every moment. A
 * journal says that all of it can still be taken back; it goes before the first replaced disk does.
 */
public final class Restores {
  private final DiskReplacement replacement;

  /** {@code replacement}: is told of each restore. */
  public Restores(DiskReplacement replacement) {
    this.replacement = replacement;
  }

  void restore(SnapshotFiles files, SnapshotSpec snapshot, List<SourceDisk> disks)
      throws IOException {
    requireSame(files, snapshot, disks);
    Path folder = files.folder();
    files.sweep(snapshot.id());
    Map<SourceDisk, Path> parts = new LinkedHashMap<>();
    try {
      for (SourceDisk disk : disks) {
        Path source = SnapshotNames.disk(folder, snapshot.id(), snapshot.instance(), disk.name());
        Path part = SnapshotFiles.part(source);
        parts.put(disk, part);
        files.copy(source, part);
        PoolFiles.tag(part, snapshot.job());
      }
      begin(journal(files, snapshot));
      for (SourceDisk disk : disks) {
        Path old = SnapshotNames.replaced(folder, snapshot.id(), snapshot.instance(), disk.name());
        if (!PoolFiles.exists(old)) {
          Files.createLink(old, disk.path());
        }
      }
      for (Map.Entry<SourceDisk, Path> each : parts.entrySet()) {
        PoolFiles.publish(each.getValue(), each.getKey().path());
      }
    } finally {
      parts.values().forEach(PoolFiles::deleteQuietly);
    }
    replacement.replaced(snapshot.instance());
  }

  /**
   * {@code off}: the disks of the instance, which is off; asked only when something is put back.
   */
  void putBack(SnapshotFiles files, SnapshotSpec snapshot, Supplier<List<SourceDisk>> off)
      throws IOException {
    Path journal = journal(files, snapshot);
    files.sweep(snapshot.id());
    if (!PoolFiles.exists(journal)) {
      removeReplaced(files, snapshot);
      Files.deleteIfExists(woken(files, snapshot));
      return;
    }
    for (SourceDisk disk : off.get()) {
      Path old =
          SnapshotNames.replaced(files.folder(), snapshot.id(), snapshot.instance(), disk.name());
      if (PoolFiles.exists(old)) {
        Files.move(old, disk.path(), StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(old); // two names of one file: the move left both
      }
    }
    PoolFiles.syncFolder(journal);
    replacement.replaced(snapshot.instance());
    Files.deleteIfExists(woken(files, snapshot));
    Files.deleteIfExists(journal);
  }

  void drop(SnapshotFiles files, SnapshotSpec snapshot) throws IOException {
    Path journal = journal(files, snapshot);
    if (Files.deleteIfExists(journal)) {
      PoolFiles.syncFolder(journal);
    }
    Files.deleteIfExists(woken(files, snapshot));
    removeReplaced(files, snapshot);
  }

  private static void removeReplaced(SnapshotFiles files, SnapshotSpec snapshot)
      throws IOException {
    for (Path file : PoolFiles.startingWith(files.folder(), SnapshotNames.allOf(snapshot.id()))) {
      if (SnapshotNames.isReplaced(file)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void begin(Path journal) throws IOException {
    if (!PoolFiles.exists(journal)) {
      Files.createFile(journal);
      PoolFiles.syncFolder(journal);
    }
  }

  private static Path woken(SnapshotFiles files, SnapshotSpec snapshot) {
    return SnapshotNames.woken(files.folder(), snapshot.id(), snapshot.instance());
  }

  private static Path journal(SnapshotFiles files, SnapshotSpec snapshot) {
    return SnapshotNames.restoring(files.folder(), snapshot.id(), snapshot.instance());
  }

  /** Half of an instance's disks of one moment and half of another would be neither. */
  private static void requireSame(
      SnapshotFiles files, SnapshotSpec snapshot, List<SourceDisk> disks) throws IOException {
    TakenSnapshot taken = files.require(snapshot);
    List<String> had = new ArrayList<>(taken.disks().stream().map(SnapshotDisk::name).toList());
    List<String> has = disks.stream().map(SourceDisk::name).toList();
    if (!had.containsAll(has) || !has.containsAll(had)) {
      throw Failures.of(
          FailureType.SNAPSHOT_UNSUPPORTED,
          "The snapshot is of disks %s, the instance has %s".formatted(had, has));
    }
  }
}
