package io.holdfast.activities.still;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.worker.DaemonThreads;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guests that are held still for a moment. Each is noted on disk before it is frozen or suspended,
 * and the note goes after it runs again; so whoever finds a note wakes the guest: the thread that
 * wrote it, or, when that died, hangs, or libvirt was away, a look each second, the first one as
 * soon as a worker starts.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class Stills implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stills.class);
  private static final long LOOK_MILLIS = 1_000;

  /** With the time that a guest may take to freeze. Longer than that nobody holds a guest still. */
  public static final Duration LONGEST = Duration.ofSeconds(20);

  private static final long UNBOUNDED_NANOS = TimeUnit.DAYS.toNanos(100);

  private final Standstill guests;
  private final KeyedLocks locks;
  private final Path folder;
  private final Duration longest;
  private final Map<InstanceId, Hold> holds = new ConcurrentHashMap<>();
  private final Set<InstanceId> told = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("stills"));

  /**
   * Begins to look.
   *
   * @param locks one lock an instance, shared with its domain's activities
   * @param folder of the worker's own, which outlives restarts
   */
  public Stills(LibvirtConnection libvirt, KeyedLocks locks, Path folder) throws IOException {
    this(new Standstill(libvirt), locks, folder, LONGEST);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // look speaks for itself
  Stills(Standstill guests, KeyedLocks locks, Path folder, Duration longest) throws IOException {
    this.guests = guests;
    this.longest = longest;
    this.locks = locks;
    this.folder = Files.createDirectories(folder);
    looks.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Runs the work while the guest stands still with all that it wrote in its files, and answers for
   * how many milliseconds it did. One that is paused already stays so, and counts as 0. The caller
   * holds the instance's lock. Fails with SNAPSHOT_UNSUPPORTED when the guest cannot be frozen, and
   * with an IOException when the work took so long that the guest was woken meanwhile.
   */
  public long during(InstanceId instance, Consistency consistency, Work work) throws IOException {
    if (!hold(instance, consistency, false)) {
      if (consistency == Consistency.APPLICATION) {
        throw silent();
      }
      work.run();
      return 0;
    }
    OptionalLong still;
    try {
      work.run();
    } finally {
      still = release(instance);
    }
    return still.orElseThrow(
        () -> new IOException("The guest stood still for too long and was woken; try again"));
  }

  /**
   * Runs work that has the guest stand still by itself and bounds how long it does: whatever dies
   * meanwhile, the guest goes on. The caller holds the instance's lock.
   */
  public void guarded(InstanceId instance, Work work) throws IOException {
    wake(instance);
    holds.put(instance, new Hold(System.nanoTime() + UNBOUNDED_NANOS, 0, false, false));
    try {
      note(instance, Consistency.CRASH);
      work.run();
    } finally {
      letGo(instance);
    }
  }

  /**
   * Has the guest stand still, until {@link #release} or for as long as anybody may hold one. False
   * when it is paused already or off. The caller holds the instance's lock. Fails with
   * SNAPSHOT_UNSUPPORTED when the guest cannot be frozen.
   */
  public boolean hold(InstanceId instance, Consistency consistency) throws IOException {
    return hold(instance, consistency, true);
  }

  private boolean hold(InstanceId instance, Consistency consistency, boolean left)
      throws IOException {
    wake(instance);
    boolean freeze = consistency == Consistency.APPLICATION;
    if (!guests.runs(instance)) {
      return false;
    }
    if (freeze && !guests.hasAgent(instance)) {
      throw silent();
    }
    long deadline = System.nanoTime() + longest.toNanos();
    holds.put(instance, new Hold(deadline, 0, true, left));
    try {
      note(instance, consistency);
      if (freeze) {
        guests.freeze(instance);
      }
      long since = System.nanoTime();
      guests.suspend(instance);
      Hold stands = new Hold(deadline, since, false, left);
      if (stands.isOver()) {
        throw new IOException("libvirt took too long to suspend the guest; try again");
      }
      holds.put(instance, stands);
      return true;
    } catch (IOException | RuntimeException failed) {
      letGo(instance);
      throw failed;
    }
  }

  /** Whether somebody has the guest stand still, or is about to; it goes on soon. */
  public boolean holds(InstanceId instance) {
    return Files.exists(note(instance));
  }

  private static RuntimeException silent() {
    return Failures.of(
        FailureType.SNAPSHOT_UNSUPPORTED,
        "The guest's agent does not answer, so nobody can freeze its file systems; ask for CRASH"
            + " instead");
  }

  /**
   * Has the guest go on, and answers for how many milliseconds it stood still; empty when it went
   * on before, whoever had it do so, or this worker has not held it. The caller holds the
   * instance's lock.
   */
  public OptionalLong release(InstanceId instance) throws IOException {
    Hold hold = holds.remove(instance);
    if (hold == null || hold.isOver() || !holds(instance) || !guests.stands(instance)) {
      wake(instance);
      return OptionalLong.empty();
    }
    wake(instance);
    return OptionalLong.of(
        Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - hold.since())));
  }

  /**
   * For a caller who did not get the instance's lock: has the guest go on at the next look, for
   * nobody comes to release it any more. What the lock's holder has stand still by itself is left
   * to it.
   */
  public void giveUp(InstanceId instance) {
    holds.computeIfPresent(instance, (same, hold) -> hold.left() ? hold.over() : hold);
  }

  private void letGo(InstanceId instance) throws IOException {
    holds.remove(instance);
    wake(instance);
  }

  private void note(InstanceId instance, Consistency consistency) throws IOException {
    Path part = Files.createTempFile(folder, ".note", ".part");
    Files.writeString(part, consistency.name());
    PoolFiles.publish(part, note(instance));
  }

  /** Has a guest go on that somebody held still; nothing when nobody did. */
  public void wake(InstanceId instance) throws IOException {
    if (goOn(instance)) {
      Files.deleteIfExists(note(instance));
      told.remove(instance);
    }
  }

  /** False when nobody has it stand still. */
  private boolean goOn(InstanceId instance) throws IOException {
    String how;
    try {
      how = Files.readString(note(instance));
    } catch (NoSuchFileException none) {
      return false;
    }
    guests.resume(instance);
    if (how.equals(Consistency.APPLICATION.name())) {
      guests.thaw(instance);
    }
    return true;
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
    } catch (IOException | RuntimeException unreadable) {
      LOG.warn("The notes in {} cannot be read", folder, unreadable);
    }
  }

  /** One that a living thread holds still is left to it until its time is over. */
  private void mend(InstanceId instance) {
    Hold hold = holds.get(instance);
    if (hold != null && !hold.isOver()) {
      return;
    }
    try {
      if (hold == null) {
        wakeLocked(instance);
      } else if (hold.asked()) {
        goOn(instance); // libvirt has yet to suspend it: the note stays for when it does
      } else {
        wake(instance); // whoever holds its lock hangs, or nobody came to release it
      }
    } catch (IOException | RuntimeException later) {
      if (told.add(instance)) {
        LOG.warn("{} was left standing still and cannot be woken yet", instance, later);
      }
    }
  }

  /** One that is busy is looked at again: others stand still whose time is over. */
  private void wakeLocked(InstanceId instance) throws IOException {
    Optional<KeyedLocks.Held> free = locks.tryLock(instance);
    if (free.isEmpty()) {
      return;
    }
    try (KeyedLocks.Held held = free.get()) {
      if (Files.exists(note(instance))) {
        LOG.warn("{} was left standing still; it goes on", instance);
        wake(instance);
      }
    }
  }

  private Path note(InstanceId instance) {
    return folder.resolve(instance.toString());
  }

  /**
   * In the clock of {@link System#nanoTime}.
   *
   * @param asked libvirt was asked to suspend it, or is about to be, and has not answered
   * @param left it lasts longer than the call that began it, and its holder's lock
   */
  private record Hold(long deadline, long since, boolean asked, boolean left) {
    Hold over() {
      return new Hold(System.nanoTime(), since, asked, left);
    }

    boolean isOver() {
      return deadline - System.nanoTime() <= 0;
    }
  }

  /** What is done while the guest stands still; short. */
  @FunctionalInterface
  public interface Work {
    void run() throws IOException;
  }
}
