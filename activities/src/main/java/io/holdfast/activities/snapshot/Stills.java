package io.holdfast.activities.snapshot;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.PowerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guests that are held still for a moment. Each is noted on disk before it is suspended, and the
 * note goes after it runs again; so whoever finds a note wakes the guest: the thread that wrote it,
 * or, when that died or libvirt was away, a look each second, the first one as soon as a worker
 * starts.
 */
@SuppressWarnings("try") // a lock is held, not used
final class Stills implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stills.class);
  private static final long LOOK_MILLIS = 1_000;

  private final LibvirtConnection libvirt;
  private final KeyedLocks locks;
  private final Path folder;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(null, task, "stills", 256 << 10);
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Begins to look.
   *
   * @param locks one lock an instance, shared with its domain's activities
   * @param folder of the worker's own, which outlives restarts
   */
  @SuppressWarnings("FutureReturnValueIgnored") // look speaks for itself
  Stills(LibvirtConnection libvirt, KeyedLocks locks, Path folder) throws IOException {
    this.libvirt = libvirt;
    this.locks = locks;
    this.folder = Files.createDirectories(folder);
    looks.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Runs the work while the guest stands still with all that it wrote in its files, and answers for
   * how many milliseconds it did. One that is paused already stays so, and counts as 0. The caller
   * holds the instance's lock.
   */
  long during(InstanceId instance, Work work) throws IOException {
    wake(instance);
    if (state(instance) != PowerState.RUNNING) {
      work.run();
      return 0;
    }
    PoolFiles.publish(Files.createTempFile(folder, ".note", ".part"), note(instance));
    long from;
    long until;
    try {
      from = System.nanoTime();
      act("Suspending the domain", instance, Stills::suspend);
      work.run();
    } finally {
      wake(instance);
      until = System.nanoTime();
    }
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - from));
  }

  /** Has a guest run again that somebody held still; nothing when nobody did. Holds its lock. */
  void wake(InstanceId instance) throws IOException {
    if (Files.exists(note(instance))) {
      act("Resuming the domain", instance, Stills::resume);
      Files.deleteIfExists(note(instance));
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }

  private void look() {
    try {
      for (Path note : PoolFiles.startingWith(folder, "")) {
        String name = String.valueOf(note.getFileName());
        if (!name.startsWith(".")) {
          mend(InstanceId.of(name));
        }
      }
    } catch (IOException | RuntimeException later) {
      LOG.warn("A guest that was held still could not be looked after yet", later);
    }
  }

  private void mend(InstanceId instance) throws IOException {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      if (Files.exists(note(instance))) {
        LOG.warn("{} was left standing still; it goes on", instance);
        wake(instance);
      }
    }
  }

  private PowerState state(InstanceId instance) {
    return libvirt.call("Reading the domain's state", session -> session.state(instance.value()));
  }

  private void act(String doing, InstanceId instance, Act act) {
    libvirt.call(
        doing,
        session ->
            session.domain(instance.value(), domain -> Ownership.isOurs(domain) && act.on(domain)));
  }

  private static boolean suspend(Domain domain) throws LibvirtException {
    domain.suspend();
    return true;
  }

  /** A guest that went down meanwhile needs nothing. */
  private static boolean resume(Domain domain) throws LibvirtException {
    if (domain.isActive() != 1) {
      return false;
    }
    try {
      domain.resume();
      return true;
    } catch (LibvirtException refused) {
      if (isUpAndPaused(domain)) {
        throw refused;
      }
      return false;
    }
  }

  private static boolean isUpAndPaused(Domain domain) throws LibvirtException {
    return domain.isActive() == 1
        && domain.getInfo().state == org.libvirt.DomainInfo.DomainState.VIR_DOMAIN_PAUSED;
  }

  private Path note(InstanceId instance) {
    return folder.resolve(instance.toString());
  }

  /** What is done while the guest stands still; short. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  @FunctionalInterface
  private interface Act {
    boolean on(Domain domain) throws LibvirtException;
  }
}
