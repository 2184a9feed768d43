package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RunMember;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.saga.Lanes;
import io.temporal.failure.TemporalFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recovers the instances of a tier. */
final class Tiers {
  private final RecoveryLedgerActivities ledger;
  private final Children children;

  Tiers(RecoveryLedgerActivities ledger) {
    this.ledger = ledger;
    this.children = new Children(ledger);
  }

  /**
   * Returns once all of the tier's instances are recovered, or left out as their policy says. One
   * that fails keeps no other of its tier from going on. A second call goes on with what is
   * missing.
   */
  void recover(JobId run, RunTier tier) {
    List<TemporalFailure> failures =
        Lanes.run(tier.parallel(), tier.members(), member -> recover(run, member));
    failures.stream()
        .filter(Failures::isCancelled)
        .findFirst()
        .ifPresent(
            cancelled -> {
              throw cancelled;
            });
    if (!failures.isEmpty()) {
      List<JobFailure> causes = failures.stream().map(Failures::describe).toList();
      throw Failures.of(
          causes.get(0).type(),
          "%d of the %d instances of tier %s were not recovered"
              .formatted(causes.size(), tier.members().size(), tier.name()),
          causes.stream().map(JobFailure::message).toList());
    }
  }

  private void recover(JobId run, RunMember member) {
    JobFailure failure = attempt(run, member);
    for (int attempt = 1; failure != null && attempt < member.attempts(); attempt++) {
      if (failure.type() == FailureType.FENCING_PROOF_MISSING) {
        break; // only a person can give it
      }
      failure = attempt(run, member);
    }
    if (failure == null) {
      return;
    }
    if (member.policy() == FailurePolicy.SKIP) {
      ledger.recordSkipped(run, member.source(), failure);
      return;
    }
    throw Failures.of(failure.type(), member.name() + ": " + failure.message(), failure.causes());
  }

  private @Nullable JobFailure attempt(JobId run, RunMember member) {
    return new Pause(run)
        .unlessPaused(
            () ->
                children.run(
                    JobKind.PROMOTE_INSTANCE, () -> ledger.beginPromotion(run, member.source())));
  }
}
