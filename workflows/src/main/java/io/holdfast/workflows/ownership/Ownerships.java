package io.holdfast.workflows.ownership;

import io.holdfast.workflows.activity.OwnershipActivities;
import io.holdfast.workflows.activity.OwnershipLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.saga.Profiles;
import java.time.Duration;

/** Tells a host what it may run. */
public final class Ownerships {
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private Ownerships() {}

  /**
   * The ledger is read after the host has named its boot: so what it is told was true when it was
   * up already, and nothing that lay in its queue while it was away counts.
   */
  public static void confirm(HostId host) {
    OwnershipActivities activities = Profiles.watch(OwnershipActivities.class, host, WITHIN);
    OwnershipLedgerActivities ledger = Profiles.inventory(OwnershipLedgerActivities.class);
    String boot = activities.readBoot();
    ledger.recordCopies(host, activities.confirmOwnership(boot, ledger.ownership(host)));
  }
}
