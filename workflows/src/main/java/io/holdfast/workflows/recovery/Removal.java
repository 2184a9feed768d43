package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.MemberWork;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.orphan.Census;
import java.util.List;

/** Takes back what a test made. Each call finds what is left, so it may be made again. */
final class Removal {
  private final RecoveryLedgerActivities ledger;
  private final Members members;

  Removal(RecoveryLedgerActivities ledger) {
    this.ledger = ledger;
    this.members = new Members(ledger);
  }

  /** The last tier goes first, as it depends on those before it. */
  void removeAll(RunOrder order) {
    for (int tier = order.tiers().size() - 1; tier >= 0; tier--) {
      remove(order, order.tiers().get(tier));
    }
  }

  void remove(RunOrder order, RunTier tier) {
    List<JobFailure> failures = members.all(order, tier, MemberWork.REMOVE);
    if (!failures.isEmpty()) {
      throw Failures.of(failures.get(0));
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
