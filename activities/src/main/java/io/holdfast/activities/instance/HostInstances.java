package io.holdfast.activities.instance;

import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.InstanceActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepTime;
import io.holdfast.workflows.model.Steps;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the steps of other activities one after the other, and takes the time of each. */
public final class HostInstances implements InstanceActivities {
  private final VolumeActivities volumes;
  private final NetworkActivities networks;
  private final DomainActivities domains;

  public HostInstances(
      VolumeActivities volumes, NetworkActivities networks, DomainActivities domains) {
    this.volumes = volumes;
    this.networks = networks;
    this.domains = domains;
  }

  @Override
  public List<StepTime> buildInstance(InstanceSpec instance) {
    List<StepTime> times = new ArrayList<>();
    step(times, Steps.CREATE_VOLUMES, () -> volumes.createVolumes(instance));
    step(
        times,
        Steps.CONNECT_PORTS,
        () -> networks.connectPorts(instance.id(), instance.job(), instance.ports()));
    step(times, Steps.DEFINE_DOMAIN, () -> domains.defineDomain(instance));
    step(times, Steps.START_DOMAIN, () -> requireUp(domains.startDomain(instance.id())));
    return times;
  }

  /** Nobody asks a guest of an image without a sign of life again. */
  private static void requireUp(DomainStatus started) {
    if (started.state() != PowerState.RUNNING && started.state() != PowerState.PAUSED) {
      throw Failures.of(
          FailureType.GUEST_NOT_READY,
          "The guest went down as soon as it was started",
          List.of("the domain is " + started.state()));
    }
  }

  private static void step(List<StepTime> times, String name, Runnable action) {
    Beat.current().check();
    long from = System.nanoTime();
    try {
      action.run();
    } catch (ApplicationFailure failure) {
      throw Failures.inStep(name, failure);
    }
    times.add(new StepTime(name, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from)));
  }
}
