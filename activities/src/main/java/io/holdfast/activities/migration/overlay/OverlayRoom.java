package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that no guest stops for want of room because it is moved. What it overwrites while its
 * disks are copied is kept beside them, in room that nobody has claimed. As soon as all overlays of
 * a pool have taken more than the pool has left, the move whose overlays took most gives way: so
 * guests always have as long as it took so far, also to get back what is merged.
 */
final class OverlayRoom {
  /** What a guest may have in its overlays when it is switched over: see the copies of a move. */
  static final long RESERVE = 64L << 20;

  private static final int ID_LENGTH = 36; // an instance's, or a volume's
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final InstanceId instance;
  private final Map<Path, Set<String>> pools = new HashMap<>();
  private long lookedAt = System.nanoTime() - LOOK_NANOS;

  /** {@code disks}: that lie under overlays, or are about to. */
  OverlayRoom(InstanceId instance, List<SourceDisk> disks) {
    this.instance = instance;
    for (SourceDisk disk : disks) {
      String id = VolumeId.ofDisk(disk.name()).map(VolumeId::toString).orElse(instance.toString());
      Path pool = Objects.requireNonNull(disk.path().getParent(), disk.file());
      pools.computeIfAbsent(pool, none -> new HashSet<>()).add(id);
    }
  }

  /** As {@link #require}, asked often. */
  void look() {
    if (System.nanoTime() - lookedAt < LOOK_NANOS) {
      return;
    }
    try {
      require();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    lookedAt = System.nanoTime();
  }

  /** Fails with STORAGE_FULL. */
  void require() throws IOException {
    for (Map.Entry<Path, Set<String>> pool : pools.entrySet()) {
      require(pool.getKey(), pool.getValue());
    }
  }

  private void require(Path pool, Set<String> own) throws IOException {
    Map<String, Long> taken = taken(pool);
    long all = taken.values().stream().mapToLong(Long::longValue).sum();
    long mine = own.stream().mapToLong(id -> taken.getOrDefault(id, 0L)).sum();
    taken.keySet().removeAll(own);
    long others = taken.values().stream().mapToLong(Long::longValue).max().orElse(0);
    long left = Files.getFileStore(pool).getUsableSpace();
    if (left < RESERVE || (all > left && mine >= others)) {
      throw Failures.of(
          FailureType.STORAGE_FULL,
          "%s has %d MiB left, and the overlays of moves have %d MiB there, those of %s %d MiB"
              .formatted(pool, left >> 20, all >> 20, instance, mine >> 20),
          List.of(
              "The guest would stop once the pool is full",
              "Make room there, or move the instance with mode COLD, which needs none"));
    }
  }

  /** By the id that the files' names begin with. */
  private static Map<String, Long> taken(Path pool) throws IOException {
    Map<String, Long> taken = new HashMap<>();
    for (Path overlay : PoolFiles.containing(pool, VolumeNames.OVERLAY)) {
      String name = String.valueOf(overlay.getFileName());
      if (name.length() > ID_LENGTH) {
        taken.merge(name.substring(0, ID_LENGTH), size(overlay), Long::sum);
      }
    }
    return taken;
  }

  private static long size(Path overlay) throws IOException {
    try {
      return Files.size(overlay);
    } catch (NoSuchFileException merged) {
      return 0;
    }
  }
}
