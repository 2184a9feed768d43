package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.CopyReport;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.OwnershipOrder;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who owns the instances of a host. Local activities of the engine: one transaction each, and each
 * may run twice.
 */
@ActivityInterface
public interface OwnershipLedgerActivities {
  /** Of every instance that was placed on the host. */
  List<OwnershipOrder> ownership(HostId host);

  /**
   * The host may run on. Once what is noted here is over, it does not, however late it hears of it.
   *
   * @param resetSeconds from the last feed of its watchdog to the reset
   * @return for how long, from before this call on, in ms
   */
  long grantLease(HostId host, int resetSeconds);

  /** Nothing resets the host: that it was not heard of for long proves nothing. */
  void endLease(HostId host);

  /** Until the host cannot run any more, in ms; 0 when it cannot; null when nothing resets it. */
  @Nullable Long leaseLeft(HostId host);

  /** Notes what a host has of instances that it may not run. */
  void recordCopies(HostId host, List<CopyReport> copies);
}
