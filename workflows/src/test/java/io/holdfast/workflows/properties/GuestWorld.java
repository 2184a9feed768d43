package io.holdfast.workflows.properties;

import static java.util.Comparator.comparing;

import io.holdfast.workflows.activity.DowntimeLedgerActivities;
import io.holdfast.workflows.activity.GuestActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** What guests say, and who has stopped them, as facts of the {@link World}. */
final class GuestWorld implements GuestActivities, DowntimeLedgerActivities {
  private final World world;

  /** The jobs that have stopped the guest. */
  private final Set<JobId> stopped = new ConcurrentSkipListSet<>(comparing(JobId::value));

  GuestWorld(World world) {
    this.world = world;
  }

  @Override
  public GuestReport awaitGuest(InstanceSpec instance) {
    if (world.facts.remove("going-down") && world.facts.remove(MoveWorld.running(instance.id()))) {
      throw Failures.of(FailureType.GUEST_NOT_READY, "The guest went down before it answered");
    }
    return new GuestReport(GuestReadiness.AGENT, "7.2", "guest", List.of("10.90.0.10"));
  }

  @Override
  public byte[] readConsole(InstanceId instance, int bytes) {
    return new byte[0];
  }

  @Override
  public String readScreen(InstanceId instance) {
    return "";
  }

  @Override
  public void noteStopped(JobId job, InstanceId instance) {
    stopped.add(job);
  }

  @Override
  public boolean hasStopped(JobId job, InstanceId instance) {
    return stopped.contains(job);
  }
}
