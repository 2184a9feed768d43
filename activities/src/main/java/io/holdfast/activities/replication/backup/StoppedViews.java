package io.holdfast.activities.replication.backup;

import io.holdfast.activities.qemu.QemuNbd;
import io.holdfast.activities.replication.backup.ViewSending.Moment;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Views of instances that are off: their files, which nobody can write to while they are read. A
 * guest that is to start does not wait for that, which may take hours: its view ends, so the round
 * does with BACKUP_LOST, and the next one goes by the bitmaps.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class StoppedViews {
  private static final Logger LOG = LoggerFactory.getLogger(StoppedViews.class);

  private final OpenBackups backups;
  private final Set<Reading> readings = ConcurrentHashMap.newKeySet();

  /** Their own: a round reads without the instance's lock, for as long as it takes. */
  private final KeyedLocks locks = new KeyedLocks();

  /** {@code state}: the folder of the worker's own, which outlives restarts. */
  public StoppedViews(Path state) {
    backups = new OpenBackups(state);
  }

  /** As {@link #end(InstanceId, String)}, for a guest that is started. */
  public void end(InstanceId instance) {
    end(instance, "its guest was started");
  }

  /** Ends the instance's view if it is one of files; returns once nothing here reads them. */
  public void end(InstanceId instance, String why) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      Optional<OpenBackup> open = backups.find(instance).filter(backup -> !backup.running());
      if (open.isPresent()) {
        LOG.info("The view of {} in point {} ends", instance, open.get().point());
        backups.keep(open.get().ended(why));
      }
      readings.stream().filter(one -> one.instance.equals(instance)).forEach(Reading::end);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  /**
   * Serves a disk of the view. Fails with BACKUP_LOST when that is not open any more; asked when
   * the file is held, so that nothing comes in between.
   */
  Reading read(OpenBackup backup, OpenBackup.Disk disk, List<String> bitmaps, Moment open)
      throws IOException {
    try (KeyedLocks.Held held = locks.lock(backup.instance())) {
      Reading reading = new Reading(backup.instance(), serve(disk, bitmaps, open));
      readings.add(reading);
      if (!open.isReadable()) {
        reading.end();
        reading.close();
        throw lost();
      }
      return reading;
    }
  }

  private static QemuNbd serve(OpenBackup.Disk disk, List<String> bitmaps, Moment open)
      throws IOException {
    try {
      return QemuNbd.reading(disk.source().path(), bitmaps);
    } catch (IOException refused) {
      if (open.isReadable()) {
        throw refused;
      }
      throw lost(); // a guest that runs has the file
    }
  }

  private static RuntimeException lost() {
    return Failures.of(
        FailureType.BACKUP_LOST, "The guest was started, or its disks were written to, since");
  }

  /** A disk that is served to one reader. */
  final class Reading implements AutoCloseable {
    private final InstanceId instance;
    private final QemuNbd server;

    private Reading(InstanceId instance, QemuNbd server) {
      this.instance = instance;
      this.server = server;
    }

    Path socket() {
      return server.socket();
    }

    private void end() {
      server.end();
    }

    @Override
    public void close() {
      readings.remove(this);
      server.close();
    }
  }
}
