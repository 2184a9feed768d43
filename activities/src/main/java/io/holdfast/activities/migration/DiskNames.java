package io.holdfast.activities.migration;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.SharedPools;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.SharedDisks;
import io.holdfast.workflows.model.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Disks on storage that two hosts mount, under a name in the folder of each: hard links, which one
 * host's names go away from without the other's.
 */
final class DiskNames {
  private final Pools pools;
  private final SharedPools shared;

  DiskNames(Pools pools, SharedPools shared) {
    this.pools = pools;
    this.shared = shared;
  }

  /** Where all disks of a domain lie; empty when they do not lie in one shared pool. */
  Optional<SharedFolder> of(String domainXml, InstanceId instance) throws IOException {
    List<SourceDisk> disks = SourceDisk.overlaid(domainXml, instance);
    Set<Path> folders =
        disks.stream()
            .map(disk -> Optional.ofNullable(disk.path().getParent()).orElse(Path.of("/")))
            .collect(Collectors.toSet());
    return folders.size() != 1 || disks.stream().anyMatch(disk -> disk.overlay() > 0)
        ? Optional.empty()
        : shared.at(folders.iterator().next());
  }

  /** Of the target: its own folder beside the source's. Fails with MIGRATION_REFUSED. */
  SharedFolder require(SharedDisks disks) throws IOException {
    Path there = shared.folderOf(disks.other(), disks.pool());
    for (String disk : disks.disks()) {
      files(there, VolumeNames.disk(there, disks.instance(), disk));
    }
    return shared.at(pools.folder(disks.pool())).orElseThrow();
  }

  /** At the target: gives them names in its own folder. */
  void link(SharedDisks disks) throws IOException {
    Path there = shared.folderOf(disks.other(), disks.pool());
    Path here = pools.folder(disks.pool());
    for (String disk : disks.disks()) {
      List<Path> chain = files(there, VolumeNames.disk(there, disks.instance(), disk));
      for (Path below : chain.subList(1, chain.size())) {
        Path image = here.resolve(below.getFileName());
        if (!PoolFiles.exists(image)) { // else it is this host's own copy of the same image
          link(image, below);
        }
      }
      link(here.resolve(chain.get(0).getFileName()), chain.get(0));
    }
    PoolFiles.syncFolder(VolumeNames.seed(here, disks.instance()));
  }

  private static void link(Path name, Path file) throws IOException {
    if (PoolFiles.exists(name) && Files.isSameFile(name, file)) {
      return;
    }
    String last = String.valueOf(name.getFileName());
    for (Path part : PoolFiles.startingWith(folder(name), "." + last + ".")) {
      Files.deleteIfExists(part); // of a run whose worker was killed: it cannot clear it itself
    }
    Path part = name.resolveSibling(PoolFiles.temporaryName(last));
    try {
      Files.createLink(part, file);
      Files.move(part, name, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      PoolFiles.deleteQuietly(part);
    }
  }

  /** At the source: each of its disks has the other host's name, too. */
  void requireLinked(SharedDisks disks) throws IOException {
    Path there = shared.folderOf(disks.other(), disks.pool());
    Path here = pools.folder(disks.pool());
    List<String> causes = new ArrayList<>();
    for (String disk : disks.disks()) {
      Path mine = VolumeNames.disk(here, disks.instance(), disk);
      Path theirs = VolumeNames.disk(there, disks.instance(), disk);
      if (!isSame(mine, theirs)) {
        causes.add("disk %s: %s is not the file that the instance has".formatted(disk, theirs));
      }
    }
    if (!causes.isEmpty()) {
      throw Failures.of(
          FailureType.MIGRATION_REFUSED, "The target has not got the instance's disks", causes);
    }
  }

  private static boolean isSame(Path mine, Path theirs) throws IOException {
    try {
      return Files.isSameFile(mine, theirs);
    } catch (NoSuchFileException absent) {
      return false;
    }
  }

  /** A disk and all that it stands on, which must be found beside it from whatever folder. */
  private static List<Path> files(Path folder, Path disk) throws IOException {
    List<Path> chain = new ArrayList<>();
    for (Path file = disk; file != null; ) {
      if (!PoolFiles.exists(file)) {
        throw refused(disk, "this host does not see " + file);
      }
      chain.add(file);
      String below = QcowHeader.read(file).map(QcowHeader::backing).orElse("");
      if (below.contains("/")) {
        throw refused(disk, "it stands on %s, which has no other name".formatted(below));
      }
      file = below.isEmpty() ? null : folder.resolve(below);
    }
    return chain;
  }

  private static RuntimeException refused(Path disk, String why) {
    return Failures.of(
        FailureType.MIGRATION_REFUSED,
        "The disks are not shared",
        List.of("disk %s: %s".formatted(disk.getFileName(), why)));
  }

  private static Path folder(Path file) throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IOException(file + " has no folder");
    }
    return folder;
  }
}
