package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MovePhase;
import io.holdfast.engine.db.ReservationRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlanText;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.BegunMove;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.MoveState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The jobs by which an evacuation moves instances; inside a transaction. */
final class EvacuationMoves {
  private static final String WHO = "evacuation";

  /** What was copied is not thrown away unasked: the evacuation asks for its moves. */
  private static final JobPolicy POLICY = new JobPolicy(JobPolicy.OnFailure.PAUSE, false);

  private final Daos daos;
  private final Instant now;

  EvacuationMoves(Daos daos, Instant now) {
    this.daos = daos;
    this.now = now;
  }

  /** What is left of a move that nobody waits for. */
  enum Rest {
    OVER,
    GOES_ON,
    /** It is behind its point of no return, and waits for a person. */
    ASKS
  }

  BegunMove begin(JobId evacuation, InstanceId instance, boolean again) {
    Optional<UUID> active = turn(instance.value());
    daos.reservations().lockLedger();
    JobRow job = JobActivitiesImpl.lockedOpen(daos, evacuation);
    @Nullable EvacuationMoveRow row =
        daos.evacuations().find(job.id(), instance.value()).orElse(null);
    if (active.isPresent()) {
      return row != null && active.get().equals(row.moveJob())
          ? goOn(active.get(), again)
          : BegunMove.busy(new JobId(active.get()));
    }
    Optional<InstanceRow> found = daos.instances().lock(instance.value());
    boolean here =
        daos.reservations()
            .find(instance.value())
            .map(ReservationRow::hostId)
            .filter(job.targetId()::equals)
            .isPresent();
    if (found.isEmpty() || !here) {
      if (daos.evacuations().endElsewhere(job.id(), instance.value(), now) == 0) {
        daos.evacuations()
            .end(job.id(), instance.value(), MovePhase.CANCELLED, "it is no more", now);
      }
      return BegunMove.NOTHING;
    }
    if (row != null && row.state() == MovePhase.SKIPPED) {
      return BegunMove.NOTHING;
    }
    return move(job, found.get(), row);
  }

  /**
   * The job that works on the instance, or on what goes along; when there is none, none is accepted
   * meanwhile.
   */
  private Optional<UUID> turn(UUID instance) {
    try {
      daos.jobs().takeTurn(instance);
      MoveTurns.await(daos, instance);
      return Optional.empty();
    } catch (BusyException busy) {
      return Optional.of(busy.activeJobId());
    }
  }

  private BegunMove goOn(UUID move, boolean again) {
    JobRow open = daos.jobs().lock(move).orElseThrow();
    Optional<UUID> release = daos.jobs().activeJobOf(move);
    if (release.isPresent()) { // its run was ended on purpose
      return BegunMove.busy(new JobId(release.get()));
    }
    if (again && asks(open) && open.holdActions().contains(JobVerb.RESUME)) {
      decide(open, JobVerb.RESUME, "the evacuation was resumed");
    }
    // a run that was lost is followed by one with a higher generation
    JobRow run =
        open.startedAt() == null ? open : open.inGeneration(daos.jobs().nextGeneration(open.id()));
    return BegunMove.of(request(run));
  }

  private JobRequest request(JobRow job) {
    return new JobRequest(
        new JobId(job.id()),
        job.targetId(),
        job.policy(),
        job.generation(),
        daos.jobs().besideOf(job.id()),
        null,
        BegunSteps.of(daos, job));
  }

  private BegunMove move(JobRow job, InstanceRow instance, @Nullable EvacuationMoveRow planned) {
    Evacuation evacuation = new Evacuation(daos, job);
    EvacuationMoveRow row =
        planned == null || planned.targetHost() == null ? evacuation.place(instance) : planned;
    @Nullable UUID target = row.targetHost();
    List<String> obstacles =
        Obstacles.of(daos, instance.id(), EvacuationRequests.site(job.request()));
    if (target == null || !obstacles.isEmpty()) {
      return refuse(
          row, target == null ? String.valueOf(row.error()) : String.join("; ", obstacles));
    }
    daos.evacuations().setMoving(job.id(), instance.id(), null, now); // gives its claim back
    UUID moveId = UUID.randomUUID();
    ObjectNode request = EvacuationRequests.ofMove(job.request(), target, row.running(), job.id());
    JobRow move =
        JobRow.pending(
                moveId,
                JobKind.MIGRATE_INSTANCE,
                TargetType.INSTANCE,
                instance.id(),
                instance.name(),
                request,
                WHO + " " + job.id(),
                now)
            .with(POLICY);
    PlacementPlan plan = MigrationLedgerActivitiesImpl.plan(daos, move, instance);
    if (plan.chosen().isEmpty()) {
      return refuse(
          row,
          "%s will not do any more: %s"
              .formatted(row.targetName(), String.join("; ", PlanText.refusals(plan))));
    }
    // Its run is started by the evacuation's, so the outbox need not; see LostRuns for when it
    // fails
    MoveTurns.take(daos, moveId, instance.id());
    JobRow accepted = daos.jobs().accept(move, move.steps());
    daos.jobs().markDispatched(moveId, now);
    MigrationLedgerActivitiesImpl.claim(daos, move, instance, plan, now);
    daos.evacuations().setMoving(job.id(), instance.id(), moveId, now);
    return BegunMove.of(request(accepted));
  }

