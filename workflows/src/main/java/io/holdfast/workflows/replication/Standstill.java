package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.BackupActivities;
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
import java.util.List;

/**
 * All guests of a round stand still at once: all are held, the work is done, all are let go. The
 * hosts let go of a guest that nobody comes for, and then say so: its round ends.
 */
final class Standstill {
  private final RoundPlan plan;
  private final List<RoundMember> held = new ArrayList<>();

  private Standstill(RoundPlan plan) {
    this.plan = plan;
  }

  /**
   * Returns for how many milliseconds the guest that stood still the longest did; 0 when none had
   * to. Fails with BACKUP_LOST when one went on before the work was done.
   */
  static long during(RoundPlan plan, Proc work) {
    Standstill standstill = new Standstill(plan);
    try {
      standstill.hold();
      work.apply();
    } catch (TemporalFailure failure) {
      Workflow.newDetachedCancellationScope(standstill::giveUp).run();
      throw failure;
    }
    return standstill.release();
  }

  private void hold() {
    Together.all(
        plan.members().stream().map(member -> (Func<Boolean>) () -> hold(member)).toList());
  }

  private boolean hold(RoundMember member) {
    boolean holds = host(member).holdGuest(member.backup(), plan.consistency());
    if (holds) {
      held.add(member);
    }
    return holds;
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
