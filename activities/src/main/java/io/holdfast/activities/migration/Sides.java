package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.MigrationCalls.Status;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigrationSide;

/**
 * What libvirt's state of a domain, the reason of that state and the domain's job mean for a
 * migration. Names are those of libvirt-domain.h of libvirt 9.0 (virDomainState,
 * virDomain...Reason, virDomainJobOperation).
 *
 * <table>
 *   <caption>The first line that fits counts</caption>
 *   <tr><th>state</th><th>reason</th><th>job</th><th>side</th></tr>
 *   <tr><td>SHUTOFF</td><td>MIGRATED</td><td></td><td>HANDED_OVER</td></tr>
 *   <tr><td>SHUTOFF, CRASHED</td><td>any other</td><td></td><td>OFF</td></tr>
 *   <tr><td>RUNNING, PAUSED</td><td>POSTCOPY_FAILED</td><td></td><td>BROKEN</td></tr>
 *   <tr><td>any</td><td></td><td>MIGRATION_OUT</td><td>LEAVING</td></tr>
 *   <tr><td>PAUSED</td><td>POSTCOPY</td><td></td><td>HANDED_OVER</td></tr>
 *   <tr><td>PAUSED</td><td></td><td>MIGRATION_IN</td><td>ARRIVING</td></tr>
 *   <tr><td>PAUSED</td><td>any other</td><td></td><td>PAUSED</td></tr>
 *   <tr><td>any other</td><td></td><td></td><td>RUNNING</td></tr>
 * </table>
 *
 * <ul>
 *   <li>libvirtd forgets the reason of SHUTOFF when it starts again: then a source that was handed
 *       over is OFF, which says nothing of the other side.
 *   <li>PAUSED with reason MIGRATION and without a job is what a libvirtd leaves that died while it
 *       waited for the target's last answer: libvirt does not know either, so it is PAUSED.
 *   <li>POSTCOPY is a source whose guest runs at the target already. POSTCOPY_FAILED is either side
 *       of one whose memory lies on both: no resume here gives it back. The source's job stays
 *       then, since libvirt keeps it for a migration that goes on with the failed one; the target's
 *       guest runs until it needs what has not come.
 *   <li>A target that runs before all of its memory came (RUNNING_POSTCOPY) is RUNNING, also while
 *       its job goes on.
 * </ul>
 */
final class Sides {
  private static final int RUNNING = 1;
  private static final int PAUSED = 3;
  private static final int SHUTOFF = 5;
  private static final int CRASHED = 6;

  private static final int SHUTOFF_MIGRATED = 4;
  private static final int RUNNING_POSTCOPY_FAILED = 11;
  private static final int PAUSED_POSTCOPY = 12;
  private static final int PAUSED_POSTCOPY_FAILED = 13;

  private final OurDomains domains;

  Sides(OurDomains domains) {
    this.domains = domains;
  }

  /** The state is read between two looks at the job: a job that came or went counts as there. */
  MigrationSide read(InstanceId instance) {
    return domains
        .find(
            "Reading the domain's state",
            instance,
            (session, domain) -> {
              DomainJob.Kind before = DomainJob.read(domain).kind();
              Status status = session.migrations().status(instance.value());
              DomainJob.Kind after = DomainJob.read(domain).kind();
              return of(status, before == DomainJob.Kind.NONE ? after : before);
            })
        .orElse(MigrationSide.ABSENT);
  }

  static MigrationSide of(Status status, DomainJob.Kind job) {
    int reason = status.reason();
    if (status.state() == SHUTOFF || status.state() == CRASHED) {
      return status.state() == SHUTOFF && reason == SHUTOFF_MIGRATED
          ? MigrationSide.HANDED_OVER
          : MigrationSide.OFF;
    }
    if ((status.state() == RUNNING && reason == RUNNING_POSTCOPY_FAILED)
        || (status.state() == PAUSED && reason == PAUSED_POSTCOPY_FAILED)) {
      return MigrationSide.BROKEN;
    }
    if (job == DomainJob.Kind.MIGRATION_OUT) {
      return MigrationSide.LEAVING;
    }
    if (status.state() != PAUSED) {
      return MigrationSide.RUNNING;
    }
    if (reason == PAUSED_POSTCOPY) {
      return MigrationSide.HANDED_OVER;
    }
    return job == DomainJob.Kind.MIGRATION_IN ? MigrationSide.ARRIVING : MigrationSide.PAUSED;
  }
}
