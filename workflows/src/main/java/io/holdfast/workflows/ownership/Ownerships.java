package io.holdfast.workflows.ownership;

import io.holdfast.workflows.activity.OwnershipActivities;
import io.holdfast.workflows.activity.OwnershipLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostWatchdog;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells a host what it may run. */
public final class Ownerships {
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private Ownerships() {}

  /**
   * The ledger is read after the host has named its boot: so what it is told was true when it was
   * up already, and nothing that lay in its queue while it was away counts.
   *
   * @return whether the host has a watchdog, and so has to be told again before its lease is over
   */
  public static boolean confirm(HostId host) {
    OwnershipActivities activities = Profiles.watch(OwnershipActivities.class, host, WITHIN);
    OwnershipLedgerActivities ledger = Profiles.inventory(OwnershipLedgerActivities.class);
    String boot = activities.readBoot();
    boolean leased = extendLease(host, activities, ledger);
    ledger.recordCopies(host, activities.confirmOwnership(boot, ledger.ownership(host)));
    return leased;
  }

  /**
   * Before the word: nothing is started by it on a host whose watchdog sleeps while the ledger
   * thinks otherwise. The host counts from before the ledger's note, so it ends before that does.
   */
  private static boolean extendLease(
      HostId host, OwnershipActivities activities, OwnershipLedgerActivities ledger) {
    if (Workflow.getVersion("host-lease", Workflow.DEFAULT_VERSION, 1)
        == Workflow.DEFAULT_VERSION) {
      return false; // a run that an older engine began replays without it
    }
    HostWatchdog watchdog = watchdog(activities);
    if (watchdog == null) {
      ledger.endLease(host);
      return false;
    }
    long millis = ledger.grantLease(host, watchdog.resetSeconds());
    activities.extendLease(watchdog.boot(), watchdog.uptimeMillis() + millis);
    return true;
  }

  /** A worker of an older release does not know the question, and feeds nothing. */
  private static @Nullable HostWatchdog watchdog(OwnershipActivities activities) {
    try {
      return activities.readWatchdog();
    } catch (ActivityFailure failure) {
      if (failure.getCause() instanceof ApplicationFailure) {
        return null;
      }
      throw failure;
    }
  }
}
