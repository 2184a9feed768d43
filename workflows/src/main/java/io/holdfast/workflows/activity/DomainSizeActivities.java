package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.GrownDomain;
import io.holdfast.workflows.model.InstanceId;
import io.temporal.activity.ActivityInterface;
import org.jspecify.annotations.Nullable;

/**
 * The size of an instance's domain. Queue: the host's. Each fails with NOT_FOUND (no such domain of
 * ours), LIBVIRT_REFUSED.
 */
@ActivityInterface
public interface DomainSizeActivities {
  /**
   * Gives the domain its size as of its next start, and reads it back; a domain that runs goes on
   * as it is. Its disks, ports and all else stay.
   *
   * @param limit how far it may grow while it runs then; null: as large as it starts
   */
  void resizeDomain(InstanceId instance, ComputeSize size, @Nullable ComputeSize limit);

  /**
   * Gives a domain that runs more processors and memory, now and at its next start, has its guest
   * use them, and reads all of it back. A second call goes on where the first one ended. Fails with
   * INSTANCE_MUST_BE_STOPPED when the domain was started without room for that.
   */
  GrownDomain growDomain(InstanceId instance, ComputeSize size);

  /**
   * Takes back what {@link #growDomain} gave, as far as the guest lets go of it; it is asked for
   * processors and memory alike. What the domain has then, now and at its next start, is the
   * answer; nothing given is no error, nor is a domain that is gone.
   */
  ComputeSize shrinkDomain(InstanceId instance, ComputeSize before);
}
