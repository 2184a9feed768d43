package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MigrationRow;
import io.holdfast.engine.db.MovedSnapshotRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlanText;
import io.holdfast.engine.seal.SecretSeal;
import io.holdfast.workflows.activity.MigrationLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CopyBase;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.model.MovedSnapshot;
import io.holdfast.workflows.model.MovedVolume;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.SwitchedOver;
import io.holdfast.workflows.model.TakenSnapshot;
import io.holdfast.workflows.model.VolumeId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * See {@link MigrationLedgerActivities}. Locks in this order: ledger, job, instance. The wanted
 * host is in the job's request, see {@link MigrationRequests}.
 */
public final class MigrationLedgerActivitiesImpl implements MigrationLedgerActivities {
  private final Database database;
  private final SecretSeal seal;
  private final Clock clock;

  public MigrationLedgerActivitiesImpl(Database database, SecretSeal seal, Clock clock) {
    this.database = database;
    this.seal = seal;
    this.clock = clock;
  }

  @Override
  public MigrationOrder reserveMigration(JobId job, InstanceId instance) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobRow opened = JobActivitiesImpl.lockedOpen(daos, job);
          InstanceRow row = Lookups.lockedInstance(daos, instance);
          Optional<MigrationRow> earlier = claimed(daos, job, instance);
          MigrationRow claim =
              earlier.isPresent()
                  ? earlier.get()
                  : claim(daos, opened, row, plan(daos, opened, row), clock.instant());
          return order(daos, opened, row, claim);
        });
  }

  /** What another job has left undecided is this one's to find out. */
  private static Optional<MigrationRow> claimed(Daos daos, JobId job, InstanceId instance) {
    if (daos.migrations().undecided(instance.value()).isPresent()) {
      daos.migrations().adopt(instance.value(), job.value());
    }
    return daos.migrations()
        .find(instance.value())
        .filter(claim -> claim.jobId().equals(job.value()));
  }

  @Override
  public @Nullable MigrationOrder earlierRun(JobId job, InstanceId instance) {
    return database.inTransaction(
        daos -> {
          JobRow opened = JobActivitiesImpl.lockedOpen(daos, job);
          InstanceRow row = Lookups.lockedInstance(daos, instance);
          return claimed(daos, job, instance)
              .filter(claim -> stage(claim) != MigrationStage.COPYING || hasChecked(daos, job))
              .map(claim -> order(daos, opened, row, claim))
              .orElse(null);
        });
  }

  /** Before that it has touched neither host, and must not remove what another job has left. */
  private static boolean hasChecked(Daos daos, JobId job) {
    return daos.jobs().steps(job.value()).stream()
        .anyMatch(
            step -> step.name().equals(Steps.CHECK_TARGET) && step.state() == StepState.SUCCEEDED);
  }

  @Override
  public void beginHandover(JobId job, InstanceId instance) {
    database.daos().migrations().beginHandover(instance.value(), job.value());
  }

  @Override
  public void takeBackHandover(JobId job, InstanceId instance) {
    database.daos().migrations().takeBackHandover(instance.value(), job.value());
  }

  /**
   * In a transaction that holds the ledger's lock. What was left undecided, and what an evacuation
   * has planned, had their places.
   */
  static PlacementPlan plan(Daos daos, JobRow job, InstanceRow row) {
    @Nullable UUID undecided =
        daos.migrations().undecided(row.id()).map(MigrationRow::targetHost).orElse(null);
    @Nullable UUID host = undecided == null ? MigrationRequests.host(job.request()) : undecided;
    boolean placed = undecided != null || EvacuationRequests.isOfOne(job.request());
    daos.migrations().delete(row.id()); // a job that ended with leftovers may have left it
    return (placed ? Claims.regardlessOfUse(daos) : new Claims(daos))
        .planMigration(row, held(daos, row).hostId(), host, MigrationRequests.site(job.request()));
  }

  /** Claims by a plan of this transaction. Fails with NO_CAPACITY. */
  static MigrationRow claim(
      Daos daos, JobRow job, InstanceRow row, PlacementPlan plan, Instant now) {
    ReservationRow held = held(daos, row);
    PlacementPlan.Choice choice =
        plan.chosen()
            .orElseThrow(
                () ->
                    Failures.of(
                        FailureType.NO_CAPACITY,
                        "No host will do for instance " + row.name(),
                        PlanText.refusals(plan)));
    MigrationRow claim =
        new MigrationRow(
            row.id(),
            job.id(),
            held.hostId(),
            held.pool(),
            choice.host(),
            choice.pool(),
            held.vcpus(),
            held.memoryMiB(),
            held.diskBytes(),
            choice.shared(),
            false,
            false,
            false,
            now.truncatedTo(ChronoUnit.MILLIS)); // the order says it, also when it is read again
    daos.migrations().insert(claim);
    daos.migrations().insertVolumes(row.id());
    daos.migrations().insertSnapshots(row.id());
    daos.migrations().addLinkedImage(row.id());
    return claim;
  }

  private static ReservationRow held(Daos daos, InstanceRow row) {
    return daos.reservations()
        .find(row.id())
        .orElseThrow(() -> missing("The instance has no claim on a host"));
  }

  private MigrationOrder order(Daos daos, JobRow job, InstanceRow row, MigrationRow claim) {
    UUID imageId = row.imageId();
    ImageRow image = imageId == null ? null : Lookups.image(daos, imageId);
    return new MigrationOrder(
        Lookups.ref(Lookups.host(daos, claim.sourceHost())),
        claim.sourcePool(),
        Lookups.ref(Lookups.host(daos, claim.targetHost())),
        InstanceSpecs.placed(
            job.id(),
            row,
            seal.open(row.id(), row.spec().secrets()),
            claim.targetPool(),
            image,
            daos.instances().ports(row.id())),
        MigrationRequests.mode(job.request()),
        MigrationRequests.limits(job.request()),
        bases(daos, claim),
        MigrationRequests.graceSeconds(job.request()),
        daos.migrations().volumes(row.id()).stream()
            .map(
                volume ->
                    new MovedVolume(
                        new VolumeId(volume.volumeId()), volume.sourcePool(), volume.diskBytes()))
            .toList(),
        daos.migrations().snapshots(row.id()).stream()
            .map(MigrationLedgerActivitiesImpl::moved)
            .toList(),
        new StreamLimits(daos).between(claim.sourceHost(), claim.targetHost()),
        claim.shared(),
        stage(claim),
        claim.createdAt().toEpochMilli());
  }

  private static MigrationStage stage(MigrationRow claim) {
    if (claim.arrived()) {
      return MigrationStage.ARRIVED;
    }
    if (!claim.handingOver()) {
      return MigrationStage.COPYING;
    }
    return claim.takenBack() ? MigrationStage.TAKEN_BACK : MigrationStage.HANDING_OVER;
  }

  private static MovedSnapshot moved(MovedSnapshotRow row) {
    SnapshotRow snapshot = row.snapshot();
    Instant takenAt = Objects.requireNonNull(snapshot.takenAt(), "taken");
    return new MovedSnapshot(
        new SnapshotId(snapshot.id()),
        row.sourcePool(),
        snapshot.consistency(),
        new TakenSnapshot(
            snapshot.disks(),
            takenAt.toEpochMilli(),
            snapshot.windowMillis(),
            snapshot.memoryBytes()));
  }

  /** The newest of each disk. */
  private static List<CopyBase> bases(Daos daos, MigrationRow claim) {
    List<CopyBase> bases = new ArrayList<>();
    for (RecoveryPointDiskRow row :
        daos.migrations().bases(claim.instanceId(), claim.targetHost(), claim.targetPool())) {
      if (bases.stream().noneMatch(base -> base.disk().equals(row.disk()))) {
        bases.add(
            new CopyBase(
                row.disk(),
                new RecoveryPointId(row.pointId()),
                Objects.requireNonNull(row.root(), "sealed")));
      }
    }
    return bases;
  }

  @Override
  public MigrationLimits readLimits(JobId job) {
    return database
        .daos()
        .jobs()
        .find(job.value())
        .map(row -> MigrationRequests.limits(row.request()))
        .orElseThrow(() -> missing("There is no job " + job));
  }

  @Override
  public void releaseMigration(InstanceId instance) {
    database.daos().migrations().delete(instance.value());
  }

  @Override
  public void recordOwner(JobId job, InstanceId instance, PowerState power) {
    database.useTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobActivitiesImpl.locked(daos, job);
          if (daos.migrations().arrive(instance.value()) > 0) {
            daos.instances().setPower(instance.value(), power, clock.instant());
          }
        });
  }

  @Override
  public void completeMigration(
      JobId job,
      InstanceId instance,
      PowerState power,
      SwitchedOver switched,
      List<String> leftBehind,
      List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          daos.migrations().delete(instance.value());
          daos.instances().setPower(instance.value(), power, clock.instant());
          return result(daos, instance, switched, leftBehind);
        });
  }

  private static JsonNode result(
      Daos daos, InstanceId instance, SwitchedOver switched, List<String> leftBehind) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("id", instance.toString());
    result.put(
        "host",
        Optional.ofNullable(Lookups.location(daos, instance).host())
            .map(host -> host.name())
            .orElse(null));
    if (switched.totalMillis() > 0) {
      result
          .putObject("switchover")
          .put("totalMs", switched.totalMillis())
          .put("downtimeMs", switched.downtimeMillis())
          .put("memoryBytes", switched.memoryBytes())
          .put("diskBytes", switched.diskBytes())
          .put("iterations", switched.iterations());
    }
    if (!leftBehind.isEmpty()) {
      leftBehind.forEach(result.putArray("leftovers")::add);
    }
    return result;
  }

  private static RuntimeException missing(String what) {
    return Failures.of(FailureType.NOT_FOUND, what);
  }
}
