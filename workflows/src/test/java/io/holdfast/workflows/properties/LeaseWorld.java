package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.LeaseActivities;
import io.holdfast.workflows.activity.LeaseLedgerActivities;
import io.holdfast.workflows.activity.RunActivities;
import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.model.Findings;
import io.holdfast.workflows.model.HeldLease;
import io.holdfast.workflows.model.HeldPlace;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.StepUpdate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** Who holds the target in a {@link World}: the fact "held". */
final class LeaseWorld implements LeaseActivities, LeaseLedgerActivities, RunActivities {
  private final AtomicLong raised = new AtomicLong();
  private final World world;

  LeaseWorld(World world) {
    this.world = world;
  }

  @Override
  public Findings seize(Lease lease, HeldPlace place) {
    world.gate.enter(lease).close();
    InstanceId instance = Objects.requireNonNull(place.instance());
    return new Findings(place.host(), instance, world.readDomain(instance).state(), List.of());
  }

  @Override
  public HeldLease raise(JobId holder) {
    raised.incrementAndGet();
    return held(holder);
  }

  @Override
  public HeldLease held(JobId holder) {
    InstanceId instance = new InstanceId(new java.util.UUID(0, 1));
    return new HeldLease(
        JobKind.POWER_INSTANCE,
        instance.value(),
        raised.get(),
        List.of(new HeldPlace(World.HOST, List.of("fast"), List.of(), instance)));
  }

  @Override
  public void completeRelease(
      JobId job, JobId holder, List<Findings> found, List<StepUpdate> updates) {
    world.facts.remove("held");
    world.ended = JobState.SUCCEEDED;
  }

  /** The run stays ended, or is started again by an engine while the lease is held. */
  @Override
  public void endRun(JobKind kind, JobId job) {
    world.facts.add("job");
  }
}
