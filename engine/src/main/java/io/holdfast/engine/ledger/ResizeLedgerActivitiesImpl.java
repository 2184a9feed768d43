package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.placement.GrowthPlanner;
import io.holdfast.engine.placement.Refusal;
import io.holdfast.workflows.activity.ResizeLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ResizeOrder;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * See {@link ResizeLedgerActivities}. Locks in this order: ledger, job, instance. The wanted size
 * is the job's request, see {@link ResizeRequests}.
 */
public final class ResizeLedgerActivitiesImpl implements ResizeLedgerActivities {
  private final Database database;
  private final Clock clock;

  public ResizeLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public ResizeOrder reserveResize(JobId job, InstanceId instance) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobRow opened = JobActivitiesImpl.lockedOpen(daos, job);
          InstanceRow row = Lookups.lockedInstance(daos, instance);
          return reserve(daos, opened, row);
        });
  }

  /** In a transaction that holds the ledger's lock. */
  static ResizeOrder reserve(Daos daos, JobRow job, InstanceRow row) {
    ReservationRow claim =
        daos.reservations()
            .find(row.id())
            .orElseThrow(() -> missing("The instance has no claim on a host"));
    ComputeSize before = row.spec().size();
    ComputeSize wanted = ResizeRequests.wanted(job.request());
    claim(daos, row.project(), claim, before.atLeast(wanted));
    return new ResizeOrder(
        new InstanceId(row.id()),
        Lookups.ref(Lookups.host(daos, claim.hostId())),
        before,
        row.spec().limit(),
        wanted,
        ResizeRequests.limit(row.spec(), job.request()),
        ResizeRequests.restart(job.request()),
        ResizeRequests.graceSeconds(job.request()),
        ResizeRequests.obstacles(row.spec(), job.request()));
  }

  @Override
  public void releaseResize(InstanceId instance) {
    database.useTransaction(
        daos -> {
          Optional<InstanceRow> row = daos.instances().lock(instance.value());
          row.ifPresent(there -> setClaim(daos, there.id(), there.spec().size()));
        });
  }

  @Override
  public void keepSize(JobId job, InstanceId instance, ComputeSize kept) {
    database.useTransaction(
        daos -> {
          JobActivitiesImpl.lockedOpen(daos, job);
          InstanceRow row = Lookups.lockedInstance(daos, instance);
          daos.instances().setSize(row.id(), null, kept.vcpus(), kept.memoryMiB());
          setClaim(daos, row.id(), kept);
        });
  }

  @Override
  public void completeResize(
      JobId job, InstanceId instance, PowerState power, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          UUID id = instance.value();
          JsonNode request = JobActivitiesImpl.locked(daos, job).request();
          InstanceRow row = Lookups.lockedInstance(daos, instance);
          ComputeSize size = ResizeRequests.wanted(request);
          ComputeSize limit = ResizeRequests.limit(row.spec(), request);
          daos.instances()
              .setSize(id, ResizeRequests.flavor(request), size.vcpus(), size.memoryMiB());
          daos.instances().setLimit(id, limit.vcpus(), limit.memoryMiB());
          setClaim(daos, id, size);
          daos.instances().setPower(id, power, clock.instant());
          return Results.id(id);
        });
  }

  /** Claims up to the given size; a claim as large already is left. */
  private static void claim(Daos daos, String project, ReservationRow claim, ComputeSize size) {
    int vcpus = size.vcpus() - claim.vcpus();
    long memory = size.memoryMiB() - claim.memoryMiB();
    if (vcpus <= 0 && memory <= 0) {
      return;
    }
    new Quotas(daos).claimCompute(project, vcpus, memory);
    Optional<Refusal> refusal =
        GrowthPlanner.refusal(
            new Claims(daos).capacity(claim.hostId()), claim.pool(), vcpus, memory, 0);
    if (refusal.isPresent()) {
      throw Failures.of(
          FailureType.NO_CAPACITY,
          "The instance's host has no room for %d vcpus and %d MiB of memory more"
              .formatted(Math.max(0, vcpus), Math.max(0, memory)),
          List.of(refusal.get().toString()));
    }
    setClaim(daos, claim.instanceId(), size);
  }

  private static void setClaim(Daos daos, UUID instance, ComputeSize size) {
    daos.reservations().setCompute(instance, size.vcpus(), size.memoryMiB());
  }

  private static RuntimeException missing(String what) {
    return Failures.of(FailureType.NOT_FOUND, what);
  }
}
