package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.DomainSizeActivities;
import io.holdfast.workflows.activity.ResizeLedgerActivities;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ResizeOrder;
import io.holdfast.workflows.model.StepUpdate;
import java.util.List;

/** What a resize does to an instance, as facts of the {@link World}. */
final class ResizeWorld implements DomainSizeActivities, ResizeLedgerActivities {
  private static final ComputeSize BEFORE = new ComputeSize(1, 128);
  private static final ComputeSize WANTED = new ComputeSize(2, 256);

  /** What the caller said. */
  volatile boolean restart = true;

  private final World world;

  ResizeWorld(World world) {
    this.world = world;
  }

  @Override
  public void resizeDomain(InstanceId instance, ComputeSize size) {
    if (size.equals(WANTED)) {
      world.facts.add("larger");
    } else {
      world.facts.remove("larger");
    }
  }

  @Override
  public ResizeOrder reserveResize(JobId job, InstanceId instance) {
    world.facts.add("growth");
    return new ResizeOrder(instance, World.HOST, BEFORE, WANTED, restart, 5);
  }

  @Override
  public void releaseResize(InstanceId instance) {
    world.facts.remove("growth");
  }

  @Override
  public void completeResize(
      JobId job, InstanceId instance, PowerState power, List<StepUpdate> updates) {
    world.recordedPower = power;
    world.ended = JobState.SUCCEEDED;
  }
}
