package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.DomainSizeActivities;
import io.holdfast.workflows.activity.ResizeLedgerActivities;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.GrownDomain;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ResizeOrder;
import io.holdfast.workflows.model.StepUpdate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a resize does to an instance, as facts of the {@link World}. */
final class ResizeWorld implements DomainSizeActivities, ResizeLedgerActivities {
  private static final ComputeSize BEFORE = new ComputeSize(1, 128);
  private static final ComputeSize WANTED = new ComputeSize(2, 256);

  /** What the caller said. */
  volatile boolean restart = true;

  /** The guest can take it as it runs. */
  volatile boolean live;

  /** The guest does not let go of what it was given. */
  volatile boolean keeps;

  private final World world;

  ResizeWorld(World world) {
    this.world = world;
  }

  @Override
  public void resizeDomain(InstanceId instance, ComputeSize size, @Nullable ComputeSize limit) {
    if (size.equals(WANTED)) {
      world.facts.add("larger");
    } else {
      world.facts.remove("larger");
    }
  }

  @Override
  public GrownDomain growDomain(InstanceId instance, ComputeSize size) {
    world.facts.add("larger");
    return new GrownDomain(PowerState.RUNNING, size.vcpus(), size.memoryMiB());
  }

  @Override
  public ComputeSize shrinkDomain(InstanceId instance, ComputeSize before) {
    if (keeps && world.facts.contains("larger")) {
      return WANTED;
    }
    world.facts.remove("larger");
    return before;
  }

  @Override
  public void keepSize(JobId job, InstanceId instance, ComputeSize kept) {
    world.facts.add("kept");
  }

  @Override
  public ResizeOrder reserveResize(JobId job, InstanceId instance) {
    world.facts.add("growth");
    return new ResizeOrder(
        instance,
        World.HOST,
        BEFORE,
        live ? WANTED : null,
        WANTED,
        WANTED,
        restart,
        5,
        live ? List.of() : List.of("it has no room"));
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
