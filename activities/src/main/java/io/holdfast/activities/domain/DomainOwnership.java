package io.holdfast.activities.domain;

import io.holdfast.activities.ownership.HostLease;
import io.holdfast.activities.ownership.Owned;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.Beat;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.OwnershipActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CopyReport;
import io.holdfast.workflows.model.HostWatchdog;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.Ownership;
import io.holdfast.workflows.model.Ownership.Holder;
import io.holdfast.workflows.model.OwnershipOrder;
import io.holdfast.workflows.model.PowerState;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what the ledger says of owners, and keeps off what is not this host's any more. */
@SuppressWarnings("try") // a lock is held, not used
public final class DomainOwnership implements OwnershipActivities {
  private static final Logger LOG = LoggerFactory.getLogger(DomainOwnership.class);

  private final OwnershipBook book;
  private final DomainPower power;
  private final Pools pools;
  private final KeyedLocks locks;
  private final HostLease lease;

  /** {@code locks}: one an instance, shared with its domain's activities. */
  public DomainOwnership(
      OwnershipBook book, DomainPower power, Pools pools, KeyedLocks locks, HostLease lease) {
    this.book = book;
    this.power = power;
    this.pools = pools;
    this.locks = locks;
    this.lease = lease;
  }

  @Override
  public String readBoot() {
    return book.boot();
  }

  @Override
  public @Nullable HostWatchdog readWatchdog() {
    try {
      return lease.isKept()
          ? new HostWatchdog(book.boot(), HostLease.uptimeMillis(), lease.resetSeconds())
          : null;
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void extendLease(String boot, long uptimeMillis) {
    requireBoot(boot);
    try {
      lease.extend(uptimeMillis);
    } catch (IOException failed) {
      throw Failures.of(
          FailureType.HOST_UNSUITABLE,
          "The host's watchdog cannot be fed, so it may run nothing",
          failed);
    }
  }

  private void requireBoot(String boot) {
    if (!boot.equals(book.boot())) {
      throw Failures.of(FailureType.NOT_FOUND, "The host has booted since " + boot);
    }
  }

  @Override
  public List<CopyReport> confirmOwnership(String boot, List<OwnershipOrder> orders) {
    requireBoot(boot);
    List<CopyReport> copies = new ArrayList<>();
    for (OwnershipOrder order : orders) {
      Beat.current().check();
      Ownership said = order.ownership();
      confirm(said);
      if (said.holder() != Holder.HERE) {
        copies.add(kept(order));
      }
    }
    return copies;
  }

  @Override
  public CopyReport disown(OwnershipOrder order) {
    Ownership said = order.ownership();
    book.put(said.instance(), new Owned(false, said.epoch()));
    try (KeyedLocks.Held alone = locks.lock(said.instance())) {
      PowerState found = power.state(said.instance());
      PowerState left = power.off(said.instance());
      if (left == PowerState.RUNNING || left == PowerState.PAUSED) {
        throw Failures.of(
            FailureType.LIBVIRT_REFUSED, "The domain is %s and was switched off".formatted(left));
      }
      return report(order, found);
    }
  }

  /**
   * Of what is here. An instance without a domain that the host does not know was deleted after the
   * ledger was read, or has yet to come: what brings it takes it into the book, and the next word
   * is on that.
   */
  private void confirm(Ownership said) {
    Owned owned = new Owned(said.holder() == Holder.HERE, said.epoch());
    boolean known = book.confirm(said.instance(), owned);
    if (!known && power.state(said.instance()) != PowerState.MISSING) {
      book.put(said.instance(), owned);
    }
  }

  /** Two that have one role must not both answer; and neither is anybody's to throw away. */
  private CopyReport kept(OwnershipOrder order) {
    InstanceId instance = order.ownership().instance();
    PowerState found = power.state(instance);
    if (found == PowerState.RUNNING && order.ownership().holder() == Holder.ELSEWHERE) {
      LOG.warn("{} ran here, and another instance has taken over from it: it is paused", instance);
      power.pause(instance);
    }
    return report(order, found);
  }

  private CopyReport report(OwnershipOrder order, PowerState found) {
    Ownership said = order.ownership();
    return new CopyReport(
        said.instance(), said.epoch(), found, lastWritten(said.instance(), order.pool()));
  }

  /** A pool that fails keeps no host from its word on all other instances: then it is 0. */
  private long lastWritten(InstanceId instance, @Nullable String pool) {
    if (pool == null) {
      return 0;
    }
    try {
      long latest = 0;
      for (Path file : PoolFiles.startingWith(pools.folder(pool), instance + "-")) {
        latest = Math.max(latest, lastWritten(file));
      }
      return latest;
    } catch (IOException failed) {
      LOG.warn("When the disks of {} were written is unknown: {}", instance, failed.toString());
      return 0;
    } catch (ApplicationFailure failed) {
      if (Failures.typeOf(failed) != FailureType.STORAGE_FAILED) {
        throw failed;
      }
      LOG.warn("When the disks of {} were written is unknown: {}", instance, failed.getMessage());
      return 0;
    }
  }

  private static long lastWritten(Path file) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (NoSuchFileException gone) {
      return 0;
    }
  }
}
