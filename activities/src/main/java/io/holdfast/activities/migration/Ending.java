package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.workflows.model.InstanceId;
import io.temporal.failure.ApplicationFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has libvirt end the migration that takes a guest away from this host. It may be over, or there
 * may be no way back: then libvirt refuses, and the sides tell what became of it.
 */
final class Ending {
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  private Ending() {}

  /** May be repeated; any other job of the domain is left alone. */
  static void ask(OurDomains domains, InstanceId instance) {
    try {
      domains.find(
          "Ending the migration",
          instance,
          (session, domain) -> {
            boolean leaves = DomainJob.read(domain).kind() == DomainJob.Kind.MIGRATION_OUT;
            if (leaves) {
              domain.abortJob();
            }
            return leaves;
          });
    } catch (ApplicationFailure refused) {
      LOG.debug("{}: the migration is not ended: {}", instance, refused.getMessage());
    }
  }
}
