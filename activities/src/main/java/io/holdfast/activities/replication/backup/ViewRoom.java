package io.holdfast.activities.replication.backup;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.worker.DaemonThreads;
import io.holdfast.activities.worker.KeyedLocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no guest stops for want of room because of a round. What guests overwrite while
 * their views are open is kept beside their disks, for as long as the round takes: a day, when its
 * target is silent. As soon as that is more than what the pool has left, the view that took most is
 * ended; so guests always have as long as it took so far.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class ViewRoom implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ViewRoom.class);
  private static final long LOOK_MILLIS = 1_000;

  private final LibvirtConnection libvirt;
  private final KeyedLocks locks;
  private final OpenBackups backups;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("view-room"));

  /**
   * Begins to look.
   *
   * @param locks one lock an instance, shared with its domain's activities
   * @param state the folder that says which views are open
   */
  @SuppressWarnings("FutureReturnValueIgnored") // look speaks for itself
  public ViewRoom(LibvirtConnection libvirt, KeyedLocks locks, Path state) {
    this.libvirt = libvirt;
    this.locks = locks;
    backups = new OpenBackups(state);
    looks.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What fails now is seen to by the next look. */
  private void look() {
    try {
      Map<Path, List<Taken>> pools = new LinkedHashMap<>();
      for (OpenBackup backup : backups.all()) {
        if (backup.running()) { // also one that could not be ended yet
          add(pools, backup);
        }
      }
      for (Map.Entry<Path, List<Taken>> pool : pools.entrySet()) {
        relieve(pool.getKey(), pool.getValue());
      }
    } catch (IOException | LibvirtFault | RuntimeException failed) {
      LOG.warn("The room of open views is not looked after now: {}", failed.getMessage());
    }
  }

  private static void add(Map<Path, List<Taken>> pools, OpenBackup backup) throws IOException {
    Map<Path, Long> taken = new LinkedHashMap<>();
    for (OpenBackup.Disk disk : backup.disks()) {
      Path file = disk.source().path();
      Path scratch = BackupNames.scratch(file, backup.instance(), disk.source().name());
      taken.merge(scratch.resolveSibling("."), size(scratch), Long::sum);
    }
    taken.forEach(
        (pool, bytes) ->
            pools.computeIfAbsent(pool, none -> new ArrayList<>()).add(new Taken(backup, bytes)));
  }

  private static long size(Path scratch) throws IOException {
    try {
      return Files.size(scratch);
    } catch (NoSuchFileException none) {
      return 0;
    }
  }

  private void relieve(Path pool, List<Taken> views) throws IOException, LibvirtFault {
    long all = views.stream().mapToLong(Taken::bytes).sum();
    long left = Files.getFileStore(pool).getUsableSpace();
    if (all > left) {
      Taken most = views.stream().max(Comparator.comparingLong(Taken::bytes)).orElseThrow();
      end(most.backup(), "the pool of its disks has no room left for it");
    }
  }

  private void end(OpenBackup backup, String why) throws IOException, LibvirtFault {
    Optional<KeyedLocks.Held> free = locks.tryLock(backup.instance());
    if (free.isEmpty()) {
      return; // whoever works on it may close it
    }
    try (KeyedLocks.Held held = free.get()) {
      if (backups.find(backup.instance()).filter(backup::equals).isPresent()) {
        LOG.warn("The view of {} in point {} ends: {}", backup.instance(), backup.point(), why);
        backups.keep(backup.ended(why));
        libvirt.attempt(
            session -> session.domain(backup.instance().value(), domain -> end(domain, backup)));
      }
    }
  }

  private static boolean end(Domain domain, OpenBackup backup) throws LibvirtException {
    if (Ownership.isOurs(domain) && domain.isActive() == 1) {
      RunningBackup.end(domain, backup.instance(), backup.sources());
    } else {
      RunningBackup.clear(backup.instance(), backup.sources());
    }
    return true;
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }

  /** A view, and what was written for it in one pool. */
  private record Taken(OpenBackup backup, long bytes) {}
}
