package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.workflows.activity.ReversalLedgerActivities;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.KeptDisk;
import io.holdfast.workflows.model.OldDisks;
import io.holdfast.workflows.model.PlacedAdoption;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.ReversalOrder;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.StoredReplica;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * See {@link ReversalLedgerActivities}. Locks in this order: ledger, run, job, plan, group, point.
 */
public final class ReversalLedgerActivitiesImpl implements ReversalLedgerActivities {
  private final Database database;
  private final Clock clock;

  public ReversalLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public ReversalOrder planReversal(JobId run) {
    return open(run, (daos, row) -> new Reversals(daos, row).pin(clock.instant()));
  }

  @Override
  public void requireCopiesOff(JobId run) {
    change(run, (daos, row) -> new Reversals(daos, row).requireCopiesOff());
  }

  @Override
  public List<RoundDisk> planKept(JobId run, List<OldDisks> disks) {
    return open(run, (daos, row) -> new KeptPoints(daos, row).plan(disks, clock.instant()));
  }

  @Override
  public void recordKept(JobId run, List<KeptDisk> disks) {
    change(run, (daos, row) -> new KeptPoints(daos, row).record(disks, clock.instant()));
  }

  @Override
  public List<StoredReplica> keptReplicas(JobId run) {
    return read(run, (daos, row) -> new KeptPoints(daos, row).replicas());
  }

  @Override
  public void dropKept(JobId run) {
    read(
        run,
        (daos, row) -> {
          new KeptPoints(daos, row).drop();
          return true;
        });
  }

  @Override
  public List<PlacedAdoption> adoptions(JobId run) {
    return read(run, (daos, row) -> new KeptPoints(daos, row).adoptions());
  }

  @Override
  public void reverse(JobId run) {
    change(run, (daos, row) -> new Reversals(daos, row).reverse(clock.instant()));
  }

  @Override
  public void turnBack(JobId run) {
    database.useTransaction(
        daos -> {
          daos.reservations().lockLedger();
          new Reversals(daos, RecoveryLedgerActivitiesImpl.locked(daos, run.value()))
              .turnBack(clock.instant());
        });
  }

  @Override
  public @Nullable JobRequest beginFirstRound(JobId run, ProtectionGroupId group) {
    return begin(run, jobs -> jobs.round(group.value()));
  }

  @Override
  public boolean isProtected(JobId run) {
    return read(run, (daos, row) -> jobs(daos, row).isProtected());
  }

  @Override
  public boolean hasNewPoint(JobId run) {
    return read(run, (daos, row) -> jobs(daos, row).hasNewPoint());
  }

  @Override
  public @Nullable JobRequest beginRelease(JobId run, InstanceId source) {
    return begin(run, jobs -> jobs.release(source.value()));
  }

  @Override
  public void completeReversal(JobId run, List<StepUpdate> updates) {
    database.useTransaction(
        daos -> {
          PlanRunRow row = RecoveryLedgerActivitiesImpl.locked(daos, run.value());
          Completion.write(
              daos,
              run,
              updates,
              clock.instant(),
              job -> new ReversalOutcome(daos, row, clock.instant()).ended());
        });
  }

  private @Nullable JobRequest begin(JobId run, Function<ReversalJobs, Optional<JobRow>> job) {
    return open(
        run, (daos, row) -> MoveLedgerActivitiesImpl.child(daos, job.apply(jobs(daos, row))));
  }

  private ReversalJobs jobs(Daos daos, PlanRunRow run) {
    return new ReversalJobs(daos, run, clock.instant());
  }

  private void change(JobId run, BiConsumer<Daos, PlanRunRow> work) {
    open(
        run,
        (daos, row) -> {
          work.accept(daos, row);
          return true;
        });
  }

  /** A late attempt of a job that has ended changes nothing. */
  private <T> T open(JobId run, BiFunction<Daos, PlanRunRow, T> work) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          PlanRunRow row = RecoveryLedgerActivitiesImpl.locked(daos, run.value());
          JobActivitiesImpl.lockedOpen(daos, run);
          return work.apply(daos, row);
        });
  }

  private <T> T read(JobId run, BiFunction<Daos, PlanRunRow, T> work) {
    return database.inTransaction(
        daos -> work.apply(daos, RecoveryLedgerActivitiesImpl.locked(daos, run.value())));
  }
}
