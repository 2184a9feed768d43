package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.OpenedMember;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundMember;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Together;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Workflow;
import java.util.List;

/** The views of a round's instances, at their sources. */
final class Backups {
  private final RoundPlan plan;
  private boolean published;

  Backups(RoundPlan plan) {
    this.plan = plan;
  }

  /** All of them at once, so that their moments lie close together. */
  List<RoundDisk> open(ProtectionLedgerActivities ledger, JobId job, long takenAtMillis) {
    long before = Workflow.currentTimeMillis();
    List<OpenedMember> opened =
        Together.all(
            plan.members().stream()
                .map(member -> (Func<OpenedMember>) () -> open(member))
                .toList());
    long window =
        opened.size() == 1
            ? opened.get(0).backup().windowMillis()
            : Workflow.currentTimeMillis() - before;
    return ledger.planDisks(job, plan.point(), opened, takenAtMillis, window);
  }

  private static OpenedMember open(RoundMember member) {
    BackupActivities backups = Profiles.libvirtShort(BackupActivities.class, member.source().id());
    return new OpenedMember(member.backup(), backups.openBackup(member.backup()));
  }

  /** The point is AVAILABLE: its checkpoints are what the next round starts from. */
  void publish() {
    published = true;
  }

  boolean published() {
    return published;
  }

  void close() {
    plan.members().forEach(member -> close(member, true));
    plan.departed().forEach(member -> close(member, false));
  }

  private static void close(RoundMember member, boolean sealed) {
    Profiles.libvirtShort(BackupActivities.class, member.source().id())
        .closeBackup(member.backup(), sealed);
  }

  void undoOpen() {
    for (RoundMember member : plan.members()) {
      Profiles.undo(BackupActivities.class, member.source().id())
          .closeBackup(member.backup(), published);
    }
  }
}
