package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.CensusActivities;
import io.holdfast.workflows.activity.CensusLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.CensusTicket;
import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.HostCensus;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.OrphanOrder;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepUpdate;
import java.util.List;

/**
 * What the host of a {@link World} has that no instance has: its domain, as long as it is there.
 */
final class OrphanWorld implements CensusActivities, CensusLedgerActivities {
  private static final CensusItem ORPHAN =
      new CensusItem(
          CensusKind.DOMAIN,
          "hf-web",
          "",
          java.util.UUID.fromString("00000000-0000-0000-0000-00000000000c"),
          null,
          0,
          "RUNNING",
          null);

  private volatile HostCensus lastCensus = new HostCensus("", List.of(), null);
  private final World world;

  OrphanWorld(World world) {
    this.world = world;
  }

  @Override
  public HostCensus takeCensus(String known) {
    return new HostCensus(
        "digest", world.facts.contains("domain") ? List.of(ORPHAN) : List.of(), null);
  }

  @Override
  public DomainDescription describeDomain(InstanceId instance) {
    return new DomainDescription(
        instance, "hf-web", 1, 128, PowerState.RUNNING, "fast", List.of(), List.of(), null);
  }

  @Override
  public CensusTicket beginCensus(HostId host) {
    return new CensusTicket("", 0);
  }

  @Override
  public void recordCensus(HostId host, CensusTicket ticket, HostCensus census) {
    world.facts.add("census");
    lastCensus = census;
  }

  @Override
  public void completeScan(JobId job, HostId host, List<StepUpdate> updates) {
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public OrphanOrder orphanOrder(JobId job) {
    return new OrphanOrder(World.HOST, ORPHAN);
  }

  @Override
  public void checkOrphan(JobId job) {
    world.facts.add("job"); // reads only; one that is gone is what a repeated removal finds
  }

  @Override
  public void requireRemoved(JobId job) {
    if (!lastCensus.items().isEmpty()) {
      throw Failures.of(FailureType.LIBVIRT_REFUSED, "It is still there");
    }
  }

  @Override
  public void completeRemoval(JobId job, List<StepUpdate> updates) {
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public void completeAdoption(JobId job, DomainDescription domain, List<StepUpdate> updates) {
    world.facts.add("row");
    world.facts.add("reservation");
    world.ended = JobState.SUCCEEDED;
  }
}
