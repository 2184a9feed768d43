package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlacedStep;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RunState;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ChildEnd;
import io.holdfast.workflows.model.CommandOrder;
import io.holdfast.workflows.model.FenceOrder;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.GuestScreen;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.ProbeResult;
import io.holdfast.workflows.model.ProbeSpec;
import io.holdfast.workflows.model.ProofKind;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** See {@link RecoveryLedgerActivities}. Locks are taken as {@link LedgerActivitiesImpl} says. */
public final class RecoveryLedgerActivitiesImpl implements RecoveryLedgerActivities {
  private final Database database;
  private final Clock clock;

  public RecoveryLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public RunOrder planRun(JobId run) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobActivitiesImpl.lockedOpen(daos, run);
          return new Runs(daos, locked(daos, run.value())).pin(clock.instant());
        });
  }

  @Override
  public RunOrder pinnedRun(JobId run) {
    return database.inTransaction(daos -> new Runs(daos, locked(daos, run.value())).order());
  }

  @Override
  public RunOrder cleanupOrder(JobId cleanup) {
    return database.inTransaction(
        daos -> new Runs(daos, locked(daos, runOf(daos, cleanup))).order());
  }

  @Override
  public @Nullable JobRequest beginPromotion(JobId run, InstanceId source) {
    return begin(run, source, Promotions::begin);
  }

  @Override
  public @Nullable JobRequest beginRemoval(JobId run, InstanceId source) {
    return begin(run, source, Promotions::remove);
  }

  private @Nullable JobRequest begin(
      JobId run,
      InstanceId source,
      BiFunction<Promotions, PlanRunInstanceRow, Optional<JobRow>> job) {
    return database.inTransaction(
        daos -> {
          PlanRunRow row = locked(daos, run.value());
          Promotions promotions = new Promotions(daos, row, clock.instant());
          return job.apply(promotions, member(daos, run.value(), source))
              .map(
                  child ->
                      new JobRequest(
                          new JobId(child.id()),
                          child.targetId(),
                          child.policy(),
                          child.generation(),
                          List.of(),
                          PromotionSteps.of(daos, child),
                          BegunSteps.of(daos, child)))
              .orElse(null);
        });
  }

  @Override
  public ChildEnd childEnd(JobId child) {
    return database.inTransaction(
        daos -> {
          JobRow row = JobActivitiesImpl.locked(daos, child);
          if (!row.state().isFinal()) {
            return new ChildEnd(false, null);
          }
          if (row.state() == JobState.SUCCEEDED) {
            daos.planRuns().setRemovedInstance(run(row), row.targetId(), row.kind());
            return new ChildEnd(true, null);
          }
          JobFailure failure =
              row.error() == null
                  ? new JobFailure(
                      FailureType.CANCELLED, "Job %s was cancelled".formatted(child), List.of())
                  : row.error();
          note(daos, row, failure);
          return new ChildEnd(true, failure);
        });
  }

  private static UUID run(JobRow child) {
    return UUID.fromString(child.request().path("run").asText());
  }

  private static void note(Daos daos, JobRow child, JobFailure failure) {
    UUID run = run(child);
    daos.planRuns()
        .instanceOf(run, child.id())
        .ifPresent(
            member ->
                daos.planRuns()
                    .setState(run, member.sourceId(), RunState.FAILED, failure.message()));
  }

  @Override
  public void abandonChild(JobId child) {
    database.useTransaction(
        daos -> Abandonment.of(daos, JobActivitiesImpl.locked(daos, child), clock.instant()));
  }

  @Override
  public void refuseStarted(JobId promotion, JobFailure why) {
    database.useTransaction(
        daos -> {
          PlanRunRow run = locked(daos, runOf(daos, promotion));
          UUID source = memberOf(daos, run, promotion).sourceId();
          daos.runSteering().refuse(run.id(), source, why.message());
          daos.runJobs().noteGuest(run.id(), source, true); // its plug was pulled
        });
  }

  @Override
  public void recordSkipped(JobId run, InstanceId source, JobFailure why) {
    database
        .daos()
        .planRuns()
        .setState(run.value(), source.value(), RunState.SKIPPED, why.message());
  }

  @Override
  public FenceOrder fenceSource(JobId promotion) {
    return inFencing(promotion, (fencing, member) -> fencing.fence(member.sourceId()));
  }

  @Override
  public String recordProof(JobId promotion, ProofKind proof, String by, String words) {
    return inFencing(
        promotion, (fencing, member) -> fencing.record(member.sourceId(), proof, by, words));
  }

  private <T> T inFencing(JobId promotion, BiFunction<Fencing, PlanRunInstanceRow, T> work) {
    return database.inTransaction(
        daos -> {
          PlanRunRow run = locked(daos, runOf(daos, promotion));
          JobActivitiesImpl.lockedOpen(daos, promotion);
          Fencing fencing = new Fencing(daos, run, promotion.value(), clock.instant());
          return work.apply(fencing, memberOf(daos, run, promotion));
        });
  }

  @Override
  public void returnSource(JobId promotion) {
    database.useTransaction(
        daos -> {
          locked(daos, runOf(daos, promotion));
          daos.ownerships().giveBack(promotion.value());
        });
  }

  @Override
  public List<ProbeSpec> probes(JobId promotion, InstanceId instance) {
    return database.inTransaction(
        daos -> {
          PlanRunRow run = locked(daos, runOf(daos, promotion));
          return RunOutcomes.probes(daos, memberOf(daos, run, promotion), instance);
        });
  }

  @Override
  public void completePromotion(
      JobId promotion,
      InstanceId instance,
      GuestReport guest,
      List<ProbeResult> probes,
      String console,
      GuestScreen screen,
      List<StepUpdate> updates) {
    database.useTransaction(
        daos -> {
          PlanRunRow run = locked(daos, runOf(daos, promotion));
          Completion.write(
              daos,
              promotion,
              updates,
              clock.instant(),
              job ->
                  new RunOutcomes(daos, run, clock.instant())
                      .recovered(
                          memberOf(daos, run, promotion),
                          instance,
                          guest,
                          probes,
                          console,
                          screen));
        });
  }

  @Override
  public @Nullable CommandOrder stepCommand(JobId run, String step) {
    return database.inTransaction(
        daos -> {
          PlanRunRow row = locked(daos, run.value());
          RunPauses.requireNone(row);
          PlacedStep placed =
              row.definition()
                  .step(step)
                  .orElseThrow(
                      () -> Failures.of(FailureType.NOT_FOUND, "The plan has no step " + step));
          return new RunOutcomes(daos, row, clock.instant()).command(placed);
        });
  }

  @Override
  public void requireTestRemoved(JobId run) {
    database.useTransaction(
        daos -> {
          PlanRunRow row = locked(daos, run.value());
          new RunRemains(daos, row.id()).requireNone();
          daos.planRuns().setRemoved(row.id(), clock.instant());
        });
  }

  @Override
  public void completeRun(JobId run, List<StepUpdate> updates) {
    database.useTransaction(
        daos -> {
          PlanRunRow row = locked(daos, run.value());
          Completion.write(
              daos,
              run,
              updates,
              clock.instant(),
              job -> new RunOutcomes(daos, row, clock.instant()).ended());
        });
  }

  @Override
  public void completeCleanup(JobId cleanup, List<StepUpdate> updates) {
    database.useTransaction(
        daos -> {
          PlanRunRow row = locked(daos, runOf(daos, cleanup));
          Completion.write(
              daos,
              cleanup,
              updates,
              clock.instant(),
              job -> new RunOutcomes(daos, row, clock.instant()).cleanedUp(job.id()));
        });
  }

  /** Every change of a run, and of what it makes, is ordered by its row. */
  static PlanRunRow locked(Daos daos, UUID run) {
    return daos.planRuns()
        .lock(run)
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no run " + run));
  }

  private static UUID runOf(Daos daos, JobId job) {
    return daos.jobs()
        .find(job.value())
        .map(row -> UUID.fromString(row.request().path("run").asText()))
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no job " + job));
  }

  private static PlanRunInstanceRow member(Daos daos, UUID run, InstanceId source) {
    return daos.planRuns()
        .instance(run, source.value())
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "The run has no instance " + source));
  }

  private static PlanRunInstanceRow memberOf(Daos daos, PlanRunRow run, JobId promotion) {
    return daos.planRuns()
        .instanceOf(run.id(), promotion.value())
        .orElseThrow(
            () -> Failures.of(FailureType.NOT_FOUND, "The run does not wait for this job"));
  }
}
