package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.CopyReport;
import io.holdfast.workflows.model.HostWatchdog;
import io.holdfast.workflows.model.OwnershipOrder;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a host may run. A host keeps an epoch for each instance in a file; after a boot it starts
 * nothing of ours until it was told again. Each call may be made twice, and an epoch that is lower
 * than the one that is known changes nothing: so they need no lease. Queue: the host's wait queue.
 */
@ActivityInterface
public interface OwnershipActivities {
  /** Names this boot of the host. What the ledger says afterwards is news to it. */
  String readBoot();

  /**
   * What resets the host when it is not told for a while that it may run on; null: nothing does.
   */
  @Nullable HostWatchdog readWatchdog();

  /**
   * The host may run until then, and its watchdog is armed. Never shortens what it was given.
   *
   * @param boot of the watchdog; after another boot NOT_FOUND is thrown
   * @param uptimeMillis of the host
   */
  void extendLease(String boot, long uptimeMillis);

  /**
   * Tells the host what it may run and what not. One that another instance has taken over from, and
   * that runs all the same, is paused: its disks and its memory stay as they are.
   *
   * @param boot from {@link #readBoot()}; after another boot nothing is done, and NOT_FOUND is
   *     thrown
   * @return of each instance that the host may not run: what it has of it
   */
  List<CopyReport> confirmOwnership(String boot, List<OwnershipOrder> orders);

  /** Takes an instance from the host: it is kept off from now on, switched off, and read back. */
  CopyReport disown(OwnershipOrder order);
}
