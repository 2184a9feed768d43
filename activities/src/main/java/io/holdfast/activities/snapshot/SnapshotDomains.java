package io.holdfast.activities.snapshot;

import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import java.util.List;

/** The disks of domains of ours. */
final class SnapshotDomains {
  private final OurDomains domains;

  SnapshotDomains(OurDomains domains) {
    this.domains = domains;
  }

  /** Fails with NOT_FOUND. */
  Shown require(InstanceId instance) {
    return domains.require(
        "Reading the domain",
        instance,
        (session, domain) ->
            new Shown(domain.isActive() == 1, SourceDisk.of(domain.getXMLDesc(0), instance)));
  }

  /** The disks of an instance that is off. Fails with INSTANCE_MUST_BE_STOPPED, NOT_FOUND. */
  List<SourceDisk> off(InstanceId instance) {
    Shown shown = require(instance);
    if (shown.active()) {
      throw Failures.of(FailureType.INSTANCE_MUST_BE_STOPPED, "The instance runs");
    }
    return shown.disks();
  }

  /** {@code active}: its guest runs, or stands still. */
  record Shown(boolean active, List<SourceDisk> disks) {}
}
