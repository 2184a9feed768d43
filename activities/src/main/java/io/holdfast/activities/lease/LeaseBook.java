package io.holdfast.activities.lease;

import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.lease.LeaseGate;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The newest lease of each resource that this host has seen. It is on the disk before its first
 * call goes on, so neither a restart nor a power cut forgets it.
 *
 * <p>A call with a newer lease waits until the older ones in this worker have left, which they do
 * at their next {@link Beat#check()}; so nothing of an older call happens after its first effect.
 */
public final class LeaseBook implements LeaseGate {
  private static final long LOOK_MILLIS = 200;

  private final LeaseFiles files;
  private final Map<UUID, Entry> entries = new HashMap<>(); // guarded by this

  /** Makes the folder; {@code clock} tells which leases nobody can still hold. */
  public LeaseBook(Path folder, Clock clock) throws IOException {
    files = new LeaseFiles(folder, clock);
  }

  @Override
  public Passage enter(Lease lease) {
    admit(lease);
    try {
      Beat.current().guard(() -> refuseWhenOld(lease));
      awaitOlder(lease);
    } catch (RuntimeException refused) {
      leave(lease);
      throw refused;
    }
    return () -> leave(lease);
  }

  private synchronized void admit(Lease lease) {
    try {
      Entry entry = entries.get(lease.resource());
      Optional<Lease> newest =
          entry == null ? files.read(lease.resource()) : Optional.of(entry.newest);
      if (newest.isPresent() && lease.isOlderThan(newest.get())) {
        throw stale(lease, newest.get());
      }
      if (newest.isEmpty() || newest.get().isOlderThan(lease)) {
        files.write(lease);
      }
    } catch (IOException storage) {
      throw new UncheckedIOException(storage);
    }
    Entry entry = entries.computeIfAbsent(lease.resource(), resource -> new Entry(lease));
    entry.newest = lease;
    entry.inside.add(lease);
  }

  private synchronized void refuseWhenOld(Lease lease) {
    Entry entry = entries.get(lease.resource());
    if (entry != null && lease.isOlderThan(entry.newest)) {
      throw stale(lease, entry.newest);
    }
  }

  private synchronized void awaitOlder(Lease lease) {
    Entry entry = entries.get(lease.resource());
    while (entry != null && entry.inside.stream().anyMatch(other -> other.isOlderThan(lease))) {
      try {
        wait(LOOK_MILLIS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Stopped while older calls leave " + lease, stopped);
      }
      Beat.current().check();
    }
  }

  private synchronized void leave(Lease lease) {
    Entry entry = entries.get(lease.resource());
    if (entry != null) {
      entry.inside.remove(lease);
      if (entry.inside.isEmpty()) {
        entries.remove(lease.resource()); // the file knows
      }
    }
    notifyAll();
  }

  private static ApplicationFailure stale(Lease lease, Lease newest) {
    return Failures.of(
        FailureType.STALE_LEASE,
        "The call comes with lease %s, after one with %s".formatted(lease, newest));
  }

  /** A resource with calls inside. */
  private static final class Entry {
    private Lease newest;
    private final List<Lease> inside = new ArrayList<>();

    Entry(Lease newest) {
      this.newest = newest;
    }
  }
}
