package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.migration.overlay.MoveLimits;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.SwitchOrder;
import io.temporal.failure.ApplicationFailure;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a switchover that runs keep to the limits of its move, which people change meanwhile. */
final class Pace {
  private static final Logger LOG = LoggerFactory.getLogger(Pace.class);

  private final SwitchOrder order;
  private final OurDomains domains;
  private final MoveLimits limits;
  private @Nullable MigrationLimits kept;

  /** {@code kept}: what libvirt was told when it began; null when that is not known. */
  Pace(SwitchOrder order, OurDomains domains, MoveLimits limits, @Nullable MigrationLimits kept) {
    this.order = order;
    this.domains = domains;
    this.limits = limits;
    this.kept = kept;
  }

  /**
   * Tells libvirt when they are others than before; what it refuses is not said again. True when
   * they have changed.
   */
  boolean keep() {
    InstanceId instance = order.instance().id();
    try {
      MigrationLimits now = limits.of(instance, order.instance().job(), order.limits());
      if (now.equals(kept)) {
        return false;
      }
      kept = now;
      domains.find(
          "Changing the migration's limits",
          instance,
          (session, domain) -> {
            set(session, domain, instance, now);
            return true;
          });
      LOG.info("{} is moved with {} from now on", instance, now);
      return true;
    } catch (ApplicationFailure | UncheckedIOException refused) {
      LOG.warn("{} is moved with the limits that it had: {}", instance, refused.getMessage());
      return false;
    }
  }

  /** libvirt remembers them for the domain's later migrations, too, so all of them are said. */
  static void set(
      LibvirtSession session, Domain domain, InstanceId instance, MigrationLimits limits)
      throws LibvirtException, LibvirtFault {
    domain.migrateSetMaxDowntime(limits.maxDowntimeMillis());
    session.migrations().limit(instance.value(), limits.bandwidthMiBps());
  }
}
