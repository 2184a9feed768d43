package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.MemberWork;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import java.util.List;

/** Recovers the instances of a tier. */
final class Tiers {
  private final Members members;

  Tiers(RecoveryLedgerActivities ledger) {
    this.members = new Members(ledger);
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
}
