package io.holdfast.activities.ownership;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.worker.DaemonThreads;
import io.holdfast.config.WatchdogSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long this host may run by the ledger's word. The watchdog is fed until then and no longer; it
 * resets the host some seconds after the last feed, whatever became of this process: killed,
 * stopped, cut off. Nothing here ever disarms it.
 *
 * <p>The lease is kept in a folder that is empty after a boot, in milliseconds of uptime, so that a
 * worker that is started again feeds on.
 */
public final class HostLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostLease.class);

  /** A feed that is late by a pause of this process still comes in time. */
  private static final int FEEDS_PER_RESET = 4;

  /** Any byte but V, by which a watchdog would be disarmed. */
  private static final byte FEED = '.';

  private static final Path UPTIME = Path.of("/proc/uptime");

  private final WatchdogSettings watchdog;
  private final Path file;
  private final ScheduledExecutorService feeder =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("watchdog"));
  private @Nullable FileChannel
      device; // the feeder's and, before it runs, extend's; guarded by this
  private long until; // guarded by this
  private @Nullable Future<?> feeding; // guarded by this

  /** Feeds at once what an earlier worker of this boot was given. */
  public HostLease(WatchdogSettings watchdog, Path bootDirectory) throws IOException {
    this.watchdog = watchdog;
    file = bootDirectory.resolve("lease");
    if (watchdog.isThere()) {
      until = known();
      if (until > uptimeMillis()) {
        begin();
      }
    }
  }

  /** False: nothing resets this host. */
  public boolean isKept() {
    return watchdog.isThere();
  }

  public int resetSeconds() {
    return watchdog.resetSeconds();
  }

  /** The host's, not this process's. */
  public static long uptimeMillis() throws IOException {
    String seconds = Files.readString(UPTIME, StandardCharsets.US_ASCII).split(" ", 2)[0];
    return (long) (Double.parseDouble(seconds) * 1_000);
  }

  /** The host may run until that uptime; never less than what it was given before. */
  public synchronized void extend(long uptimeMillis) throws IOException {
    if (uptimeMillis <= until) {
      return;
    }
    Path folder = file.getParent();
    if (folder == null) {
      throw new IOException("No folder for " + file);
    }
    Files.createDirectories(folder);
    Path staged = folder.resolve(PoolFiles.temporaryName(String.valueOf(file.getFileName())));
    Files.writeString(staged, uptimeMillis + "\n", StandardCharsets.US_ASCII);
    PoolFiles.publish(staged, file);
    until = uptimeMillis;
    begin();
  }

  @Override
  public synchronized void close() {
    feeder.shutdownNow();
    closeDevice();
  }

  /** The first feed is made by whoever asks: a lease that is given is a watchdog that is armed. */
  private synchronized void begin() throws IOException {
    if (feeding != null) {
      return;
    }
    feed();
    long every = TimeUnit.SECONDS.toMillis(watchdog.resetSeconds()) / FEEDS_PER_RESET;
    feeding = feeder.scheduleWithFixedDelay(this::feedOn, every, every, TimeUnit.MILLISECONDS);
    LOG.info("{} resets this host when its lease is over", watchdog.device());
  }

  private synchronized void feedOn() {
    try {
      if (uptimeMillis() < until) {
        feed();
      } else {
        LOG.error("The host's lease is over: {} will reset it", watchdog.device());
      }
    } catch (IOException failed) {
      LOG.error("{} cannot be fed, and will reset this host", watchdog.device(), failed);
      closeDevice(); // the next feed opens it again
    }
  }

  private void feed() throws IOException {
    FileChannel open = device;
    if (open == null) {
      open = FileChannel.open(Path.of(watchdog.device()), StandardOpenOption.WRITE);
      device = open;
    }
    open.write(ByteBuffer.wrap(new byte[] {FEED}));
  }

  private void closeDevice() {
    FileChannel open = device;
    device = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException failed) {
        LOG.warn("{} cannot be closed", watchdog.device(), failed);
      }
    }
  }

  private long known() throws IOException {
    try {
      return Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
    } catch (NoSuchFileException none) {
      return 0;
    } catch (NumberFormatException spoilt) {
      throw new IOException("The lease in %s cannot be read".formatted(file), spoilt);
    }
  }
}
