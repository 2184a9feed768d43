package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds runs up, and lets them go on. What has begun goes on to its end; nothing more begins: no
 * instance is shut down or recovered, no round and no step of the plan. The ledger enforces it (see
 * {@link io.holdfast.engine.ledger.RunPauses}), so an engine that dies forgets nothing.
 */
public final class RunPausing {
  private final Acceptance acceptance;
  private final Clock clock;

  public RunPausing(Acceptance acceptance, Clock clock) {
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /** One that is paused stays so, in the words of who did it first. */
  public PlanRun pause(Submission submission, String id, @Nullable String reason) {
    return change(
        submission,
        id,
        (daos, run) ->
            daos.runSteering().pause(run, Moment.now(clock), submission.caller(), reason));
  }

  /** One that is not paused goes on as it does. */
  public PlanRun resume(Submission submission, String id) {
    return change(submission, id, (daos, run) -> daos.runSteering().resume(run));
  }

  private PlanRun change(Submission submission, String id, BiConsumer<Daos, UUID> change) {
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, any) -> {
          change.accept(daos, lockedOpen(daos, id).id());
          return PlanRun.of(daos, PlanRun.row(daos, id));
        },
        (daos, any) -> Optional.of(PlanRun.of(daos, PlanRun.row(daos, id))));
  }

  /** A run that has not ended; whoever ends it waits for its row, which is held from here on. */
  static PlanRunRow lockedOpen(Daos daos, String id) {
    UUID run = PlanRun.row(daos, id).id();
    PlanRunRow locked = daos.planRuns().lock(run).orElseThrow(() -> Lookup.missing("run"));
    if (daos.jobs().find(run).filter(job -> !job.state().isFinal()).isEmpty()) {
      throw new ProblemException(ProblemCode.ACTION_NOT_ALLOWED, "The run has ended");
    }
    return locked;
  }
}
