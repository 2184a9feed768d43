package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.MoveLedgerActivities;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.MemberWork;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.ownership.Ownerships;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Undo;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps that bring the instances of a plan to its recovery site without losing anything: their
 * guests are shut down, the last tier first, and copied once more; then others take over from them.
 * An unwind starts again what was shut down; where something has taken over, that stays.
 */
final class PlannedMove {
  private final RecoveryLedgerActivities runs;
  private final MoveLedgerActivities moves = Profiles.inventory(MoveLedgerActivities.class);
  private final Children children;
  private final Members members;
  private final Tiers tiers;

  PlannedMove(RecoveryLedgerActivities runs) {
    this.runs = runs;
    children = new Children(runs);
    members = new Members(runs, moves);
    tiers = new Tiers(runs, moves);
  }

  /**
   * Of a run that follows a lost one which came no further than these steps: takes over what that
   * has to undo. Its guests may be off.
   */
  void inherit(Saga saga, JobId run) {
    if (saga.hasBegun(Steps.STOP_GUESTS)) {
      RunOrder order = tiers.pinned(run);
      List<Undo> undos = new ArrayList<>();
      undos.add(new Undo(Steps.STOP_GUESTS, () -> startAgain(order)));
      undos.addAll(tiers.begun(saga, order, tier -> tiers.keep(run)));
      saga.inherit(undos);
    }
  }

  void make(Saga saga, JobId run) {
    RunOrder order =
        saga.stepWithoutUndo(Steps.PLAN_RUN, () -> runs.planRun(run)); // rows of the run alone
    saga.step(Steps.STOP_GUESTS, () -> startAgain(order), () -> stop(order));
    saga.stepWithoutUndo(
        Steps.REPLICATE_LAST, () -> replicate(run)); // points that may be recovered from stay
    RunOrder last = saga.stepWithoutUndo(Steps.CHOOSE_POINTS, () -> moves.chooseLast(run));
    PlanSteps steps = new PlanSteps(runs, saga, last);
    for (RunTier tier : last.tiers()) {
      steps.carryOut(tier.before());
      saga.step(
          Steps.recoverTier(tier.name()), () -> tiers.keep(run), () -> tiers.recover(last, tier));
      steps.carryOut(tier.after());
    }
  }

  /** The last tier goes first, as it depends on those before it. */
  private void stop(RunOrder order) {
    for (int tier = order.tiers().size() - 1; tier >= 0; tier--) {
      power(order, order.tiers().get(tier), MemberWork.SHUT_DOWN);
    }
  }

  /**
   * Hosts are told first that they have them still. One that is silent keeps no guests off but its
   * own; it is waited for when it has such.
   */
  private void startAgain(RunOrder order) {
    if (Workflow.getVersion("start-by-host", Workflow.DEFAULT_VERSION, 1)
        == Workflow.DEFAULT_VERSION) {
      startOnAll(order); // as a run that an older engine began goes on
      return;
    }
    Set<InstanceId> there = new HashSet<>();
    List<String> silent = new ArrayList<>();
    for (HostRef host : moves.sourceHosts(order.run())) {
      List<InstanceId> wanted = moves.toRunOn(order.run(), host.id());
      if (wanted.isEmpty()) {
        continue;
      }
      if (confirms(host)) {
        there.addAll(wanted);
      } else {
        silent.add(host.name() + ": it does not answer, and its guests are off");
      }
    }
    List<JobFailure> failures = new ArrayList<>();
    for (RunTier tier : order.tiers()) {
      failures.addAll(members.all(order, of(tier, there), MemberWork.START));
    }
    if (!failures.isEmpty()) {
      throw Failures.of(failures.get(0).type(), failures.get(0).message(), silent);
    }
    if (!silent.isEmpty()) {
      throw Failures.of(FailureType.HOST_UNREACHABLE, String.join("; ", silent));
    }
  }

  private static boolean confirms(HostRef host) {
    try {
      Ownerships.confirm(host.id());
      return true;
    } catch (ActivityFailure failure) {
      Workflow.getLogger(PlannedMove.class).info("{}: {}", host.name(), failure.getMessage());
      return false;
    }
  }

  private static RunTier of(RunTier tier, Set<InstanceId> there) {
    return new RunTier(
        tier.name(),
        tier.parallel(),
        tier.members().stream().filter(member -> there.contains(member.source())).toList(),
        tier.before(),
        tier.after());
  }

  private void startOnAll(RunOrder order) {
    for (HostRef host : moves.sourceHosts(order.run())) {
      Ownerships.confirm(host.id());
    }
    for (RunTier tier : order.tiers()) {
      power(order, tier, MemberWork.START);
    }
  }

  private void power(RunOrder order, RunTier tier, MemberWork work) {
    List<JobFailure> failures = members.all(order, tier, work);
    if (!failures.isEmpty()) {
      throw Failures.of(failures.get(0));
    }
  }

  private void replicate(JobId run) {
    Pause pause = new Pause(run);
    for (ProtectionGroupId group : moves.movedGroups(run)) {
      require(
          pause.unlessPaused(
              () -> children.run(JobKind.REPLICATE_GROUP, () -> moves.beginLastRound(run, group))),
          "The last round");
    }
  }

  private static void require(@Nullable JobFailure failure, String what) {
    if (failure != null) {
      throw Failures.of(failure.type(), what + ": " + failure.message(), failure.causes());
    }
  }
}
