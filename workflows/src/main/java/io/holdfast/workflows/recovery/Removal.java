package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RunMember;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.orphan.Census;
import io.holdfast.workflows.saga.Lanes;
import io.temporal.failure.TemporalFailure;
import java.util.List;

/** Takes back what a test made. Each call finds what is left, so it may be made again. */
final class Removal {
  private final RecoveryLedgerActivities ledger;
  private final Children children;

  Removal(RecoveryLedgerActivities ledger) {
    this.ledger = ledger;
    this.children = new Children(ledger);
  }

  /** The last tier goes first, as it depends on those before it. */
  void removeAll(RunOrder order) {
    for (int tier = order.tiers().size() - 1; tier >= 0; tier--) {
      remove(order.run(), order.tiers().get(tier));
    }
  }

  void remove(JobId run, RunTier tier) {
    List<TemporalFailure> failures =
        Lanes.run(tier.parallel(), tier.members(), member -> remove(run, member));
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  private void remove(JobId run, RunMember member) {
    JobFailure failure =
        children.run(JobKind.DELETE_INSTANCE, () -> ledger.beginRemoval(run, member.source()));
    if (failure != null) {
      throw Failures.of(failure.type(), member.name() + ": " + failure.message(), failure.causes());
    }
  }

  /** Success is read back: from each host, and from the ledger. */
  void verify(RunOrder order) {
    for (HostRef host : order.hosts()) {
      Census.take(host.id());
    }
    ledger.requireTestRemoved(order.run());
  }
}
