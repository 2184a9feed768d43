package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.StepTime;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/** Steps on one host that need no decision between them, in one call. Queue: the host's. */
@ActivityInterface
public interface InstanceActivities {
  /**
   * The steps create-volumes, connect-ports, define-domain and start-domain: see {@link
   * VolumeActivities#createVolumes}, {@link NetworkActivities#connectPorts}, {@link
   * DomainActivities#defineDomain}, {@link DomainActivities#startDomain}. Each finds what an
   * earlier call made, so a second call goes on where the first one ended. Fails as they do; the
   * failure names its step.
   */
  List<StepTime> buildInstance(InstanceSpec instance);
}
