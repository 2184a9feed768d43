package io.holdfast.activities.migration.overlay;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.replication.stream.Bandwidth;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigrationLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What instances on their way from this host may use: a file each, so that a call that is repeated
 * after a restart of the worker keeps to what was said since it was first made. It lies in the
 * folder of the leaves that are sent from here, and goes with those of its instance.
 */
public final class MoveLimits {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MIB = 1 << 20;

  /** A stream asks before each frame. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Path folder;
  private final ConcurrentHashMap<InstanceId, Bandwidth> bandwidths = new ConcurrentHashMap<>();

  /** {@code folder}: of {@link io.holdfast.activities.replication.backup.SentLeaves}. */
  public MoveLimits(Path folder) {
    this.folder = folder;
  }

  /** They hold from now on. */
  public void put(InstanceId instance, JobId job, MigrationLimits limits) throws IOException {
    Files.createDirectories(folder);
    Path file = file(instance);
    Path part = file.resolveSibling(PoolFiles.temporaryName(String.valueOf(file.getFileName())));
    Files.writeString(part, JSON.writeValueAsString(new Entry(job.toString(), limits)));
    PoolFiles.publish(part, file);
  }

  /** What the job was told last; {@code given} when it was told nothing. */
  public MigrationLimits of(InstanceId instance, JobId job, MigrationLimits given) {
    return read(instance)
        .filter(entry -> entry.job().equals(job.toString()))
        .map(Entry::limits)
        .orElse(given);
  }

  /** What all disks of the instance share. */
  Bandwidth bandwidth(InstanceId instance) {
    return bandwidths.computeIfAbsent(instance, id -> new Bandwidth(new Rate(id)::now));
  }

  private Optional<Entry> read(InstanceId instance) {
    try {
      return Optional.of(JSON.readValue(Files.readString(file(instance)), Entry.class));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private Path file(InstanceId instance) {
    return folder.resolve(instance + "-limits.json");
  }

  /** {@code job}: whose they are. */
  record Entry(String job, MigrationLimits limits) {}

  /** In bytes a second; what the file says, not older than a look. */
  private final class Rate {
    private final InstanceId instance;
    private long lookedAt;
    private long rate;
    private boolean looked;

    Rate(InstanceId instance) {
      this.instance = instance;
    }

    synchronized long now() {
      if (!looked || System.nanoTime() - lookedAt > LOOK_NANOS) {
        rate = read(instance).map(entry -> entry.limits().bandwidthMiBps() * MIB).orElse(0L);
        lookedAt = System.nanoTime();
        looked = true;
      }
      return rate;
    }
  }
}
