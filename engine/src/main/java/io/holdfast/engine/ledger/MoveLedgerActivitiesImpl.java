package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.workflows.activity.MoveLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RunOrder;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * See {@link MoveLedgerActivities}. Locks are taken as {@link ReversalLedgerActivitiesImpl} says.
 */
public final class MoveLedgerActivitiesImpl implements MoveLedgerActivities {
  private final Database database;
  private final Clock clock;

  public MoveLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public @Nullable JobRequest beginShutdown(JobId run, InstanceId source) {
    return begin(run, true, moves -> moves.shutDown(source.value()));
  }

  /** Also of a run that ends: it is part of its undo. */
  @Override
  public @Nullable JobRequest beginStart(JobId run, InstanceId source) {
    return begin(run, false, moves -> moves.start(source.value()));
  }

  @Override
  public List<HostRef> sourceHosts(JobId run) {
    return work(run, false, PlannedMoves::sourceHosts);
  }

  @Override
  public List<InstanceId> toRunOn(JobId run, HostId host) {
    return work(run, false, moves -> moves.toRunOn(host.value()));
  }

  @Override
  public List<ProtectionGroupId> movedGroups(JobId run) {
    return work(run, false, moves -> moves.groups().stream().map(ProtectionGroupId::new).toList());
  }

  @Override
  public @Nullable JobRequest beginLastRound(JobId run, ProtectionGroupId group) {
    return begin(run, true, moves -> moves.lastRound(group.value()));
  }

  @Override
  public RunOrder chooseLast(JobId run) {
    return work(run, true, PlannedMoves::chooseLast);
  }

  @Override
  public boolean abandonPromotions(JobId run) {
    return work(run, false, PlannedMoves::abandonPromotions);
  }

  @Override
  public boolean hasRecovered(JobId run) {
    return database.daos().runJobs().hasRecovered(run.value());
  }

  static @Nullable JobRequest child(Daos daos, Optional<JobRow> job) {
    return job.map(
            row ->
                new JobRequest(
                    new JobId(row.id()),
                    row.targetId(),
                    row.policy(),
                    row.generation(),
                    List.of(),
                    null,
                    BegunSteps.of(daos, row)))
        .orElse(null);
  }

  private @Nullable JobRequest begin(
      JobId run, boolean open, Function<PlannedMoves, Optional<JobRow>> job) {
    return inRun(run, open, (daos, moves) -> child(daos, job.apply(moves)));
  }

  private <T> T work(JobId run, boolean open, Function<PlannedMoves, T> work) {
    return inRun(run, open, (daos, moves) -> work.apply(moves));
  }

  private <T> T inRun(JobId run, boolean open, BiFunction<Daos, PlannedMoves, T> work) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          PlanRunRow row = RecoveryLedgerActivitiesImpl.locked(daos, run.value());
          if (open) {
            JobActivitiesImpl.lockedOpen(daos, run);
          }
          return work.apply(daos, new PlannedMoves(daos, row, clock.instant()));
        });
  }
}
