package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.activity.ReversalLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.OldCopy;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.ReversalOrder;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.ownership.Ownerships;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Skip;
import io.temporal.workflow.Workflow;
import org.jspecify.annotations.Nullable;

/**
 * The steps that turn the direction of a plan. Its last one is behind the point of no return: the
 * first point at the old site is there.
 */
final class Reversal {
  private final ReversalLedgerActivities ledger;
  private final Children children;

  Reversal(ReversalLedgerActivities ledger, RecoveryLedgerActivities jobs) {
    this.ledger = ledger;
    this.children = new Children(jobs);
  }

  void turn(Saga saga, JobId run) {
    ReversalOrder order =
        saga.stepWithoutUndo(
            Steps.PLAN_REVERSAL, () -> ledger.planReversal(run)); // rows of the run alone
    OldCopies copies = new OldCopies(ledger, run, order.copies());
    saga.stepWithoutUndo(Steps.CONFIRM_OFF, () -> confirmOff(run, order)); // keeps off what is off
    saga.step(Steps.KEEP_COPIES, copies::dropKept, () -> saga.detail(copies.keep()));
    saga.step(Steps.ADOPT_DISKS, copies::dropAdopted, () -> saga.detail(copies.adopt()));
    saga.step(Steps.REVERSE_DIRECTION, () -> ledger.turnBack(run), () -> ledger.reverse(run));
    saga.step(Steps.REPLICATE_BACK, () -> keepPoints(run), () -> replicate(run, order));
    Workflow.newDetachedCancellationScope(
            () ->
                saga.stepOnwards(
                    Steps.RELEASE_ORIGINALS, () -> release(run, order), new Skip<>(() -> 0)))
        .run();
  }

  /** Each host of the old site is told again what it may run, and says what it has. */
  private void confirmOff(JobId run, ReversalOrder order) {
    order.copies().stream().map(copy -> copy.host().id()).distinct().forEach(Ownerships::confirm);
    ledger.requireCopiesOff(run);
  }

  private void replicate(JobId run, ReversalOrder order) {
    Pause pause = new Pause(run);
    for (ProtectionGroupId group : order.groups()) {
      require(
          pause.unlessPaused(
              () ->
                  children.run(JobKind.REPLICATE_GROUP, () -> ledger.beginFirstRound(run, group))),
          "The first round at the old site");
    }
    if (!ledger.isProtected(run)) {
      throw Failures.of(
          FailureType.RECOVERY_REFUSED, "No recovery point at the old site has all instances");
    }
  }

  /** Points that may be recovered from stay, whatever becomes of the run. */
  private void keepPoints(JobId run) {
    if (ledger.hasNewPoint(run)) {
      throw Saga.doneForGood("recovery points at the old site stay");
    }
  }

  private int release(JobId run, ReversalOrder order) {
    int released = 0;
    for (OldCopy copy : order.copies()) {
      require(
          children.run(JobKind.DELETE_INSTANCE, () -> ledger.beginRelease(run, copy.source())),
          copy.name());
      released++;
    }
    return released;
  }

  private static void require(@Nullable JobFailure failure, String what) {
    if (failure != null) {
      throw Failures.of(failure.type(), what + ": " + failure.message(), failure.causes());
    }
  }
}
