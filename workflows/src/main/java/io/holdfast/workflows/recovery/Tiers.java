package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.MoveLedgerActivities;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MemberWork;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Undo;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Recovers the instances of a tier. */
final class Tiers {
  private static final Duration LOOKS_AGAIN = Duration.ofSeconds(2);

  private final RecoveryLedgerActivities ledger;
  private final MoveLedgerActivities moves;
  private final Members members;

  Tiers(RecoveryLedgerActivities ledger) {
    this(ledger, Profiles.inventory(MoveLedgerActivities.class));
  }

  Tiers(RecoveryLedgerActivities ledger, MoveLedgerActivities moves) {
    this.ledger = ledger;
    this.moves = moves;
    this.members = new Members(ledger, moves);
  }

  /**
   * Returns once all of the tier's instances are recovered, or left out as their policy says. One
   * that fails keeps no other of its tier from going on. A second call goes on with what is
   * missing.
   */
  void recover(RunOrder order, RunTier tier) {
    List<JobFailure> failures = members.all(order, tier, MemberWork.RECOVER);
    if (!failures.isEmpty()) {
      JobFailure worst = failures.get(0);
      if (worst.type() == FailureType.TARGET_BUSY) {
        throw Failures.of(worst); // which names the job that is waited for
      }
      throw Failures.of(
          worst.type(),
          "%d of the %d instances of tier %s were not recovered"
              .formatted(failures.size(), tier.members().size(), tier.name()),
          failures.stream().map(JobFailure::message).toList());
    }
  }

  /** An undo: taking a service away again helps nobody. */
  void keep(JobId run) {
    while (!moves.abandonPromotions(run)) {
      Workflow.sleep(LOOKS_AGAIN);
    }
    if (moves.hasRecovered(run)) {
      throw Saga.doneForGood("what was recovered stays at the recovery site");
    }
  }

  /** What was pinned of a run before this one, which follows a lost one, has done anything. */
  RunOrder pinned(JobId run) {
    CompletablePromise<RunOrder> found = Workflow.newPromise();
    Workflow.newDetachedCancellationScope(() -> found.complete(ledger.pinnedRun(run))).run();
    return found.get();
  }

  /** The undos of the tiers that a lost run had begun to recover. */
  List<Undo> begun(Saga saga, RunOrder order, Consumer<RunTier> undo) {
    return order.tiers().stream()
        .filter(tier -> saga.hasBegun(Steps.recoverTier(tier.name())))
        .map(tier -> new Undo(Steps.recoverTier(tier.name()), () -> undo.accept(tier)))
        .toList();
  }
}
