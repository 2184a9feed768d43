package io.holdfast.workflows.properties;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.lease.LeaseGate;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The newest lease of each resource, in memory; the host's own is tested where it is. */
final class Gate implements LeaseGate {
  private final Map<UUID, Lease> newest = new HashMap<>();

  @Override
  public synchronized Passage enter(Lease lease) {
    Lease seen = newest.getOrDefault(lease.resource(), lease);
    if (lease.isOlderThan(seen)) {
      throw Failures.of(FailureType.STALE_LEASE, lease + " after " + seen);
    }
    newest.put(lease.resource(), lease);
    return () -> {};
  }
}
