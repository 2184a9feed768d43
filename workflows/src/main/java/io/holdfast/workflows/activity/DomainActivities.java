package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.temporal.activity.ActivityInterface;

/**
 * The libvirt domain of an instance, looked up by its UUID, which is the instance's id. Queue: the
 * host's. All fail with LIBVIRT_UNAVAILABLE (retried) or LIBVIRT_REFUSED.
 */
@ActivityInterface
public interface DomainActivities {
  /**
   * Defines the domain if it is absent, tagged with its owner and job. Fails with
   * NAME_TAKEN_BY_FOREIGN_DOMAIN when the name or the UUID belongs to a domain that is not ours.
   */
  void defineDomain(InstanceSpec instance);

  /** Undefines the domain, stopping it first if it runs; none is no error. */
  void undefineDomain(InstanceId instance);

  /** Starts the domain unless it runs, and reads its state back. */
  DomainStatus startDomain(InstanceId instance);

  /**
   * Asks the guest to shut down and pulls the plug after {@code graceSeconds} (0: at once). A
   * domain that is off or absent is no error; its state is read back.
   */
  DomainStatus stopDomain(InstanceId instance, int graceSeconds);

  /**
   * As {@link #stopDomain}, without ever pulling the plug: fails with GUEST_KEEPS_RUNNING when the
   * guest has not shut down within {@code graceSeconds}.
   */
  DomainStatus shutDownDomain(InstanceId instance, int graceSeconds);

  /**
   * Stops and starts the domain again within one call; a domain that is off is started. A second
   * run may reboot once more.
   */
  DomainStatus rebootDomain(InstanceId instance, int graceSeconds);

  /** Asks libvirt for the state; MISSING when there is no such domain. */
  DomainStatus readDomain(InstanceId instance);
}
