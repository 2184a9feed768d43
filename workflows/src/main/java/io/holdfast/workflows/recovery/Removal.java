package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MemberWork;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.orphan.Census;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Undo;
import java.util.ArrayList;
import java.util.List;

/** Takes back what a test made. Each call finds what is left, so it may be made again. */
final class Removal {
  private final RecoveryLedgerActivities ledger;
  private final Members members;
  private final Tiers tiers;

  Removal(RecoveryLedgerActivities ledger) {
    this.ledger = ledger;
    this.members = new Members(ledger);
    this.tiers = new Tiers(ledger);
  }

  /**
   * Of a rehearsal that follows a lost run of its own: takes over what that has to undo, in the
   * order of the steps.
   */
  void inherit(Saga saga, JobId run) {
    if (!saga.hasBegun(Steps.PLAN_RUN)) {
      return;
    }
    RunOrder order = tiers.pinned(run);
    List<Undo> undos = new ArrayList<>();
    undos.add(new Undo(Steps.PLAN_RUN, Undo.Kind.RELEASES, () -> verify(run)));
    undos.addAll(tiers.begun(saga, order, tier -> remove(order, tier)));
    saga.inherit(undos);
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

  /** As {@link #verify(RunOrder)}, of what was pinned of a run, if anything was. */
  void verify(JobId run) {
    verify(ledger.pinnedRun(run));
  }

  /** Success is read back: from each host, and from the ledger. */
  void verify(RunOrder order) {
    for (HostRef host : order.hosts()) {
      Census.take(host.id());
    }
    ledger.requireTestRemoved(order.run());
  }
}
