package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RoundMember;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Together;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Functions.Proc;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All guests of a round stand still at once: all are held, the work is done, all are let go. The
 * hosts let go of a guest that nobody comes for, and then say so: its round ends.
 *
 * <p>One that may be busy is held first: as long as it is, the others do not stand still for
 * nothing each time that the round tries. Nobody waits for a job that leaves the guest alone.
 */
final class Standstill {
  private final RoundPlan plan;
  private final List<RoundMember> held = new ArrayList<>();

  /** Those that could not be held by the last attempt. */
  private final Set<InstanceId> refused = new LinkedHashSet<>();

  Standstill(RoundPlan plan) {
    this.plan = plan;
  }

  /**
   * Returns for how many milliseconds the guest that stood still the longest did; 0 when none had
   * to. Fails with BACKUP_LOST when one went on before the work was done.
   */
  long during(ProtectionLedgerActivities ledger, Proc work) {
    held.clear();
    try {
      hold(ledger);
      work.apply();
    } catch (TemporalFailure failure) {
      Workflow.newDetachedCancellationScope(this::giveUp).run();
      throw failure;
    }
    return release();
  }

  private void hold(ProtectionLedgerActivities ledger) {
    Set<InstanceId> first = mayBeBusy(ledger);
    refused.clear();
    hold(plan.members().stream().filter(member -> first.contains(instance(member))).toList());
    hold(plan.members().stream().filter(member -> !first.contains(instance(member))).toList());
  }

  private void hold(List<RoundMember> members) {
    if (!members.isEmpty()) {
      Together.all(members.stream().map(member -> (Func<Boolean>) () -> hold(member)).toList());
    }
  }

  private boolean hold(RoundMember member) {
    try {
      boolean holds = host(member).holdGuest(member.backup(), plan.consistency());
      if (holds) {
        held.add(member);
      }
      return holds;
    } catch (TemporalFailure failure) {
      refused.add(instance(member));
      throw failure;
    }
  }

  /** At first those that a job works on; then who was found to be. */
  private Set<InstanceId> mayBeBusy(ProtectionLedgerActivities ledger) {
    if (plan.members().size() == 1 || !isBusyFirst()) {
      return Set.of();
    }
    if (!refused.isEmpty()) {
      return Set.copyOf(refused);
    }
    List<InstanceId> all = plan.members().stream().map(Standstill::instance).toList();
    if (ledger.areIdle(all)) {
      return Set.of();
    }
    Set<InstanceId> busy = new LinkedHashSet<>();
    all.stream().filter(instance -> !ledger.areIdle(List.of(instance))).forEach(busy::add);
    return busy;
  }

  /** Rounds that held all at once go on as they did. */
  private static boolean isBusyFirst() {
    return Workflow.getVersion("busy-first", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  private long release() {
    List<Long> windows =
        Together.all(
            held.stream()
                .map(member -> (Func<Long>) () -> host(member).releaseGuest(instance(member)))
                .toList());
    return windows.isEmpty() ? 0 : Collections.max(windows);
  }

  /** Nobody waits for these: a host that does not answer lets go by itself. */
  private void giveUp() {
    try {
      release();
    } catch (TemporalFailure alreadyGoing) {
      Workflow.getLogger(Standstill.class)
          .info("Held guests go on by themselves: {}", alreadyGoing.getMessage());
    }
  }

  private static InstanceId instance(RoundMember member) {
    return member.backup().instance();
  }

  private static BackupActivities host(RoundMember member) {
    return Profiles.standstill(BackupActivities.class, member.source().id());
  }
}
