package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.CopyReport;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.OwnershipOrder;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/**
 * Who owns the instances of a host. Local activities of the engine: one transaction each, and each
 * may run twice.
 */
@ActivityInterface
public interface OwnershipLedgerActivities {
  /** Of every instance that was placed on the host. */
  List<OwnershipOrder> ownership(HostId host);

  /** Notes what a host has of instances that it may not run. */
  void recordCopies(HostId host, List<CopyReport> copies);
}
