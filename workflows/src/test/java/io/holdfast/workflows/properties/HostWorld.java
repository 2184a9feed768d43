package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.HostLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.StepUpdate;
import java.util.List;

/** Whether the host of a {@link World} takes new instances: the fact "closed". */
final class HostWorld implements HostLedgerActivities {
  private final World world;

  HostWorld(World world) {
    this.world = world;
  }

  @Override
  public void closeHost(JobId job, HostId host) {
    world.facts.add("closed");
  }

  @Override
  public void openHost(JobId job, HostId host) {
    world.facts.remove("closed");
  }

  @Override
  public void restoreHost(JobId job, HostId host) {
    if (world.before.contains("closed")) {
      closeHost(job, host);
    } else {
      openHost(job, host);
    }
  }

  @Override
  public void completeHostState(JobId job, HostId host, List<StepUpdate> updates) {
    world.ended = JobState.SUCCEEDED;
  }
}