  /** It gets another place when the evacuation is resumed. */
  private BegunMove refuse(EvacuationMoveRow row, String why) {
    daos.evacuations().end(row.jobId(), row.instanceId(), MovePhase.FAILED, why, now);
    return BegunMove.refused(new JobFailure(FailureType.NO_CAPACITY, why, List.of()));
  }

  /**
   * What counts is where the instance is now: a person may have sent it to another host, and a move
   * that was given up may have come to its end. {@code move}: locked.
   */
  MoveState state(JobRow move) {
    @Nullable EvacuationMoveRow row = daos.evacuations().ofMove(move.id()).orElse(null);
    boolean skipped = row != null && row.state() == MovePhase.SKIPPED;
    if (move.state().isFinal() && row != null && isElsewhere(row)) {
      return new MoveState(true, false, null);
    }
    if (move.state() == JobState.SUCCEEDED) { // and it has been deleted since
      end(row, MovePhase.MOVED, null);
      return new MoveState(true, false, null);
    }
    if (move.state().isFinal()) {
      JobFailure failure = failure(move);
      if (!skipped) {
        end(row, MovePhase.FAILED, failure.message());
      }
      return new MoveState(true, false, skipped ? null : failure);
    }
    boolean asks = asks(move) && !skipped;
    return new MoveState(false, asks, asks ? question(move) : null);
  }

  private boolean isElsewhere(EvacuationMoveRow row) {
    return daos.evacuations().endElsewhere(row.jobId(), row.instanceId(), now) > 0;
  }

  private void end(@Nullable EvacuationMoveRow row, MovePhase phase, @Nullable String error) {
    if (row != null) {
      daos.evacuations().end(row.jobId(), row.instanceId(), phase, error, now);
    }
  }

  private static JobFailure failure(JobRow move) {
    JobFailure error = move.error();
    return error == null
        ? new JobFailure(
            FailureType.CANCELLED,
            "its move, job %s, was cancelled".formatted(move.id()),
            List.of())
        : error;
  }

  private JobFailure question(JobRow move) {
    @Nullable JobFailure last = null;
    for (StepRow step : daos.jobs().steps(move.id())) {
      last = step.error() == null ? last : step.error();
    }
    String what = last == null ? "" : ": " + last.message();
    return new JobFailure(
        last == null ? FailureType.INTERNAL : last.type(),
        "its move, job %s, is blocked%s".formatted(move.id(), what),
        last == null ? List.of() : last.causes());
  }

  /** True until somebody has answered. */
  private static boolean asks(JobRow move) {
    return move.state() == JobState.BLOCKED && !move.holdActions().isEmpty();
  }

  /** {@code named}: also one that is not in the way of anything. */
  void leaveOut(EvacuationMoveRow row, boolean named, String why) {
    @Nullable JobRow move =
        Optional.ofNullable(row.moveJob()).flatMap(daos.jobs()::lock).orElse(null);
    boolean open = move != null && !move.state().isFinal();
    boolean waits =
        switch (row.state()) {
          case REFUSED, FAILED -> true;
          case PLANNED -> named;
          case MOVING -> open && asks(Objects.requireNonNull(move));
          case MOVED, SKIPPED, CANCELLED -> false;
        };
    if (!waits || (open && giveUp(row) == Rest.ASKS)) {
      return; // what is behind its point of no return is not left out
    }
    end(row, MovePhase.SKIPPED, why);
  }

  /** Ends a move that nobody took up, and aborts one that asks. */
  Rest giveUp(EvacuationMoveRow row) {
    @Nullable JobRow move =
        Optional.ofNullable(row.moveJob()).flatMap(daos.jobs()::lock).orElse(null);
    if (move == null || row.state() == MovePhase.MOVED) {
      return Rest.OVER;
    }
    if (move.state() == JobState.PENDING) {
      Abandonment.of(daos, move, now);
      state(daos.jobs().lock(move.id()).orElseThrow());
      return Rest.OVER;
    }
    if (move.state().isFinal()) {
      state(move);
      return Rest.OVER;
    }
    if (!asks(move)) {
      return Rest.GOES_ON;
    }
    if (!move.holdActions().contains(JobVerb.ABORT)) {
      return Rest.ASKS;
    }
    decide(move, JobVerb.ABORT, "the evacuation goes on without it");
    return Rest.GOES_ON;
  }

  private void decide(JobRow move, JobVerb verb, String why) {
    daos.decisions()
        .insert(
            new DecisionRow(
                UUID.randomUUID(), move.id(), move.hold(), verb, why, null, WHO, now, null));
    daos.jobs().decided(move.id(), true);
  }
}
