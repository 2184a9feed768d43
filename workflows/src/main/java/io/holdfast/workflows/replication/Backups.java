package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.OpenedMember;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundMember;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Together;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;

/** The views of a round's instances, at their sources. */
final class Backups {
  private final RoundPlan plan;
  private final Standstill standstill;
  private boolean published;
  private boolean tried;
  private long takenAtMillis;

  Backups(RoundPlan plan) {
    this.plan = plan;
    standstill = new Standstill(plan);
  }

  /**
   * Opens them, and plans what is sent of them. Disks that lie under overlays of a move are waited
   * for; when that has ended without merging these, they are merged here.
   */
  List<RoundDisk> open(ProtectionLedgerActivities ledger, JobId job) {
    try {
      return openNow(ledger, job);
    } catch (TemporalFailure busy) {
      if (Failures.typeOf(busy) != FailureType.DISKS_BUSY || !mergesLeft(ledger)) {
        throw busy;
      }
      return openNow(ledger, job);
    }
  }

  /** False when a job works on one of the instances, or this run began before it was known. */
  private boolean mergesLeft(ProtectionLedgerActivities ledger) {
    if (Workflow.getVersion("left-overlays", Workflow.DEFAULT_VERSION, 1)
        == Workflow.DEFAULT_VERSION) {
      return false;
    }
    List<InstanceId> instances =
        plan.members().stream().map(member -> member.backup().instance()).toList();
    if (!ledger.areIdle(instances)) {
      return false;
    }
    Together.all(
        plan.members().stream().map(member -> (Func<InstanceId>) () -> merge(member)).toList());
    return true;
  }

  private static InstanceId merge(RoundMember member) {
    InstanceId instance = member.backup().instance();
    Profiles.move(OverlayActivities.class, member.source().id()).mergeOverlays(instance);
    return instance;
  }

  /** The views of one instance are of one moment; those of several while all guests stand still. */
  private List<RoundDisk> openNow(ProtectionLedgerActivities ledger, JobId job) {
    requireOwned(ledger, job);
    boolean still = plan.members().size() > 1 || plan.consistency() == Consistency.APPLICATION;
    List<OpenedMember> opened = new ArrayList<>();
    long window = 0;
    if (still) {
      window = standstill.during(ledger, () -> opened.addAll(openAll(Profiles::standstill)));
    } else {
      opened.addAll(openAll(Profiles::libvirtShort));
    }
    return ledger.planDisks(job, plan.point(), opened, takenAtMillis, window);
  }

  /** A host that was waited for may be of a site that was recovered elsewhere meanwhile. */
  private void requireOwned(ProtectionLedgerActivities ledger, JobId job) {
    if (tried
        && Workflow.getVersion("round-owned", Workflow.DEFAULT_VERSION, 1)
            != Workflow.DEFAULT_VERSION) {
      ledger.requireOwned(job, plan.point());
    }
    tried = true;
  }

  /** The time is that of this attempt: of one that failed before, nothing is shown. */
  private List<OpenedMember> openAll(Stubs stubs) {
    long asked = Workflow.currentTimeMillis();
    List<OpenedMember> opened =
        Together.all(
            plan.members().stream()
                .map(member -> (Func<OpenedMember>) () -> open(member, stubs))
                .toList());
    takenAtMillis =
        asked + opened.stream().mapToLong(one -> one.backup().momentMillis()).min().orElse(0);
    return opened;
  }

  private static OpenedMember open(RoundMember member, Stubs stubs) {
    BackupActivities backups = stubs.of(BackupActivities.class, member.source().id());
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

  /** One of {@link Profiles}. */
  @FunctionalInterface
  private interface Stubs {
    BackupActivities of(Class<BackupActivities> activities, HostId host);
  }
}
